"""Read model of the overview: one row for each organisation of a network, sorted, filtered, a page at a time.

The organisation itself stores the figures of its row (reviews/schedule/organisation_summary.py). Only the summary above
the table is calculated here. For coordinators, because the rows cover every review of the network.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ipsfidelity.addresses import address
from ipsfidelity.prepared import prepared
from reviews.charts.strip import Strip, strip
from reviews.components.rendered import Parts, Rendered
from reviews.components.result import ruler_mini
from reviews.models import Network, Organisation, Review, User
from reviews.models.organisations import current_organisation
from reviews.overview.editions import JoinedEditions, join_editions
from reviews.overview.organisation_filter import ListedOrganisation, OrganisationFilter, listed_organisations
from reviews.overview.paging import ColumnHeader, column_headers
from reviews.records.corrections import CorrectionNote, correction_notes
from reviews.wording import Difference, format_day, joined_words
from reviews.workflow import Kind, Status
from scales.definition import Scale
from scales.models import ScaleEdition

PAGE = 50
MONTH = 30  # days, for words


@dataclass(frozen=True)
class OpenReview:
    """An open review. `day` is the first of its visit. `correction` is None unless it is a correction."""

    status: str
    day: str
    url: str
    correction: CorrectionNote | None


@dataclass(frozen=True)
class OrganisationRow(Rendered):
    """One organisation, as text. `total` is "" before its first final review.

    If the next review is overdue, `due` is "" and `overdue` is "2 months overdue" and the day. `edition` is "" while
    all reviews of the table are by one edition.
    """

    template: ClassVar[str] = "overview/_organisation_row.html"

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
    overdue: tuple[str, ...]
    open_actions: str
    open_reviews: tuple[OpenReview, ...]
    edition_key: int | None
    mini_ruler: SafeString


@dataclass(frozen=True)
class StripFigure(Rendered):
    """The last totals on one ruler, whose bands are named in `language`."""

    template: ClassVar[str] = "overview/_strip.html"

    strip: Strip
    language: str


@dataclass(frozen=True)
class BandCount:
    """The number of organisations whose last review is in a quality band. `value` identifies the band in filters."""

    label: str
    rank: str
    value: str
    n: str


@dataclass(frozen=True)
class ScaleBands:
    """The counts of one scale, best band first; those of comparable editions are joined, of others never.

    `totals` is the number of organisations by their last total. `title` is "" while there is only one scale, `joined` a
    sentence that names the editions if they are several.
    """

    title: str
    language: str
    editions: tuple[int, ...]
    joined: str
    bands: tuple[BandCount, ...]
    scale: Scale
    totals: Mapping[int, int]

    def drawing(self, rows: Sequence[OrganisationRow]) -> StripFigure:
        """Return the totals on one ruler, with the names that the rows of the table know."""
        names: dict[int, list[str]] = {}
        for row in rows:
            if row.total and row.edition_key in self.editions:
                names.setdefault(int(row.total), []).append(row.name)
        return StripFigure(strip(self.scale, self.totals, names), self.language)


@dataclass(frozen=True)
class NetworkSummary:
    """The counts above the table. `editions` are those of the last reviews."""

    organisations: str
    overdue: str
    never: str
    scales: tuple[ScaleBands, ...]
    editions: frozenset[int] = frozenset()

    def band(self, value: str) -> tuple[tuple[int, ...], int]:
        """Return the editions and the rank of a band, given by the value of its count."""
        return next(
            (each.editions, int(band.rank)) for each in self.scales for band in each.bands if band.value == value
        )

    @property
    def headline(self) -> str:
        """What a coordinator must know first: how many organisations are overdue."""
        if self.overdue == "0":
            return _("No service is overdue")
        sentence = ngettext(
            "%(overdue)s of %(count)s service is overdue",
            "%(overdue)s of %(count)s services are overdue",
            int(self.organisations),
        )
        return sentence % {"overdue": self.overdue, "count": self.organisations}


@dataclass(frozen=True)
class OrganisationPage:
    """One page of the table. `first` and `last` are the numbers of its rows, counted from 1.

    `previous` and `next` are page numbers, "" if there is none.
    """

    rows: Parts[OrganisationRow]
    first: str = ""
    last: str = ""
    previous: str = ""
    next: str = ""
    headers: tuple[ColumnHeader, ...] = field(default=())


def network_summary(network: Network) -> NetworkSummary:
    """Return how many organisations a network has, how many are overdue, and how many are in each band of each scale.

    One query, of the organisations alone.
    """
    groups = _last_totals(network.pk, timezone.localdate())
    counts = {(edition, rank, total): n for edition, rank, total, n, _overdue in groups}
    joined = join_editions(edition for edition, _rank, _total in counts if edition)
    return NetworkSummary(
        organisations=str(sum(counts.values())),
        overdue=str(sum(overdue for *_group, overdue in groups)),
        never=str(sum(n for (edition, _rank, _total), n in counts.items() if edition is None)),
        scales=tuple(_scale_bands(each, counts, is_only=len(joined) == 1) for each in joined),
        editions=frozenset(edition for each in joined for edition in each.editions),
    )


@prepared
def _last_totals(network: int, today: date) -> QuerySet[Organisation, Any]:
    """Return each edition, band and total of last reviews with the number of organisations, and of overdue ones."""
    of_network = Organisation.objects.current().filter(network=network).order_by()
    groups = of_network.values_list("last_edition", "last_band_rank", "last_total")
    return groups.annotate(n=Count("pk"), overdue=Count("pk", filter=Q(next_due__lt=today)))


def _scale_bands(joined: JoinedEditions, counts: Mapping[tuple[int, int, int], int], *, is_only: bool) -> ScaleBands:
    scale, bands = joined.scale, []
    totals, in_rank = Counter[int](), Counter[int]()
    for (edition, rank, total), n in counts.items():
        if edition in joined.editions:
            totals[total] += n
            in_rank[rank] += n
    for band in scale.bands:
        rank = scale.rank(band)
        if n := in_rank[rank]:
            bands.append(BandCount(band.label, str(rank), f"{scale.slug}:{rank}", str(n)))
    title = "" if is_only else joined.label
    words = joined_words(joined.scales)
    return ScaleBands(title, scale.language, joined.editions, words, tuple(bands), scale, totals)


def page_of_organisations(
    network: Network,
    user: User,
    asked: OrganisationFilter,
    number: int,
    editions: frozenset[int] = frozenset(),
) -> OrganisationPage:
    """Return one page of the table; the first page is 1. Two queries: the organisations and their open reviews.

    Three more if there are corrections among these.

    Each row names its edition if the network's `editions` and those of the page are more than one.
    """
    start = (number - 1) * PAGE
    shown = listed_organisations(network, asked, start, PAGE + 1)
    rows = Parts(_rows(shown[:PAGE], user, editions) if shown else ())
    return OrganisationPage(
        rows=rows,
        first=str(start + 1),
        last=str(start + len(rows)),
        previous=str(number - 1) if number > 1 else "",
        next=str(number + 1) if len(shown) > PAGE else "",
        headers=column_headers(COLUMNS, asked.sort),
    )


COLUMNS = (
    ("name", gettext_lazy("Organisation"), False),
    ("due", gettext_lazy("Next review due"), False),
    ("total", gettext_lazy("Total"), False),
    ("change", gettext_lazy("Change in points"), True),
    ("visit", gettext_lazy("Last visit"), False),
)


def _rows(organisations: list[ListedOrganisation], user: User, editions: frozenset[int]) -> Iterable[OrganisationRow]:
    today = timezone.localdate()
    open_reviews = _open_reviews([organisation.pk for organisation in organisations], user)
    kinds = {kind.value: str(kind.label) for kind in Kind}
    on_page = {organisation.last_review__edition for organisation in organisations} - {None}
    scales = {edition: ScaleEdition.scale_of(edition) for edition in on_page if edition}
    are_several = len(editions | on_page) > 1
    for organisation in organisations:
        edition, review = organisation.last_review__edition, organisation.last_review__code
        scale = scales[edition] if edition else None
        overdue = _overdue_lines(organisation.next_due, today)
        yield OrganisationRow(
            name=organisation.name,
            url=address("organisation", organisation.code),
            review_url=address("review", review) if review else "",
            plan_url=address("plan", review) if review else "",
            total="" if organisation.last_total is None else str(organisation.last_total),
            band=organisation.last_review__band or "",
            band_rank=str(organisation.last_band_rank),
            language=scale.language if scale else "",
            change=Difference.of(organisation.last_change),
            kind=kinds.get(organisation.last_kind, ""),
            edition=f"{scale.title} ({scale.version})" if scale and are_several else "",
            visit=_day(organisation.last_visit),
            due="" if overdue else _day(organisation.next_due) or _("never reviewed"),
            overdue=overdue,
            open_actions=str(organisation.open_actions),
            open_reviews=tuple(open_reviews.get(organisation.pk, ())),
            edition_key=edition,
            mini_ruler=ruler_mini(scale, organisation.last_total)
            if scale and organisation.last_total
            else SafeString(),
        )


def _open_reviews(organisations: list[int], user: User) -> dict[int, list[OpenReview]]:
    """Return the open reviews by organisation, the earliest visit first. One query, and three for corrections."""
    rows = _reviews_on_the_way(*organisations)
    corrections, open_reviews = correction_notes(rows, user), dict[int, list[OpenReview]]()
    for review in rows:
        status, day = str(Status(review.status).label), _day(review.visit_start)
        open_reviews.setdefault(review.current_organisation, []).append(
            OpenReview(status, day, review.get_absolute_url(), corrections.get(review.pk))
        )
    return open_reviews


@prepared
def _reviews_on_the_way(*organisations: int) -> QuerySet[Any]:
    parts = Organisation.objects.parts_of(organisations)
    reviews = Review.objects.open().filter(organisation__in=parts.values("pk")).order_by("visit_start", "pk")
    shown = reviews.only("code", "status", "visit_start", "supersedes_id")
    return shown.annotate(current_organisation=current_organisation())


def _overdue_lines(due: date | None, today: date) -> tuple[str, ...]:
    """Return how long ago the next review was due and the day, () unless it is overdue."""
    if due is None or due >= today:
        return ()
    days = (today - due).days
    if days < 2 * MONTH:
        over = ngettext("%(n)s day overdue", "%(n)s days overdue", days) % {"n": str(days)}
    else:
        over = ngettext("%(n)s month overdue", "%(n)s months overdue", days // MONTH) % {"n": str(days // MONTH)}
    return over, _("due %(day)s") % {"day": _day(due)}


def _day(day: date | None) -> str:
    return format_day(day, "SHORT_DATE_FORMAT") if day else ""
