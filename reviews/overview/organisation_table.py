"""Read model of the overview: one row for each organisation of a network, sorted, filtered, a page at a time.

The organisation itself stores the figures of its row (reviews/schedule/organisation_summary.py). Only the summary above
the table is calculated here. For coordinators, because the rows cover every review of the network.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy

from reviews.models import Network, Organisation, Review
from reviews.overview.paging import ColumnHeader, column_headers
from reviews.schedule.next_review import months_after
from reviews.wording import Difference, due_words
from reviews.workflow import Kind
from scales.models import ScaleEdition

PAGE = 50
SOON = 3  # months
SORTS = {"due": "next_due", "total": "last_total", "change": "last_change", "visit": "last_visit", "name": "name"}
DEFAULT_SORT = "due"
FIELDS = (
    *("code", "name", "last_visit", "last_kind", "last_total", "last_band_rank", "last_change", "next_due"),
    *("open_actions", "last_review__code", "last_review__edition", "last_review__band"),
)

# Grouping before joining is fifty times as fast: otherwise the review of every organisation is looked up. The ORM
# cannot express this query.
BAND_GROUPS = """
    SELECT g.last_band_rank, g.n, g.overdue, o.edition_id, w.edition_id
    FROM (
        SELECT last_band_rank, COUNT(*) AS n, SUM(CASE WHEN next_due < %(today)s THEN 1 ELSE 0 END) AS overdue,
            MIN(last_review_id) AS oldest, MAX(last_review_id) AS newest
        FROM reviews_organisation WHERE network_id = %(network)s GROUP BY last_band_rank
    ) g LEFT JOIN reviews_review o ON o.id = g.oldest LEFT JOIN reviews_review w ON w.id = g.newest"""


@dataclass(frozen=True)
class OpenReview:
    """A review that is not final. `label` is its status and first day."""

    label: str
    url: str


@dataclass(frozen=True)
class OrganisationRow:
    """One organisation, as text. `total` is "" before its first final review.

    `edition` is "" while all reviews of the table are by one edition.
    """

    name: str
    url: str
    review_url: str
    plan_url: str
    total: str
    band: str
    band_rank: str
    language: str
    change: Difference
    kind: str
    edition: str
    visit: str
    due: str
    is_overdue: bool
    open_actions: str
    open_reviews: tuple[OpenReview, ...]


@dataclass(frozen=True)
class BandCount:
    """The number of organisations whose last review is in a quality band."""

    label: str
    rank: str
    language: str
    n: str


@dataclass(frozen=True)
class NetworkSummary:
    """The counts above the table. `editions` are those of the oldest and the newest review in each band."""

    organisations: str
    overdue: str
    never: str
    bands: tuple[BandCount, ...]
    editions: frozenset[int] = frozenset()


@dataclass(frozen=True)
class OrganisationPage:
    """One page of the table. `first` and `last` are the numbers of its rows, counted from 1.

    `previous` and `next` are page numbers, "" if there is none.
    """

    rows: tuple[OrganisationRow, ...]
    first: str = ""
    last: str = ""
    previous: str = ""
    next: str = ""
    headers: tuple[ColumnHeader, ...] = field(default=())


def organisations_due(organisations: QuerySet[Organisation], when: str) -> QuerySet[Organisation]:
    """Return the organisations whose next review is "overdue", due "soon" or "later", or that were "never" reviewed."""
    today = timezone.localdate()
    soon = months_after(today, SOON)
    conditions = {
        "overdue": Q(next_due__lt=today),
        "soon": Q(next_due__gte=today, next_due__lte=soon),
        "later": Q(next_due__gt=soon),
        "never": Q(last_review__isnull=True),
    }
    return organisations.filter(conditions[when])


def network_summary(network: Network) -> NetworkSummary:
    """Return how many organisations a network has, how many are overdue, and how many are in each band. One query.

    Editions may name their bands differently. A rank is labelled with the names that its oldest and its newest review
    use.
    """
    with connection.cursor() as cursor:
        cursor.execute(BAND_GROUPS, {"today": timezone.localdate(), "network": network.pk})
        groups = cursor.fetchall()
    names: dict[int, dict[str, str]] = {}
    used = set()
    for rank, _n, _overdue, *editions in groups:
        for edition in filter(None, editions):
            used.add(edition)
            scale = ScaleEdition.scale_in_use(edition)
            labels = {scale.rank(band): band.label for band in scale.bands}
            names.setdefault(rank, {})[labels[rank]] = scale.language
    numbers = {rank: n for rank, n, *_rest in groups}
    overdue = sum(overdue for _rank, _n, overdue, *_editions in groups)
    return NetworkSummary(
        organisations=str(sum(numbers.values())),
        overdue=str(overdue),
        never=str(numbers.get(0, 0)),
        bands=tuple(
            BandCount(" / ".join(names[rank]), str(rank), next(iter(names[rank].values())), str(numbers[rank]))
            for rank in sorted(names, reverse=True)
        ),
        editions=frozenset(used),
    )


def page_of_organisations(
    matching: QuerySet[Organisation], sort: str, number: int, editions: frozenset[int] = frozenset()
) -> OrganisationPage:
    """Return one page of the table; the first page is 1. Two queries: the organisations and their open reviews.

    Each row names its edition if the network's `editions` and those of the page are more than one.
    """
    start, order = (number - 1) * PAGE, _order(sort)
    # The inner query finds the page by the index of the organisations, before their reviews are joined.
    on_page = matching.order_by(*order).values("pk")[start : start + PAGE + 1]
    organisations = Organisation.objects.filter(pk__in=on_page).select_related("last_review").only(*FIELDS)
    shown = list(organisations.order_by(*order))
    rows = tuple(_rows(shown[:PAGE], editions)) if shown else ()
    return OrganisationPage(
        rows=rows,
        first=str(start + 1),
        last=str(start + len(rows)),
        previous=str(number - 1) if number > 1 else "",
        next=str(number + 1) if len(shown) > PAGE else "",
        headers=column_headers(COLUMNS, sort),
    )


def _order(sort: str) -> list[str | OrderBy]:
    """Return the order. Empty values come last in both directions; the key makes every order total."""
    column, is_descending = F(SORTS[sort.removeprefix("-")]), sort.startswith("-")
    if is_descending:
        return [column.desc(nulls_last=True), "-pk"]
    return [column.asc(nulls_last=True), "pk"]


COLUMNS = (
    ("name", gettext_lazy("Organisation"), False),
    ("due", gettext_lazy("Next review due"), False),
    ("total", gettext_lazy("Total"), False),
    ("change", gettext_lazy("Change in points"), True),
    ("visit", gettext_lazy("Last visit"), False),
)


def _rows(organisations: list[Organisation], editions: frozenset[int]) -> Iterable[OrganisationRow]:
    today = timezone.localdate()
    open_reviews = _open_reviews([organisation.pk for organisation in organisations])
    kinds = {kind.value: str(kind.label) for kind in Kind}
    on_page = {organisation.last_review.edition_id for organisation in organisations if organisation.last_review}
    are_several = len(editions | on_page) > 1
    for organisation in organisations:
        last = organisation.last_review
        scale = ScaleEdition.scale_in_use(last.edition_id) if last else None
        yield OrganisationRow(
            name=organisation.name,
            url=organisation.get_absolute_url(),
            review_url=last.get_absolute_url() if last else "",
            plan_url=reverse("plan", args=[last.code]) if last else "",
            total="" if organisation.last_total is None else str(organisation.last_total),
            band=last.band if last else "",
            band_rank=str(organisation.last_band_rank),
            language=scale.language if scale else "",
            change=Difference.of(organisation.last_change),
            kind=kinds.get(organisation.last_kind, ""),
            edition=f"{scale.title} ({scale.version})" if scale and are_several else "",
            visit=_day(organisation.last_visit),
            due=due_words(organisation.next_due),
            is_overdue=organisation.next_due is not None and organisation.next_due < today,
            open_actions=str(organisation.open_actions),
            open_reviews=tuple(open_reviews.get(organisation.pk, ())),
        )


def _open_reviews(organisations: list[int]) -> dict[int, list[OpenReview]]:
    """Return the open reviews by organisation, the earliest visit first. One query."""
    reviews = Review.objects.open().filter(organisation__in=organisations).order_by("visit_start", "pk")
    open_reviews: dict[int, list[OpenReview]] = {}
    for review in reviews.only("code", "organisation_id", "status", "visit_start"):
        label = f"{review.get_status_display()}, {_day(review.visit_start)}"
        open_reviews.setdefault(review.organisation_id, []).append(OpenReview(label, review.get_absolute_url()))
    return open_reviews


def _day(day: date | None) -> str:
    return date_format(day, "SHORT_DATE_FORMAT") if day else ""
