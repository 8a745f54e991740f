"""Limits on sign-in attempts, which never let strangers lock an owner out."""

import re
from itertools import count
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail, signing
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils.crypto import salted_hmac

from reviews.models import AccessEvent, User
from reviews.people.memberships import end_sessions
from reviews.queue.worker import run_due
from tests.builders import World, fresh
from tests.reviews.conduct.test_transitions import url_of, version_on_page
from tests.reviews.people.test_people import code_now

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
NEW = "Sommerfugl-på-fjellet-7"
addresses = (f"10.1.{number // 250}.{number % 250}" for number in count())


@pytest.fixture(autouse=True)
def _no_attempts_before() -> None:
    cache.clear()


def outcome(answer: HttpResponse) -> str:
    if answer.status_code == 302:
        return "in"
    assert answer.status_code == 422
    text = answer.content.decode()
    return "stopped" if "For mange forsøk" in text else "wrong" if "store og små bokstaver" in text else text


def sign_in(client: Client | None = None, name: str = "evaluator", password: str = "wrong", **extra: Any) -> str:
    """Try to sign in once; return the outcome. Without `ip`, the address is a new one."""
    where = {"REMOTE_ADDR": next(addresses)} | extra
    return outcome((client or Client()).post(LOGIN, {"login": name, "password": password}, **where))


def lock_account(name: str = "evaluator") -> None:
    """Guess passwords as a stranger until the account accepts no more attempts."""
    assert [sign_in(name=name) for _ in range(6)] == ["wrong"] * 5 + ["stopped"]


@pytest.fixture
def known_device(world: World) -> Client:
    """Return the evaluator's own device, on which they have signed in and out before."""
    client = Client()
    assert sign_in(client, password="evaluator-pw") == "in"
    client.post(reverse("account_logout"))
    return client


# --- The account over all addresses -------------------------------------------------------


def test_five_guesses_from_many_addresses_close_the_account_to_strangers(world: World) -> None:
    lock_account()
    assert sign_in(password="evaluator-pw") == "stopped"
    assert sign_in(name="colleague", password="colleague-pw") == "in"


def test_another_spelling_of_the_host_starts_no_new_count(world: World) -> None:
    hosts = ("testserver", "TESTSERVER", "testserver:8443", "localhost", "localhost:1", "127.0.0.1", "localhost:443")
    assert [sign_in(HTTP_HOST=host) for host in hosts] == ["wrong"] * 5 + ["stopped"] * 2


def test_name_and_address_of_an_account_are_counted_together_in_every_spelling(world: World) -> None:
    EmailAddress.objects.create(user=world.evaluator, email="second@example.org", verified=True)
    names = ("evaluator", "EVALUATOR ", "evaluator@example.org", "Evaluator@Example.ORG", "second@example.org")
    more = ("ｅｖａｌｕａｔｏｒ", "evaluator", "evaluator@example.org", "SECOND@example.org")
    assert [sign_in(name=name) for name in names + more] == ["wrong"] * 5 + ["stopped"] * 4


def test_a_right_password_is_not_counted(world: World) -> None:
    assert [sign_in(password="evaluator-pw") for _ in range(7)] == ["in"] * 7


def test_an_unknown_name_gets_the_same_answer_at_the_same_cost(world: World, settings: Any) -> None:
    """Hashing takes the time. An account whose name is its address is looked up in both ways."""
    settings.PASSWORD_HASHERS = ["tests.reviews.people.test_login_attempts.CountedHasher"]
    User.objects.create_user("leder@example.org", "leder@example.org", "leder-pw", name="Leder")
    costs = {}
    for name in ("evaluator", "evaluator@example.org", "leder@example.org", "nobody", "nobody@example.org"):
        cache.clear()
        seen = []
        for _ in range(6):
            CountedHasher.hashes = 0
            seen.append((sign_in(name=name), CountedHasher.hashes))
        costs[name] = seen
    assert set(map(tuple, costs.values())) == {(("wrong", 1),) * 5 + (("stopped", 0),)}
    assert AccessEvent.objects.filter(action="sign_in_failed").count() == 25


class CountedHasher(MD5PasswordHasher):
    hashes = 0

    def encode(self, password: str, salt: str) -> str:
        type(self).hashes += 1
        return super().encode(password, salt)


def test_codes_of_the_second_factor_are_counted_with_the_passwords(world: World) -> None:
    seen = [sign_in(name="coordinator") for _ in range(3)]
    for code in ("000000", "000001", "000002", code_now()):
        client = Client()
        assert sign_in(client, "coordinator", "coordinator-pw") == ("in" if len(seen) < 5 else "stopped")
        answer = client.post(reverse("mfa_authenticate"), {"code": code}, REMOTE_ADDR=next(addresses))
        seen.append("wrong" if answer.status_code == 422 else "not asked")
    assert seen == ["wrong"] * 5 + ["not asked"] * 2


@pytest.mark.parametrize(
    ("view", "fields"),
    [
        ("account_reauthenticate", {"password": "wrong"}),
        ("mfa_reauthenticate", {"code": "000000"}),
        ("account_change_password", {"oldpassword": "wrong", "password1": NEW, "password2": NEW}),
        ("account_delete", {"password": "wrong"}),
    ],
)
def test_all_pages_that_ask_for_a_password_or_code_share_one_count(
    world: World, view: str, fields: dict[str, str]
) -> None:
    client = Client()
    sign_in(client, "coordinator", "coordinator-pw")
    client.post(reverse("mfa_authenticate"), {"code": code_now()})
    answers = [client.post(reverse(view), fields, REMOTE_ADDR=next(addresses)) for _ in range(4)]
    assert {answer.status_code for answer in answers} == {422}
    client.post(reverse("account_reauthenticate"), {"password": "wrong"}, REMOTE_ADDR=next(addresses))
    answer = client.post(reverse("account_reauthenticate"), {"password": "coordinator-pw"})
    assert outcome(answer) == "stopped"


def test_the_admins_own_password_page_does_not_bypass_the_limit(world: World) -> None:
    answer = world.client_of("admin").post("/admin/password_change/", {"old_password": "wrong"})
    assert answer.headers["Location"] == reverse("account_change_password")


# --- Devices that are known ---------------------------------------------------------------


@pytest.mark.pdf
def test_the_owner_signs_in_on_a_known_device_and_signs_a_review(world: World, known_device: Client) -> None:
    review = world.draft_review(4)
    lock_account()
    assert sign_in(known_device, password="evaluator-pw") == "in"
    close_again = [sign_in() for _ in range(2)]
    seen = version_on_page(known_device, review, "finalise")
    sent = {"seen": seen, "password": "evaluator-pw", "gaps_reason": "x"}
    assert known_device.post(url_of(review, "finalise"), sent).status_code == 302
    assert close_again == ["stopped"] * 2
    assert fresh(review).status == "final"


def test_the_owner_with_a_second_factor_signs_in_on_a_known_device(world: World) -> None:
    client = Client()
    for _time in range(2):
        assert sign_in(client, "coordinator", "coordinator-pw") == "in"
        assert client.post(reverse("mfa_authenticate"), {"code": code_now()}).status_code == 302
        client.post(reverse("account_logout"))
        cache.clear()  # a code is accepted once
        lock_account("coordinator")


def test_a_known_device_cannot_guess_endlessly(known_device: Client) -> None:
    assert [sign_in(known_device) for _ in range(7)] == ["wrong"] * 5 + ["stopped"] * 2
    assert sign_in(known_device, password="evaluator-pw") == "stopped"
    assert sign_in(password="evaluator-pw") == "in"  # the account itself is not locked


def test_a_device_is_known_only_for_people_who_have_signed_in_on_it(world: World, known_device: Client) -> None:
    lock_account("colleague")
    assert sign_in(known_device, "colleague", "colleague-pw") == "stopped"
    cache.clear()
    assert sign_in(known_device, "colleague", "colleague-pw") == "in"
    known_device.post(reverse("account_logout"))
    lock_account("colleague")
    lock_account("evaluator")
    assert sign_in(known_device, "colleague", "colleague-pw") == "in"
    known_device.post(reverse("account_logout"))
    assert sign_in(known_device, "evaluator", "evaluator-pw") == "in"


def test_in_an_open_session_the_cookies_of_other_accounts_start_no_new_count(world: World) -> None:
    left_open = world.client_of("evaluator")
    answers = []
    for _device in range(3):
        own = Client()
        assert sign_in(own, "colleague", "colleague-pw") == "in"
        left_open.cookies[settings.DEVICE_COOKIE_NAME] = own.cookies[settings.DEVICE_COOKIE_NAME].value
        for _guess in range(3):
            sent = {"password": "wrong"}
            answers.append(left_open.post(reverse("account_delete"), sent, REMOTE_ADDR=next(addresses)))
    stopped = ["For mange forsøk" in answer.content.decode() for answer in answers]
    assert stopped == [False] * 5 + [True] * 4


def test_letters_that_a_database_treats_as_equal_do_not_reveal_accounts(world: World) -> None:
    User.objects.filter(pk=world.evaluator.pk).update(email="ingrid@example.org")
    outcomes = {}
    for real, lookalike in (("ingrid@example.org", "ıngrid@example.org"), ("nobodi@example.org", "nobodı@example.org")):
        lock_account(real)
        outcomes[real] = sign_in(name=lookalike)
    assert set(outcomes.values()) == {"stopped"}


def test_a_device_stays_unknown_until_the_second_factor_is_passed(world: World) -> None:
    client = Client()
    assert sign_in(client, "coordinator", "coordinator-pw") == "in"
    assert settings.DEVICE_COOKIE_NAME not in client.cookies


def test_a_device_stays_known_when_the_code_is_renamed(world: World) -> None:
    user, salt = world.evaluator, "reviews.people.devices"  # as in cookies that browsers already have
    token = salted_hmac(salt, f"{user.pk} {user.device_epoch} {user.get_session_auth_hash()}", algorithm="sha256")
    device = Client()
    device.cookies[settings.DEVICE_COOKIE_NAME] = signing.dumps(["number", [token.hexdigest()]], salt=salt)
    lock_account()
    assert sign_in(device, password="evaluator-pw") == "in"


@pytest.mark.parametrize("happens", ["password changed", "sessions ended", "membership ended", "cookie altered"])
def test_a_device_becomes_unknown_again(world: World, known_device: Client, happens: str) -> None:
    password = "evaluator-pw"
    if happens == "password changed":
        password = NEW
        world.evaluator.set_password(password)
        world.evaluator.save()
    elif happens == "sessions ended":
        elsewhere = Client()
        sign_in(elsewhere, password=password)
        sign_in(Client(), password=password)
        elsewhere.post(reverse("usersessions_list"))
    elif happens == "membership ended":
        end_sessions(world.evaluator)
    else:
        cookie = known_device.cookies[settings.DEVICE_COOKIE_NAME]
        known_device.cookies[settings.DEVICE_COOKIE_NAME] = re.sub(r"^.", "x", cookie.value)
    lock_account()
    assert sign_in(known_device, password=password) == "stopped"


def test_the_cookie_is_bound_to_the_host_and_identifies_nobody(known_device: Client, world: World) -> None:
    cookie = known_device.cookies["__Host-device"]
    assert (cookie["secure"], cookie["path"], cookie["domain"], cookie["samesite"]) == (True, "/", "", "Lax")
    assert cookie["httponly"]
    assert cookie["max-age"] > 300 * 24 * 3600
    assert "evaluator" not in cookie.value
    assert str(world.evaluator.code) not in cookie.value


def test_a_password_that_is_reset_by_mail_opens_the_account_again(world: World) -> None:
    lock_account()
    client = Client()
    client.post(reverse("account_reset_password"), {"email": "evaluator@example.org"})
    run_due()
    link = next(word for word in mail.outbox[0].body.split() if "/password/reset/key/" in word)
    page = client.get(link[link.index("/accounts/") :], follow=True)
    client.post(page.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})
    assert sign_in(password=NEW) == "in"


# --- The address over all accounts --------------------------------------------------------


def test_guesses_at_many_accounts_from_one_address_are_stopped(world: World, known_device: Client) -> None:
    names = [f"nobody{number}" for number in range(6)] + [
        "colleague",
        "coordinator",
        "stranger",
        "admin",
        "team_leader",
    ]
    assert [sign_in(name=name, REMOTE_ADDR="192.0.2.7") for name in names] == ["wrong"] * 10 + ["stopped"]
    assert sign_in(password="evaluator-pw", REMOTE_ADDR="192.0.2.7") == "stopped"
    assert sign_in(password="evaluator-pw", REMOTE_ADDR="192.0.2.8") == "in"
    assert (
        sign_in(known_device, password="evaluator-pw", REMOTE_ADDR="192.0.2.7") == "in"
    )  # not stopped by another address


def test_an_ipv6_network_counts_as_one_address_and_mapped_ipv4_addresses_do_not(world: World) -> None:
    inside = [sign_in(name=f"nobody{n}", REMOTE_ADDR=f"2001:db8:0:7::{n:x}:1") for n in range(12)]
    mapped = [sign_in(name=f"nobody{n}", REMOTE_ADDR=f"::ffff:192.0.2.{n}") for n in range(20, 32)]
    assert inside == ["wrong"] * 10 + ["stopped"] * 2
    assert mapped == ["wrong"] * 12


@pytest.mark.parametrize("proxies", [0, 1])
def test_an_address_claimed_by_the_browser_is_ignored(world: World, settings: Any, proxies: int) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    seen = []
    for number in range(12):
        said = f"203.0.113.{number}"
        where = {"REMOTE_ADDR": "192.0.2.9", "HTTP_X_FORWARDED_FOR": said + ", 192.0.2.9" * proxies}
        seen.append(sign_in(name=f"nobody{number}", **where))
    assert seen == ["wrong"] * 10 + ["stopped"] * 2


def test_an_overlong_name_is_refused_before_it_is_looked_up(world: World) -> None:
    answer = Client().post(LOGIN, {"login": "\ufdfa" * 60_000, "password": "x"})
    assert answer.status_code == 422
    assert not AccessEvent.objects.exists()
