"""Lists of a network with hundreds of people and organisations, a page at a time."""

from typing import Any

import pytest
from django.urls import reverse

from reviews.models import Invitation, Organisation
from tests.builders import World
from tests.crowd import crowd
from tests.crowd_rows import fill_network

pytestmark = pytest.mark.django_db


def test_a_large_network_comes_in_pages_without_leaving_anybody_out(world: World) -> None:
    crowd(world.network, world.scale, world.coordinator, organisations=120, reviews=120, scored=False)
    fill_network(world.network, world.coordinator)
    client, address = world.client_of("coordinator"), world.network.get_absolute_url()

    def people(**query: Any) -> list[str]:
        return [row.name for row in client.get(address, query).context["page"].people.rows]

    shown = [name for number in range(1, 5) for name in people(page=number)]
    assert len(people()) == 100
    assert sorted(shown) == sorted(str(each.user) for each in world.network.memberships.select_related("user"))
    assert people(q="leader 77") == ["Leader 77"]
    assert people(q="ips 00077") == ["Leader 77"], "people are found by their organisation too"
    assert people(q="ingen") == []

    def organisations(**query: Any) -> list[str]:
        page = client.get(reverse("network_organisations", args=[world.network.code]), query).context["page"]
        return [row.name for row in page.organisations.rows]

    shown = [name for number in (1, 2) for name in organisations(page=number)]
    assert sorted(shown) == sorted(world.network.organisations.values_list("name", flat=True))
    assert organisations(q="00077") == ["IPS 00077"]


def test_the_newest_invitations_are_shown_and_older_ones_are_found_by_name(world: World) -> None:
    fill_network(world.network, world.coordinator)
    client, address = world.client_of("coordinator"), world.network.get_absolute_url()
    page = client.get(address).context["page"]
    assert (page.invitations[0].name, len(page.invitations), page.more_invitations) == ("Guest 999", 30, "970 til")
    found = client.get(address, {"q": "guest7@example.org"}).context["page"]
    assert [row.name for row in found.invitations] == ["Guest 7"]
    assert found.more_invitations == ""


@pytest.mark.parametrize("name", ["network", "network_organisations"])
def test_a_page_that_does_not_exist_is_refused(world: World, name: str) -> None:
    answer = world.client_of("coordinator").get(reverse(name, args=[world.network.code]), {"page": "x"})
    assert answer.status_code == 422
    assert "Denne siden av tabellen finnes ikke" in answer.content.decode()


def test_the_organisation_of_an_invited_person_is_searched_for_where_there_are_too_many_for_a_list(
    world: World,
) -> None:
    crowd(world.network, world.scale, world.coordinator, organisations=201, reviews=201, scored=False)
    client, url = world.client_of("coordinator"), reverse("invite", args=[world.network.code])
    page = client.get(url)
    assert page.content.decode().count("IPS 0") == 0
    typed = {"name": "Kari", "email": "kari@example.org", "role": "team_leader"}
    found = client.post(url, typed | {"organisation_name": "00077", "act": "show"})
    assert found.status_code == 200
    assert 'value="kari@example.org"' in found.content.decode()
    (organisation,) = Organisation.objects.filter(name="IPS 00077")
    assert f'value="{organisation.pk}"' in found.content.decode()
    assert not Invitation.objects.exists()
    client.post(url, typed | {"organisation_name": "00077", "organisation": organisation.pk})
    assert Invitation.objects.get().organisation == organisation
