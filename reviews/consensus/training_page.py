"""Read model of the items of a network to train on: those of the evaluators, and those of the services. Reads only.

Evaluators: from the ratings before consensus of the newest finished reviews, of every kind. Services: from the last
valid review of each organisation, of one kind. Comparable editions of a scale are joined. Too few reviews give no list.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reviews.charts.distribution import FEWEST as FEWEST_ORGANISATIONS
from reviews.consensus.agreement import agreement, units_of
from reviews.consensus.agreement_report import FEWEST_REVIEWS, newest_rated_apart, ratings_by_review, units_by_item
from reviews.consensus.agreement_words import MOST_REVIEWS, only_newest_note
from reviews.consensus.training import Counts, DisputedItem, LowItem, lowest, most_disputed
from reviews.models import Network
from reviews.overview.benchmarks import last_reviews, only_last_note, score_counts
from reviews.overview.editions import JoinedEditions, choose_editions, editions_words
from reviews.overview.paging import LinkChoices, choose
from reviews.wording import figure_words
from reviews.workflow import Kind
from scales.definition import Item, Scale
from scales.models import ScaleEdition


@dataclass(frozen=True)
class ItemToTrain:
    """An item to train on, the figures that it was chosen by, and how many reviews these rest on, as text."""

    item: Item
    figures: tuple[str, ...]
    reviews: str


@dataclass(frozen=True)
class TrainingList:
    """The items to train one group on, the most urgent first, and the headings of their figures.

    `basis` is a sentence on the reviews that were counted. `none` says why there is no item, "" if there are some.
    """

    title: str
    basis: str
    headings: tuple[str, ...]
    items: tuple[ItemToTrain, ...]
    none: str


@dataclass(frozen=True)
class Training:
    """The items to train on, for one scale. Without a final review, `scale` is None and there are no lists.

    `joined` is a sentence that names the editions, "" for one alone.
    """

    scale: Scale | None
    joined: str
    editions: LinkChoices
    kinds: LinkChoices
    lists: tuple[TrainingList, ...]


def training_of(network: Network, slug: str = "", kind: str = "") -> Training:
    """Return the items of a network to train on. At most five queries.

    `slug` names an edition; by default, the one of most organisations is chosen. `kind` is the kind of the reviews
    in the list for services; by default, the most frequent one.
    """
    of_network = network.organisations.current().filter(last_edition__isnull=False).order_by()
    groups = of_network.values_list("last_edition", "last_kind").annotate(n=Count("pk"))
    counts, by_kind = Counter[int](), Counter[str]()
    for edition, _kind, n in groups:
        counts[edition] += n
    editions, chosen = choose_editions(slug, counts)
    for edition, of_kind, n in groups:
        by_kind[of_kind] += n if chosen and edition in chosen.editions else 0
    most_used = by_kind.most_common(1)[0][0] if by_kind else Kind.INDEPENDENT.value
    kinds = choose(kind, {kind.value: str(kind.label) for kind in Kind}, most_used)
    if chosen is None:
        return Training(None, "", editions, kinds, ())
    comparable = ScaleEdition.comparable(chosen.editions[-1])
    looked_at = newest_rated_apart(network)
    newest = [review for review in looked_at if review.edition in comparable][:MOST_REVIEWS]
    return Training(
        scale=chosen.scale,
        joined=editions_words({*(review.edition for review in newest), *chosen.editions}),
        editions=editions,
        kinds=kinds,
        lists=(
            _for_evaluators(chosen.scale, [review.key for review in newest], len(looked_at)),
            _for_services(network, chosen, kinds.chosen),
        ),
    )


def _for_evaluators(scale: Scale, newest: Collection[int], looked_at: int) -> TrainingList:
    rated = ratings_by_review(newest)
    by_item = units_by_item(scale, [units_of(ratings) for ratings in rated])
    items = most_disputed({number: agreement(by_item[number]) for number in by_item}, fewest=FEWEST_REVIEWS)
    basis = ngettext(
        "Where evaluators differ most, before consensus: %(n)s finished review, rated independently. All kinds of "
        "reviews are counted together.",
        "Where evaluators differ most, before consensus: %(n)s finished reviews, rated independently. All kinds of "
        "reviews are counted together.",
        len(rated),
    )
    return TrainingList(
        title=_("Train the evaluators"),
        basis=f"{basis % {'n': str(len(rated))}} {only_newest_note(len(newest), looked_at)}".strip(),
        headings=(_("Mean distance"), _("Same score")),
        items=tuple(_disputed(scale, item) for item in items),
        none="" if items else _none(len(rated), FEWEST_REVIEWS, _("The evaluators agreed on every item.")),
    )


def _for_services(network: Network, chosen: JoinedEditions, kind: str) -> TrainingList:
    scores: dict[int, Counts] = {}
    reviews = last_reviews(network, kind, chosen)
    for number, value, n in score_counts(reviews):
        scores[number] = {**scores.get(number, {}), value: n}
    count = max((sum(counts.values()) for counts in scores.values()), default=0)
    items = lowest(scores, fewest=FEWEST_ORGANISATIONS)
    basis = ngettext(
        "Where services score lowest: the last valid review of %(n)s organisation. Kind: %(kind)s.",
        "Where services score lowest: the last valid reviews of %(n)s organisations. Kind: %(kind)s.",
        count,
    ) % {"n": str(count), "kind": str(Kind(kind).label)}
    return TrainingList(
        title=_("Train the services"),
        basis=f"{basis} {only_last_note(len(reviews))}".strip(),
        headings=(_("Median"),),
        items=tuple(_low(chosen.scale, item) for item in items),
        none="" if items else _none(count, FEWEST_ORGANISATIONS, _("Every item has the highest score as its median.")),
    )


def _none(count: int, fewest: int, nothing_to_train: str) -> str:
    """Return why there is no item."""
    if count >= fewest:
        return nothing_to_train
    values = {"n": str(count), "fewest": str(fewest)}
    return _("Too few reviews: there are %(n)s, and items are named from %(fewest)s on. Fewer would mislead.") % values


def _disputed(scale: Scale, item: DisputedItem) -> ItemToTrain:
    same = _("%(exact)s of %(n)s") % {"exact": str(item.exact), "n": str(item.reviews)}
    return ItemToTrain(scale.by_number[item.number], (_decimal(item.distance), same), str(item.reviews))


def _low(scale: Scale, item: LowItem) -> ItemToTrain:
    return ItemToTrain(scale.by_number[item.number], (figure_words(item.median),), str(item.reviews))


def _decimal(value: Decimal) -> str:
    return str(number_format(value, 2))
