"""People choose a password of their own after somebody else has set theirs."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.management.commands import changepassword
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from reviews.models import AccessEvent, Membership, User
from reviews.queue.worker import run_due
from reviews.workflow import Role
from tests.builders import SECRET, World
from tests.reviews.people.test_people import sign_in

pytestmark = pytest.mark.django_db
CHANGE = "/accounts/password/change/"
SET, OWN = "Regnbue-over-havet-3", "Sommerfugl-på-fjellet-7"


def set_by_administrator(world: World, password: str = SET) -> None:
    url = reverse("admin:auth_user_password_change", args=[world.evaluator.pk])
    sent = {"password1": password, "password2": password, "usable_password": "true", "set-password": "1"}
    assert world.client_of("admin").post(url, sent).status_code == 302


def signed_in(password: str, name: str = "evaluator") -> Client:
    client = Client()
    assert sign_in(client, name, password) == 302
    return client


def change(client: Client, before: str, after: str) -> int:
    return client.post(CHANGE, {"oldpassword": before, "password1": after, "password2": after}).status_code


def test_no_page_opens_before_a_password_set_by_an_administrator_is_changed(world: World) -> None:
    set_by_administrator(world)
    client = signed_in(SET)
    review = world.score_review(4)
    for url in (reverse("home"), review.get_absolute_url(), "/accounts/", reverse("mfa_index"), "/accounts/email/"):
        assert client.get(url).headers["Location"] == CHANGE
    saved = client.post(reverse("item", args=[review.code, 4]), {}, headers={"Accept": "application/json"})
    assert saved.status_code == 403
    assert client.get(CHANGE).status_code == 200
    assert change(client, SET, SET) == 422
    assert client.get(reverse("home")).status_code == 302
    assert change(client, SET, OWN) == 302
    assert client.get(reverse("home")).status_code == 200
    assert signed_in(OWN).get(reverse("home")).status_code == 200


def test_a_session_that_is_open_already_is_ended_by_the_new_password(world: World) -> None:
    client = signed_in("evaluator-pw")
    set_by_administrator(world)
    assert client.get(reverse("home")).headers["Location"].startswith("/accounts/login/")


def test_an_account_made_with_a_password_begins_with_another_one(world: World) -> None:
    sent = {"username": "ny", "name": "Ny", "email": "ny@example.org", "usable_password": "true"}
    world.client_of("admin").post(reverse("admin:reviews_user_add"), sent | {"password1": SET, "password2": SET})
    assert signed_in(SET, "ny").get(reverse("home")).headers["Location"] == CHANGE


def test_a_coordinator_changes_the_password_before_setting_up_a_second_factor(world: World) -> None:
    set_by_administrator(world)
    Membership.objects.create(user=world.evaluator, network=world.network, role=Role.COORDINATOR)
    client = signed_in(SET)
    assert client.get(reverse("home")).headers["Location"] == CHANGE
    assert client.get(CHANGE).status_code == 200
    assert change(client, SET, OWN) == 302
    assert client.get(reverse("home")).headers["Location"] == reverse("mfa_index")


def test_a_password_chosen_by_mail_is_ones_own(world: World) -> None:
    set_by_administrator(world)
    client = Client()
    client.post(reverse("account_reset_password"), {"email": "evaluator@example.org"})
    run_due()
    link = next(word for word in mail.outbox[-1].body.split() if "/password/reset/key/" in word)
    page = client.get(link[link.index("/accounts/") :], follow=True)
    client.post(page.redirect_chain[-1][0], {"password1": OWN, "password2": OWN})
    assert signed_in(OWN).get(reverse("home")).status_code == 200


def test_an_administrator_who_sets_their_own_password_keeps_it(world: World) -> None:
    url = reverse("admin:auth_user_password_change", args=[world.admin.pk])
    sent = {"password1": SET, "password2": SET, "usable_password": "true", "set-password": "1"}
    assert world.client_of("admin").post(url, sent).status_code == 302
    assert not User.objects.get(pk=world.admin.pk).must_change_password


def test_a_password_set_by_the_operator_is_recorded_mailed_and_changed(world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(changepassword.getpass, "getpass", lambda **_prompt: SET)
    call_command("changepassword", "evaluator")
    run_due()
    line = AccessEvent.objects.get(action="sign_in_changed")
    assert (line.by, line.person, line.page) == (None, world.evaluator, "password")
    assert [told.to for told in mail.outbox] == [["evaluator@example.org"]]
    assert SET not in mail.outbox[0].body
    assert signed_in(SET).get(reverse("home")).headers["Location"] == CHANGE


# --- Lines of the access log --------------------------------------------------------------


def lines_about(person: User) -> list[tuple[str, str]]:
    lines = AccessEvent.objects.filter(person=person).exclude(action="read").order_by("pk")
    return [(line.action, line.page) for line in lines]


@pytest.mark.parametrize("view", ["mfa_authenticate", "mfa_reauthenticate"])
def test_a_wrong_code_of_a_second_factor_leaves_a_line(world: World, view: str) -> None:
    if view == "mfa_authenticate":
        client = Client()
        sign_in(client, "coordinator", "coordinator-pw")
    else:
        client = world.client_of("coordinator")
    assert client.post(reverse(view), {"code": "000000"}).status_code == 422
    assert lines_about(world.coordinator) == [("second_factor_failed", "")]


def test_a_password_and_an_address_of_ones_own_leave_a_line_each(world: World) -> None:
    client = signed_in("evaluator-pw")
    assert change(client, "evaluator-pw", OWN) == 302
    assert lines_about(world.evaluator) == [("own_sign_in_changed", "password_changed")]
    client.post("/accounts/reauthenticate/", {"password": OWN})
    client.post("/accounts/email/", {"email": "mine@example.org", "action_add": ""})
    run_due()
    confirm = next(word for told in mail.outbox for word in told.body.split() if "confirm-email" in word)
    client.post(confirm[confirm.index("/accounts/") :])
    assert ("own_sign_in_changed", "email_confirmed") in lines_about(world.evaluator)
    assert User.objects.get(pk=world.evaluator.pk).email == "mine@example.org"


def test_a_second_factor_of_ones_own_leaves_a_line(world: World) -> None:
    TOTP.activate(world.evaluator, SECRET)
    client = world.client_of("evaluator")
    client.post("/accounts/reauthenticate/", {"password": "evaluator-pw"})
    client.post(reverse("mfa_deactivate_totp"))
    assert lines_about(world.evaluator) == [("own_sign_in_changed", "totp_deactivated")]


@pytest.mark.django_db(transaction=True)
def test_recovery_codes_that_are_shown_downloaded_or_made_again_leave_a_line_each(world: World) -> None:
    TOTP.activate(world.evaluator, SECRET)
    RecoveryCodes.activate(world.evaluator)
    client = world.client_of("evaluator")
    pages = [reverse(f"mfa_{name}_recovery_codes") for name in ("view", "download")]
    assert {client.get(page).status_code for page in pages} == {302}  # to confirm who it is
    assert not AccessEvent.objects.exists()
    client.post("/accounts/reauthenticate/", {"password": "evaluator-pw"})
    assert {client.get(page).status_code for page in pages} == {200}
    client.post(reverse("mfa_generate_recovery_codes"))
    lines = AccessEvent.objects.filter(by=world.evaluator, person=world.evaluator).order_by("pk")
    assert [(line.action, line.page) for line in lines] == [
        ("read", "recovery_codes"),
        ("read", "recovery_codes"),
        ("own_sign_in_changed", "recovery_codes_generated"),
    ]


@pytest.mark.parametrize("address", ["evaluator@example.org", "nobody@example.org"])
def test_a_request_for_a_new_password_leaves_a_line(world: World, address: str) -> None:
    Client().post(reverse("account_reset_password"), {"email": address})
    assert not AccessEvent.objects.exists()  # the request itself tells nothing
    run_due()
    line = AccessEvent.objects.get()
    assert (line.action, line.by) == ("reset_requested", None)
    assert line.person == (world.evaluator if address.startswith("evaluator") else None)


# --- Links --------------------------------------------------------------------------------


def test_an_address_that_is_not_confirmed_gets_no_link_for_a_new_password(world: World) -> None:
    EmailAddress.objects.create(user=world.evaluator, email="evaluator@example.org", verified=True, primary=True)
    second = EmailAddress.objects.create(user=world.evaluator, email="second@example.org", verified=False)
    for is_confirmed in (False, True):
        EmailAddress.objects.filter(pk=second.pk).update(verified=is_confirmed)
        mail.outbox.clear()
        Client().post(reverse("account_reset_password"), {"email": "second@example.org"})
        run_due()
        assert [told.to for told in mail.outbox] == [["second@example.org"]] * is_confirmed


def test_every_link_to_pass_on_begins_with_the_public_address(world: World, settings: Any) -> None:
    settings.PUBLIC_URL = "https://ips.example.org"
    elsewhere = {"HTTP_HOST": "localhost:8443"}
    coordinator, evaluator = world.client_of("coordinator"), signed_in("evaluator-pw")
    invited = {"name": "Ny", "email": "ny@example.org", "role": "evaluator"}
    pages = [coordinator.post(reverse("invite", args=[world.network.code]), invited, follow=True, **elsewhere)]
    pages.append(evaluator.post(reverse("make_calendar"), **elsewhere))
    evaluator.post("/accounts/reauthenticate/", {"password": "evaluator-pw"}, **elsewhere)
    evaluator.post("/accounts/email/", {"email": "mine@example.org", "action_add": ""}, **elsewhere)
    Client().post(reverse("account_reset_password"), {"email": "colleague@example.org"}, **elsewhere)
    run_due()
    assert len(mail.outbox) == 3
    texts = [told.body for told in mail.outbox] + [page.content.decode() for page in pages]
    for text in texts:
        assert "https://ips.example.org/" in text
        assert "localhost:8443" not in text


def test_a_line_end_in_the_name_of_a_network_does_not_break_inviting(world: World) -> None:
    type(world.network).objects.filter(pk=world.network.pk).update(name="IPS\nØst")  # from an older version
    invited = {"name": "Ny", "email": "ny@example.org", "role": "evaluator"}
    world.client_of("coordinator").post(reverse("invite", args=[world.network.code]), invited)
    run_due()
    assert [(told.to, told.bcc) for told in mail.outbox] == [(["ny@example.org"], [])]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_a_name_of_several_lines_is_refused_with_a_sentence_at_its_field(world: World, end: str) -> None:
    network = world.network.code
    pages = (
        ("admin", "new_network", [], {}),
        ("admin", "rename_network", [network], {}),
        ("coordinator", "new_organisation", [network], {"address": ""}),
        ("coordinator", "rename_organisation", [network, world.organisation.code], {}),
        ("coordinator", "invite", [network], {"email": "ny@example.org", "role": "evaluator"}),
        ("coordinator", "own_name", [], {}),
    )
    for who, url, given, others in pages:
        client = world.client_of(who)
        page = client.post(reverse(url, args=given), {"name": f"Navn{end}Bcc: all@example.org"} | others)
        assert page.status_code == 422, url
        assert "Navnet går over flere linjer" in str(page.context["form"].errors["name"]), url
    page = world.client_of("admin").post(reverse("admin:reviews_network_add"), {"name": f"Navn{end}Bcc: all"})
    assert "Navnet går over flere linjer" in page.content.decode()
    assert not type(world.network).objects.filter(name__contains="Bcc").exists()
    assert mail.outbox == []
