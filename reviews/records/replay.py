"""Replay the events of a review, and compare the result with its rows.

A change behind the program leaves rows that no event explains, or events that no row shows. What was signed is compared
with the signed record instead (verify_records). row_origins.py compares who wrote the rows, and when. Not replayed: the
notes of interviews, which no event contains, and the preparation. Reads only, from the relations in READ, which the
caller fetches.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from reviews.models import EventType, Review, ReviewEvent
from reviews.models.scores import Judgement
from reviews.records.event_types import ITEM
from reviews.workflow import Method, Status

READ = (
    *("events__by", "organisation", "scores", "participations__user", "participations__ratings"),
    *("report_text", "remarks", "item_comments", "actions__notes", "due_date", "interviews__guide"),
)
# What they record is compared with the signed record once a review is final. Most events are of these types.
SIGNED = frozenset({EventType.SCORED, EventType.RATED})
SHORT_CODE = 8  # characters of an action's code in events
REPORT = ("summary", "strengths")
ACTION = ("what", "who", "due", "state")
REMARK = ("item_number", "kind", "text", "answer", "by_id", "at", "answered_by_id", "answered_at")
PLAN = ("kind", "visit_start", "visit_end", "period_start", "period_end", "edition", "method")


@dataclass
class Replayed:
    """What the events of a review say of its rows. A value that no event names is missing, or None."""

    organisation: str | None = None
    evaluators: set[str] | None = None
    plan: dict[str, str] = field(default_factory=dict)
    specialists: list[str] | None = None
    facts_until: str = ""
    scores: dict[int, dict[str, Any]] = field(default_factory=dict)
    ratings: dict[str, dict[int, dict[str, Any]]] = field(default_factory=dict)
    submitted: dict[str, Any] = field(default_factory=dict)
    put_to: dict[int, str] = field(default_factory=dict)
    report: dict[str, str] = field(default_factory=dict)
    remarks: list[dict[str, Any]] = field(default_factory=list)
    tells_remarks_apart: bool = True  # two with the same text are not
    comments: Counter[tuple[Any, ...]] = field(default_factory=Counter)
    actions: dict[str, dict[str, Any]] = field(default_factory=dict)
    notes: Counter[tuple[Any, ...]] = field(default_factory=Counter)
    names_actions: bool = True  # events of early versions do not


def faults(review: Review, events: list[ReviewEvent]) -> Iterator[str]:
    """Yield what differs between the events of a review and its rows, as messages."""
    said = _replay(event for event in events if not (review.is_final and event.type in SIGNED))
    if said.organisation not in (None, str(review.organisation.code)):
        yield "its organisation is not the one that its events name"
    if said.evaluators is not None and said.evaluators != {str(row.user.code) for row in review.participations.all()}:
        yield "its evaluators are not those that its events name"
    corrected = {name: _planned(review.supersedes, name) for name in PLAN} if review.supersedes else {}
    copied = corrected | {"method": Method.TOGETHER} if corrected else {}
    if any(_planned(review, name) != value for name, value in (copied | said.plan).items()):
        yield "kind, dates, scale or method are not those that its events have"
    comments = ((row.item_number, row.author_id, row.at, row.text) for row in review.item_comments.all())
    if Counter(comments) != said.comments:
        yield "the comments on its items are not those that its events have"
    if any((row.put_to and str(row.put_to.code)) != said.put_to.get(row.item_number) for row in review.scores.all()):
        yield "the people who were asked to decide are not those that its events name"
    if said.names_actions:
        yield from _faults_of_plan(review, said)
    if not review.is_final:
        yield from _faults_of_open(review, said)


def status_in(events: Iterable[ReviewEvent]) -> str:
    """Return the status of a review that has these events. A correction begins with the scores that it corrects."""
    status: str = Status.PLANNED
    for event in events:
        if event.type == EventType.CORRECTION:
            status = Status.SCORING
        elif "status" in event.changes:
            status = event.changes["status"][1]
    return status


def _faults_of_plan(review: Review, said: Replayed) -> Iterator[str]:
    actions = {str(action.code)[:SHORT_CODE]: action for action in review.actions.all()}
    stored = {code: {name: _plain(getattr(action, name)) for name in ACTION} for code, action in actions.items()}
    if stored != said.actions:
        yield "its actions are not those that its events have"
    notes = ((code, note.by_id, note.at, note.text) for code, action in actions.items() for note in action.notes.all())
    if Counter(notes) != said.notes:
        yield "the notes on its actions are not those that its events have"


def _faults_of_open(review: Review, said: Replayed) -> Iterator[str]:
    """Yield the differences in what is signed later."""
    first = {row.item_number: row for row in review.supersedes.scores.all()} if review.supersedes else {}
    if not all(_agrees(row, said.scores.get(row.item_number, {}), first) for row in review.scores.all()):
        yield "scores or notes are not those that its events have"
    if {row.item_number for row in review.scores.all()} != review.scale.by_number.keys():
        yield "its items are not those of its scale"
    yield from _faults_of_ratings(review, said)
    text = getattr(review, "report_text", None)
    corrected = getattr(review.supersedes, "report_text", None)
    expected = {name: getattr(corrected, name, "") for name in REPORT} | said.report
    if text and any(getattr(text, name) != value for name, value in expected.items()):
        yield "the text of its report is not the one that its events have"
    names = REMARK if said.tells_remarks_apart else REMARK[:4]
    remarks = Counter(tuple(getattr(row, name) for name in names) for row in review.remarks.all())
    if remarks != Counter(tuple(each[name] for name in names) for each in said.remarks):
        yield "its remarks are not those that its events have"
    if _plain(review.facts_until) != said.facts_until:
        yield "the last day for remarks is not the one that its events have"
    labels = [each["label"] for each in review.specialists if not each.get("gone")]
    if said.specialists not in (None, labels):
        yield "its employment specialists are not those that its events have"


def _faults_of_ratings(review: Review, said: Replayed) -> Iterator[str]:
    for evaluator in review.participations.all():
        code, ratings = str(evaluator.user.code), evaluator.ratings.all()
        rated = said.ratings.get(code, {})
        if not all(_agrees(row, rated.get(row.item_number, {})) for row in ratings):
            yield "ratings are not those that its events have"
        if ratings and {row.item_number for row in ratings} != review.scale.by_number.keys():
            yield "rated items are not those of its scale"
        if evaluator.submitted_at != said.submitted.get(code):
            yield "ratings were handed in at another time than its events have"


def _agrees(row: Judgement, said: Mapping[str, Any], first: Mapping[int, Judgement] = MappingProxyType({})) -> bool:
    """Return whether a row has the values of its events.

    Where they name none, it has that of the `first` row of the item, from which a correction was copied, or is empty.
    """
    original = first.get(row.item_number)
    for name in ITEM:
        value = getattr(row, name, None)  # a rating has no decision
        is_right = _as_in_events(value) == said[name] if name in said else (value or None) == _value(original, name)
        if not is_right:
            return False
    return True


def _value(row: Judgement | None, name: str) -> Any:
    return getattr(row, name, None) or None


def _replay(events: Iterable[ReviewEvent]) -> Replayed:
    said = Replayed()
    for event in events:
        new = {name: values[1] for name, values in event.changes.items()}
        if replay := REPLAYS.get(event.type):
            replay(said, event, new)
    return said


def _replay_item(said: Replayed, event: ReviewEvent, new: Mapping[str, Any]) -> None:
    number = event.item_number or 0
    match event.type:
        case EventType.SCORED:
            said.scores.setdefault(number, {}).update(new)
        case EventType.RATED:
            said.ratings.setdefault(str(event.by.code), {}).setdefault(number, {}).update(new)
        case EventType.COMMENTED:
            said.comments[number, event.by_id, event.at, new["item_comment"]] += 1
        case EventType.ASKED:
            said.put_to[number] = new["put_to"]
            if said.evaluators is not None:
                said.evaluators.add(new["put_to"])


def _replay_submission(said: Replayed, event: ReviewEvent, _new: Mapping[str, Any]) -> None:
    if event.type == EventType.HANDED_IN:
        said.submitted[str(event.by.code)] = event.at
    else:
        said.submitted.pop(str(event.by.code), None)


def _replay_report(said: Replayed, event: ReviewEvent, new: Mapping[str, Any]) -> None:
    match event.type:
        case EventType.SPECIALISTS:
            said.specialists = new["specialists"]
        case EventType.REPORT_WRITTEN:
            said.report |= new
        case _:
            said.facts_until = new.get("facts_until", said.facts_until) or ""


def _replay_plan(said: Replayed, event: ReviewEvent, new: Mapping[str, Any]) -> None:
    said.organisation = new.get("organisation", said.organisation)
    if event.type == EventType.CREATED and "kind" in new:  # events of early versions have no plan
        said.plan = dict.fromkeys(PLAN, "")
    said.plan |= {name: new[name] for name in PLAN if name in new}
    said.facts_until = new.get("facts_until", said.facts_until) or ""
    if "evaluators" in new:
        before, after = map(set, event.changes["evaluators"])
        said.evaluators = after
        for gone in before - after:
            said.ratings.pop(gone, None)
            said.submitted.pop(gone, None)
        said.put_to = {number: code for number, code in said.put_to.items() if code not in before - after}


def _replay_remark(said: Replayed, event: ReviewEvent, new: Mapping[str, Any]) -> None:
    """Remarks are identified by item and text. Of two that are alike, authors and times are not compared."""
    if event.type == EventType.REMARKED:
        values = (event.item_number, new["remark_kind"], new["remark"], "", event.by_id, event.at, None, None)
        said.remarks.append(dict(zip(REMARK, values, strict=True)))
        return
    before = event.changes["remark"][0]
    alike = [each for each in said.remarks if (each["item_number"], each["text"]) == (event.item_number, before)]
    said.tells_remarks_apart = said.tells_remarks_apart and len(alike) == 1
    for remark in alike[:1]:
        if event.type == EventType.REMARK_WITHDRAWN:
            said.remarks.remove(remark)
        else:
            remark["text"] = new["remark"]
            remark["kind"] = new.get("remark_kind", remark["kind"])
        if event.type == EventType.ANSWERED:
            remark |= {"answer": new["answer"], "answered_by_id": event.by_id, "answered_at": event.at}


def _replay_action(said: Replayed, event: ReviewEvent, new: Mapping[str, Any]) -> None:
    if "action" not in new:
        said.names_actions = False
        return
    code = new["action"]
    if event.type == EventType.ACTION_NOTED:
        said.notes[code, event.by_id, event.at, new["note"]] += 1
    elif event.type == EventType.ACTION_REMOVED:
        said.actions.pop(code, None)
    else:
        action = said.actions.setdefault(code, dict.fromkeys(ACTION, ""))
        action |= {name: value for name, value in new.items() if name in ACTION}


def _planned(review: Review, name: str) -> Any:
    return review.edition.slug if name == "edition" else _plain(getattr(review, name))


def _plain(value: Any) -> Any:
    """Return a value as events of plans and remarks have it: "" for no day."""
    return "" if value is None else value.isoformat() if isinstance(value, date) else value


def _as_in_events(value: Any) -> Any:
    """Return a value as events of items have it."""
    return value.isoformat() if isinstance(value, date) else value


REPLAYS: Mapping[str, Callable[[Replayed, ReviewEvent, Mapping[str, Any]], None]] = {
    **dict.fromkeys((EventType.SCORED, EventType.RATED, EventType.COMMENTED, EventType.ASKED), _replay_item),
    **dict.fromkeys(
        (EventType.CREATED, EventType.CORRECTION, EventType.HANDED_OVER, EventType.PLAN_CHANGED), _replay_plan
    ),
    **dict.fromkeys((EventType.HANDED_IN, EventType.TAKEN_BACK), _replay_submission),
    **dict.fromkeys(
        (EventType.SPECIALISTS, EventType.REPORT_WRITTEN, EventType.DRAFTED, EventType.FACTS_ASKED), _replay_report
    ),
    **dict.fromkeys(
        (EventType.REMARKED, EventType.REMARK_CHANGED, EventType.REMARK_WITHDRAWN, EventType.ANSWERED), _replay_remark
    ),
    **dict.fromkeys(
        (EventType.ACTION_ADDED, EventType.ACTION_CHANGED, EventType.ACTION_NOTED, EventType.ACTION_REMOVED),
        _replay_action,
    ),
}
