"""What a network's organisations were scored, as figures that name nobody, and what others have published.

For everyone who belongs to the network; below five organisations it is withheld. A team leader reads the own
organisation's figures beside it. Reads only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from json import loads

from django.conf import settings
from django.db.models import Count
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from reviews.charts.distribution import FEWEST, Spread
from reviews.models import ItemScore, Network, Organisation
from reviews.overview.network_scores import last_reviews, network_distribution
from reviews.overview.paging import Choices, choose
from reviews.wording import figure_words
from reviews.workflow import Kind
from scales.benchmarks import ENGLISH, NOT_STATED, TWO_KINDS, Published, parse_benchmarks
from scales.definition import Item, Scale
from scales.models import ScaleEdition

FILE = settings.BASE_DIR / "fixtures" / "benchmarks.json"
KINDS = dict(Kind.choices) | {TWO_KINDS: _("independent review and self-assessment"), NOT_STATED: _("not stated")}


@dataclass(frozen=True)
class Figure:
    """One row of the table, of an item or, without one, of the totals; `own` has one text an own organisation."""

    item: Item | None
    figures: tuple[str, ...]
    own: tuple[str, ...]


@dataclass(frozen=True)
class NetworkFigures:
    """`rows` is empty while the figures are withheld; the last row is that of the totals."""

    scale: Scale | None
    editions: Choices
    kinds: Choices
    kind: str
    n: str
    fewest: str
    own: tuple[str, ...]
    rows: tuple[Figure, ...]


@dataclass(frozen=True)
class Shown:
    """A published figure in `language`; `years` and `link` are "" where the source gives none."""

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
    link: str
    note: str


def network_figures(network: Network, *, led: Sequence[Organisation], edition: str, kind: str) -> NetworkFigures:
    """Return a network's figures of one kind and edition, with those of the organisations that a person leads.

    `edition` is a slug; the most frequent one where it is none of theirs. Three queries, two more with `led`.
    """
    of_network = Organisation.objects.filter(network=network, last_review__isnull=False).order_by()
    used = of_network.values_list("last_review__edition").annotate(n=Count("pk"))
    numbers = {pk: n for pk, n in used if pk}
    scales = {pk: ScaleEdition.scale_in_use(pk) for pk in sorted(numbers)}
    most = max(numbers, key=lambda pk: (numbers[pk], pk), default=0)
    editions = choose(
        edition,
        {scale.slug: f"{scale.title} ({scale.version})" for scale in scales.values()},
        scales[most].slug if most else "",
    )
    kinds = choose(kind, {each.value: str(each.label) for each in Kind}, Kind.INDEPENDENT.value)
    pk = next((pk for pk, scale in scales.items() if scale.slug == editions.chosen), 0)
    scale = scales.get(pk)
    found = network_distribution(network, kind=kinds.chosen, edition=pk)
    is_shown = scale is not None and not found.is_withheld
    own = _own(network, led, kinds.chosen, pk) if is_shown else {}
    return NetworkFigures(
        scale=scale,
        editions=editions,
        kinds=kinds,
        kind=str(Kind(kinds.chosen).label),
        n=str(found.n),
        fewest=str(FEWEST),
        own=tuple(organisation.name for organisation in led) if is_shown else (),
        rows=(
            *(
                Figure(item, _texts(found.items[item.number]), _beside(led, own, item.number))
                for item in (scale.items if scale and is_shown else ())
            ),
            *((Figure(None, _texts(found.total), _beside(led, own, None)),) if is_shown and found.total else ()),
        ),
    )


def _own(
    network: Network, led: Sequence[Organisation], kind: str, edition: int
) -> Mapping[int, Mapping[int | None, int]]:
    """Return the scores of the organisations that a person leads: by organisation and item, the total at None."""
    if not led:
        return {}
    reviews = last_reviews(network, kind=kind, edition=edition).filter(organisation__in=led)
    own: dict[int, dict[int | None, int]] = {}
    for organisation, total in reviews.values_list("organisation", "total"):
        own[organisation] = {None: total or 0}
    scores = ItemScore.objects.filter(review__in=reviews.values("pk"))
    for organisation, number, value in scores.values_list("review__organisation", "item_number", "value"):
        own[organisation][number] = value or 0
    return own


def _beside(
    led: Sequence[Organisation], own: Mapping[int, Mapping[int | None, int]], number: int | None
) -> tuple[str, ...]:
    return tuple(str(own.get(organisation.pk, {}).get(number, "–")) for organisation in led)


def _texts(spread: Spread) -> tuple[str, ...]:
    return tuple(
        figure_words(value) for value in (spread.n, spread.min, spread.q1, spread.median, spread.q3, spread.max)
    )


def published_figures() -> tuple[Shown, ...]:
    """Return what others have published, in the reader's language where the document has it, else in English."""
    language = get_language() or ENGLISH
    return tuple(_shown(figure, language) for figure in _published())


@cache
def _published() -> tuple[Published, ...]:
    """Read the document once a process."""
    return parse_benchmarks(loads(FILE.read_text(encoding="utf-8")))


def _shown(figure: Published, language: str) -> Shown:
    if language not in figure.sample:
        language = ENGLISH
    return Shown(
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
        link=figure.link,
        note=figure.note[language],
    )
