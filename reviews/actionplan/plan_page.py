"""Read models of the plan's page, of one action's, and of what a review's own page says about what follows."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.http import Http404
from django.utils.translation import ngettext

from reviews.access import may_keep_plan
from reviews.actionplan.plan import CarriedOver, Plan, PlanAction, carried_over, counts_words, open_before, plan_of
from reviews.models import Action, ItemScore, Review, User
from reviews.schedule.next_review import due_after
from reviews.wording import due_words
from scales.definition import Item
from scales.rules import SCORES


@dataclass(frozen=True)
class Help:
    """What the review found of an item, for whoever plans an action. Scores are text; `anchor` describes `next`.

    `number` is "0" for the whole service, which has no score; `next` is "" at the best score.
    """

    number: str
    title: str
    score: str
    next: str
    anchor: str
    recommendation: str


@dataclass(frozen=True)
class Group:
    """An item with its actions."""

    help: Help
    actions: tuple[PlanAction, ...]


@dataclass(frozen=True)
class PlanPage:
    """The page of a plan. `groups` have actions. The rest have none: `others` those below the best score and the
    whole service, `at_best` those that have it. `later` is the last valid review if this is not it and the reader may
    know of it. `earlier` is what is still open from the plans before. `histories` are the reviews whose histories
    tell of the plan, newest first: its own and those that it corrects, as far as the reader may know of them.
    """

    plan: Plan
    earlier: tuple[CarriedOver, ...]
    groups: tuple[Group, ...]
    others: tuple[Help, ...]
    at_best: tuple[Help, ...]
    may_keep: bool
    may_begin: bool
    later: Review | None
    histories: tuple[Review, ...]


@dataclass(frozen=True)
class PlanSummary:
    """The action plan as the page of the review itself shows it. A text is "" where it does not apply.

    `open_actions` is the number of open actions. `previous_plan` is the progress of the previous review's plan, with
    the number of actions that are still open from earlier plans.
    """

    open_actions: str
    may_keep: bool
    next_due: str
    previous_plan: str


def plan_page(review: Review, user: User) -> PlanPage:
    """Return the page of a valid review's plan for a person. Five to eleven queries."""
    plan = plan_of(review)
    by_number: dict[str, list[PlanAction]] = defaultdict(list)
    for action in plan.actions:
        by_number[action.number or "0"].append(action)
    helps = _helps(review)
    without = [one for number, one in helps.items() if number not in by_number]
    may_keep, later = may_keep_plan(user, review), _later(review, user)
    return PlanPage(
        plan=plan,
        earlier=carried_over(review, user),
        groups=tuple(Group(one, tuple(by_number[number])) for number, one in helps.items() if number in by_number),
        others=tuple(one for one in without if one.next or not one.title),
        at_best=tuple(one for one in without if one.title and not one.next),
        may_keep=may_keep,
        may_begin=may_keep and not later and plan.is_empty and any(one.recommendation and one.next for one in without),
        later=later,
        histories=_histories(review, user),
    )


def help_for(review: Review, number: int) -> Help:
    """Return what the review found of one item; 0 is the whole service. Raises Http404 without such an item."""
    if str(number) not in (helps := _helps(review)):
        raise Http404
    return helps[str(number)]


def action_in(review: Review, code: object) -> Action | None:
    """Return an action of the review's plan, None when there is none, or none any more."""
    found = Action.objects.select_related("review", "saved_by").prefetch_related("notes__by")
    return found.filter(review__in=review.lineage(), code=str(code)).first()


def plan_summary(review: Review, user: User) -> PlanSummary:
    """Return what follows from a valid review, or what an open one goes on from. None to five queries."""
    return PlanSummary(
        open_actions=str(Action.objects.filter(review__in=review.lineage(), state__in=Action.OPEN).count())
        if review.is_valid
        else "",
        may_keep=review.is_valid and may_keep_plan(user, review),
        next_due=due_words(due, "DATE_FORMAT") if (due := due_after(review)) else "",
        previous_plan="" if review.is_final else _before(review),
    )


def _before(review: Review) -> str:
    before = Review.objects.valid_before(review)
    if before is None:
        return ""
    before.organisation = review.organisation
    actions = list(Action.objects.filter(review__in=before.lineage()).only("state", "due"))
    earlier = open_before(before).count()
    if not earlier:
        return counts_words(actions) if actions else ""
    more = ngettext("%(count)s open from earlier plans", "%(count)s open from earlier plans", earlier)
    return f"{counts_words(actions)}, {more % {'count': str(earlier)}}"


def _histories(review: Review, user: User) -> tuple[Review, ...]:
    if review.supersedes_id is None:
        return (review,)
    return tuple(Review.objects.visible_to(user).filter(pk__in=review.lineage()).order_by("-pk"))


def _later(review: Review, user: User) -> Review | None:
    last = review.organisation.last_review_id
    if last in (None, review.pk):
        return None
    return Review.objects.visible_to(user).filter(pk=last).first()


def _helps(review: Review) -> Mapping[str, Help]:
    """Return what was found of every item, in the scale's order, the whole service last. One query."""
    rows = {row.item_number: row for row in review.scores.all()}
    found = {str(item.number): _help(item, rows[item.number]) for item in review.scale.items}
    return found | {"0": Help("0", "", "", "", "", "")}


def _help(item: Item, row: ItemScore) -> Help:
    above = row.value + 1 if row.value is not None and row.value < SCORES[-1] else None
    return Help(
        number=str(item.number),
        title=item.title,
        score=str(row.value or ""),
        next=str(above or ""),
        anchor=item.anchor(above) if above else "",
        recommendation=row.recommendation,
    )
