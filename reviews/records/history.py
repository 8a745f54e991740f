"""What happened to a review, in plain language, for those who may know. Reads; never writes.

The service reads the steps; what the evaluators wrote and took back while scoring is for the
evaluators and the coordinator. While each rates alone, a rating is told to the one who gave it only.
"""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import takewhile
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reviews.models import AccessEvent, EventType, Review, ReviewEvaluator, ReviewEvent, User
from reviews.records.event_types import FIELDS, WORKING, Field, Show
from reviews.workflow import Actor
from scales.wording import observed

PAGE = 50
MOST_WORDS = 300  # that are compared one by one
PAGES = {  # every address of a review, as the access log knows it
    "review": gettext_lazy("the review's page"),
    "item": gettext_lazy("a scoring page"),
    "entry": gettext_lazy("the page for paper sheets"),
    "evidence": gettext_lazy("the evidence by source"),
    "hand_in": gettext_lazy("the page on which ratings are handed in"),
    "take_back": gettext_lazy("the page on which ratings are taken back"),
    "consensus": gettext_lazy("the consensus"),
    "agree": gettext_lazy("an item of the consensus"),
    "take_over": gettext_lazy("the consensus"),
    "ask": gettext_lazy("the consensus"),
    "pulse": gettext_lazy("the consensus"),
    "move": gettext_lazy("the page of a step"),
    "correct": gettext_lazy("the page for corrections"),
    "evaluators": gettext_lazy("the page on which evaluators are changed"),
    "interviews": gettext_lazy("the list of interviews"),
    "interview": gettext_lazy("an interview"),
    "interview_step": gettext_lazy("the notes of an interview"),
    "interview_head": gettext_lazy("the page on which an interview is changed"),
    "interview_remove": gettext_lazy("the removal of an interview"),
    "sheet": gettext_lazy("the score sheet"),
    "sheet_pdf": gettext_lazy("the score sheet as PDF"),
    "sheet_json": gettext_lazy("the data (JSON)"),
    "history": gettext_lazy("the history"),
    "access": gettext_lazy("the list of who has read it"),
    "access_csv": gettext_lazy("the list of who has read it"),
    "access_xlsx": gettext_lazy("the list of who has read it"),
    "verify": gettext_lazy("the page on which PDFs are checked"),
    "report": gettext_lazy("the report"),
    "report_pdf": gettext_lazy("the report as PDF"),
    "report_docx": gettext_lazy("the report as Word file"),
    "report_text": gettext_lazy("the page on which the report’s text is written"),
    "plan": gettext_lazy("the action plan"),
    "plan_begin": gettext_lazy("the action plan"),
    "plan_add": gettext_lazy("the page on which an action is added"),
    "plan_action": gettext_lazy("an action of the plan"),
    "plan_remove": gettext_lazy("the removal of an action"),
    "plan_pdf": gettext_lazy("the action plan as PDF"),
    "plan_csv": gettext_lazy("the action plan as a table"),
    "plan_xlsx": gettext_lazy("the action plan as a table"),
    "plan_before": gettext_lazy("what became of the last plan"),
    "due": gettext_lazy("the page on which the next review’s date is set"),
    "remarks": gettext_lazy("the remarks of the service"),
    "remark": gettext_lazy("the page on which a remark is changed"),
    "remark_answer": gettext_lazy("the answer to a remark"),
    "remark_withdraw": gettext_lazy("the withdrawal of a remark"),
    "facts_until": gettext_lazy("the page on which the day for remarks is set"),
    "preparation": gettext_lazy("the preparation"),
    "lay_out": gettext_lazy("the preparation"),
    "preparation_step": gettext_lazy("the preparation"),
    "tick": gettext_lazy("the preparation"),
    "exports": gettext_lazy("a selection of reviews, with this one"),  # the one address that is not a review's own
    "compare": gettext_lazy("the comparison with another review"),
}
WORDS = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True)
class Piece:
    """Some words of a text: kept (""), taken out ("del") or put in ("ins")."""

    kind: str
    text: str


@dataclass(frozen=True)
class Change:
    """One field before and after; a longer text comes as pieces instead."""

    field: str
    before: str
    after: str
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class Entry:
    """One event. `item` is "" when it is about the whole review."""

    at: datetime
    by: str
    told: str
    item: str
    comment: str
    changes: tuple[Change, ...]
    hash: str


@dataclass(frozen=True)
class History:
    """Some entries, newest first; `older` is the number to go on from, "" on the last page."""

    entries: tuple[Entry, ...]
    older: str
    is_whole: bool


def history_of(review: Review, user: User, before: int | None = None) -> History:
    """Return a page of a review's history, for the person for whom it was fetched. Three queries."""
    is_whole = bool({Actor.EVALUATOR, Actor.COORDINATOR} & review.acting_as)
    events = ReviewEvent.objects.filter(review=review).select_related("by").order_by("-pk")
    if not is_whole:
        events = events.exclude(type__in=WORKING)
    if review.is_rated_apart:
        events = events.exclude(~Q(by=user) & ~Q(by__in=_open_to_all(review)), type=EventType.RATED)
    if before is not None:
        events = events.filter(pk__lt=before)
    found = list(events[: PAGE + 1])
    names = _names_in(found[:PAGE])
    entries = tuple(_entry(event, review, names) for event in found[:PAGE])
    return History(entries, str(found[PAGE - 1].pk) if len(found) > PAGE else "", is_whole)


def accesses_of(review: Review, most: int | None = None) -> Iterator[tuple[AccessEvent, str, str]]:
    """Yield who looked at a review, newest first: the line, and in words what they did and with what."""
    lines = AccessEvent.objects.filter(review=review).select_related("by")
    for line in lines[:most] if most else lines.iterator():
        yield line, str(line.get_action_display()), str(PAGES[line.page])


def difference(before: str, after: str) -> tuple[Piece, ...]:
    """Return how a text became another, word by word.

    What both begin and end with is set aside first; where the rest is long, it is told whole as it was
    and as it is: comparing takes the square of its length.
    """
    old, new = WORDS.findall(before), WORDS.findall(after)
    head = _in_common(old, new)
    tail = _in_common(old[head:][::-1], new[head:][::-1])
    begin, end = old[:head], old[len(old) - tail :]
    old, new = old[head : len(old) - tail], new[head : len(new) - tail]
    if max(len(old), len(new)) > MOST_WORDS:
        changes = [("replace", 0, len(old), 0, len(new))]
    else:
        changes = list(difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes())
    pieces = [("", begin)]
    for kind, a, b, c, d in changes:
        pieces += [("", old[a:b])] if kind == "equal" else [("del", old[a:b]), ("ins", new[c:d])]
    pieces.append(("", end))
    return tuple(Piece(kind, "".join(words)) for kind, words in pieces if words)


def _in_common(one: list[str], other: list[str]) -> int:
    """Return how many words two texts begin with alike."""
    return sum(1 for _pair in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _open_to_all(review: Review) -> QuerySet[ReviewEvaluator, int]:
    """Return the people whose ratings everybody may read: who handed in, once all have. Who left before is not
    among them."""
    submitted = review.participations.filter(submitted_at__isnull=False)
    return (submitted.none() if review.is_blind else submitted).values_list("user", flat=True)


def _entry(event: ReviewEvent, review: Review, names: dict[str, str]) -> Entry:
    item = review.scale.by_number.get(event.item_number or 0)
    changes = dict(event.changes)
    if item and "observation" in changes:
        changes["observation"] = [observed(item, seen, labels_in(seen)) for seen in changes["observation"]]
    return Entry(
        at=event.at,
        by=_("The rule on keeping notes") if event.type == EventType.NOTES_DELETED else str(event.by),
        told=_told(event),
        item=f"{item.number} {item.title}" if item else "",
        comment=event.comment,
        changes=tuple(_change(field, changes[field], names) for field in sorted(changes, key=_place)),
        hash=event.hash,
    )


def _place(field: str) -> int:
    """Return where the history shows a field; one that no table declares any more comes last."""
    return list(FIELDS).index(field) if field in FIELDS else len(FIELDS)


def _told(event: ReviewEvent) -> str:
    """Return what happened, in words. Several acts prepare a review; what changed tells which it was."""
    if event.type == EventType.PREPARED:
        if "steps" in event.changes:
            return _("laid out the preparation")
        if "step_due" in event.changes:
            is_new = not event.changes["step"][0]
            return _("added a step to the preparation") if is_new else _("moved a step of the preparation")
        if event.changes["step_done"] == [True, False]:
            return _("took back the tick of a step of the preparation")
    return str(event.get_type_display())


def _change(field: str, both: list[Any], names: dict[str, str]) -> Change:
    before, after = (_said(field, value, names) for value in both)
    declared = FIELDS.get(field, Field(field))
    pieces = difference(*both) if declared.show == Show.TEXT and all(both) else ()
    return Change(str(declared.label), before, after, pieces)


def _said(field: str, value: Any, names: dict[str, str]) -> str:
    declared = FIELDS.get(field, Field(field))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value in (None, "", []):
        return "–"
    if declared.choices:
        return str(declared.choices(value).label)
    if declared.show == Show.DAY:
        return date_format(date.fromisoformat(value), "SHORT_DATE_FORMAT")
    if isinstance(value, list):
        return ", ".join(str(names.get(part, part)) for part in value)
    return str(names.get(value, value))


def labels_in(seen: dict[str, Any]) -> tuple[str, ...]:
    """Return the specialists that an observation speaks of, also those who were left out later."""
    return tuple(seen.get("specialists", ()))


def _names_in(events: list[ReviewEvent]) -> dict[str, str]:
    """Return people's names by the code under which the events know them."""
    people = [field for field, declared in FIELDS.items() if declared.show == Show.PEOPLE]
    sides = (side for event in events for field in people for side in event.changes.get(field, ()))
    codes = {code for side in sides for code in (side if isinstance(side, list) else [side]) if code}
    return {str(user.code): str(user) for user in User.objects.filter(code__in=codes)} if codes else {}
