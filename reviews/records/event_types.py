"""The table of event types: which fields an event of each type may hold, who reads it, and when it may still happen.

The chain refuses an event with an undeclared field, the history shows every declared one, and the triggers allow
after the signature only what this table allows. To add a field to an event, declare it here; nothing else lists fields.
The labels of the types themselves are in models/events.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from reviews.models import Action, EventType, Remark
from reviews.workflow import Status


class Show(StrEnum):
    """How the history shows the two values of a field."""

    VALUE = "as it is, lists joined by commas"
    TEXT = "with the differing words marked"
    DAY = "as a date"
    CHOICE = "by its label"
    PEOPLE = "by name; stored are codes"


@dataclass(frozen=True)
class Field:
    """One key of an event's `changes`. `choices` names the labels of a CHOICE."""

    label: Any
    show: Show = Show.VALUE
    choices: type[TextChoices] | None = None


# In the order in which the history shows them.
FIELDS: Mapping[str, Field] = {
    "status": Field(_("Status"), Show.CHOICE, Status),
    "value": Field(_("Score")),
    "observation": Field(_("Observed")),
    "awaiting": Field(_("Not enough data yet")),
    "awaited_from": Field(_("Who gets it")),
    "awaited_by": Field(_("By when")),
    "sources": Field(_("Data sources")),
    "facts_until": Field(_("Remarks of the service until"), Show.DAY),
    "remark_kind": Field(_("Kind"), Show.CHOICE, Remark.Kind),
    "evidence": Field(_("Evidence"), Show.TEXT),
    "recommendation": Field(_("Recommendation"), Show.TEXT),
    "departure": Field(_("Why not the suggestion?"), Show.TEXT),
    "decision": Field(_("Reason for the decision"), Show.TEXT),
    "awaited": Field(_("What is missing"), Show.TEXT),
    "summary": Field(_("Summary"), Show.TEXT),
    "strengths": Field(_("Strengths"), Show.TEXT),
    "what": Field(_("What"), Show.TEXT),
    "remark": Field(_("Remark"), Show.TEXT),
    "answer": Field(_("Answer"), Show.TEXT),
    "specialists": Field(_("Employment specialists")),
    "put_to": Field(_("Put to"), Show.PEOPLE),
    "evaluators": Field(_("Evaluators"), Show.PEOPLE),
    "total": Field(_("Total")),
    "band": Field(_("Quality band")),
    "fingerprint": Field(_("Fingerprint")),
    "pdf": Field(_("PDF file (SHA-256)")),
    "corrects": Field(_("Corrects")),
    "correction": Field(_("Correction")),
    "interview": Field(_("Interview")),
    "guide": Field(_("Interview guide")),
    "role": Field(_("Role")),
    "date": Field(_("Date"), Show.DAY),
    "notes": Field(_("Notes")),
    "weeks": Field(_("Weeks kept")),
    "who": Field(_("Who")),
    "due": Field(_("By when"), Show.DAY),
    "state": Field(_("State"), Show.CHOICE, Action.State),
    "note": Field(_("Note")),
    "action": Field(_("Action")),
    "next_due": Field(_("Next review due"), Show.DAY),
    "step": Field(_("Step")),
    "step_done": Field(_("Done")),
    "step_due": Field(_("By when"), Show.DAY),
    "steps": Field(_("Steps")),
    "file": Field(_("File it was imported from (SHA-256)")),
}


@dataclass(frozen=True)
class Declaration:
    """What holds for all events of one type.

    `fields` are the keys that `changes` may have. `is_working` events are for the evaluators and the coordinator: the
    service does not read what was tried while scoring. `is_afterwards` events may still happen to a final review,
    because nothing of them touches what was signed.
    """

    fields: tuple[str, ...] = ()
    is_working: bool = False
    is_afterwards: bool = False


ITEM = (
    *("value", "observation", "departure", "sources", "evidence", "recommendation"),
    *("awaiting", "awaited", "awaited_from", "awaited_by", "decision"),
)
INTERVIEW = ("interview", "guide", "role", "date")
ACTION = ("action", "what", "who", "due", "state")

EVENT_TYPES: Mapping[EventType, Declaration] = {
    EventType.CREATED: Declaration(),
    EventType.CORRECTION: Declaration(("corrects",)),
    EventType.STARTED: Declaration(("status",)),
    EventType.SCORED: Declaration(ITEM, is_working=True),
    EventType.RATED: Declaration(ITEM, is_working=True),
    EventType.HANDED_IN: Declaration(),
    EventType.TAKEN_BACK: Declaration(),
    EventType.COMPARED: Declaration(("status",)),
    EventType.ASKED: Declaration(("put_to",), is_working=True),
    EventType.SPECIALISTS: Declaration(("specialists",), is_working=True),
    EventType.HANDED_OVER: Declaration(("evaluators",)),
    EventType.DRAFTED: Declaration(("status", "facts_until")),
    EventType.REOPENED: Declaration(("status",)),
    EventType.FINALISED: Declaration(("status", "total", "band", "fingerprint", "pdf")),
    EventType.CORRECTED: Declaration(("correction",), is_afterwards=True),
    EventType.SUPERSEDED: Declaration(("status",), is_afterwards=True),
    EventType.INTERVIEWED: Declaration(INTERVIEW, is_working=True),
    EventType.INTERVIEW_CHANGED: Declaration(INTERVIEW, is_working=True),
    EventType.INTERVIEW_REMOVED: Declaration(INTERVIEW, is_working=True),
    EventType.NOTES_DELETED: Declaration(("notes", "weeks"), is_afterwards=True),
    EventType.REPORT_WRITTEN: Declaration(("summary", "strengths"), is_working=True),
    EventType.FACTS_ASKED: Declaration(("facts_until",)),
    EventType.REMARKED: Declaration(("remark_kind", "remark")),
    EventType.REMARK_CHANGED: Declaration(("remark_kind", "remark")),
    EventType.REMARK_WITHDRAWN: Declaration(("remark",)),
    EventType.ANSWERED: Declaration(("remark", "answer")),
    EventType.IMPORTED: Declaration(("status", "total", "band", "fingerprint", "file")),
    EventType.ACTION_ADDED: Declaration(ACTION, is_afterwards=True),
    EventType.ACTION_CHANGED: Declaration(ACTION, is_afterwards=True),
    EventType.ACTION_NOTED: Declaration(("action", "what", "note"), is_afterwards=True),
    EventType.ACTION_REMOVED: Declaration(ACTION, is_afterwards=True),
    EventType.DUE_SET: Declaration(("next_due",), is_afterwards=True),
    EventType.PREPARED: Declaration(("steps", "step", "step_done", "step_due"), is_working=True, is_afterwards=True),
}

WORKING = frozenset(one for one, declared in EVENT_TYPES.items() if declared.is_working)
AFTERWARDS = frozenset(one for one, declared in EVENT_TYPES.items() if declared.is_afterwards)
