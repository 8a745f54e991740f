"""The action plan as one read model: page, print and files all show this, so they cannot disagree. Reads; never writes.

A correction goes on with the plan of what it corrects: the plan of a review holds the actions of its whole line.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from reviews.models import Action, ActionNote, Review
from reviews.wording import done_words


@dataclass(frozen=True)
class PlanNote:
    """What was noted on an action; `when` is its day in words."""

    day: date
    when: str
    by: str
    text: str


@dataclass(frozen=True)
class PlanAction:
    """One action. `number` and `title` are "" when it is of the whole service; `who` and `due` where nobody said.

    `title` is in the language of the review's scale. `state` is one of Action.State, `state_label` its word.
    """

    code: str
    number: str
    title: str
    what: str
    who: str
    due: str
    due_on: date | None
    state: str
    state_label: str
    is_open: bool
    is_overdue: bool
    notes: tuple[PlanNote, ...]


@dataclass(frozen=True)
class Plan:
    """The plan of a review, by item in the scale's order, those of the whole service last. `sentence` tells how far
    it has come."""

    actions: tuple[PlanAction, ...]
    sentence: str

    @property
    def is_empty(self) -> bool:
        return not self.actions


def plan_of(review: Review) -> Plan:
    """Return the action plan of a review, with the actions of what it corrects. Two to three queries."""
    notes = Prefetch("notes", ActionNote.objects.select_related("by"))
    found = sorted(Action.objects.filter(review__in=review.line()).prefetch_related(notes), key=_place)
    return Plan(tuple(shown(review, action) for action in found), counts_words(found))


def counts_words(actions: Iterable[Action]) -> str:
    """Return how far a plan with these actions has come: "5 of 12 done, 2 overdue"."""
    actions, today = tuple(actions), timezone.localdate()
    if not actions:
        return _("no actions yet")
    done = sum(action.state == Action.State.DONE for action in actions)
    return done_words(done, len(actions), sum(action.is_overdue(today) for action in actions))


def shown(review: Review, action: Action) -> PlanAction:
    """Return an action as it is shown, its item by the scale of the review that it began from."""
    item = review.scale.by_number.get(action.item_number or 0)
    return PlanAction(
        code=str(action.code),
        number=str(item.number) if item else "",
        title=item.title if item else "",
        what=action.what,
        who=action.who,
        due=date_format(action.due, "DATE_FORMAT") if action.due else "",
        due_on=action.due,
        state=action.state,
        state_label=str(action.get_state_display()),
        is_open=action.is_open,
        is_overdue=action.is_overdue(timezone.localdate()),
        notes=notes_of(action),
    )


def _place(action: Action) -> tuple[bool, int, int]:
    return action.item_number is None, action.item_number or 0, action.pk


def notes_of(action: Action) -> tuple[PlanNote, ...]:
    """Return what was noted on an action, the earliest first."""
    return tuple(_noted(note) for note in action.notes.all())


def _noted(note: ActionNote) -> PlanNote:
    day = timezone.localdate(note.at)
    return PlanNote(day, date_format(day, "DATE_FORMAT"), str(note.by), note.text)
