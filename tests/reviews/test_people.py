"""Signing in, signing out, and the language that goes with a person."""

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from reviews.models import Membership, User
from reviews.workflow import Role
from tests.builders import World, person

pytestmark = pytest.mark.django_db


def sign_in(client: Client, username: str, password: str) -> int:
    return client.post(reverse("login"), {"username": username, "password": password}).status_code


def test_name_and_password_open_the_door(world: World) -> None:
    client = Client()
    assert sign_in(client, "evaluator", "evaluator-pw") == 302
    assert client.get(reverse("home")).status_code == 200


def test_a_wrong_password_is_answered_with_a_sentence(world: World) -> None:
    answer = Client().post(reverse("login"), {"username": "evaluator", "password": "x"})
    assert answer.status_code == 422
    assert "store og små bokstaver" in answer.content.decode()


def test_a_password_equal_to_the_name_opens_nothing_outside_the_demo(settings: object) -> None:
    person("demo")
    user = User.objects.get(username="demo")
    user.set_password("demo")
    user.save()
    assert sign_in(Client(), "demo", "demo") == 422
    settings.DEBUG = True  # type: ignore[attr-defined]
    assert sign_in(Client(), "demo", "demo") == 302


def test_signing_out_closes_the_door(as_evaluator: Client) -> None:
    as_evaluator.post(reverse("logout"))
    assert as_evaluator.get(reverse("home")).status_code == 302


def test_the_interface_is_norwegian_unless_chosen_otherwise(as_evaluator: Client) -> None:
    page = as_evaluator.get(reverse("home"), headers={"Accept-Language": "en-GB,en"})
    assert page.headers["Content-Language"] == "nb"
    assert "Mitt arbeid" in page.content.decode()


@pytest.mark.parametrize(("language", "words"), [("nb", "Mitt arbeid"), ("sv", "Mitt arbete"), ("en", "My work")])
def test_the_choice_of_language_stays_with_the_account(world: World, language: str, words: str) -> None:
    world.client_of("evaluator").post(reverse("language"), {"language": language, "next": "/"})
    elsewhere = world.client_of("evaluator").get(reverse("home"))
    assert words in elsewhere.content.decode()
    assert f'<html lang="{language}">' in elsewhere.content.decode()


def test_the_choice_holds_on_the_sign_in_page_too() -> None:
    client = Client()
    client.post(reverse("language"), {"language": "sv", "next": reverse("login")})
    assert "Logga in" in client.get(reverse("login")).content.decode()


@pytest.mark.parametrize(
    "next_page", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "", "foo", "?x", "home"]
)
def test_the_choice_of_language_leads_nowhere_else(next_page: str) -> None:
    answer = Client().post(reverse("language"), {"language": "sv", "next": next_page})
    assert answer.headers["Location"] == "/"


def test_an_unknown_language_is_refused(as_evaluator: Client) -> None:
    assert as_evaluator.post(reverse("language"), {"language": "xx"}).status_code == 422


def test_a_password_can_be_changed(as_evaluator: Client, evaluator: User) -> None:
    new = {"new_password1": "Sommerfugl-på-fjellet-7", "new_password2": "Sommerfugl-på-fjellet-7"}
    assert as_evaluator.post(reverse("password_change"), {"old_password": "evaluator-pw"} | new).status_code == 302
    evaluator.refresh_from_db()
    assert evaluator.check_password("Sommerfugl-på-fjellet-7")


def test_outside_the_demo_passwords_are_checked_against_common_ones() -> None:
    assert any("CommonPassword" in validator["NAME"] for validator in settings.AUTH_PASSWORD_VALIDATORS)


@pytest.mark.parametrize(
    ("role", "with_organisation"), [(Role.TEAM_LEADER, False), (Role.EVALUATOR, True), (Role.COORDINATOR, True)]
)
def test_a_role_has_its_place_in_the_database_too(world: World, role: Role, with_organisation: bool) -> None:
    place = world.organisation if with_organisation else None
    with pytest.raises(IntegrityError, match="membership_place_fits_role"), transaction.atomic():
        Membership.objects.create(user=world.admin, network=world.network, organisation=place, role=role)


def test_the_same_role_cannot_be_given_twice(world: World) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(user=world.evaluator, network=world.network, role=Role.EVALUATOR)
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(
            user=world.team_leader, network=world.network, organisation=world.organisation, role=Role.TEAM_LEADER
        )


def test_an_administrator_adds_a_person_with_a_role(world: World) -> None:
    client = world.client_of("admin")
    form = {"username": "ny", "name": "Ny Evaluator", "email": "", "usable_password": "true"}
    form |= {"password1": "Sommerfugl-på-fjellet-7", "password2": "Sommerfugl-på-fjellet-7"}
    rows = {"memberships-TOTAL_FORMS": 1, "memberships-INITIAL_FORMS": 0}
    rows |= {"memberships-0-network": world.network.pk, "memberships-0-role": "evaluator"}
    answer = client.post(reverse("admin:reviews_user_add"), form | rows)
    assert answer.status_code == 302
    assert Membership.objects.get(user__username="ny").role == Role.EVALUATOR


def test_an_administrator_cannot_mix_networks(world: World) -> None:
    row = {
        "user": world.stranger.pk,
        "network": world.network.pk,
        "organisation": world.others.pk,
        "role": "team_leader",
    }
    answer = world.client_of("admin").post(reverse("admin:reviews_membership_add"), row)
    assert answer.status_code == 200
    assert "annet nettverk" in answer.content.decode()
