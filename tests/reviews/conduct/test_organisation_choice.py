"""The organisation is chosen in the form: from a list, or by a search where a list would be too long."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from reviews.models import Organisation, Review
from tests.builders import World, fresh, member
from tests.reviews.conduct.test_changing_plans import form_of as plan_form
from tests.reviews.conduct.test_changing_plans import url_of as change_url
from tests.reviews.conduct.test_planning import form_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def many(world: World) -> None:
    names = [f"IPS {number:03}" for number in range(200)]
    Organisation.objects.bulk_create(Organisation(network=world.network, name=name) for name in names)


def labels(answer: Any) -> list[str]:
    return [label for key, label in answer.context["form"].fields["organisation"].choices if key]


def show(client: Client, text: str, **fields: Any) -> Any:
    return client.post(reverse("plan_review"), {"act": "show", "organisation_name": text, **fields})


def test_a_small_network_has_a_list_and_nothing_is_chosen_in_it(world: World, as_evaluator: Client) -> None:
    answer = as_evaluator.get(reverse("plan_review"))
    assert labels(answer) == ["IPS Granlia", "IPS Øyvær"]
    assert answer.context["form"].choice is None
    assert as_evaluator.post(reverse("plan_review"), form_of(world)).status_code == 422


def test_an_evaluator_of_two_networks_sees_which_is_which(world: World) -> None:
    world.stranger.memberships.create(network=world.network, role="evaluator")
    answer = world.client_of("stranger").get(reverse("plan_review"))
    assert labels(answer) == ["IPS Granlia (Nordfjella)", "IPS Lyngmo (Lyngheim)", "IPS Øyvær (Nordfjella)"]


@pytest.mark.usefixtures("many")
def test_a_large_network_has_a_search(as_evaluator: Client) -> None:
    assert labels(as_evaluator.get(reverse("plan_review"))) == []
    assert labels(show(as_evaluator, "oyv")) == ["IPS Øyvær"]
    assert len(labels(show(as_evaluator, "ips"))) == 20
    assert "Flere enn 20 organisasjoner" in show(as_evaluator, "ips").content.decode()
    assert "Ingen organisasjon" in show(as_evaluator, "xyz").content.decode()


@pytest.mark.usefixtures("many")
def test_what_was_chosen_stays_while_something_else_is_searched(world: World, as_evaluator: Client) -> None:
    answer = show(as_evaluator, "01", organisation=world.sister.pk)
    assert labels(answer)[0] == "IPS Granlia"
    assert answer.context["form"].of == world.sister


@pytest.mark.usefixtures("many")
def test_the_only_organisation_of_a_name_is_taken_and_one_of_several_is_asked_for(
    world: World, as_evaluator: Client
) -> None:
    several = as_evaluator.post(reverse("plan_review"), form_of(world, organisation_name="IPS 01"))
    assert several.status_code == 422
    assert "Velg organisasjonen blant dem" in several.content.decode()
    assert as_evaluator.post(reverse("plan_review"), form_of(world, organisation_name="ØYVÆR")).status_code == 302
    assert Review.objects.get().organisation == world.organisation


@pytest.mark.usefixtures("many")
def test_the_plan_of_a_review_has_the_same_search(world: World, as_evaluator: Client) -> None:
    review = world.plan_review()
    assert labels(as_evaluator.get(change_url(review))) == ["IPS Øyvær"]
    sent = plan_form(review, organisation_name="granlia", act="show")
    assert labels(as_evaluator.post(change_url(review), sent)) == ["IPS Øyvær", "IPS Granlia"]
    as_evaluator.post(change_url(review), plan_form(review, organisation=world.sister.pk, organisation_name="granlia"))
    assert fresh(review).organisation == world.sister


@pytest.mark.parametrize("key", ["9" * 30, "x", "-1", "１"])
def test_a_key_that_is_none_is_refused(world: World, as_evaluator: Client, key: str) -> None:
    assert as_evaluator.post(reverse("plan_review"), form_of(world, organisation=key)).status_code == 422
    assert show(as_evaluator, "", organisation=key).status_code == 200


def test_a_team_leader_plans_nothing(world: World) -> None:
    assert world.client_of("team_leader").get(reverse("plan_review")).status_code == 403


def test_someone_who_evaluates_in_an_empty_network_gets_the_form(world: World) -> None:
    network = type(world.network).objects.create(name="Tomvik")
    world.newcomer = member("newcomer", "evaluator", network)  # type: ignore[attr-defined, arg-type]
    assert labels(world.client_of("newcomer").get(reverse("plan_review"))) == []
