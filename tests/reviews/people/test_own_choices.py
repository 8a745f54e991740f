"""A person's own name, the choice of mails, and the keys of the whole page."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from reviews.mail import Frequency, MailGroup
from reviews.models import AccessAction, AccessEvent, FinalRecord, User
from reviews.people.account_data import data_of
from tests.builders import World

pytestmark = pytest.mark.django_db


def test_a_person_changes_their_own_name_and_signed_records_keep_the_old_one(
    world: World, as_evaluator: Client
) -> None:
    review = world.final_review()
    answer = as_evaluator.post(reverse("own_name"), {"name": "  Tor-Erik   Lunde "})
    assert answer.headers["Location"] == reverse("account")
    person = User.objects.get(pk=world.evaluator.pk)
    assert (person.name, person.search_key) == ("Tor-Erik Lunde", "tor-erik lunde")
    assert "Evaluator" in str(FinalRecord.objects.get(review=review).content)
    (event,) = AccessEvent.objects.filter(action=AccessAction.NAME_CHANGED)
    assert (event.by, event.person, event.page) == (world.evaluator, world.evaluator, "")


def test_the_same_name_is_no_change(as_evaluator: Client) -> None:
    as_evaluator.post(reverse("own_name"), {"name": "Evaluator"})
    assert not AccessEvent.objects.filter(action=AccessAction.NAME_CHANGED).exists()


@pytest.mark.parametrize("name", ["", " ", "a" * 151, "Pеr Lunde", "Kari 01019010046"])
def test_an_odd_name_is_refused(world: World, as_evaluator: Client, name: str) -> None:
    assert as_evaluator.post(reverse("own_name"), {"name": name}).status_code == 422
    assert User.objects.get(pk=world.evaluator.pk).name == "Evaluator"


def test_by_default_everything_is_mailed_at_once_and_the_keys_work(as_evaluator: Client) -> None:
    page = as_evaluator.get(reverse("notifications"))
    assert page.context["form"].initial == dict.fromkeys(MailGroup, "at_once") | {"page_keys": True}
    assert "Disse kan du ikke slå av" in page.content.decode()


CHOSEN = {"plans": "at_once", "ratings": "never", "remarks": "daily", "signed": "at_once"}


def test_only_what_differs_from_the_default_is_stored(world: World, as_evaluator: Client) -> None:
    as_evaluator.post(reverse("notifications"), CHOSEN)
    person = User.objects.get(pk=world.evaluator.pk)
    assert person.mail_choices == {"ratings": Frequency.NEVER, "remarks": Frequency.DAILY}
    assert not person.page_keys
    assert as_evaluator.get(reverse("notifications")).context["form"].initial == CHOSEN | {"page_keys": False}
    assert data_of(person)["account"]["mail_choices"] == person.mail_choices


def test_a_choice_that_was_stored_before_there_were_summaries_still_counts(world: World, as_evaluator: Client) -> None:
    User.objects.filter(pk=world.evaluator.pk).update(mail_choices={"signed": "never"})
    assert as_evaluator.get(reverse("notifications")).context["form"].initial["signed"] == Frequency.NEVER


@pytest.mark.parametrize("sent", [{}, CHOSEN | {"plans": "hourly"}, {"plans": "daily"}])
def test_an_unknown_or_missing_choice_is_refused(world: World, as_evaluator: Client, sent: dict[str, str]) -> None:
    assert as_evaluator.post(reverse("notifications"), sent).status_code == 422
    assert User.objects.get(pk=world.evaluator.pk).mail_choices == {}


def test_the_search_field_offers_no_key_to_who_switched_them_off(world: World, as_evaluator: Client) -> None:
    assert 'data-key="/"' in as_evaluator.get(reverse("search")).content.decode()
    User.objects.filter(pk=world.evaluator.pk).update(page_keys=False)
    page = as_evaluator.get(reverse("search")).content.decode()
    assert "data-key=" not in page
    assert "aria-keyshortcuts" not in page


def test_the_language_of_an_account_is_copied_to_the_browser_once_and_a_choice_replaces_it(
    world: World, as_evaluator: Client
) -> None:
    name, url = settings.LANGUAGE_COOKIE_NAME, reverse("account")
    assert name not in as_evaluator.get(url).cookies  # nothing is chosen
    User.objects.filter(pk=world.evaluator.pk).update(language="sv")
    cookie = as_evaluator.get(url).cookies[name]
    assert (cookie.value, cookie["secure"], cookie["httponly"], cookie["samesite"]) == ("sv", True, True, "Lax")
    assert name not in as_evaluator.get(url).cookies
    del as_evaluator.cookies[name]
    assert as_evaluator.post(reverse("language"), {"language": "en"}).cookies[name].value == "en"
