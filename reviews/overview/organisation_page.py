"""Read model of an organisation's page: last result, due date, totals and items over time, reviews."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ipsfidelity.prepared import prepared
from reviews.charts.trend import MOST_DRAWN, ReviewTotal, Trend, trend
from reviews.components.links import Action, ActionBar, Download, Empty, Notice, Tab
from reviews.components.result import LastResult, ResultHero, result_hero
from reviews.models import Organisation, Review, User
from reviews.overview.development import Development, development_of, scores_of
from reviews.overview.editions import editions_words
from reviews.overview.lists import ROW_FIELDS, ReviewRow, review_rows
from scales.definition import Scale
from scales.models import ScaleEdition
from scales.scoring import score

MOST_LISTED = 10


@dataclass(frozen=True)
class OrganisationPage:
    """The page of an organisation for one reader.

    `hero` and `trend` are None before the first finished review that the reader may know of; `caption` says which
    review the hero shows. `left_out` and `superseded` count reviews that are not in the picture. `only_newest` says
    that older reviews are in no picture, `all_reviews` is the address of the list of all; "" if nothing is missing.
    """

    organisation: Organisation
    bar: ActionBar
    tabs: tuple[Tab, ...]
    hero: ResultHero | None
    caption: str
    notices: tuple[Notice, ...]
    trend: Trend | None
    scale: Scale | None
    joined_editions: str
    left_out: int
    superseded: int
    development: Development | None
    only_newest: str
    reviews: tuple[ReviewRow, ...]
    all_reviews: str
    empty: Empty | None
    joined: tuple[Organisation, ...]
    may_join: bool

    @property
    def result(self) -> SafeString:
        """The mark-up of the result with its caption, "" without one."""
        return self.hero.with_caption(self.caption) if self.hero else SafeString("")


def organisation_page(
    organisation: Organisation, user: User, *, kind: str, may_plan: bool, may_join: bool
) -> OrganisationPage:
    """Return the page. `kind` is the kind of the small charts. Its cost does not grow with the number of reviews."""
    newest_of_all = _reviews(user.pk, organisation.current_id, is_finished=False, most=MOST_LISTED + 1)
    listed = review_rows(newest_of_all[:MOST_LISTED], user, one_organisation=True)
    newest = _reviews(user.pk, organisation.current_id, is_finished=True, most=MOST_DRAWN + 1)
    finished = newest[:MOST_DRAWN]
    valid = [review for review in finished if review.is_valid]
    last = valid[0] if valid else None
    drawn = [review for review in valid if last and review.edition_id in ScaleEdition.comparable(last.edition_id)]
    # What follows from the last review is only for those who may know of that review.
    follows = last is not None and last.pk == organisation.last_review_id
    return OrganisationPage(
        organisation=organisation,
        bar=_bar(organisation, last, may_plan=may_plan, may_join=may_join),
        tabs=_tabs(organisation, last if follows else None, finished),
        hero=_hero(valid) if last else None,
        caption=f"{last.get_kind_display()}, {last.visit}".capitalize() if last else "",
        notices=_notices(organisation, listed) if follows else (),
        trend=_trend(drawn, organisation if follows else None),
        scale=last.scale if last else None,
        joined_editions=editions_words(review.edition_id for review in drawn),
        left_out=len(valid) - len(drawn),
        superseded=len(finished) - len(valid),
        development=development_of(finished, kind),
        only_newest=_only_newest() if len(newest) > MOST_DRAWN else "",
        reviews=listed,
        all_reviews=f"{reverse('reviews')}?organisation={organisation.code}"
        if len(newest_of_all) > MOST_LISTED
        else "",
        empty=None if listed else _empty(may_plan=may_plan),
        joined=tuple(_joined(organisation.pk)),
        may_join=may_join,
    )


@prepared
def _reviews(user: int, organisation: int, *, is_finished: bool, most: int) -> QuerySet[Review]:
    reader = User(pk=user)
    reviews = Review.objects.visible_to(reader).for_page(reader).only(*ROW_FIELDS).of(Organisation(pk=organisation))
    return (reviews.finished() if is_finished else reviews).newest_first()[:most]


@prepared
def _joined(organisation: int) -> QuerySet[Organisation]:
    return Organisation.objects.filter(joined_to=organisation).select_related("joined_by")


def organisation_tabs(organisation: Organisation, current: str, *, plan: Tab | None = None) -> tuple[Tab, ...]:
    """Return the tabs of an organisation. `current` is the URL name of the page, `plan` the tab of its action plan."""
    code = [organisation.code]
    tabs = [
        Tab(_("Result"), reverse("organisation", args=code), current == "organisation"),
        *([plan] if plan else []),
        Tab(_("Compare two reviews"), reverse("compare", args=code), current == "compare"),
        Tab(_("Figures to compare with"), f"{reverse('benchmarks')}?network={organisation.network.code}"),
    ]
    return tuple(tabs)


def _tabs(organisation: Organisation, last: Review | None, finished: Sequence[Review]) -> tuple[Tab, ...]:
    plan = None
    if last:
        label = _("Action plan (%(n)s open)") % {"n": str(organisation.open_actions)}
        plan = Tab(label, reverse("plan", args=[last.code]))
    tabs = organisation_tabs(organisation, "organisation", plan=plan)
    return tabs if len(finished) > 1 else tuple(tab for tab in tabs if not tab.url.endswith("/compare/"))


def _bar(organisation: Organisation, last: Review | None, *, may_plan: bool, may_join: bool) -> ActionBar:
    actions, downloads = [], []
    if may_plan:
        actions.append(Action(_("Plan a review"), reverse("new_review", args=[organisation.code]), is_primary=True))
    if last:
        actions.append(Action(_("Open the report"), reverse("report", args=[last.code]), is_primary=not may_plan))
        downloads = [
            Download("PDF", _("Report"), reverse("report_pdf", args=[last.code])),
            Download("PDF", _("Score sheet"), reverse("sheet_pdf", args=[last.code])),
        ]
    join = Action(_("Join with another organisation"), reverse("join", args=[organisation.code]))
    return ActionBar(actions, downloads, more=[join] if may_join else [])


def _hero(valid: Sequence[Review]) -> ResultHero | None:
    """Return the result of the last valid review with the one before it that it can be compared with. One query."""
    last, comparable = valid[0], ScaleEdition.comparable(valid[0].edition_id)
    before = next(
        (review for review in valid[1:] if review.kind == last.kind and review.edition_id in comparable), None
    )
    values: dict[int, dict[int, int | None]] = {}
    for pk, number, value in scores_of(*(review.pk for review in (last, before) if review)):
        values.setdefault(pk, {})[number] = value
    last_result = None
    if before and before.total is not None:
        sections = score(before.scale, values[before.pk]).sections
        last_result = LastResult(before.total, {part.name: part.sum or 0 for part in sections}, before.visit_start)
    return result_hero(last.scale, score(last.scale, values[last.pk]), last_result)


def _only_newest() -> str:
    return _("The %(n)s newest finished reviews are drawn. The list of all reviews has the older ones.") % {
        "n": str(MOST_DRAWN)
    }


def _notices(organisation: Organisation, listed: Sequence[ReviewRow]) -> tuple[Notice, ...]:
    """Return when the next review is due. If that day has passed it is a warning, with the review on the way."""
    due = organisation.next_due
    if due is None:
        return ()
    open_rows = [row for row in listed if not row.is_closed and row.correction is None]
    ways = [Action(f"{row.visit} ({row.status})", row.url) for row in open_rows]
    day = date_format(due, "DATE_FORMAT")
    if due >= timezone.localdate():
        text = _("The next review is due by %(day)s.") % {"day": day}
        return (Notice(f"{text} {_('On the way:')}" if ways else text, actions=ways),)
    if ways:
        text = _("The next review was due on %(day)s. It is on the way:") % {"day": day}
        return (Notice(text, is_warning=True, actions=ways),)
    text = _("The next review was due on %(day)s, and none is planned.") % {"day": day}
    return (Notice(text, is_warning=True),)


def _trend(drawn: Sequence[Review], due_of: Organisation | None) -> Trend | None:
    if not drawn:
        return None
    totals = [
        ReviewTotal(
            review.visit_start,
            review.total or 0,
            review.kind,
            str(review.get_kind_display()),
            words=review.visit,
            url=review.get_absolute_url(),
        )
        for review in drawn
    ]
    due = due_of.next_due if due_of else None
    return trend(drawn[0].scale, totals, today=timezone.localdate(), due=due)


def _empty(*, may_plan: bool) -> Empty:
    if may_plan:
        return Empty(_("No reviews to show yet."), _("Plan the first one, or import past reviews."))
    return Empty(_("No reviews to show yet."), _("A review appears here when it is final."))
