"""Read model of the benchmarks: anonymous figures of a network, and published figures.

Every member of the network may see them. They are withheld below five organisations. A team leader also sees the
figures of the organisations that they lead. Kinds are never mixed, and editions only if they are comparable.
Read-only.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from json import loads

from django.conf import settings
from django.db.models import Count, F
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from reviews.charts.boxes import BoxMark, box_mark
from reviews.charts.distribution import FEWEST, Distribution, Spread, distribution_of
from reviews.models import ItemScore, Network, Organisation, Review
from reviews.models.organisations import current_organisation
from reviews.overview.editions import JoinedEditions, choose_editions, editions_words
from reviews.overview.paging import LinkChoices, choose
from reviews.wording import figure_words
from reviews.workflow import Kind
from scales.benchmarks import ENGLISH, NOT_STATED, TWO_KINDS, PublishedFigure, parse_benchmarks
from scales.definition import Item, Scale
from scales.rules import SCORES

TEN = 10  # more than any score
MOST_ORGANISATIONS = 1_000  # whose reviews count
FILE = settings.BASE_DIR / "fixtures" / "benchmarks.json"
KINDS = dict(Kind.choices) | {
    TWO_KINDS: gettext_lazy("independent review and self-assessment"),
    NOT_STATED: gettext_lazy("not stated"),
}

OwnScores = Mapping[int, Mapping[int | None, int]]  # by organisation and item number; the total is at None


@dataclass(frozen=True)
class NetworkFigureRow:
    """The figures of one item, or of the totals if `item` is None, drawn as `mark` on the axis from `low` to `high`.

    `own` has one score for each organisation led.
    """

    item: Item | None
    low: str
    high: str
    mark: BoxMark
    figures: tuple[str, ...]
    own: tuple[str, ...]


@dataclass(frozen=True)
class NetworkFigures:
    """The network's table. `rows` is empty while the figures are withheld; the last row holds the totals.

    `own` holds the names of the organisations that the reader leads, `scores` the axis of the items. `joined` names the
    editions of the reviews if they are several. `only_last` says that some organisations do not count, "" if all do.
    """

    scale: Scale | None
    joined: str
    editions: LinkChoices
    kinds: LinkChoices
    kind: str
    n: str
    only_last: str
    fewest: str
    own: tuple[str, ...]
    scores: tuple[str, ...]
    rows: tuple[NetworkFigureRow, ...]


@dataclass(frozen=True)
class PublishedRow:
    """A published figure in `language`. `years` and `link` are "" if the source gives none."""

    language: str
    sample: str
    years: str
    is_year_of_publication: bool
    n: str
    unit: str
    kind: str
    scale: str
    value: str
    source: str
    source_language: str
    link: str
    note: str


def network_figures(network: Network, *, led: Sequence[Organisation], edition: str, kind: str) -> NetworkFigures:
    """Return a network's figures for one kind and one scale, and the scores of the organisations in `led`.

    `edition` is a slug; comparable editions are joined. If no organisation uses that edition, the most frequent one is
    shown. Four queries, three more with `led`.
    """
    of_network = Organisation.objects.filter(network=network, last_edition__isnull=False).order_by()
    counts = dict(of_network.values_list("last_edition").annotate(n=Count("pk")))
    editions, chosen = choose_editions(edition, counts)
    kinds = choose(kind, {kind.value: str(kind.label) for kind in Kind}, Kind.INDEPENDENT.value)
    reviews = last_reviews(network, kinds.chosen, chosen) if chosen else []
    distribution, used = network_distribution(reviews)
    is_shown = chosen is not None and not distribution.is_withheld
    own = _own_scores(led, kinds.chosen, chosen) if chosen and is_shown else {}
    return NetworkFigures(
        scale=chosen.scale if chosen else None,
        joined=editions_words(used),
        editions=editions,
        kinds=kinds,
        kind=str(Kind(kinds.chosen).label),
        n=str(distribution.n),
        only_last=only_last_note(len(reviews)),
        fewest=str(FEWEST),
        own=tuple(organisation.name for organisation in led) if is_shown else (),
        scores=tuple(map(str, SCORES)),
        rows=_figure_rows(chosen.scale, distribution, led, own) if chosen and is_shown else (),
    )


def last_reviews(network: Network, kind: str, chosen: JoinedEditions) -> list[int]:
    """Return the keys of the last valid reviews of a kind by the chosen editions, one of each organisation. One query.

    Of more than MOST_ORGANISATIONS, those count that were reviewed last. Quartiles of a thousand hardly differ from
    those of all, whose scores take five times as long to count.
    """
    last = Review.objects.last_of_each(
        network.organisations.order_by("-last_visit", "-pk"), kind=kind, editions=chosen.comparable
    )
    return list(last.filter(last_of__isnull=False).values_list("last_of", flat=True)[:MOST_ORGANISATIONS])


def only_last_note(count: int) -> str:
    """Return a sentence that only some organisations count, "" if they are fewer than MOST_ORGANISATIONS."""
    if count < MOST_ORGANISATIONS:
        return ""
    return _("Only the %(most)s organisations that were reviewed last count.") % {"most": str(MOST_ORGANISATIONS)}


def score_counts(reviews: Collection[int]) -> Iterator[tuple[int, int, int]]:
    """Yield how often each score was given to each item in these final reviews: item, score, number. One query.

    The database counts thousands of reviews, from the index alone and by one number, which takes half the time.
    """
    scores = ItemScore.objects.filter(review__in=reviews, value__isnull=False).order_by()
    groups = scores.annotate(both=F("item_number") * TEN + F("value")).values_list("both").annotate(n=Count("*"))
    for both, n in groups:
        yield both // TEN, both % TEN, n


def network_distribution(reviews: Collection[int]) -> tuple[Distribution, set[int]]:
    """Return how totals and scores of reviews are distributed, and the editions of the reviews. Two queries.

    The database counts: thousands of organisations give a few hundred rows.
    """
    totals, editions = Counter[int](), set[int]()
    rows = Review.objects.filter(pk__in=reviews).order_by()
    for total, edition, n in rows.values_list("total", "edition").annotate(n=Count("*")):
        totals[total or 0] += n
        editions.add(edition)
    return distribution_of(score_counts(reviews), totals), editions


def _figure_rows(
    scale: Scale, distribution: Distribution, led: Sequence[Organisation], own: OwnScores
) -> tuple[NetworkFigureRow, ...]:
    scores = (SCORES[0], SCORES[-1])
    rows = [_figure_row(item, distribution.items[item.number], scores, led, own) for item in scale.items]
    if distribution.total:
        rows.append(_figure_row(None, distribution.total, (scale.min, scale.max), led, own))
    return tuple(rows)


def _figure_row(
    item: Item | None, spread: Spread, axis: tuple[int, int], led: Sequence[Organisation], own: OwnScores
) -> NetworkFigureRow:
    low, high = axis
    number = item.number if item else None
    values = [own.get(organisation.pk, {}).get(number) for organisation in led]
    return NetworkFigureRow(
        item=item,
        low=str(low),
        high=str(high),
        mark=box_mark(spread, low, high, [value for value in values if value is not None]),
        figures=_spread_words(spread),
        own=tuple("–" if value is None else str(value) for value in values),
    )


def _own_scores(led: Sequence[Organisation], kind: str, chosen: JoinedEditions) -> OwnScores:
    """Return the scores of the last reviews of the organisations in `led`. Three queries, none without one."""
    if not led:
        return {}
    of_led = Organisation.objects.filter(pk__in=[organisation.pk for organisation in led]).order_by()
    last = Review.objects.last_of_each(of_led, kind=kind, editions=chosen.comparable)
    keys = list(last.values_list("last_of", flat=True))
    own: dict[int, dict[int | None, int]] = {}
    reviews = Review.objects.filter(pk__in=keys)
    for organisation, total in reviews.values_list(current_organisation(), "total"):
        own[organisation] = {None: total or 0}
    scores = ItemScore.objects.filter(review__in=keys)
    current = current_organisation("review__organisation")
    for organisation, number, value in scores.values_list(current, "item_number", "value"):
        own[organisation][number] = value or 0
    return own


def _spread_words(spread: Spread) -> tuple[str, ...]:
    return tuple(
        figure_words(value) for value in (spread.n, spread.min, spread.q1, spread.median, spread.q3, spread.max)
    )


def published_figures() -> tuple[PublishedRow, ...]:
    """Return the published figures, in the reader's language if the document has it, else in English."""
    language = get_language() or ENGLISH
    return tuple(_published_row(figure, language) for figure in _published())


@cache
def _published() -> tuple[PublishedFigure, ...]:
    """Return the figures of the document, which each process reads once."""
    return parse_benchmarks(loads(FILE.read_text(encoding="utf-8")))


def _published_row(figure: PublishedFigure, language: str) -> PublishedRow:
    if language not in figure.sample:
        language = ENGLISH
    return PublishedRow(
        language=language,
        sample=figure.sample[language],
        years=figure.years,
        is_year_of_publication=figure.is_year_of_publication,
        n=str(figure.n),
        unit=figure.unit[language],
        kind=str(KINDS[figure.kind]),
        scale=figure.scale,
        value=figure.value[language],
        source=figure.source,
        source_language=figure.source_language,
        link=figure.link,
        note=figure.note[language],
    )
