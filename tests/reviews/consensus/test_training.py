"""What a network should train on: how items are chosen, and the page that names them."""

from decimal import Decimal
from fractions import Fraction

import pytest
from django.urls import reverse

from reviews.consensus.agreement import agreement
from reviews.consensus.training import DisputedItem, LowItem, lowest, most_disputed
from reviews.consensus.training_page import training_of
from reviews.models import Organisation
from reviews.workflow import Kind
from scales.loading import load
from scales.models import ScaleEdition
from tests.builders import World
from tests.scales.pocket import pocket_scale


def test_the_largest_distance_comes_first_and_agreement_is_not_named() -> None:
    agreements = {
        1: agreement([(3, 3), (4, 4)]),
        2: agreement([(2, 4), (3, 3)]),
        3: agreement([(1, 5), (3, 4)]),
    }
    assert most_disputed(agreements, fewest=2) == (
        DisputedItem(3, Decimal("2.50"), exact=0, reviews=2),
        DisputedItem(2, Decimal("1.00"), exact=1, reviews=2),
    )


def test_an_item_that_rests_on_too_few_reviews_is_not_ranked() -> None:
    assert most_disputed({1: agreement([(1, 5)]), 2: agreement([(2, 3)] * 2)}, fewest=2) == (
        DisputedItem(2, Decimal("1.00"), exact=0, reviews=2),
    )
    assert lowest({1: {1: 4}, 2: {4: 5}}, fewest=5) == (LowItem(2, Fraction(4), 5),)


def test_the_lowest_median_comes_first_then_the_lowest_mean() -> None:
    scores = {1: {2: 3, 5: 2}, 2: {2: 5}, 3: {1: 3, 5: 2}, 4: {5: 5}}
    assert [(item.number, item.median) for item in lowest(scores, fewest=5)] == [(3, 1), (2, 2), (1, 2)]


def test_five_items_are_named_and_those_equal_to_the_last_one() -> None:
    scores = {number: {min(number, 5): 1} for number in range(1, 5)} | {7: {3: 1}, 8: {4: 1}, 9: {4: 1}}
    assert [item.number for item in lowest(scores, fewest=1)] == [1, 2, 3, 7, 4, 8, 9]
    agreements = {number: agreement([(1, 2)]) for number in range(1, 8)}
    assert len(most_disputed(agreements, fewest=1)) == 7


def test_nothing_is_named_without_scores() -> None:
    assert most_disputed({}, fewest=1) == ()
    assert lowest({}, fewest=1) == ()


def test_a_distribution_without_reviews_is_never_ranked() -> None:
    assert lowest({1: {}}, fewest=1) == ()


@pytest.fixture
def pocket(world: World) -> ScaleEdition:
    return load(pocket_scale())[0]  # type: ignore[return-value]


def reviewed_apart(world: World, pocket: ScaleEdition, count: int) -> None:
    """Finalise reviews in which the evaluators differ by two points on item 2 and agree on the others."""
    for year in range(2010, 2010 + count):
        world.final_apart({1: 4, 2: 3, 3: 2}, {1: 4, 2: 5, 3: 2}, year=year, edition=pocket)


@pytest.mark.django_db
def test_the_page_names_the_items_with_their_figures_and_the_reviews_behind_them(
    world: World, pocket: ScaleEdition
) -> None:
    reviewed_apart(world, pocket, 10)
    for number in range(4):
        organisation = Organisation.objects.create(network=world.network, name=f"IPS {number}")
        world.final_review({1: 5, 2: 4, 3: 1}, edition=pocket, organisation=organisation, kind=Kind.INDEPENDENT)
    evaluators, services = training_of(world.network).lists
    assert [(row.item.number, row.figures, row.reviews) for row in evaluators.items] == [(2, ("2,00", "0 av 10"), "10")]
    assert [(row.item.number, row.figures, row.reviews) for row in services.items] == [
        (3, ("1",), "5"),
        (2, ("4",), "5"),
    ]
    page = world.client_of("coordinator").get(reverse("training", args=[world.network.code])).content.decode()
    assert "10 avsluttede vurderinger med uavhengig skåring" in page
    assert "de siste gyldige vurderingene av 5 organisasjoner. Type: uavhengig vurdering." in page


@pytest.mark.django_db
def test_below_the_floor_the_page_says_so_and_names_no_item(world: World, pocket: ScaleEdition) -> None:
    reviewed_apart(world, pocket, 9)
    evaluators, services = training_of(world.network).lists
    assert (evaluators.items, services.items) == ((), ())
    assert evaluators.none.startswith("For få vurderinger: Det er 9, og kriterier nevnes fra og med 10.")
    assert services.none.startswith("For få vurderinger: Det er 1, og kriterier nevnes fra og med 5.")


@pytest.mark.django_db
def test_kinds_are_not_mixed_for_the_services(world: World, pocket: ScaleEdition) -> None:
    for number in range(5):
        organisation = Organisation.objects.create(network=world.network, name=f"IPS {number}")
        kind = Kind.PEER if number else Kind.INDEPENDENT
        world.final_review({1: 1, 2: 1, 3: 1}, edition=pocket, organisation=organisation, kind=kind)
    services = training_of(world.network).lists[1]
    assert "4 organisasjoner. Type: kollegavurdering." in services.basis
    assert services.items == ()
    assert "1 organisasjon. Type: uavhengig" in training_of(world.network, kind="independent").lists[1].basis


@pytest.mark.django_db
def test_a_network_without_final_reviews_gets_a_sentence(world: World) -> None:
    page = world.client_of("coordinator").get(reverse("training", args=[world.network.code])).content.decode()
    assert "Ingen organisasjon i nettverket har en endelig vurdering ennå." in page


@pytest.mark.django_db
def test_an_unknown_kind_is_refused_with_a_warning(world: World) -> None:
    world.final_review(4)
    url = reverse("training", args=[world.network.code])
    assert world.client_of("coordinator").get(url, {"kind": "x"}).status_code == 422
