"""Read model of a network's year: its final reviews, what they show, what to train on and what is due next. Reads only.

Only valid reviews count, in the year in which their visit began. Kinds are never mixed, and editions of a scale only if
they are comparable. Medians rest on the last review of each organisation in the year, and are withheld if these are
few. No evaluator and no free text is named.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from reviews.charts.distribution import FEWEST, spread
from reviews.consensus.training_page import Training, training_of
from reviews.models import Action, ItemScore, Network, Organisation, Review
from reviews.models.names import ByName
from reviews.models.organisations import current_organisation
from reviews.overview.editions import JoinedEditions, join_editions
from reviews.wording import Difference, due_words, figure_words, format_day
from reviews.workflow import Kind
from scales.definition import Scale
from scales.models import ScaleEdition
from scales.rules import SCORES

Scores = Mapping[int, int]  # of one review, by item number


@dataclass(frozen=True)
class ReviewOfYear:
    """One review, as text. `change` is the change in points since the last comparable review, "" without one."""

    organisation: str
    visit: str
    kind: str
    total: str
    scale: Scale
    band: str
    change: str


@dataclass(frozen=True)
class Median:
    """The median of a section's sums or of an item's scores, as text."""

    title: str
    median: str
    max: str


@dataclass(frozen=True)
class Results:
    """The results of one kind of review by one scale, as text.

    `bands` holds each band with the number of organisations in it, the best first. `sections` and `items` are empty if
    there are too few organisations, which `withheld` then says.
    """

    kind: str
    scale: Scale
    label: str
    organisations: str
    median: str
    bands: tuple[tuple[str, str], ...]
    sections: tuple[Median, ...]
    items: tuple[Median, ...]
    withheld: str


@dataclass(frozen=True)
class DueReview:
    """An organisation whose next review is due, as text."""

    organisation: str
    due: str
    total: str


@dataclass(frozen=True)
class OpenActions:
    """The number of open actions of an organisation, and how many of these are overdue, as text."""

    organisation: str
    open: str
    overdue: str


@dataclass(frozen=True)
class YearReport:
    """A network's year. `never` names the organisations without a final review."""

    network: str
    year: int
    made_on: str
    reviewed: str
    organisations: str
    reviews: tuple[ReviewOfYear, ...]
    results: tuple[Results, ...]
    training: Training
    due: tuple[DueReview, ...]
    never: tuple[str, ...]
    actions: tuple[OpenActions, ...]


def year_report(network: Network, year: int, keys: Collection[int]) -> YearReport:
    """Return the year of a network. `keys` are those of its valid reviews. Ten queries, independent of their number."""
    reviews = list(
        Review.objects.filter(pk__in=keys).select_related("organisation__joined_to").order_by("visit_start", "pk")
    )
    organisations = list(network.organisations.current().order_by(ByName(), "pk"))
    totals_before = _TotalsBefore(network, until=date(year, 12, 31))
    return YearReport(
        network=str(network),
        year=year,
        made_on=format_day(timezone.localdate(), "DATE_FORMAT"),
        reviewed=str(len({review.organisation.current_id for review in reviews})),
        organisations=str(len(organisations)),
        reviews=tuple(_review_of_year(review, totals_before.of(review)) for review in reviews),
        results=tuple(_results(reviews)),
        training=training_of(network),
        due=tuple(_due(organisations, until=date(year + 1, 12, 31))),
        never=tuple(organisation.name for organisation in organisations if organisation.last_review_id is None),
        actions=tuple(_actions(network, organisations)),
    )


class _TotalsBefore:
    """The totals of a network's earlier reviews, in one query. Finds what `comparable_before` finds."""

    def __init__(self, network: Network, *, until: date) -> None:
        valid = Review.objects.valid().filter(organisation__network=network, visit_start__lte=until)
        self._by_series: dict[tuple[int, str, tuple[int, ...]], list[tuple[date, int | None]]] = defaultdict(list)
        columns = (current_organisation(), "kind", "edition", "visit_start", "total")
        for organisation, kind, edition, day, total in valid.order_by("visit_start", "pk").values_list(*columns):
            self._by_series[organisation, kind, ScaleEdition.comparable(edition)].append((day, total))

    def of(self, review: Review) -> int | None:
        """Return the total of the last comparable review before this one, None without one."""
        series = review.organisation.current_id, review.kind, ScaleEdition.comparable(review.edition_id)
        before = [total for day, total in self._by_series[series] if day < review.visit_start]
        return before[-1] if before else None


def _review_of_year(review: Review, total_before: int | None) -> ReviewOfYear:
    return ReviewOfYear(
        organisation=str(review.organisation),
        visit=format_day(review.visit_start, "SHORT_DATE_FORMAT"),
        kind=str(review.get_kind_display()),
        total=str(review.total),
        scale=review.scale,
        band=review.band,
        change=Difference.between(review.total, total_before).signed,
    )


def _results(reviews: Sequence[Review]) -> Iterator[Results]:
    """Yield the results of each kind by each scale, those of most organisations first. One query."""
    last: dict[tuple[JoinedEditions, str], dict[int, Review]] = defaultdict(dict)
    joined_of = {pk: joined for joined in join_editions(r.edition_id for r in reviews) for pk in joined.editions}
    for review in reviews:  # ordered by visit, so that the last one of each organisation stays
        last[joined_of[review.edition_id], review.kind][review.organisation.current_id] = review
    counted = [review for of_group in last.values() for review in of_group.values()]
    scores = _scores(counted)
    for (joined, kind), of_group in sorted(last.items(), key=lambda entry: (-len(entry[1]), entry[0][1])):
        yield _results_of(joined, kind, list(of_group.values()), scores)


def _results_of(joined: JoinedEditions, kind: str, reviews: Sequence[Review], scores: Mapping[int, Scores]) -> Results:
    scale, n = joined.scale, len(reviews)
    in_band = Counter(review.band_rank for review in reviews)
    are_enough = n >= FEWEST
    by_review = [scores[review.pk] for review in reviews] if are_enough else []
    return Results(
        kind=str(Kind(kind).label),
        scale=scale,
        label=joined.label,
        organisations=str(n),
        median=_median(review.total or 0 for review in reviews) if are_enough else "",
        bands=tuple((band.label, str(in_band[scale.rank(band)])) for band in scale.bands),
        sections=tuple(_section_medians(scale, by_review)) if are_enough else (),
        items=tuple(_item_medians(scale, by_review)) if are_enough else (),
        withheld="" if are_enough else _withheld(n),
    )


def _withheld(n: int) -> str:
    values = {"n": str(n), "fewest": str(FEWEST)}
    return _("Too few reviews for medians: there are %(n)s organisations, and medians from %(fewest)s on.") % values


def _section_medians(scale: Scale, reviews: Sequence[Scores]) -> Iterator[Median]:
    for section in scale.sections:
        numbers = [item.number for item in section.items]
        sums = (sum(scores[number] for number in numbers) for scores in reviews)
        yield Median(section.name, _median(sums), str(max(SCORES) * len(numbers)))


def _item_medians(scale: Scale, reviews: Sequence[Scores]) -> Iterator[Median]:
    for item in scale.items:
        yield Median(
            f"{item.number} {item.sheet_title}", _median(scores[item.number] for scores in reviews), str(max(SCORES))
        )


def _median(values: Iterable[int]) -> str:
    return figure_words(spread(Counter(values)).median)


def _scores(reviews: Sequence[Review]) -> dict[int, dict[int, int]]:
    """Return the scores of each review by item. All are final, so no score is missing. One query."""
    scores: dict[int, dict[int, int]] = defaultdict(dict)
    rows = ItemScore.objects.filter(review__in=[review.pk for review in reviews])
    for review, number, value in rows.values_list("review", "item_number", "value"):
        scores[review][number] = value or 0
    return scores


def _due(organisations: Sequence[Organisation], *, until: date) -> Iterator[DueReview]:
    """Yield the organisations whose next review is due by a day, the earliest first."""
    due = [(organisation.next_due, organisation) for organisation in organisations if organisation.next_due]
    for day, organisation in sorted(due, key=lambda entry: entry[0]):
        if day <= until:
            yield DueReview(organisation.name, due_words(day), str(organisation.last_total))


def _actions(network: Network, organisations: Sequence[Organisation]) -> Iterator[OpenActions]:
    """Yield the organisations with open actions. One query."""
    overdue = Action.objects.filter(
        review__organisation__network=network, state__in=Action.OPEN, due__lt=timezone.localdate()
    )
    by_organisation = current_organisation("review__organisation")
    counts = dict(overdue.order_by().values_list(by_organisation).annotate(n=Count("pk")))
    for organisation in organisations:
        if organisation.open_actions:
            late = counts.get(organisation.pk, 0)
            yield OpenActions(organisation.name, str(organisation.open_actions), str(late))
