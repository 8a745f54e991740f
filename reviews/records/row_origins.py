"""Compare who wrote each row of a review, and when, with the event that recorded it.

Pages name these people and times. replay.py compares what they wrote. Yields nothing for rows without an event of
their own. Reads only, from the relations in replay.READ.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from reviews.models import EventType, Review, ReviewEvent
from reviews.records.event_types import INTERVIEW
from reviews.workflow import EvaluatorPart

Origin = tuple[int | None, datetime | None]  # the primary key of the person, and the time
CANCELLING = frozenset({EventType.CANCELLED, EventType.WITHDRAWN})
OF_INTERVIEWS = frozenset({EventType.INTERVIEWED, EventType.INTERVIEW_CHANGED, EventType.INTERVIEW_REMOVED})
OF_ACTIONS = frozenset({EventType.ACTION_ADDED, EventType.ACTION_CHANGED, EventType.ACTION_NOTED})


def faults(review: Review, events: list[ReviewEvent]) -> Iterator[str]:
    """Yield what differs between the origins of the rows of a review and its events, as messages."""
    last = {event.type: event for event in events}
    yield from _faults_of_review(review, events, last)
    yield from _faults_of_scores(review, events)
    yield from _faults_of_parts(review)
    yield from _faults_of_interviews(review, events)
    yield from _faults_of_actions(review, events)
    text, written = getattr(review, "report_text", None), last.get(EventType.REPORT_WRITTEN)
    if text and (text.saved_by_id, text.saved_at) != (origin_of(written) if written else (None, None)):
        yield "the text of its report was saved by somebody else, or at another time, than its events have"
    due, was_set = getattr(review, "due_date", None), last.get(EventType.DUE_SET)
    stored = due and (due.by_id, due.at, due.reason, due.on.isoformat())
    if due and not (was_set and stored == (*origin_of(was_set), was_set.comment, was_set.changes["next_due"][1])):
        yield "the due date of the next review is not the one that its events have"


def _faults_of_review(review: Review, events: list[ReviewEvent], last: Mapping[str, ReviewEvent]) -> Iterator[str]:
    if events and (review.created_by_id, review.created_at) != origin_of(events[0]):
        yield "it was planned by somebody else, or at another time, than its events have"
    if review.is_imported != (EventType.IMPORTED in last):
        yield "it is marked as imported, or is not, and its events say otherwise"
    cancelled = next((last[each] for each in CANCELLING if each in last and review.is_cancelled), None)
    if cancelled and (review.cancelled_at, review.cancelled_from) != (cancelled.at, cancelled.changes["status"][0]):
        yield "it was cancelled at another time, or in another state, than its events have"
    opened = last.get(EventType.CORRECTION)
    corrects = str(review.supersedes.code) if review.supersedes else ""
    if corrects != (opened.changes["corrects"][1] if opened else ""):
        yield "it corrects another review than its events name"


def origin_of(event: ReviewEvent) -> Origin:
    """Return who recorded an event, and when."""
    return event.by_id, event.at


def _faults_of_scores(review: Review, events: list[ReviewEvent]) -> Iterator[str]:
    """A row without an event was never saved, or is a copy of the one that a correction corrects."""
    first = {row.item_number: (row.saved_by_id, row.saved_at) for row in _scores_of(review.supersedes)}
    scored = first | {event.item_number: origin_of(event) for event in events if event.type == EventType.SCORED}
    if not review.is_imported and not all(_is_of(row, scored, row.item_number) for row in review.scores.all()):
        yield "scores were saved by somebody else, or at another time, than its events have"
    rated = {(event.by_id, event.item_number): origin_of(event) for event in events if event.type == EventType.RATED}
    for evaluator in review.participations.all():
        if not all(_is_of(row, rated, (evaluator.user_id, row.item_number)) for row in evaluator.ratings.all()):
            yield "ratings were saved by somebody else, or at another time, than its events have"


def _scores_of(review: Review | None) -> Any:
    return review.scores.all() if review else ()


def _is_of(row: Any, origins: Mapping[Any, Origin], key: Any) -> bool:
    return (row.saved_by_id, row.saved_at) == origins.get(key, (None, None))


def _faults_of_parts(review: Review) -> Iterator[str]:
    """While evaluators rate alone, each has ratings. A person who was asked to decide has none."""
    for evaluator in review.participations.all():
        rates = not review.is_rated_apart or bool(evaluator.ratings.all())
        if (evaluator.part == EvaluatorPart.RATES) != rates:
            yield "who rates and who was asked to decide is not what its events have"


def _faults_of_interviews(review: Review, events: list[ReviewEvent]) -> Iterator[str]:
    said: dict[str, dict[str, Any]] = {}
    for event in events:
        if event.type not in OF_INTERVIEWS:
            continue
        new = {name: values[1] for name, values in event.changes.items()}
        before = event.changes["interview"][0] or new["interview"]
        if event.type == EventType.INTERVIEWED:
            said[before] = dict.fromkeys(INTERVIEW, "") | {"origin": origin_of(event)} | new
        elif event.type == EventType.INTERVIEW_REMOVED:
            said.pop(before, None)
        elif before in said:
            said[new["interview"]] = said.pop(before) | new
    stored = {
        row.label: {
            "interview": row.label,
            "guide": row.guide.slug if row.guide else "",
            "role": row.informant_role,
            "date": row.held_on.isoformat(),
            "origin": (row.conducted_by_id, row.created_at),
        }
        for row in review.interviews.all()
    }
    if stored != said:
        yield "its interviews are not those that its events have"


def _faults_of_actions(review: Review, events: list[ReviewEvent]) -> Iterator[str]:
    added: dict[str, ReviewEvent] = {}
    saved: dict[str, Origin] = {}
    for event in events:
        if event.type in OF_ACTIONS and "action" in event.changes:
            code = event.changes["action"][1]
            added.setdefault(code, event)
            saved[code] = origin_of(event)
    for action in review.actions.all():
        code = str(action.code)[:8]
        if code not in added:
            continue  # its event is of an early version; replay.py compares the plan
        begun = (added[code].at, added[code].item_number)
        if (action.created_at, action.item_number) != begun or (action.saved_by_id, action.saved_at) != saved[code]:
            yield "its actions were written by somebody else, at another time or for another item than its events have"
