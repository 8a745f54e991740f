"""A person's own account: the stored data and the deletion."""

import json

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse

from reviews.mail import MailGroup
from reviews.models import User
from reviews.people.forms import AcceptInvitationForm
from tests.builders import SECRET, World, fresh
from tests.reviews.people.test_people import is_in, sign_in

pytestmark = pytest.mark.django_db
DELETE = "/accounts/delete/"


def test_the_account_page_shows_roles_and_links_to_the_ways_to_sign_in(world: World) -> None:
    page = world.client_of("team_leader").get(reverse("account")).content.decode()
    assert "IPS Øyvær" in page
    for name in ("account_change_password", "mfa_index", "account_email", "usersessions_list", "account_data"):
        assert reverse(name) in page


def test_the_data_of_a_person_are_complete_and_without_secrets(world: World) -> None:
    review = world.final_review(4)
    client = Client()
    sign_in(client, "evaluator", "evaluator-pw")
    answer = client.get(reverse("account_data"))
    assert "attachment" in answer.headers["Content-Disposition"]
    data = answer.json()
    assert data["account"]["email"] == "evaluator@example.org"
    assert data["memberships"] == [{"role": "evaluator", "network": "Nordfjella", "organisation": None}]
    assert data["evaluator_of"] == [str(review.code)]
    assert {line["happening"] for line in data["changes_made"]} >= {"created", "scored", "finalised"}
    assert [line["act"] for line in data["access_log"]] == ["exported", "signed_in"]
    assert len(data["sessions"]) == 1
    world.client_of("coordinator").get(reverse("account_data"))
    assert SECRET not in json.dumps(world.client_of("coordinator").get(reverse("account_data")).json())
    assert "password" not in json.dumps(data)


def delete(client: Client, password: str = "evaluator-pw") -> int:
    return client.post(DELETE, {"password": password}).status_code


def test_deleting_an_account_keeps_the_records_under_a_pseudonym(world: World) -> None:
    final = world.final_review(4)
    SocialAccount.objects.create(user=world.evaluator, provider="fylket", uid="4711")
    client = Client()
    sign_in(client, "evaluator", "evaluator-pw")
    assert delete(client) == 302
    gone = User.objects.get(pk=world.evaluator.pk)
    assert (gone.name, gone.email, gone.is_active, gone.has_usable_password()) == ("", "", False, False)
    assert "evaluator" not in gone.username
    assert not gone.memberships.exists()
    assert not SocialAccount.objects.exists()
    assert not Authenticator.objects.filter(user=gone).exists()
    assert not is_in(client)
    assert sign_in(Client(), "evaluator", "evaluator-pw") == 422
    history = world.client_of("coordinator").get(reverse("history", args=[final.code])).content.decode()
    assert f"Tidligere bruker {gone.pk}" in history
    sheet = world.client_of("coordinator").get(reverse("sheet", args=[final.code])).content.decode()
    assert "Evaluator, Colleague" in sheet
    assert fresh(final).status == "final"


def test_deleting_needs_the_password(world: World, as_evaluator: Client) -> None:
    assert delete(as_evaluator, "wrong") == 422
    assert delete(as_evaluator, "") == 422
    assert is_in(as_evaluator)


def test_the_only_evaluator_of_an_open_review_hands_it_over_first(world: World, as_evaluator: Client) -> None:
    review = world.score_review(4, evaluators=[world.evaluator])
    assert review.get_absolute_url() in as_evaluator.get(DELETE).content.decode()
    assert delete(as_evaluator) == 409
    assert is_in(as_evaluator)


def test_an_administrator_cannot_delete_people_and_their_records(world: World) -> None:
    url = reverse("admin:reviews_user_delete", args=[world.evaluator.pk])
    assert world.client_of("admin").post(url, {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=world.evaluator.pk).exists()


def test_the_account_page_shows_what_is_set_now_beside_each_change(world: World) -> None:
    client = Client()
    sign_in(client, "evaluator", "evaluator-pw")
    page = client.get(reverse("account")).content.decode()
    for words in ("evaluator@example.org", "1 nettleser", "virker på alle sider"):
        assert words in page
    client.post(reverse("notifications"), dict.fromkeys(MailGroup, "never"))
    page = client.get(reverse("account")).content.decode()
    assert "er slått av" in page
    assert "<p>aldri</p>" in page


def test_fields_about_oneself_name_their_purpose(world: World) -> None:
    assert 'name="login" autocomplete="username"' in Client().get(reverse("account_login")).content.decode()
    assert 'autocomplete="name"' in world.client_of("evaluator").get(reverse("own_name")).content.decode()
    names = AcceptInvitationForm(email="guest@example.org", with_password=True).fields
    assert names["name"].widget.attrs["autocomplete"] == "name"
    assert names["password"].widget.attrs["autocomplete"] == "new-password"
