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
    """The plan of a review, by item in the scale's order, those of the whole service last. Counts are text."""

    review: Review
    actions: tuple[PlanAction, ...]
    count: str
    done: str
    open: str
    overdue: str
    sentence: str

    @property
    def is_empty(self) -> bool:
        return not self.actions


def line_of(review: Review) -> tuple[int, ...]:
    """Return the numbers (pk) of a review and of all that it corrects, newest first. One query for a correction."""
    if review.supersedes_id is None:
        return (review.pk,)
    corrections = Review.objects.filter(organisation=review.organisation_id, supersedes__isnull=False)
    corrects = dict(corrections.values_list("pk", "supersedes_id"))
    line = [review.pk]
    while (before := corrects.get(line[-1])) is not None:
        line.append(before)
    return tuple(line)


def plan_of(review: Review) -> Plan:
    """Return the action plan of a review, with the actions of what it corrects. Two to three queries."""
    notes = Prefetch("notes", ActionNote.objects.select_related("by"))
    found = Action.objects.filter(review__in=line_of(review)).prefetch_related(notes)
    return _plan(review, sorted(found, key=_place))


def counts_words(count: int, done: int, overdue: int) -> str:
    """Return "5 of 12 done, 2 overdue". Nothing else words how far a plan has come."""
    numbers = {"done": str(done), "count": str(count), "overdue": str(overdue)}
    if not count:
        return _("no actions yet")
    if not overdue:
        return _("%(done)s of %(count)s done") % numbers
    return _("%(done)s of %(count)s done, %(overdue)s overdue") % numbers


def is_overdue(action: Action, today: date) -> bool:
    """Return whether an action should have been done before today."""
    return action.is_open and action.due is not None and action.due < today


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
        is_overdue=is_overdue(action, timezone.localdate()),
        notes=tuple(_noted(note) for note in action.notes.all()),
    )


def _plan(review: Review, actions: Iterable[Action]) -> Plan:
    lines = tuple(shown(review, action) for action in actions)
    done = sum(action.state == Action.State.DONE for action in lines)
    overdue = sum(action.is_overdue for action in lines)
    return Plan(
        review=review,
        actions=lines,
        count=str(len(lines)),
        done=str(done),
        open=str(sum(action.is_open for action in lines)),
        overdue=str(overdue),
        sentence=counts_words(len(lines), done, overdue),
    )


def _place(action: Action) -> tuple[bool, int, int]:
    return action.item_number is None, action.item_number or 0, action.pk


def _noted(note: ActionNote) -> PlanNote:
    day = timezone.localdate(note.at)
    return PlanNote(day, date_format(day, "DATE_FORMAT"), str(note.by), note.text)
