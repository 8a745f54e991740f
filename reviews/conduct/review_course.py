"""The course of a review with days and names, by the events that changed its status."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ipsfidelity.prepared import prepared
from reviews.models import EventType, Review, ReviewEvent
from reviews.models.names import name_columns
from reviews.records import handing_out
from reviews.wording import visit_words

CANCELLING = (EventType.CANCELLED, EventType.WITHDRAWN)
_BEGINS = {
    EventType.STARTED: "scoring",
    EventType.COMPARED: "consensus",
    EventType.DRAFTED: "draft",
    EventType.FINALISED: "final",
}
_TYPES = {*handing_out.TYPES, *_BEGINS, *CANCELLING, EventType.CREATED, EventType.CORRECTION, EventType.REOPENED}

_SHOWN = ("review", "at", "type", "changes", "comment", *name_columns("by"))


@dataclass(frozen=True)
class Needs:
    """What a review still needs: until when it cannot be signed, "" if it can; and who was told of the draft report."""

    sign_from: str
    told: Sequence[str] | None


def events_of(review: Review) -> tuple[ReviewEvent, ...]:
    """Return the events that changed the status of a review or its plan, in order. One query."""
    return tuple(_events(review.pk))


@prepared
def _events(review: int) -> QuerySet[ReviewEvent]:
    events = ReviewEvent.objects.filter(review=review, type__in=_TYPES).select_related("by").only(*_SHOWN)
    return events.order_by("pk")


def course_lines(review: Review, events: Iterable[ReviewEvent], needs: Needs) -> Mapping[str, Sequence[str]]:
    """Return what the course says at each step, by the name of the step: when, who, and what the next one needs."""
    begun: dict[str, ReviewEvent] = {}
    for event in events:
        if event.type in (EventType.CREATED, EventType.CORRECTION):
            begun["planned"] = event
        elif event.type == EventType.REOPENED:
            begun.pop("draft", None)
        elif event.type in _BEGINS:
            begun.setdefault(_BEGINS[EventType(event.type)], event)
    days = {name: timezone.localdate(event.at) for name, event in begun.items()}
    lines = {
        "planned": [_day(days["planned"])] if "planned" in days else [],
        "scoring": _scoring(review, days, needs),
        "consensus": [_span(days["consensus"], days.get("draft"))] if "consensus" in days else [],
        "draft": [_day(days["draft"]), *_told(needs.told)] if "draft" in days else [_("when every item has a score")],
        "final": _final(review, begun.get("final"), needs),
    }
    if review.is_handed_out and review.facts_until:
        lines["draft"].append(_("remarks until %(day)s") % {"day": _day(review.facts_until)})
    return lines


def _scoring(review: Review, days: Mapping[str, date], needs: Needs) -> list[str]:
    if "scoring" not in days:
        visit = visit_words(review.visit_start, review.visit_end, "MONTH_DAY_FORMAT")
        return [_("visit %(days)s") % {"days": visit}] if review.is_unscored else []
    lines = [_span(days["scoring"], days.get("consensus") or days.get("draft"))]
    if review.is_rated_apart:
        lines.append(_("each alone"))
    return lines


def _told(told: Sequence[str] | None) -> list[str]:
    if told is None:
        return []
    return [_("to %(names)s") % {"names": ", ".join(told)} if told else _("nobody told by mail")]


def _final(review: Review, signed: ReviewEvent | None, needs: Needs) -> list[str]:
    if signed:
        day = date_format(timezone.localdate(signed.at), "DATE_FORMAT")
        return [day, _("signed by %(name)s") % {"name": signed.by}]
    if needs.sign_from:
        return [_("from %(day)s") % {"day": needs.sign_from}]
    return [_("when it is signed")] if review.is_handed_out else []


def _day(day: date) -> str:
    return date_format(day, "MONTH_DAY_FORMAT")


def _span(start: date, end: date | None) -> str:
    return visit_words(start, end, "MONTH_DAY_FORMAT") if end else _("from %(day)s") % {"day": _day(start)}
