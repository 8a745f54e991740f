"""Sign-in by OpenID Connect, tested with a real provider process on this machine."""

from datetime import timedelta
from html import unescape
from urllib.parse import urlsplit

import pytest
import requests
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reviews.models import User
from reviews.people.invitations import invite
from reviews.workflow import Role
from tests.builders import World, fresh, post_transition
from tests.reviews.people.test_people import is_in

pytestmark = pytest.mark.django_db
SUBJECT, ACCEPT = "subject-4711", "/invitations/"


def by_provider(client: Client, subject: str = SUBJECT, process: str = "login", next_page: str = "") -> str:
    """Sign in at the provider as `subject` and follow its redirects; return the last address."""
    query = f"?process={process}&next={next_page}"
    away = client.post(f"/accounts/oidc/fylket/login/{query}")
    assert away.status_code == 302, away.content
    back = requests.post(away.headers["Location"], data={"sub": subject}, allow_redirects=False, timeout=10)
    place = urlsplit(unescape(back.headers["Location"]))
    return client.get(f"{place.path}?{place.query}", follow=True)


def link(user: User, subject: str = SUBJECT) -> None:
    SocialAccount.objects.create(user=user, provider="fylket", uid=subject)


def test_a_linked_subject_is_signed_in(world: World, provider: str) -> None:
    link(world.evaluator)
    client = Client()
    by_provider(client)
    assert is_in(client)
    assert client.get(reverse("account")).context["user"] == world.evaluator


def test_the_same_e_mail_address_at_the_provider_gives_no_access(world: World, provider: str) -> None:
    """Control of an e-mail address at a provider does not prove the identity of a person here."""
    EmailAddress.objects.create(user=world.evaluator, email="evaluator@example.org", verified=True, primary=True)
    client, accounts = Client(), User.objects.count()
    page = by_provider(client, subject="evaluator@example.org")
    assert not is_in(client)
    assert "Fylket" in page.content.decode()
    assert not SocialAccount.objects.exists()
    assert User.objects.count() == accounts


def test_a_provider_creates_no_accounts(world: World, provider: str) -> None:
    client, accounts = Client(), User.objects.count()
    by_provider(client, subject="somebody-new")
    assert not is_in(client)
    assert User.objects.count() == accounts


def test_people_link_their_own_account_after_confirming_the_password(world: World, provider: str) -> None:
    client = Client()
    client.post("/accounts/login/", {"login": "evaluator", "password": "evaluator-pw"})
    by_provider(client, process="connect")
    assert not SocialAccount.objects.exists()
    client.post(reverse("account_reauthenticate"), {"password": "evaluator-pw"})
    assert SocialAccount.objects.get().user == world.evaluator
    fresh_browser = Client()
    by_provider(fresh_browser)
    assert is_in(fresh_browser)


def test_a_subject_that_belongs_to_somebody_cannot_be_taken_over(world: World, provider: str) -> None:
    link(world.colleague)
    client = Client()
    client.post("/accounts/login/", {"login": "evaluator", "password": "evaluator-pw"})
    by_provider(client, process="connect")
    client.post(reverse("account_reauthenticate"), {"password": "evaluator-pw"})
    assert SocialAccount.objects.get().user == world.colleague


def test_the_second_factor_is_required_after_the_provider(world: World, provider: str) -> None:
    link(world.coordinator)
    client = Client()
    by_provider(client)
    assert not is_in(client)
    assert client.get(reverse("mfa_authenticate")).status_code == 200


def test_a_provider_with_strong_sign_in_is_enough_for_a_coordinator(
    world: World, provider: str, settings: object
) -> None:
    Authenticator.objects.all().delete()
    link(world.coordinator)
    client = Client()
    by_provider(client)
    assert client.get(reverse("home")).headers["Location"] == reverse("mfa_index")
    settings.OIDC_PROVIDERS = [{"id": "fylket", "name": "Fylket", "strong": True}]  # type: ignore[attr-defined]
    assert client.get(reverse("home")).status_code == 200


def test_a_forged_response_of_the_provider_signs_nobody_in(world: World, provider: str) -> None:
    link(world.evaluator)
    client = Client()
    client.get("/accounts/oidc/fylket/login/callback/?code=abc&state=forged")
    assert not is_in(client)


def test_a_response_to_another_browser_signs_nobody_in(world: World, provider: str) -> None:
    """The attacker stops before the callback and makes a victim open its address."""
    attacker, victim = Client(), Client()
    away = attacker.post("/accounts/oidc/fylket/login/")
    back = requests.post(away.headers["Location"], data={"sub": SUBJECT}, allow_redirects=False, timeout=10)
    link(world.evaluator)
    place = urlsplit(back.headers["Location"])
    victim.get(f"{place.path}?{place.query}")
    assert not is_in(victim)


@pytest.mark.pdf
def test_a_person_without_a_password_signs_reviews_with_the_provider(world: World, provider: str) -> None:
    world.evaluator.set_unusable_password()
    world.evaluator.save()
    link(world.evaluator)
    review = world.draft_review(4)
    client = Client()
    by_provider(client)
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        answer = post_transition(client, review, "finalise")
        assert answer.status_code == 422
        assert "/accounts/oidc/fylket/login/" in answer.content.decode()
        assert 'type="password"' not in answer.content.decode()
    assert post_transition(client, review, "finalise").status_code == 302
    assert fresh(review).status == "final"


def test_a_person_without_a_password_deletes_the_account_with_the_provider(world: World, provider: str) -> None:
    world.evaluator.set_unusable_password()
    world.evaluator.save()
    link(world.evaluator)
    client, url = Client(), reverse("account_delete")
    by_provider(client)
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        answer = client.post(url)
        assert answer.status_code == 422
        assert "Bekreft først hvem du er" in answer.content.decode()
        assert "/accounts/oidc/fylket/login/" in answer.content.decode()
    assert client.post(url).status_code == 302
    assert not User.objects.get(pk=world.evaluator.pk).is_active


def invited(world: World, email: str) -> str:
    """Return the path of a new invitation's link."""
    _invitation, secret = invite(
        network=world.network,
        by=world.coordinator,
        name="Guest",
        email=email,
        role=Role.EVALUATOR,
        organisation=None,
    )
    return reverse("invitation", args=[secret])


def test_a_provider_sign_in_of_one_person_is_not_used_for_anothers_invitation(world: World, provider: str) -> None:
    """Anna opens her link, signs in at the provider and leaves; Bo opens his on the same machine."""
    machine = Client()
    machine.get(invited(world, "anna@example.org"))
    by_provider(machine, subject="anna-subject", next_page=ACCEPT)
    page = machine.get(invited(world, "bo@example.org"), follow=True)
    assert 'name="password"' in page.content.decode()
    machine.post(ACCEPT, {"name": "Bo", "password": "Sommerfugl-på-fjellet-7"})
    assert not SocialAccount.objects.filter(uid="anna-subject").exists()
    assert User.objects.get(email="bo@example.org").has_usable_password()


def test_a_subject_that_has_an_account_gets_no_second_one(world: World, provider: str) -> None:
    machine = Client()
    machine.get(invited(world, "anna@example.org"))
    by_provider(machine, subject="anna-subject", next_page=ACCEPT)
    link(world.colleague, "anna-subject")
    assert machine.post(ACCEPT, {"name": "Anna"}).status_code == 409
    assert not User.objects.filter(email="anna@example.org").exists()


def test_an_invitation_is_accepted_with_the_provider(world: World, provider: str) -> None:
    _invitation, secret = invite(
        network=world.network,
        by=world.coordinator,
        name="Guest",
        email="guest@example.org",
        role=Role.EVALUATOR,
        organisation=None,
    )
    client = Client()
    assert "Fylket" in client.get(reverse("invitation", args=[secret]), follow=True).content.decode()
    page = by_provider(client, subject="guest-subject", next_page=ACCEPT)
    assert "password" not in page.content.decode().split("<main")[1]
    client.post(ACCEPT, {"name": "Gjest Gjestesen"})
    user = User.objects.get(email="guest@example.org")
    assert not user.has_usable_password()
    assert SocialAccount.objects.get(uid="guest-subject").user == user
    assert is_in(client)
    elsewhere = Client()
    by_provider(elsewhere, subject="guest-subject")
    assert is_in(elsewhere)
