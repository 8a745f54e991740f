"""Where each organisation of a network stands: one row each, sorted, filtered, a page at a time.

What a row tells stands on the organisation itself (reviews/schedule/organisation_summary.py): nothing is summed up here
but the line above the table. For coordinators: it tells of every review of the network.
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
from reviews.overview.paging import Header, headers_of
from reviews.schedule.next_review import months_after
from reviews.wording import Difference, due_words
from reviews.workflow import Kind
from scales.models import ScaleEdition

PAGE = 50
SOON = 3  # months
SORTS = {"due": "next_due", "total": "last_total", "change": "last_change", "visit": "last_visit", "name": "name"}
DEFAULT_SORT = "due"
SHOWN = (
    *("code", "name", "last_visit", "last_kind", "last_total", "last_band_rank", "last_change", "next_due"),
    *("open_actions", "last_review__code", "last_review__edition", "last_review__band"),
)

# Grouped first and joined then: the other way round every organisation's review is looked up, which takes fifty
# times as long. Query objects cannot say it.
GROUPS = """
    SELECT g.last_band_rank, g.n, g.overdue, o.edition_id, w.edition_id
    FROM (
        SELECT last_band_rank, COUNT(*) AS n, SUM(CASE WHEN next_due < %(today)s THEN 1 ELSE 0 END) AS overdue,
            MIN(last_review_id) AS oldest, MAX(last_review_id) AS newest
        FROM reviews_organisation WHERE network_id = %(network)s GROUP BY last_band_rank
    ) g LEFT JOIN reviews_review o ON o.id = g.oldest LEFT JOIN reviews_review w ON w.id = g.newest"""


@dataclass(frozen=True)
class Opened:
    """A review that is planned or under way: its status and first day."""

    label: str
    url: str


@dataclass(frozen=True)
class Row:
    """One organisation, as text. `total` is "" before its first final review, `edition` while all are by one."""

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
    opened: tuple[Opened, ...]


@dataclass(frozen=True)
class BandCount:
    label: str
    rank: str
    language: str
    n: str


@dataclass(frozen=True)
class Summary:
    """`editions` are those of the oldest and the newest review in each band."""

    organisations: str
    overdue: str
    never: str
    bands: tuple[BandCount, ...]
    editions: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Page:
    """`first` and `last` count the rows from 1; `previous` and `next` are page numbers, "" where there is none."""

    rows: tuple[Row, ...]
    first: str = ""
    last: str = ""
    previous: str = ""
    next: str = ""
    headers: tuple[Header, ...] = field(default=())


def organisations_due(organisations: QuerySet[Organisation], when: str) -> QuerySet[Organisation]:
    """Return those whose next review is "overdue", due "soon" or "later", or which were "never" reviewed."""
    today = timezone.localdate()
    soon = months_after(today, SOON)
    conditions = {
        "overdue": Q(next_due__lt=today),
        "soon": Q(next_due__gte=today, next_due__lte=soon),
        "later": Q(next_due__gt=soon),
        "never": Q(last_review__isnull=True),
    }
    return organisations.filter(conditions[when])


def summary_of(network: Network) -> Summary:
    """Return how many organisations there are, how many are due, and how they lie in the bands. One query.

    Editions may name their bands differently: a rank stands under the names of its oldest and its newest review.
    """
    with connection.cursor() as cursor:
        cursor.execute(GROUPS, {"today": timezone.localdate(), "network": network.pk})
        groups = cursor.fetchall()
    names: dict[int, dict[str, str]] = {}
    used = set()
    for rank, _n, _overdue, *editions in groups:
        for edition in filter(None, editions):
            used.add(edition)
            scale = ScaleEdition.scale_in_use(edition)
            labels = {scale.rank(band): band.label for band in scale.bands}
            names.setdefault(rank, {})[labels[rank]] = scale.language
    numbers = {rank: n for rank, n, *_more in groups}
    overdue = sum(late for _rank, _n, late, *_editions in groups)
    return Summary(
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
    found: QuerySet[Organisation], sort: str, number: int, editions: frozenset[int] = frozenset()
) -> Page:
    """Return one page, the first being 1. Two queries: the rows, and what is planned or under way of them.

    Each row names its edition where the network's `editions` and those of the page are more than one.
    """
    start, order = (number - 1) * PAGE, _order(sort)
    # The page is found in the organisations' own index; only then their reviews are asked for.
    on_page = found.order_by(*order).values("pk")[start : start + PAGE + 1]
    rows = Organisation.objects.filter(pk__in=on_page).select_related("last_review").only(*SHOWN)
    shown = list(rows.order_by(*order))
    told = tuple(_rows(shown[:PAGE], editions)) if shown else ()
    return Page(
        rows=told,
        first=str(start + 1),
        last=str(start + len(told)),
        previous=str(number - 1) if number > 1 else "",
        next=str(number + 1) if len(shown) > PAGE else "",
        headers=_headers(sort),
    )


def _order(sort: str) -> list[str | OrderBy]:
    """Return the order; what is empty comes last in both directions, and the key makes every order whole."""
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


def _headers(sort: str) -> tuple[Header, ...]:
    return headers_of(COLUMNS, sort)


def _rows(organisations: list[Organisation], editions: frozenset[int]) -> Iterable[Row]:
    today = timezone.localdate()
    opened = _opened([organisation.pk for organisation in organisations])
    kinds = {kind.value: str(kind.label) for kind in Kind}
    lasts = {organisation.last_review.edition_id for organisation in organisations if organisation.last_review}
    are_several = len(editions | lasts) > 1
    for organisation in organisations:
        last = organisation.last_review
        scale = ScaleEdition.scale_in_use(last.edition_id) if last else None
        yield Row(
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
            opened=tuple(opened.get(organisation.pk, ())),
        )


def _opened(organisations: list[int]) -> dict[int, list[Opened]]:
    found = Review.objects.open().filter(organisation__in=organisations).order_by("visit_start", "pk")
    opened: dict[int, list[Opened]] = {}
    for review in found.only("code", "organisation_id", "status", "visit_start"):
        label = f"{review.get_status_display()}, {_day(review.visit_start)}"
        opened.setdefault(review.organisation_id, []).append(Opened(label, review.get_absolute_url()))
    return opened


def _day(day: date | None) -> str:
    return date_format(day, "SHORT_DATE_FORMAT") if day else ""
