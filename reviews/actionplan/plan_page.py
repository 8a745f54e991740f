"""Read models of the pages of the action plan, and of the plan's summary on the review's own page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from django.db.models import QuerySet
from django.http import Http404
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ipsfidelity.addresses import address
from ipsfidelity.prepared import prepared
from reviews.access import may_keep_plan
from reviews.actionplan.plan import (
    CarriedOverAction,
    Plan,
    PlanAction,
    carried_over,
    earlier_open_actions,
    item_name,
    progress_words,
)
from reviews.components.last_review import last_valid_review
from reviews.components.links import Action, ActionBar, Download, Empty, Notice, Tab
from reviews.components.rendered import Rendered
from reviews.models import Action as StoredAction
from reviews.models import Review, User
from reviews.models.scores import scores_of
from reviews.schedule.next_review import due_after
from reviews.wording import due_words
from scales.definition import Item
from scales.models import ScaleEdition
from scales.rules import SCORES

BY_ITEM = "item"  # the order that the address can ask for
LONGEST_NAME = 60  # characters of an action in the names of links and fields


@dataclass(frozen=True)
class NextStep(Rendered):
    """The score above that of an item, as text, and its anchor in the language of the scale."""

    template: ClassVar[str] = "actionplan/_next_step.html"

    score: str
    anchor: str
    language: str


@dataclass(frozen=True)
class ItemFindings:
    """What the review found about one item, shown to the person who plans an action. The score is text.

    `item` is the number and short name. `next_step` is None if the item has the best score, or none. `number` is "0"
    and everything but `item` empty for the whole service.
    """

    number: str
    item: str
    title: str
    score: str
    next_step: NextStep | None
    recommendation: str
    add_url: str

    @property
    def has_help(self) -> bool:
        return bool(self.next_step or self.recommendation)

    @property
    def score_words(self) -> str:
        return _("Score %(score)s") % {"score": self.score} if self.score else ""


@dataclass(frozen=True)
class PlanRow:
    """An action of the table with what the review found.

    `short` is the action, shortened for names; `fold` names what is folded below it, "" without anything.
    """

    action: PlanAction
    url: str
    short: str
    findings: ItemFindings
    fold: str

    @property
    def label(self) -> str:
        """The action with the number of its item, for the names of controls, which cannot mark another language."""
        return f"{self.action.number or self.action.item}, {self.short}"


@dataclass(frozen=True)
class PlanPage:
    """The page of a plan.

    `rows` are in the chosen order; `orders` are the links to the two orders. The other items have no action: `at_best`
    have the best score, `others` a lower one (or are the whole service). `carried_over` is open from earlier plans.
    `may_add` says whether new actions belong in this plan. `empty` says what comes next in a plan without actions.
    """

    plan: Plan
    rows: tuple[PlanRow, ...]
    orders: tuple[Tab, ...]
    carried_over: tuple[CarriedOverAction, ...]
    others: tuple[ItemFindings, ...]
    at_best: tuple[ItemFindings, ...]
    may_keep: bool
    may_add: bool
    bar: ActionBar
    notices: tuple[Notice, ...]
    empty: Empty | None


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


def plan_page(review: Review, user: User, plan: Plan, *, by_item: bool = False) -> PlanPage:
    """Return the page of a valid review's plan as `user` sees it. Three to eight queries.

    Overdue actions come first, or all are in the order of the items.
    """
    numbers = {action.number or "0" for action in plan.actions}
    all_findings = _findings_by_number(review)
    without_action = [findings for number, findings in all_findings.items() if number not in numbers]
    may_keep, later = may_keep_plan(user, review), _later(review, user)
    may_add, carried = may_keep and later is None, carried_over(review, user)
    may_begin = may_add and any(findings.recommendation and findings.next_step for findings in without_action)
    in_order = plan.actions if by_item else sorted(plan.actions, key=_urgency)
    return PlanPage(
        plan=plan,
        rows=tuple(_row(review, action, all_findings[action.number or "0"]) for action in in_order),
        orders=_orders(review, by_item=by_item),
        carried_over=carried,
        others=tuple(findings for findings in without_action if findings.next_step or not findings.title),
        at_best=tuple(findings for findings in without_action if findings.title and not findings.next_step),
        may_keep=may_keep,
        may_add=may_add,
        bar=_bar(review, user, has_actions=bool(plan.actions or carried)),
        notices=_notices(later),
        empty=_empty(may_keep=may_keep, may_begin=may_begin) if plan.is_empty else None,
    )


def _urgency(action: PlanAction) -> tuple[bool, date]:
    """Return the key that puts overdue actions first, the longest overdue at the top."""
    return not action.is_overdue, (action.due_on or date.max) if action.is_overdue else date.max


def _row(review: Review, action: PlanAction, findings: ItemFindings) -> PlanRow:
    count = len(action.notes)
    notes = ngettext("%(count)s note", "%(count)s notes", count) % {"count": str(count)} if count else ""
    found = _("What the review found, and the next step") if findings.has_help else ""
    return PlanRow(
        action,
        address("plan_action", review.code, action.code),
        Truncator(action.what).chars(LONGEST_NAME),
        findings,
        " · ".join(filter(None, (notes, found))),
    )


def _orders(review: Review, *, by_item: bool) -> tuple[Tab, ...]:
    url = address("plan", review.code)
    return Tab(_("Overdue first"), url, not by_item), Tab(_("By item"), f"{url}?order={BY_ITEM}", by_item)


def _bar(review: Review, user: User, *, has_actions: bool) -> ActionBar:
    """Return the downloads, and the histories that contain events of the plan: of the review and those it corrects."""
    first, *before = _histories(review, user)
    histories = [Action(_("History"), address("history", first.code))]
    histories += [Action(_("History before the correction"), address("history", each.code)) for each in before]
    files = (
        Download("PDF", _("The plan to print"), address("plan_pdf", review.code)),
        Download("Excel", _("One row an action"), address("plan_xlsx", review.code)),
        Download("CSV", _("The same as text"), address("plan_csv", review.code)),
    )
    return ActionBar(downloads=files if has_actions else (), more=histories)


def _notices(later: Review | None) -> tuple[Notice, ...]:
    if later is None:
        return ()
    text = _(
        "A later review of the organisation is final. What comes new belongs in its plan; this one can be followed to "
        "its end."
    )
    return (Notice(text, actions=(Action(_("To the later review"), later.get_absolute_url()),)),)


def _empty(*, may_keep: bool, may_begin: bool) -> Empty:
    title = _("There are no actions yet.")
    if not may_keep:
        return Empty(title, _("The service’s team leader and the coordinator write the plan. It appears here."))
    begin = Action(_("Begin from the recommendations"), is_primary=True, form="begin")
    explanation = _(
        "A plan says what will be done, who does it and by when. Begin where the next step is within reach; it need "
        "not hold every item."
    )
    return Empty(title, explanation, (begin,) if may_begin else ())


def findings_for(review: Review, number: int) -> ItemFindings:
    """Return what the review found about one item; 0 is the whole service. Raises Http404 without such an item."""
    if str(number) not in (all_findings := _findings_by_number(review)):
        raise Http404
    return all_findings[str(number)]


def action_in(review: Review, code: object) -> StoredAction | None:
    """Return an action of the review's plan, or None if it does not exist or was removed."""
    actions = StoredAction.objects.select_related("review", "saved_by").prefetch_related("notes__by")
    return actions.filter(review__in=review.lineage_here(), code=str(code)).first()


def plan_summary(review: Review, user: User) -> PlanSummary:
    """Return a summary of a valid review's plan or, for an open review, of the previous plan. At most five queries."""
    return PlanSummary(
        open_actions=str(sum(action.is_open for action in _states(*review.lineage_here()))) if review.is_valid else "",
        may_keep=review.is_valid and may_keep_plan(user, review),
        next_due=due_words(due, "DATE_FORMAT") if (due := due_after(review)) else "",
        previous_plan="" if review.is_closed else _previous_plan_words(review),
    )


def _previous_plan_words(review: Review) -> str:
    previous = last_valid_review(review)
    if previous is None:
        return ""
    previous.organisation = review.organisation
    actions = _states(*previous.lineage_here())
    earlier = len(earlier_open_actions(previous))
    if not earlier:
        return progress_words(actions) if actions else ""
    earlier_words = ngettext("%(count)s open from earlier plans", "%(count)s open from earlier plans", earlier)
    return f"{progress_words(actions)}, {earlier_words % {'count': str(earlier)}}"


@prepared
def _states(*reviews: int) -> QuerySet[StoredAction]:
    return StoredAction.objects.filter(review__in=reviews).only("state", "due")


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
    rows = {row.item_number: row for row in scores_of(review)}
    names = ScaleEdition.named_scale_of(review.edition_id).by_number

    def findings(item: Item) -> ItemFindings:
        row = rows[item.number]
        return ItemFindings(
            number=str(item.number),
            item=item_name(names[item.number]),
            title=item.title,
            score=str(row.value or ""),
            next_step=_next_step(item, row.value, review.scale.language),
            recommendation=row.recommendation,
            add_url=address("plan_add", review.code, item.number),
        )

    by_number = {str(item.number): findings(item) for item in review.scale.items}
    return by_number | {"0": ItemFindings("0", item_name(None), "", "", None, "", address("plan_add", review.code, 0))}


def _next_step(item: Item, value: int | None, language: str) -> NextStep | None:
    if value in (None, SCORES[-1]):
        return None
    return NextStep(str(value + 1), item.anchor(value + 1), language)
