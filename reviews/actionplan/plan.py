"""The read model of the action plan, which page, PDF and tables share. Reads; never writes.

A correction continues the plan of the review that it corrects: a plan holds the actions of the review's whole lineage.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsfidelity.prepared import prepared
from reviews.components.last_review import last_valid_review
from reviews.models import Action, ActionNote, Review, User
from reviews.wording import done_words, format_day, visit_words
from scales.definition import Item
from scales.models import ScaleEdition


@dataclass(frozen=True)
class PlanNote:
    """A note on an action. `when` is `day` in the reader's language."""

    day: date
    when: str
    by: str
    text: str


@dataclass(frozen=True)
class PlanAction:
    """One action as pages show it.

    `number` and `title` are those of its item, in the language of the review's scale; both are "" for the whole
    service. `item` is its number and short name, or "The whole service". `who` and `due` are "" if they are not set.
    `state` is an Action.State, `state_label` its translation. `version` is the stored one.
    `notes` start with the earliest.
    """

    code: str
    number: str
    title: str
    item: str
    version: int
    what: str
    who: str
    due: str
    due_on: date | None
    state: str
    state_label: str
    is_open: bool
    is_overdue: bool
    notes: tuple[PlanNote, ...]

    @property
    def what_with_notes(self) -> str:
        """What is to be done, and below it each note with its date."""
        return "\n".join([self.what, *(f"{note.when}: {note.text}" for note in self.notes)])

    @property
    def when(self) -> str:
        """The date by which it is due, whether it is overdue, and its state."""
        overdue = f" ({_('overdue')})" if self.is_overdue else ""
        return f"{self.due}{overdue}, {self.state_label}" if self.due else self.state_label

    @property
    def last_note(self) -> PlanNote | None:
        return self.notes[-1] if self.notes else None


@dataclass(frozen=True)
class Plan:
    """The plan of a review: actions in the order of the scale's items, then those for the whole service.

    `progress` is a text such as "5 of 12 done, 2 overdue".
    """

    actions: tuple[PlanAction, ...]
    progress: str

    @property
    def percent_done(self) -> str:
        """The part of the actions that is done, as a whole percentage for drawings."""
        done = sum(action.state == Action.State.DONE for action in self.actions)
        return str(round(100 * done / len(self.actions))) if self.actions else "0"

    @property
    def is_empty(self) -> bool:
        return not self.actions


def plan_of(review: Review) -> Plan:
    """Return the action plan of a review, including the actions of reviews that it corrects. Two to three queries."""
    actions = sorted(_actions(*review.lineage_here()), key=_sort_key)
    return Plan(tuple(plan_action(review, action) for action in actions), progress_words(actions))


@prepared
def _actions(*reviews: int) -> QuerySet[Action]:
    notes = Prefetch("notes", ActionNote.objects.select_related("by"))
    return Action.objects.filter(review__in=reviews).prefetch_related(notes)


def progress_words(actions: Iterable[Action]) -> str:
    """Return the progress of a plan with these actions: "5 of 12 done, 2 overdue"."""
    actions, today = tuple(actions), timezone.localdate()
    if not actions:
        return _("no actions yet")
    done = sum(action.state == Action.State.DONE for action in actions)
    return done_words(done, len(actions), sum(action.is_overdue(today) for action in actions))


def plan_action(review: Review, action: Action) -> PlanAction:
    """Return an action as pages show it. Its item comes from the scale of `review`."""
    item = ScaleEdition.named_scale_of(review.edition_id).by_number.get(action.item_number or 0)
    return PlanAction(
        code=str(action.code),
        number=str(item.number) if item else "",
        title=review.scale.by_number[item.number].title if item else "",
        item=item_name(item),
        version=action.version,
        what=action.what,
        who=action.who,
        due=format_day(action.due, "DATE_FORMAT") if action.due else "",
        due_on=action.due,
        state=action.state,
        state_label=str(action.get_state_display()),
        is_open=action.is_open,
        is_overdue=action.is_overdue(timezone.localdate()),
        notes=notes_of(action),
    )


def item_name(item: Item | None) -> str:
    """Return the number and the short name of an item, "The whole service" for None."""
    return f"{item.number} {item.short}" if item else _("The whole service")


def _sort_key(action: Action) -> tuple[bool, int, int]:
    return action.item_number is None, action.item_number or 0, action.pk


def notes_of(action: Action) -> tuple[PlanNote, ...]:
    """Return the notes on an action, earliest first."""
    return tuple(_plan_note(note) for note in action.notes.all())


def _plan_note(note: ActionNote) -> PlanNote:
    day = timezone.localdate(note.at)
    return PlanNote(day, format_day(day, "DATE_FORMAT"), str(note.by), note.text)


@dataclass(frozen=True)
class CarriedOverAction:
    """An open action of an earlier plan.

    `visit` is the dates of the visit in words. `language` is that of the scale to which the item belongs. `url` is the
    address of the action in its plan, "" for readers who may not know of that review.
    """

    action: PlanAction
    visit: str
    visit_on: date
    language: str
    url: str


def carried_over(review: Review, user: User | None = None) -> tuple[CarriedOverAction, ...]:
    """Return the open actions of earlier plans if this is the organisation's last valid review, else none.

    `Organisation.open_actions` counts these and the open actions of the review's own plan. One query; two to three more
    if there are such actions and a `user`, who gets links to them.
    """
    actions = earlier_open_actions(review)
    prefetch_related_objects(actions, "notes__by")
    codes = _plan_codes(review, {action.review_id for action in actions}, user) if actions and user else {}
    return tuple(_carried_over_action(action, codes.get(action.review_id)) for action in actions)


def earlier_open_actions(review: Review) -> list[Action]:
    """Return the rows behind `carried_over`, with their reviews. One query."""
    if review.organisation.current.last_review_id != review.pk:
        return []
    return _earlier_open_actions(review.organisation.current_id, *review.lineage_here())


@prepared
def _earlier_open_actions(organisation: int, *lineage: int) -> QuerySet[Action]:
    actions = Action.objects.open_of(organisation).exclude(review__in=lineage)
    return actions.select_related("review").order_by("-review__visit_start", "-review", "item_number", "pk")


def _carried_over_action(action: Action, code: UUID | None) -> CarriedOverAction:
    review = action.review
    url = f"{reverse('plan', args=[code])}#action-{action.code}" if code else ""
    return CarriedOverAction(plan_action(review, action), review.visit, review.visit_start, review.scale.language, url)


def _plan_codes(review: Review, original_pks: set[int], user: User) -> dict[int, UUID]:
    """Map the pk of each original review to the code of the review whose plan holds its actions now.

    That is the review itself or its valid correction. Reviews that the person may not know of are left out.
    """
    of_organisation = Review.objects.of(review.organisation)
    corrections = of_organisation.finished().filter(supersedes__isnull=False)
    corrected_by = dict(corrections.values_list("supersedes", "pk"))
    known = dict(of_organisation.valid().visible_to(user).values_list("pk", "code"))
    plans = {}
    for pk in original_pks:
        last = pk
        while last in corrected_by:
            last = corrected_by[last]
        if last in known:
            plans[pk] = known[last]
    return plans


@dataclass(frozen=True)
class PreviousPlan:
    """The plan of the previous review. It contains no scores: evaluators read it before they score the next visit.

    `language` is that of the previous review's scale. `carried_over` are open actions of still earlier plans.
    """

    kind: str
    visit: str
    language: str
    actions: tuple[PlanAction, ...]
    carried_over: tuple[CarriedOverAction, ...]
    progress: str


def previous_plan(review: Review) -> PreviousPlan | None:
    """Return the plan of the previous valid review, or None without one. Ten queries at most."""
    previous = last_valid_review(review)
    if previous is None:
        return None
    plan = plan_of(previous)
    return PreviousPlan(
        kind=str(previous.get_kind_display()),
        visit=visit_words(previous.visit_start, previous.visit_end),
        language=previous.scale.language,
        actions=plan.actions,
        carried_over=carried_over(previous),
        progress=plan.progress,
    )
