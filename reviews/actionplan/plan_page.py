"""Read models of the pages of the action plan, and of the plan's summary on the review's own page."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.http import Http404
from django.utils.translation import ngettext

from reviews.access import may_keep_plan
from reviews.actionplan.plan import (
    CarriedOverAction,
    Plan,
    PlanAction,
    carried_over,
    earlier_open_actions,
    plan_of,
    progress_words,
)
from reviews.models import Action, ItemScore, Review, User
from reviews.schedule.next_review import due_after
from reviews.wording import due_words
from scales.definition import Item
from scales.rules import SCORES


@dataclass(frozen=True)
class ItemFindings:
    """What the review found about one item, shown to the person who plans an action. Scores are text.

    `next_score` is one above `score`, "" if the item has the best score; `next_anchor` is its description in the scale.
    `number` is "0" and everything else "" for the whole service.
    """

    number: str
    title: str
    score: str
    next_score: str
    next_anchor: str
    recommendation: str


@dataclass(frozen=True)
class ItemActions:
    """An item with its actions."""

    findings: ItemFindings
    actions: tuple[PlanAction, ...]


@dataclass(frozen=True)
class PlanPage:
    """The page of a plan.

    `items` have actions. The others have none: `at_best` have the best score, `others` a lower one (or are the whole
    service). `carried_over` is open from earlier plans. `later` is the organisation's last valid review if that is
    another one and the reader may know of it. `histories` are the reviews whose histories contain events of the plan,
    newest first: this one and those that it corrects, as far as the reader may know of them.
    """

    plan: Plan
    carried_over: tuple[CarriedOverAction, ...]
    items: tuple[ItemActions, ...]
    others: tuple[ItemFindings, ...]
    at_best: tuple[ItemFindings, ...]
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
    """Return the page of a valid review's plan as `user` sees it. Five to eleven queries."""
    plan = plan_of(review)
    by_number: dict[str, list[PlanAction]] = defaultdict(list)
    for action in plan.actions:
        by_number[action.number or "0"].append(action)
    all_findings = _findings_by_number(review)
    without_action = [findings for number, findings in all_findings.items() if number not in by_number]
    with_action = [findings for number, findings in all_findings.items() if number in by_number]
    has_recommendations = any(findings.recommendation and findings.next_score for findings in without_action)
    may_keep, later = may_keep_plan(user, review), _later(review, user)
    return PlanPage(
        plan=plan,
        carried_over=carried_over(review, user),
        items=tuple(ItemActions(findings, tuple(by_number[findings.number])) for findings in with_action),
        others=tuple(findings for findings in without_action if findings.next_score or not findings.title),
        at_best=tuple(findings for findings in without_action if findings.title and not findings.next_score),
        may_keep=may_keep,
        may_begin=may_keep and not later and plan.is_empty and has_recommendations,
        later=later,
        histories=_histories(review, user),
    )


def findings_for(review: Review, number: int) -> ItemFindings:
    """Return what the review found about one item; 0 is the whole service. Raises Http404 without such an item."""
    if str(number) not in (all_findings := _findings_by_number(review)):
        raise Http404
    return all_findings[str(number)]


def action_in(review: Review, code: object) -> Action | None:
    """Return an action of the review's plan, or None if it does not exist or was removed."""
    actions = Action.objects.select_related("review", "saved_by").prefetch_related("notes__by")
    return actions.filter(review__in=review.lineage_here(), code=str(code)).first()


def plan_summary(review: Review, user: User) -> PlanSummary:
    """Return a summary of a valid review's plan or, for an open review, of the previous plan. At most five queries."""
    return PlanSummary(
        open_actions=str(Action.objects.filter(review__in=review.lineage_here(), state__in=Action.OPEN).count())
        if review.is_valid
        else "",
        may_keep=review.is_valid and may_keep_plan(user, review),
        next_due=due_words(due, "DATE_FORMAT") if (due := due_after(review)) else "",
        previous_plan="" if review.is_closed else _previous_plan_words(review),
    )


def _previous_plan_words(review: Review) -> str:
    previous = Review.objects.valid_before(review)
    if previous is None:
        return ""
    previous.organisation = review.organisation
    actions = list(Action.objects.filter(review__in=previous.lineage_here()).only("state", "due"))
    earlier = earlier_open_actions(previous).count()
    if not earlier:
        return progress_words(actions) if actions else ""
    earlier_words = ngettext("%(count)s open from earlier plans", "%(count)s open from earlier plans", earlier)
    return f"{progress_words(actions)}, {earlier_words % {'count': str(earlier)}}"


def _histories(review: Review, user: User) -> tuple[Review, ...]:
    if review.supersedes_id is None:
        return (review,)
    return tuple(Review.objects.visible_to(user).filter(pk__in=review.lineage_here()).order_by("-pk"))


def _later(review: Review, user: User) -> Review | None:
    last = review.organisation.current.last_review_id
    if last in (None, review.pk):
        return None
    return Review.objects.visible_to(user).filter(pk=last).first()


def _findings_by_number(review: Review) -> Mapping[str, ItemFindings]:
    """Return the findings by item number, in the order of the scale, the whole service last. One query."""
    rows = {row.item_number: row for row in review.scores.all()}
    by_number = {str(item.number): _findings(item, rows[item.number]) for item in review.scale.items}
    return by_number | {"0": ItemFindings("0", "", "", "", "", "")}


def _findings(item: Item, row: ItemScore) -> ItemFindings:
    next_score = row.value + 1 if row.value is not None and row.value < SCORES[-1] else None
    return ItemFindings(
        number=str(item.number),
        title=item.title,
        score=str(row.value or ""),
        next_score=str(next_score or ""),
        next_anchor=item.anchor(next_score) if next_score else "",
        recommendation=row.recommendation,
    )
