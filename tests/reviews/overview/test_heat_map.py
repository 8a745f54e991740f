"""The heat map of organisations and items, and the network's figures: texts, medians, what is omitted or withheld."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from reviews.charts.distribution import FEWEST
from reviews.models import Network, Organisation
from reviews.overview import heat_map
from reviews.overview.benchmarks import published_figures
from reviews.workflow import Kind
from scales.loading import load
from tests.builders import SCALE, World, document_of

pytestmark = pytest.mark.django_db

ONE_LOW = dict.fromkeys(range(1, 26), 5) | {4: 1}


def on(year: int, month: int = 3) -> dict[str, date]:
    return {"visit_start": date(year, month, 1), "visit_end": date(year, month, 2)}


def heat(client: Client, **query: str) -> Any:
    return client.get(reverse("heat_map"), query).context["heat"]


def figures(client: Client, **query: str) -> Any:
    return client.get(reverse("benchmarks"), query).context["figures"]


def more(world: World, *names: str) -> list[Organisation]:
    return [Organisation.objects.create(network=world.network, name=f"IPS {name}") for name in names]


@pytest.fixture
def network(world: World) -> World:
    """Return a world: Øyvær has 104 with mostly 4, Granlia 121 with one low score, Tindvik was never reviewed."""
    world.final_review(2, **on(2024))
    world.final_review(dict.fromkeys(range(1, 26), 4) | {1: 5, 2: 5, 3: 5, 4: 5}, **on(2025))
    world.final_review(ONE_LOW, organisation=world.sister, **on(2026))
    more(world, "Tindvik")
    return world


def test_every_cell_holds_the_score_of_the_last_valid_review(network: World) -> None:
    found = heat(network.client_of("coordinator"))
    granlia, oyvaer = found.rows
    assert (granlia.name, granlia.total, granlia.kind) == ("IPS Granlia", "121", "uavhengig vurdering")
    assert granlia.scores == ("5", "5", "5", "1", *["5"] * 21)
    assert (oyvaer.total, oyvaer.scores) == ("104", ("5", "5", "5", "5", *["4"] * 21))
    assert found.medians == ("5", "5", "5", "3", *["4,5"] * 21)
    assert found.never == 1


def test_a_screen_reader_can_announce_the_items_and_the_rows(network: World) -> None:
    page = network.client_of("coordinator").get(reverse("heat_map")).content.decode()
    assert '<span class="visually-hidden">1 Størrelse på portefølje</span>' in page
    assert 'data-item="1 Størrelse på portefølje"' in page
    assert page.count('scope="colgroup"') == 3
    assert page.count('scope="row"') == 3  # two organisations and the median
    assert page.count('scope="col"') == 27
    assert 'class="heat-1">1</td>' in page
    assert "Etter «Kvalitetsskalaen i IPS», 07.01.2008." in page
    assert "1 organisasjon har ingen endelig vurdering." in page


@pytest.mark.parametrize(
    ("sort", "first"), [("name", "Granlia"), ("-name", "Øyvær"), ("total", "Øyvær"), ("-total", "Granlia")]
)
def test_the_map_is_sorted_by_name_or_total(network: World, sort: str, first: str) -> None:
    assert heat(network.client_of("coordinator"), sort=sort).rows[0].name == f"IPS {first}"


def test_kinds_are_kept_apart_and_have_no_common_median(network: World) -> None:
    (own,) = more(network, "Lindåsen")
    network.final_review(3, organisation=own, kind=Kind.SELF, **on(2026))
    client = network.client_of("coordinator")
    independent = heat(client)
    assert [row.name for row in independent.rows] == ["IPS Granlia", "IPS Øyvær"]
    assert (independent.kind, independent.left_out, independent.never) == ("uavhengig vurdering", 1, 1)
    assert (
        "1 organisasjon har ingen slik vurdering og er ikke med her."
        in client.get(reverse("heat_map")).content.decode()
    )
    assert [row.name for row in heat(client, kind="self").rows] == ["IPS Lindåsen"]
    every = heat(client, kind="all")
    assert (len(every.rows), every.medians, every.left_out) == (3, (), 0)
    assert "Typer av vurdering blandes ikke" in client.get(reverse("heat_map"), {"kind": "all"}).content.decode()


def test_a_later_self_assessment_does_not_hide_the_last_independent_review(network: World) -> None:
    """Heat map and figures choose the last review by one rule."""
    for name in "ABC":
        network.final_review(3, organisation=more(network, name)[0], **on(2025))
    network.final_review(1, kind=Kind.SELF, **on(2026))
    client = network.client_of("coordinator")
    totals = {row.name: row.total for row in heat(client, kind="independent").rows}
    assert totals["IPS Øyvær"] == "104"
    assert figures(client, kind="independent").n == str(len(totals)) == "5"
    assert [row.total for row in heat(client, kind="self").rows] == ["25"]
    assert {row.name: row.total for row in heat(client, kind="all").rows}["IPS Øyvær"] == "25"


def test_a_kind_without_reviews_is_an_empty_map_in_words(network: World) -> None:
    page = network.client_of("coordinator").get(reverse("heat_map"), {"kind": "peer"}).content.decode()
    assert "Ingen organisasjon har en endelig vurdering av denne typen etter denne skalaen." in page


def test_reviews_by_another_edition_are_left_out_and_the_page_says_so(network: World) -> None:
    other, _ = load(document_of(SCALE) | {"slug": "ips-25-other", "version": "2030"})
    (own,) = more(network, "Lindåsen")
    network.final_review(3, organisation=own, edition=other, **on(2026))
    client = network.client_of("coordinator")
    assert (len(heat(client).rows), heat(client).left_out, heat(client).joined) == (2, 1, "")
    assert [row.name for row in heat(client, scale="ips-25-other").rows] == ["IPS Lindåsen"]


def test_a_superseded_review_is_not_shown_but_its_correction_is(world: World) -> None:
    old = world.superseded_review()
    correction = old.correction
    assert heat(world.client_of("coordinator")).rows[0].total == str(correction.total)


def test_the_map_is_paginated(network: World) -> None:
    for own in more(network, *(f"0{n:02}" for n in range(heat_map.PAGE - 1))):
        network.final_review(3, organisation=own, **on(2026))
    client = network.client_of("coordinator")
    first, second = heat(client, page="1"), heat(client, page="2")
    assert (len(first.rows), first.rows[-1].name) == (heat_map.PAGE, "IPS Granlia")
    assert [row.name for row in second.rows] == ["IPS Øyvær"]
    assert second.medians[0] == "5"  # of the rows shown
    assert "ingenting på denne siden" in client.get(reverse("heat_map"), {"page": "3"}).content.decode()


@pytest.mark.parametrize("query", [{"kind": "x"}, {"scale": "x"}, {"sort": "x"}, {"page": "-1"}])
def test_an_invalid_query_is_refused_in_words(network: World, query: dict[str, str]) -> None:
    answer = network.client_of("coordinator").get(reverse("heat_map"), query)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert len(answer.context["heat"].rows) == 2


@pytest.mark.parametrize(("text", "found"), [("gran", ["IPS Granlia"]), ("ØY", ["IPS Øyvær"]), ("' OR 1=1 --", [])])
def test_the_map_is_searched_by_name(network: World, text: str, found: list[str]) -> None:
    client = network.client_of("coordinator")
    assert [row.name for row in heat(client, q=text).rows] == found
    page = client.get(reverse("heat_map"), {"q": text, "sort": "-total", "kind": "all"}).content.decode()
    assert ("Ingen organisasjon passer" in page) == (not found)
    assert 'name="sort" value="-total"' in page  # a search keeps how the map was asked for
    assert 'name="kind" value="all"' in page


def test_a_name_that_is_too_long_is_refused_and_kept(network: World) -> None:
    answer = network.client_of("coordinator").get(reverse("heat_map"), {"q": "x" * 151})
    assert answer.status_code == 422
    assert "x" * 151 in answer.content.decode()
    assert len(answer.context["heat"].rows) == 2


def test_another_networks_scores_never_appear(network: World) -> None:
    Organisation.objects.filter(pk=network.sister.pk).update(network=network.others.network)
    assert [row.name for row in heat(network.client_of("coordinator")).rows] == ["IPS Øyvær"]


def test_a_network_without_final_reviews_says_so(world: World) -> None:
    page = world.client_of("coordinator").get(reverse("heat_map")).content.decode()
    assert "Ingen organisasjon i nettverket har en endelig vurdering ennå." in page


# The network's figures


def five(world: World) -> None:
    """Review five organisations: their last independent reviews have 50, 75, 75, 100 and 125."""
    places = [world.organisation, world.sister, *more(world, "A", "B", "C")]
    for place, score in zip(places, (4, 3, 2, 3, 5), strict=True):
        world.final_review(score, organisation=place, **on(2026))
    world.final_review(1, organisation=world.sister, **on(2020))  # an earlier review, which does not count
    world.final_review(1, organisation=world.sister, kind=Kind.SELF, **on(2026, 5))  # another kind, which does not


def test_below_five_organisations_the_figures_are_withheld(network: World) -> None:
    for who in ("coordinator", "evaluator", "team_leader"):
        answer = network.client_of(who).get(reverse("benchmarks"))
        assert answer.context["figures"].rows == ()
        assert "Det er 2 organisasjoner" in answer.content.decode()
        assert f"Tall vises fra {FEWEST}" in answer.content.decode()
        assert "104" not in answer.content.decode().split("<h2>")[1]


def test_from_five_on_each_item_and_the_total_have_quartiles(world: World) -> None:
    five(world)
    rows = figures(world.client_of("evaluator")).rows
    assert len(rows) == 26
    assert rows[0].figures == ("5", "2", "3", "3", "4", "5")  # n, lowest, quartile, median, quartile, highest
    assert rows[-1].item is None
    assert rows[-1].figures == ("5", "50", "75", "75", "100", "125")


def test_the_figures_name_nobody(world: World) -> None:
    five(world)
    page = world.client_of("evaluator").get(reverse("benchmarks")).content.decode()
    assert not [name for name in Organisation.objects.values_list("name", flat=True) if name in page]


def test_a_team_leader_sees_their_own_figures_next_to_the_networks(world: World) -> None:
    five(world)
    found = figures(world.client_of("team_leader"))
    assert found.own == ("IPS Øyvær",)
    assert (found.rows[0].own, found.rows[-1].own) == (("4",), ("100",))
    page = world.client_of("team_leader").get(reverse("benchmarks")).content.decode()
    assert "IPS Granlia" not in page


def test_a_kind_with_fewer_than_five_is_withheld_separately(world: World) -> None:
    five(world)
    found = figures(world.client_of("evaluator"), kind="self")
    assert (found.n, found.rows, found.own) == ("1", (), ())


def test_the_figures_of_a_network_are_its_own(world: World) -> None:
    five(world)
    assert figures(world.client_of("stranger")).rows == ()


@pytest.mark.parametrize("query", [{"kind": "x"}, {"scale": "x"}])
def test_figures_of_an_unknown_kind_or_edition_are_refused_in_words(world: World, query: dict[str, str]) -> None:
    five(world)
    answer = world.client_of("evaluator").get(reverse("benchmarks"), query)
    assert answer.status_code == 422
    assert "er ikke et av valgene" in answer.content.decode()


def test_published_figures_have_number_year_kind_and_source_in_the_readers_language(world: World) -> None:
    page = world.client_of("evaluator").get(reverse("benchmarks")).content.decode()
    for part in ("103,8 → 108,4", "129 programmer i 2012", "2012–2014", "https://doi.org/10.1176/appi.ps.201500301"):
        assert part in page
    assert "En totalskåre forutsier ingenting" in page
    assert page.count("år ikke oppgitt") == 2  # as the sources of a new team and of the American norms
    assert "gjennomsnittlig totalskåre" in page
    assert "de Winter, Couwenbergh" in page
    assert "pubmed.ncbi" not in page
    assert 'href=""' not in page
    world.evaluator.language = "sv"
    world.evaluator.save()
    assert "genomsnittlig totalpoäng" in world.client_of("evaluator").get(reverse("benchmarks")).content.decode()


def test_published_figures_are_in_english_where_the_document_lacks_the_readers_language() -> None:
    with translation.override("et"):
        figures = published_figures()
    assert {figure.language for figure in figures} == {"en"}
    assert figures[0].value == "mean total 103.8 → 108.4"


def test_a_person_without_a_network_is_informed(world: World) -> None:
    assert Network.objects.exists()
    answer = world.client_of("admin").get(reverse("benchmarks"))
    assert answer.status_code == 403
    assert "Tallene for et nettverk er for dem som hører til der" in answer.content.decode()
