"""The overview of a network: the summary of each organisation, what is due, and who can see it."""

from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from time_machine import travel

from reviews.components.paging import PAGE as NAMES
from reviews.models import Action, Membership, Network, Organisation, Review
from reviews.overview import organisation_table
from reviews.overview.forms import MOST_OFFERED
from reviews.schedule.organisation_summary import refresh_summary
from reviews.workflow import Kind, Role
from scales.loading import load
from tests.builders import SCALE, World, build_world, document_of, instrument, many_finals, query_plan

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _today() -> Any:
    with travel(TODAY, tick=False):
        yield


def on(year: int, month: int, day: int = 1) -> dict[str, date]:
    return {"visit_start": date(year, month, day), "visit_end": date(year, month, day)}


def rows(client: Client, **query: object) -> list[organisation_table.OrganisationRow]:
    return list(client.get(reverse("overview"), query).context["page"].rows)


def names(client: Client, **query: object) -> list[str]:
    return [row.name.removeprefix("IPS ") for row in rows(client, **query)]


@pytest.fixture(scope="module")
def built(module_transaction: None) -> World:
    """Return a world: Øyvær 75 in 2024, then 100 and due in March 2026; Granlia 50 in October 2026; Tindvik never."""
    world = build_world(instrument())
    with travel(TODAY, tick=False):
        world.final_review(3, **on(2024, 3))
        world.final_review(4, **on(2025, 3))
        world.final_review(2, organisation=world.sister, kind=Kind.SELF, **on(2026, 10))
    Organisation.objects.create(network=world.network, name="IPS Tindvik")
    return world


@pytest.fixture
def network(built: World, db: None) -> World:
    return deepcopy(built)


def test_each_organisation_is_listed_with_its_last_total_its_change_and_its_due_date(network: World) -> None:
    first, second, third = rows(network.client_of("coordinator"))
    assert (first.name, first.total, first.band, first.band_rank) == ("IPS Øyvær", "100", "god kvalitet", "3")
    assert (first.change.signed, first.change.words) == ("+25", "25 poeng opp")
    assert (first.due, first.overdue[1]) == ("", "frist 01.03.2026")
    assert (second.name, second.total, second.band_rank) == ("IPS Granlia", "50", "1")
    assert (second.kind, second.visit, second.due) == ("egenvurdering", "01.10.2026", "01.04.2027")
    assert second.change.signed == ""
    assert (third.name, third.total, third.due) == ("IPS Tindvik", "", "aldri vurdert")


def test_a_change_is_counted_only_from_a_previous_review_of_the_same_kind(network: World) -> None:
    network.final_review(3, kind=Kind.PEER, **on(2026, 9))
    row = rows(network.client_of("coordinator"), q="øyvær")[0]
    assert (row.total, row.kind, row.change.signed) == ("75", "kollegavurdering", "")


def test_the_first_line_counts_the_network(network: World) -> None:
    summary = network.client_of("coordinator").get(reverse("overview")).context["summary"]
    assert (summary.organisations, summary.overdue, summary.never) == ("3", "1", "1")
    (scale,) = summary.scales
    assert [(band.label, band.n) for band in scale.bands] == [("god kvalitet", "1"), ("ikke IPS", "1")]
    assert (scale.title, scale.joined) == ("", "")


def test_mixed_kinds_and_editions_are_announced_and_each_row_names_its_own(network: World) -> None:
    client = network.client_of("coordinator")
    page = client.get(reverse("overview")).content.decode()
    assert "Siste resultat, uansett type" in page
    assert "Siste resultater er av alle typer og utgaver." in page
    assert [row.edition for row in rows(client)] == ["", "", ""]  # all by one edition
    other, _ = load(document_of(SCALE) | {"slug": "ips-25-other", "version": "2030"})
    network.final_review(3, organisation=network.sister, kind=Kind.PEER, edition=other, **on(2026, 11))
    told = {row.name: (row.kind, row.edition) for row in rows(client)}
    assert told["IPS Granlia"] == ("kollegavurdering", "Kvalitetsskalaen i IPS (2030)")
    assert told["IPS Øyvær"] == ("uavhengig vurdering", "Kvalitetsskalaen i IPS (07.01.2008)")
    assert told["IPS Tindvik"] == ("", "")
    assert "Kvalitetsskalaen i IPS (2030)" in client.get(reverse("overview")).content.decode()


def test_a_row_names_its_edition_even_if_the_filter_hides_the_others(network: World) -> None:
    other, _ = load(document_of(SCALE) | {"slug": "ips-25-other", "version": "2030"})
    network.final_review(3, organisation=network.sister, edition=other, **on(2026, 11))
    (row,) = rows(network.client_of("coordinator"), q="Øyvær")
    assert row.edition == "Kvalitetsskalaen i IPS (07.01.2008)"


def test_the_longest_overdue_comes_first_and_the_never_reviewed_last(network: World) -> None:
    others = [Organisation.objects.create(network=network.network, name=f"IPS {name}") for name in ("A", "B")]
    network.final_review(3, organisation=others[0], **on(2025, 1))  # due in July 2025
    network.final_review(5, organisation=others[1], **on(2026, 11))  # due in November 2027
    assert names(network.client_of("coordinator")) == ["A", "Øyvær", "Granlia", "B", "Tindvik"]
    assert names(network.client_of("coordinator"), sort="-due") == ["B", "Granlia", "Øyvær", "A", "Tindvik"]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("total", ["Granlia", "Øyvær", "Tindvik"]),
        ("-total", ["Øyvær", "Granlia", "Tindvik"]),
        ("-change", ["Øyvær", "Tindvik", "Granlia"]),
        ("visit", ["Øyvær", "Granlia", "Tindvik"]),
        ("-name", ["Øyvær", "Tindvik", "Granlia"]),
    ],
)
def test_every_column_sorts_both_ways_and_empty_values_come_last(
    network: World, sort: str, expected: list[str]
) -> None:
    answer = network.client_of("coordinator").get(reverse("overview"), {"sort": sort})
    assert [row.name.removeprefix("IPS ") for row in answer.context["page"].rows] == expected
    direction = "descending" if sort.startswith("-") else "ascending"
    assert answer.content.decode().count(f'aria-sort="{direction}"') == 1


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"due": "overdue"}, ["Øyvær"]),
        ({"due": "soon"}, []),
        ({"due": "later"}, ["Granlia"]),
        ({"due": "never"}, ["Tindvik"]),
        ({"band": "ips-25-nb:3"}, ["Øyvær"]),
        ({"kind": "self"}, ["Granlia"]),
        ({"q": "GRAN"}, ["Granlia"]),
        ({"q": "ØY"}, ["Øyvær"]),
        ({"q": "100%_"}, []),
        ({"q": "' OR 1=1 --"}, []),
        ({"actions": "on"}, []),
        ({"due": "overdue", "kind": "self"}, []),
    ],
)
def test_filters_narrow_the_list_down(network: World, query: dict[str, str], expected: list[str]) -> None:
    assert names(network.client_of("coordinator"), **query) == expected


def test_soon_means_within_three_months(network: World) -> None:
    Organisation.objects.filter(pk=network.sister.pk).update(next_due=date(2027, 2, 22))
    assert names(network.client_of("coordinator"), due="soon") == ["Granlia"]
    Organisation.objects.filter(pk=network.sister.pk).update(next_due=TODAY)
    assert names(network.client_of("coordinator"), due="soon") == ["Granlia"]
    Organisation.objects.filter(pk=network.sister.pk).update(next_due=date(2027, 2, 23))
    assert names(network.client_of("coordinator"), due="later") == ["Granlia"]


def test_open_actions_are_counted_and_filtered_by(network: World) -> None:
    last = Review.objects.get(organisation=network.sister)
    Action.objects.create(review=last, what="Flere møter", saved_by=network.coordinator, saved_at=last.created_at)
    refresh_summary(network.sister)
    (row,) = rows(network.client_of("coordinator"), actions="on")
    assert (row.name, row.open_actions) == ("IPS Granlia", "1")


def test_planned_and_open_reviews_are_named(network: World) -> None:
    network.plan_review(**on(2026, 12))
    network.score_review({1: 3}, **on(2026, 11))
    row = rows(network.client_of("coordinator"), q="Øyvær")[0]
    assert [(each.status, each.day) for each in row.open_reviews] == [
        ("under skåring", "01.11.2026"),
        ("planlagt", "01.12.2026"),
    ]


@pytest.mark.parametrize(
    "query",
    [
        {"due": "x"},
        {"band": "ips-25-nb:9"},
        {"kind": "x"},
        {"sort": "x"},
        {"sort": "-"},
        {"page": "0"},
        {"page": "x"},
        {"q": "x" * 200},
        {"q": "\0"},
    ],
)
def test_an_invalid_filter_is_refused_in_words_and_filters_nothing(network: World, query: dict[str, str]) -> None:
    answer = network.client_of("coordinator").get(reverse("overview"), query)
    assert answer.status_code == 422
    assert len(answer.context["page"].rows) == 3
    page = answer.content.decode()
    assert "invalid-feedback" in page or "alert" in page


def test_another_networks_organisations_never_appear(network: World) -> None:
    page = network.client_of("coordinator").get(reverse("overview")).content.decode()
    assert "IPS Lyngmo" not in page
    assert names(network.client_of("coordinator"), q="Lyngmo") == []


def test_a_coordinator_of_several_networks_chooses_one(network: World) -> None:
    elsewhere = network.others.network
    Membership.objects.create(user=network.coordinator, role=Role.COORDINATOR, network=elsewhere)
    client = network.client_of("coordinator")
    assert names(client, network=str(elsewhere.code)) == ["Lyngmo"]
    assert names(client, network=str(network.network.code)) == ["Øyvær", "Granlia", "Tindvik"]
    assert (
        f"?network={elsewhere.code}"
        in client.get(reverse("overview"), {"network": network.network.code}).content.decode()
    )


@pytest.mark.parametrize("name", ["overview", "heat_map", "benchmarks"])
@pytest.mark.parametrize("code", ["x", "00000000-0000-4000-8000-000000000000", "theirs"])
def test_a_network_that_is_not_ones_own_is_not_found(network: World, name: str, code: str) -> None:
    asked = str(network.others.network.code) if code == "theirs" else code
    assert network.client_of("coordinator").get(reverse(name), {"network": asked}).status_code == 404


def test_a_network_that_one_does_not_belong_to_is_not_found_even_with_an_invalid_filter(network: World) -> None:
    asked = {"network": str(network.network.code)}
    assert network.client_of("evaluator").get(reverse("overview"), asked).status_code == 403
    assert network.client_of("stranger").get(reverse("overview"), asked).status_code == 404
    assert network.client_of("admin").get(reverse("benchmarks"), asked).status_code == 404


@pytest.mark.parametrize("who", ["evaluator", "team_leader", "stranger", "admin"])
def test_a_person_who_coordinates_nothing_is_informed(network: World, who: str) -> None:
    answer = network.client_of(who).get(reverse("overview"))
    assert answer.status_code == 403
    assert "Oversikten over et nettverk er for koordinatorene" in answer.content.decode()
    assert reverse("overview") + '"' not in network.client_of(who).get(reverse("home")).content.decode()


def test_the_menu_links_a_coordinator_to_the_overview(network: World) -> None:
    assert f'href="{reverse("overview")}"' in network.client_of("coordinator").get(reverse("home")).content.decode()


def test_pages_of_a_long_list_neither_lose_nor_repeat_an_organisation(network: World) -> None:
    more = 2 * organisation_table.PAGE
    Organisation.objects.bulk_create(Organisation(network=network.network, name=f"IPS {n}") for n in range(more))
    client = network.client_of("coordinator")
    seen = [name for page in (1, 2, 3) for name in names(client, page=page)]
    assert len(seen) == len(set(seen)) == more + 3
    assert client.get(reverse("overview"), {"page": 3}).context["page"].next == ""
    assert "Ingen organisasjon passer" in client.get(reverse("overview"), {"page": 9}).content.decode()


def test_a_new_network_says_that_it_is_empty(network: World) -> None:
    empty = Network.objects.create(name="Tomheia")
    Membership.objects.create(user=network.coordinator, role=Role.COORDINATOR, network=empty)
    page = network.client_of("coordinator").get(reverse("overview"), {"network": empty.code}).content.decode()
    assert "Nettverket har ingen organisasjoner" in page


def test_names_are_shown_as_text(network: World) -> None:
    Organisation.objects.filter(pk=network.sister.pk).update(name="<b>IPS</b>")
    page = network.client_of("coordinator").get(reverse("overview"), {"q": "<b>"}).content.decode()
    assert "<b>IPS</b>" not in page
    assert "&lt;b&gt;IPS&lt;/b&gt;" in page


def test_the_list_of_reviews_does_not_offer_thousands_of_organisations(network: World) -> None:
    many = (Organisation(network=network.network, name=f"IPS {n}") for n in range(MOST_OFFERED))
    Organisation.objects.bulk_create(many)
    client, code = network.client_of("coordinator"), str(network.sister.code)
    offered = client.get(reverse("reviews")).context["form"].fields["organisation"].choices
    assert [value for value, _label in offered] == [""]
    answer = client.get(reverse("reviews"), {"organisation": code})
    assert [value for value, _label in answer.context["form"].fields["organisation"].choices] == ["", code]
    assert [row.organisation for row in answer.context["page"].rows] == ["IPS Granlia"]
    assert client.get(reverse("reviews"), {"organisation": "x"}).status_code == 422


def test_organisations_are_listed_in_pages_and_can_be_searched(network: World) -> None:
    before = [f"IPS 0{n:03}" for n in range(NAMES - 2)]
    Organisation.objects.bulk_create(Organisation(network=network.network, name=name) for name in before)
    client = network.client_of("evaluator")

    def listed(**query: object) -> list[str]:
        return [each.name for each in client.get(reverse("organisations"), query).context["page"].rows]

    assert listed() == [*before, "IPS Granlia", "IPS Tindvik"]
    assert listed(page=2) == ["IPS Øyvær"]
    assert listed(q="tind") == ["IPS Tindvik"]
    assert listed(q="lyngmo") == []


def test_open_reviews_are_found_by_their_own_index(network: World) -> None:
    many_finals(network.final_review(4), 500, pdf=b"")
    network.plan_review()
    with CaptureQueriesContext(connection) as asked:
        list(Review.objects.open().order_by("visit_start", "pk")[:10])
    assert "review_open" in query_plan(asked.captured_queries[0]["sql"])


def test_the_indexed_condition_covers_all_reviews_that_a_person_may_know_of(network: World) -> None:
    """The lists first filter by a condition that an index supports. It must omit nothing that a person may know of."""
    many_finals(network.final_review(4), 500, pdf=b"")
    for user in (network.evaluator, network.colleague, network.team_leader, network.other_leader, network.stranger):
        user.coordinates_somewhere = False
        assert set(Review.objects.listed_to(user)) == set(Review.objects.visible_to(user))
    with CaptureQueriesContext(connection) as asked:
        list(Review.objects.listed_to(network.stranger))
    few = query_plan(asked.captured_queries[-1]["sql"])
    by_key = {"sqlite": "SEARCH reviews_review USING INTEGER PRIMARY KEY", "postgresql": "reviews_review_pkey"}
    assert by_key[connection.vendor] in few
