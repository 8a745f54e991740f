"""The table of event types: the fields of each type, who may read it, and whether it is allowed on a final review.

The chain refuses an event with an undeclared field, the history shows every declared field, and triggers refuse events
on a final review that this table does not allow. To add a field to an event, declare it here and nowhere else. The
labels of the types are in models/events.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from reviews.models import Action, EventType, PreparationStep, Remark
from reviews.workflow import Kind, Method, Status


class Show(StrEnum):
    """How the history shows the two values of a field."""

    VALUE = "as it is, lists joined by commas"
    TEXT = "with the differing words marked"
    DAY = "as a date"
    CHOICE = "by its label"
    PEOPLE = "by name; the stored values are codes"
    ORGANISATION = "by its current name; the stored values are codes"
    SCALE = "by its title and version; the stored values are short names of editions"
    REVIEW = "by its visit, with a link; the stored values are codes"
    SOURCES = "by their names; the stored values are the codes of the form"
    GUIDE = "by its title; the stored values are short names of editions"
    HASH = "folded, because it is for machines"
    NOT = "not at all; the stored values are codes, and another field names what they stand for"


@dataclass(frozen=True)
class EventField:
    """One key of an event's `changes`. `choices` holds the labels of a CHOICE."""

    label: Any
    show: Show = Show.VALUE
    choices: type[TextChoices] | None = None


# In the order of the history page.
FIELDS: Mapping[str, EventField] = {
    "status": EventField(_("Status"), Show.CHOICE, Status),
    "organisation": EventField(_("Organisation"), Show.ORGANISATION),
    "kind": EventField(_("Kind"), Show.CHOICE, Kind),
    "visit_start": EventField(_("First day of the visit"), Show.DAY),
    "visit_end": EventField(_("Last day of the visit"), Show.DAY),
    "period_start": EventField(_("Period looked at, from"), Show.DAY),
    "period_end": EventField(_("Period looked at, to"), Show.DAY),
    "edition": EventField(_("Scale"), Show.SCALE),
    "method": EventField(_("Method"), Show.CHOICE, Method),
    "moved_steps": EventField(_("Steps of the preparation moved")),
    "past_steps": EventField(_("Steps whose dates have passed"), Show.CHOICE, PreparationStep.WhenPast),
    "value": EventField(_("Score")),
    "observation": EventField(_("Observed")),
    "awaiting": EventField(_("Not enough data yet")),
    "awaited_from": EventField(_("Who gets it")),
    "awaited_by": EventField(_("By when")),
    "sources": EventField(_("Data sources"), Show.SOURCES),
    "facts_until": EventField(_("Remarks of the service until"), Show.DAY),
    "no_check_reason": EventField(_("Why there is no factual check"), Show.TEXT),
    "told": EventField(_("Told by mail"), Show.PEOPLE),
    "no_evidence": EventField(_("Items without evidence")),
    "no_source": EventField(_("Items without a data source")),
    "gaps_reason": EventField(_("Why this is missing"), Show.TEXT),
    "remark_kind": EventField(_("Kind"), Show.CHOICE, Remark.Kind),
    "evidence": EventField(_("Evidence"), Show.TEXT),
    "recommendation": EventField(_("Recommendation"), Show.TEXT),
    "departure": EventField(_("Why not the suggestion?"), Show.TEXT),
    "decision": EventField(_("Reason for the decision"), Show.TEXT),
    "awaited": EventField(_("What is missing"), Show.TEXT),
    "summary": EventField(_("Summary"), Show.TEXT),
    "strengths": EventField(_("Strengths"), Show.TEXT),
    "what": EventField(_("What"), Show.TEXT),
    "remark": EventField(_("Remark"), Show.TEXT),
    "answer": EventField(_("Answer"), Show.TEXT),
    "specialists": EventField(_("Employment specialists")),
    "item_comment": EventField(_("Comment"), Show.TEXT),
    "put_to": EventField(_("Asked to decide"), Show.PEOPLE),
    "evaluators": EventField(_("Evaluators"), Show.PEOPLE),
    "total": EventField(_("Total")),
    "band": EventField(_("Quality band")),
    "fingerprint": EventField(_("Fingerprint"), Show.HASH),
    "pdf": EventField(_("PDF file (SHA-256)"), Show.HASH),
    "corrects": EventField(_("Corrects"), Show.REVIEW),
    "correction": EventField(_("Correction"), Show.REVIEW),
    "interview": EventField(_("Interview")),
    "guide": EventField(_("Interview guide"), Show.GUIDE),
    "role": EventField(_("Role")),
    "date": EventField(_("Date"), Show.DAY),
    "notes": EventField(_("Notes")),
    "weeks": EventField(_("Weeks kept")),
    "who": EventField(_("Who")),
    "due": EventField(_("By when"), Show.DAY),
    "state": EventField(_("State"), Show.CHOICE, Action.State),
    "note": EventField(_("Note")),
    "action": EventField(_("Action"), Show.NOT),
    "next_due": EventField(_("Next review due"), Show.DAY),
    "step": EventField(_("Step")),
    "step_done": EventField(_("Done")),
    "step_due": EventField(_("By when"), Show.DAY),
    "steps": EventField(_("Steps")),
    "file": EventField(_("File it was imported from (SHA-256)"), Show.HASH),
}


@dataclass(frozen=True)
class EventDeclaration:
    """The rules for all events of one type.

    `fields` are the keys that `changes` may have. `internal` events are for the evaluators and the coordinator: the
    service does not read intermediate scores. `when_final` allows events on a final review, where they change nothing
    that was signed. `when_cancelled` allows them on a cancelled review.
    """

    fields: tuple[str, ...] = ()
    internal: bool = False
    when_final: bool = False
    when_cancelled: bool = False


ITEM = (
    *("value", "observation", "departure", "sources", "evidence", "recommendation"),
    *("awaiting", "awaited", "awaited_from", "awaited_by", "decision"),
)
GAPS = ("no_evidence", "no_source", "gaps_reason")
FIRST_PLAN = (
    *("organisation", "kind", "visit_start", "visit_end", "period_start", "period_end"),
    *("edition", "method", "evaluators"),
)
PLAN = (*FIRST_PLAN, "facts_until", "moved_steps", "past_steps")
INTERVIEW = ("interview", "guide", "role", "date")
ACTION = ("action", "what", "who", "due", "state")

EVENT_TYPES: Mapping[EventType, EventDeclaration] = {
    EventType.CREATED: EventDeclaration((*FIRST_PLAN, "past_steps")),
    EventType.CORRECTION: EventDeclaration(("corrects", "organisation", "evaluators")),
    EventType.STARTED: EventDeclaration(("status",)),
    EventType.SCORED: EventDeclaration(ITEM, internal=True),
    EventType.RATED: EventDeclaration(ITEM, internal=True),
    EventType.HANDED_IN: EventDeclaration(),
    EventType.TAKEN_BACK: EventDeclaration(),
    EventType.COMPARED: EventDeclaration(("status",)),
    EventType.COMMENTED: EventDeclaration(("item_comment",), internal=True),
    EventType.ASKED: EventDeclaration(("put_to",), internal=True),
    EventType.SPECIALISTS: EventDeclaration(("specialists",), internal=True),
    EventType.HANDED_OVER: EventDeclaration(("evaluators",)),
    EventType.DRAFTED: EventDeclaration(("status", "facts_until", "no_check_reason", "told", *GAPS)),
    EventType.REOPENED: EventDeclaration(("status",)),
    EventType.FINALISED: EventDeclaration(("status", "total", "band", "fingerprint", "pdf", *GAPS)),
    EventType.CORRECTED: EventDeclaration(("correction",), when_final=True),
    EventType.SUPERSEDED: EventDeclaration(("status",), when_final=True),
    EventType.PLAN_CHANGED: EventDeclaration(PLAN),
    EventType.MOVED: EventDeclaration(("correction", "organisation"), when_final=True),
    EventType.CANCELLED: EventDeclaration(("status",)),
    EventType.WITHDRAWN: EventDeclaration(("status", "correction"), when_final=True),
    EventType.INTERVIEWED: EventDeclaration(INTERVIEW, internal=True),
    EventType.INTERVIEW_CHANGED: EventDeclaration(INTERVIEW, internal=True),
    EventType.INTERVIEW_REMOVED: EventDeclaration(INTERVIEW, internal=True),
    EventType.NOTES_DELETED: EventDeclaration(("notes", "weeks"), when_final=True, when_cancelled=True),
    EventType.REPORT_WRITTEN: EventDeclaration(("summary", "strengths"), internal=True),
    EventType.FACTS_ASKED: EventDeclaration(("facts_until", "no_check_reason", "told")),
    EventType.REMARKED: EventDeclaration(("remark_kind", "remark")),
    EventType.REMARK_CHANGED: EventDeclaration(("remark_kind", "remark")),
    EventType.REMARK_WITHDRAWN: EventDeclaration(("remark",)),
    EventType.ANSWERED: EventDeclaration(("remark", "answer")),
    EventType.IMPORTED: EventDeclaration(("status", "total", "band", "fingerprint", "file")),
    EventType.ACTION_ADDED: EventDeclaration(ACTION, when_final=True),
    EventType.ACTION_CHANGED: EventDeclaration(ACTION, when_final=True),
    EventType.ACTION_NOTED: EventDeclaration(("action", "what", "note"), when_final=True),
    EventType.ACTION_REMOVED: EventDeclaration(ACTION, when_final=True),
    EventType.DUE_SET: EventDeclaration(("next_due",), when_final=True),
    EventType.PREPARED: EventDeclaration(
        ("steps", "past_steps", "step", "step_done", "step_due"), internal=True, when_final=True
    ),
}

INTERNAL = frozenset(event_type for event_type, declared in EVENT_TYPES.items() if declared.internal)
ALLOWED_WHEN_FINAL = frozenset(event_type for event_type, declared in EVENT_TYPES.items() if declared.when_final)
ALLOWED_WHEN_CANCELLED = frozenset(
    event_type for event_type, declared in EVENT_TYPES.items() if declared.when_cancelled
)
