"""The action plan as one read model: page, print and files all show this, so they cannot disagree. Reads; never writes.

A correction goes on with the plan of what it corrects: the plan of a review holds the actions of its whole line.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from reviews.models import Action, ActionNote, Review, User
from reviews.models.actionplan import ActionQuerySet
from reviews.wording import done_words, visit_words


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
    found = sorted(Action.objects.filter(review__in=review.lineage()).prefetch_related(notes), key=_place)
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


@dataclass(frozen=True)
class CarriedOver:
    """An action of an earlier plan. `visit` tells which; `language` is that of the scale whose item it names; `url`
    leads to the action in that plan, "" for who may not know of that review."""

    action: PlanAction
    visit: str
    visit_on: date
    language: str
    url: str


def carried_over(review: Review, user: User | None = None) -> tuple[CarriedOver, ...]:
    """Return the open actions of earlier plans when this is the organisation's last valid review, else none.

    With `open_of` of the review's own plan they are all that the organisation's standing counts. One query, two to
    three more where there are such actions and a person to whom links are shown.
    """
    found = list(
        open_before(review)
        .select_related("review")
        .prefetch_related("notes__by")
        .order_by("-review__visit_start", "-review", "item_number", "pk")
    )
    codes = _plans(review, {action.review_id for action in found}, user) if found and user else {}
    return tuple(_earlier(action, codes.get(action.review_id)) for action in found)


def open_before(review: Review) -> ActionQuerySet:
    """Return the same actions as they are stored."""
    if review.organisation.last_review_id != review.pk:
        return Action.objects.none()
    return Action.objects.open_of(review.organisation_id).exclude(review__in=review.lineage())


def _earlier(action: Action, code: UUID | None) -> CarriedOver:
    of = action.review
    url = f"{reverse('plan', args=[code])}#action-{action.code}" if code else ""
    return CarriedOver(shown(of, action), of.visit, of.visit_start, of.scale.language, url)


def _plans(review: Review, began: set[int], user: User) -> dict[int, UUID]:
    """Return by number of a review the code of the one whose plan holds its actions: itself, or the correction that is
    valid now. Only of reviews that the person may know of."""
    of_organisation = Review.objects.filter(organisation=review.organisation_id)
    corrections = of_organisation.finished().filter(supersedes__isnull=False)
    corrected_by = dict(corrections.values_list("supersedes", "pk"))
    known = dict(of_organisation.valid().visible_to(user).values_list("pk", "code"))
    plans = {}
    for pk in began:
        last = pk
        while last in corrected_by:
            last = corrected_by[last]
        if last in known:
            plans[pk] = known[last]
    return plans


@dataclass(frozen=True)
class PreviousAction:
    """One action of the plan before, with the last note on it."""

    action: PlanAction
    last: PlanNote | None


@dataclass(frozen=True)
class PreviousPlan:
    """The plan of the review before. `language` is that of its scale, whose items the actions name; `earlier` is what
    is still open from the plans before that."""

    kind: str
    visit: str
    language: str
    actions: tuple[PreviousAction, ...]
    earlier: tuple[CarriedOver, ...]
    sentence: str


def previous_plan(review: Review) -> PreviousPlan | None:
    """Return the plan of the review before this one, None when there is none. Ten queries at most."""
    before = Review.objects.valid_before(review)
    if before is None:
        return None
    plan = plan_of(before)
    return PreviousPlan(
        kind=str(before.get_kind_display()),
        visit=visit_words(before.visit_start, before.visit_end),
        language=before.scale.language,
        actions=tuple(PreviousAction(action, action.notes[-1] if action.notes else None) for action in plan.actions),
        earlier=carried_over(before),
        sentence=plan.sentence,
    )
