"""Signing in and out, sessions, second factors, roles, and the language of a person."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher, make_password
from django.core import mail
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reviews.models import AccessEvent, Job, Membership, User
from reviews.queue.worker import run_due
from reviews.workflow import Role
from tests.builders import SECRET, World, build_world, instrument, item_post, person

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def _no_attempts_before() -> None:
    cache.clear()


def sign_in(client: Client, username: str, password: str) -> int:
    return client.post(LOGIN, {"login": username, "password": password}).status_code


def is_in(client: Client) -> bool:
    return client.get(reverse("account")).status_code == 200


def code_now(secret: str = SECRET) -> str:
    """Return the current code of an authenticator app with that secret."""
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


@pytest.mark.parametrize("name", ["evaluator", "evaluator@example.org", "EVALUATOR"])
def test_name_or_address_and_password_sign_a_person_in(world: World, name: str) -> None:
    client = Client()
    assert sign_in(client, name, "evaluator-pw") == 302
    assert is_in(client)


def test_a_wrong_password_is_answered_with_a_sentence_and_422(world: World) -> None:
    answer = Client().post(LOGIN, {"login": "evaluator", "password": "x"})
    assert answer.status_code == 422
    assert "store og små bokstaver" in answer.content.decode()


def test_a_password_equal_to_the_name_is_refused_outside_the_demo(settings: object) -> None:
    person("demo")
    user = User.objects.get(username="demo")
    user.set_password("demo")
    user.save()
    for login, password in (("demo", "demo"), ("DEMO", "demo"), ("demo@example.org", "demo")):
        assert sign_in(Client(), login, password) == 422
    settings.DEBUG = True  # type: ignore[attr-defined]
    assert sign_in(Client(), "demo", "demo") == 302


def test_passwords_are_stored_with_argon2(settings: object) -> None:
    from ipsfidelity import settings as installation

    settings.PASSWORD_HASHERS = installation.PASSWORD_HASHERS  # type: ignore[attr-defined]
    assert make_password("Sommerfugl-på-fjellet-7").startswith(f"{Argon2PasswordHasher.algorithm}$argon2id$")


@pytest.mark.parametrize("password", ["password123", "1234567890", "evaluator1", "kort"])
def test_weak_passwords_are_refused_when_one_is_chosen(world: World, as_evaluator: Client, password: str) -> None:
    sent = {"oldpassword": "evaluator-pw", "password1": password, "password2": password}
    answer = as_evaluator.post(reverse("account_change_password"), sent)
    assert answer.status_code == 422
    world.evaluator.refresh_from_db()
    assert world.evaluator.check_password("evaluator-pw")


def test_a_password_can_be_changed(as_evaluator: Client, evaluator: User) -> None:
    new = {"password1": "Sommerfugl-på-fjellet-7", "password2": "Sommerfugl-på-fjellet-7"}
    answer = as_evaluator.post(reverse("account_change_password"), {"oldpassword": "evaluator-pw"} | new)
    assert answer.status_code == 302
    evaluator.refresh_from_db()
    assert evaluator.check_password("Sommerfugl-på-fjellet-7")


def test_a_forgotten_password_is_reset_by_mail_once(world: World) -> None:
    client = Client()
    client.post(reverse("account_reset_password"), {"email": "evaluator@example.org"})
    run_due()
    link = next(word for word in mail.outbox[0].body.split() if "/password/reset/key/" in word)
    path = link[link.index("/accounts/") :]
    page = client.get(path, follow=True)
    new = {"password1": "Sommerfugl-på-fjellet-7", "password2": "Sommerfugl-på-fjellet-7"}
    client.post(page.redirect_chain[-1][0], new)
    assert sign_in(Client(), "evaluator", "Sommerfugl-på-fjellet-7") == 302
    again = Client().get(path, follow=True)
    assert "password1" not in again.content.decode()


def test_an_unknown_address_gets_the_same_answer_and_no_mail(world: World) -> None:
    known, unknown = (
        Client().post(reverse("account_reset_password"), {"email": email})
        for email in ("evaluator@example.org", "nobody@example.org")
    )
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    run_due()
    assert [message.to for message in mail.outbox] == [["evaluator@example.org"]]


def test_nobody_signs_up_without_an_invitation(world: World) -> None:
    answer = Client().get(reverse("account_signup"))
    assert "etter invitasjon" in answer.content.decode()
    Client().post(reverse("account_signup"), {"username": "ny", "email": "ny@x.no", "password1": "Sommerfugl-7-på"})
    assert not User.objects.filter(username="ny").exists()


# --- Second factor ------------------------------------------------------------------------


def test_an_authenticator_app_requires_its_code_after_the_password(world: World) -> None:
    client = Client()
    assert sign_in(client, "coordinator", "coordinator-pw") == 302
    assert not is_in(client)
    assert client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 422
    assert client.post(reverse("mfa_authenticate"), {"code": code_now()}).status_code == 302
    assert is_in(client)


def test_a_code_of_an_app_works_once_in_all_the_time_in_which_it_is_right(world: World) -> None:
    """A code is right for 90 seconds, because the clocks of phones differ."""
    start = 1_800_000_000  # the beginning of a period
    statuses = []
    with time_machine.travel(start, tick=False) as clock:
        code = format_hotp_value(hotp_value(SECRET, start // 30 + 1))  # of the next period
        for seconds in (0, 31, 62, 89):
            clock.move_to(start + seconds)
            client = Client()
            sign_in(client, "coordinator", "coordinator-pw")
            statuses.append(client.post(reverse("mfa_authenticate"), {"code": code}).status_code)
    assert statuses == [302, 422, 422, 422]


def test_a_recovery_code_works_once(world: World) -> None:
    codes = RecoveryCodes.activate(world.coordinator).get_unused_codes()
    client = Client()
    sign_in(client, "coordinator", "coordinator-pw")
    assert client.post(reverse("mfa_authenticate"), {"code": codes[0]}).status_code == 302
    other = Client()
    sign_in(other, "coordinator", "coordinator-pw")
    assert other.post(reverse("mfa_authenticate"), {"code": codes[0]}).status_code == 422


def test_resetting_the_password_does_not_bypass_the_second_factor(world: World) -> None:
    world.coordinator.set_password("Sommerfugl-på-fjellet-7")  # the effect of a reset
    world.coordinator.save()
    client = Client()
    sign_in(client, "coordinator", "Sommerfugl-på-fjellet-7")
    assert not is_in(client)


@pytest.mark.parametrize("who", ["coordinator", "admin"])
def test_privileged_people_without_a_second_factor_can_open_no_other_page(world: World, who: str) -> None:
    review = world.score_review(4)
    Authenticator.objects.all().delete()
    client = world.client_of(who)
    for url in (
        reverse("home"),
        review.get_absolute_url(),
        reverse("admin:index"),
        "/%61dmin/",
        "//admin/",
        reverse("account_email"),
        reverse("usersessions_list"),
    ):
        answer = client.get(url)
        assert answer.status_code in (302, 404), url
        assert answer.headers.get("Location", "/accounts/2fa/") == "/accounts/2fa/", url
    assert client.get(reverse("mfa_index")).status_code == 200
    assert client.post(reverse("account_logout")).status_code == 302


def test_the_scoring_module_gets_the_same_refusal_as_json(world: World, review: object) -> None:
    Authenticator.objects.all().delete()
    Membership.objects.create(user=world.evaluator, network=world.network, role=Role.COORDINATOR)
    url = reverse("item", args=[review.code, 4])  # type: ignore[attr-defined]
    answer = world.client_of("evaluator").post(url, {}, headers={"Accept": "application/json"})
    assert answer.status_code == 403
    assert "teksten er her" in answer.json()["error"]


def test_an_installation_can_require_a_second_factor_of_everyone(world: World, settings: object) -> None:
    assert world.client_of("evaluator").get(reverse("home")).status_code == 200
    settings.SECOND_FACTOR = "everyone"  # type: ignore[attr-defined]
    assert world.client_of("evaluator").get(reverse("home")).headers["Location"] == "/accounts/2fa/"


def test_a_new_coordinator_needs_a_second_factor_from_the_next_request(world: World, as_evaluator: Client) -> None:
    assert as_evaluator.get(reverse("home")).status_code == 200
    Membership.objects.create(user=world.evaluator, network=world.network, role=Role.COORDINATOR)
    assert as_evaluator.get(reverse("home")).headers["Location"] == "/accounts/2fa/"


# --- Limits -------------------------------------------------------------------------------


def test_five_wrong_passwords_lock_the_account_for_a_while(world: World) -> None:
    assert [sign_in(Client(), "evaluator", f"wrong-{i}") for i in range(6)] == [422] * 6
    answer = Client().post(LOGIN, {"login": "evaluator", "password": "evaluator-pw"})
    assert answer.status_code == 422
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        assert sign_in(Client(), "evaluator", "evaluator-pw") == 302


@pytest.mark.django_db(transaction=True)
def test_parallel_guesses_are_counted_together(transactional_db: None) -> None:
    """Twelve attempts at the same moment, each with its own connection: at most five passwords are checked."""
    build_world(instrument())

    def guess(number: int) -> str:
        try:
            answer = Client(REMOTE_ADDR=f"10.0.0.{number}").post(LOGIN, {"login": "evaluator", "password": "wrong"})
            return "checked" if "store og små bokstaver" in answer.content.decode() else "stopped"
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as pool:
        outcomes = list(pool.map(guess, range(12)))
    assert outcomes.count("checked") <= 5
    assert AccessEvent.objects.filter(action="sign_in_failed").count() == outcomes.count("checked")


def test_the_limits_are_shared_by_all_workers() -> None:
    assert settings.CACHES["default"]["BACKEND"] == "django.core.cache.backends.db.DatabaseCache"
    assert settings.CACHES["default"]["OPTIONS"]["MAX_ENTRIES"] >= 10_000


# --- How long one stays signed in ---------------------------------------------------------


@pytest.mark.parametrize(("pauses", "still_in"), [([59], True), ([61], False), ([30, 30, 30], True)])
def test_an_hour_without_a_request_ends_the_session(as_evaluator: Client, pauses: list[int], still_in: bool) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False) as clock:
        assert is_in(as_evaluator)
        for minutes in pauses:
            clock.shift(timedelta(minutes=minutes))
            last = is_in(as_evaluator)
    assert last is still_in


def test_polling_does_not_extend_a_session(world: World) -> None:
    """An open consensus page polls every few seconds, but on a shared machine its reader may have left."""
    client, pulse = world.client_of("evaluator"), reverse("pulse", args=[world.consensus_review(4, 3).code])
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client.get(pulse)
        answers = []
        for _ten_minutes in range(7):
            clock.shift(timedelta(minutes=10))
            answers.append(
                client.get(pulse, headers={"X-Asked-By-Page": "1", "Accept": "application/json"}).status_code
            )
    assert answers == [200] * 6 + [401]


def test_twelve_hours_end_even_an_active_session(as_evaluator: Client) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        stays = []
        for _half_hour in range(25):
            stays.append(is_in(as_evaluator))
            clock.shift(timedelta(minutes=30))
    assert stays == [True] * 25
    with time_machine.travel(timezone.now() + timedelta(hours=12, minutes=31)):
        assert not is_in(as_evaluator)


def test_the_time_limits_start_again_at_sign_in(world: World) -> None:
    client = Client()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        sign_in(client, "evaluator", "evaluator-pw")
        assert is_in(client)
        clock.shift(timedelta(minutes=70))
        assert not is_in(client)
        sign_in(client, "evaluator", "evaluator-pw")
        assert is_in(client)


def test_a_save_after_the_session_ended_is_refused_with_401_and_saved_after_signing_in(
    world: World, as_evaluator: Client, review: object
) -> None:
    url = reverse("item", args=[review.code, 4])  # type: ignore[attr-defined]
    sent = item_post(review, 4, value="4", evidence="Skrevet før pausen")  # type: ignore[arg-type]
    headers = {"Accept": "application/json"}
    with time_machine.travel(timezone.now(), tick=False) as clock:
        is_in(as_evaluator)
        clock.shift(timedelta(minutes=61))
        assert as_evaluator.post(url, sent, headers=headers).status_code == 401
        sign_in(as_evaluator, "evaluator", "evaluator-pw")
        assert as_evaluator.post(url, sent, headers=headers).status_code == 200


def test_closing_the_browser_signs_out(world: World) -> None:
    client = Client()
    sign_in(client, "evaluator", "evaluator-pw")
    assert client.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == ""


def test_signing_out_ends_the_session_and_clears_the_browser(as_evaluator: Client) -> None:
    answer = as_evaluator.post(reverse("account_logout"))
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_in(as_evaluator)


def test_people_see_their_sessions_and_can_end_the_others(world: World) -> None:
    here, there = Client(), Client(HTTP_USER_AGENT="Nettbrett i Øyvær")
    for client in (here, there):
        sign_in(client, "evaluator", "evaluator-pw")
    assert "Nettbrett i Øyvær" in here.get(reverse("usersessions_list")).content.decode()
    here.post(reverse("usersessions_list"))
    assert is_in(here)
    assert not is_in(there)
    assert UserSession.objects.filter(user=world.evaluator).count() == 1


def test_an_account_that_was_closed_is_signed_out_at_once(world: World, as_evaluator: Client) -> None:
    assert is_in(as_evaluator)
    world.evaluator.is_active = False
    world.evaluator.save()
    assert not is_in(as_evaluator)
    assert sign_in(Client(), "evaluator", "evaluator-pw") != 200


# --- Language -----------------------------------------------------------------------------


def test_the_first_sign_in_gives_the_account_the_language_of_the_browser_and_later_ones_do_not(world: World) -> None:
    for asked in ("sv-SE,sv;q=0.9", "fi"):
        assert sign_in(Client(headers={"accept-language": asked}), "evaluator", "evaluator-pw") == 302
        assert User.objects.get(pk=world.evaluator.pk).language == "sv"


@pytest.mark.parametrize(
    ("language", "words"), [("nb", "Hjem"), ("nn", "Heim"), ("sv", "Hem"), ("fi", "Etusivu"), ("en", "Home")]
)
def test_the_choice_of_language_stays_with_the_account(world: World, language: str, words: str) -> None:
    world.client_of("evaluator").post(reverse("language"), {"language": language, "back": "/"})
    elsewhere = world.client_of("evaluator").get(reverse("home"))
    assert words in elsewhere.content.decode()
    assert f'<html lang="{language}">' in elsewhere.content.decode()


def test_the_chosen_language_applies_on_the_sign_in_page() -> None:
    client = Client()
    client.post(reverse("language"), {"language": "sv", "back": LOGIN})
    assert "Logga in" in client.get(LOGIN).content.decode()


@pytest.mark.parametrize(
    "next_page", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "", "foo", "?x", "home"]
)
def test_choosing_a_language_never_redirects_to_another_site(next_page: str) -> None:
    answer = Client().post(reverse("language"), {"language": "sv", "back": next_page})
    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize("next_page", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_signing_in_never_redirects_to_another_site(world: World, next_page: str) -> None:
    answer = Client().post(LOGIN, {"login": "evaluator", "password": "evaluator-pw", "next": next_page})
    assert answer.headers["Location"] == "/"


def test_an_unknown_language_is_refused(as_evaluator: Client) -> None:
    assert as_evaluator.post(reverse("language"), {"language": "xx"}).status_code == 422


# --- Roles --------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "with_organisation"), [(Role.TEAM_LEADER, False), (Role.COORDINATOR, True)])
def test_the_database_also_requires_the_place_of_a_role(world: World, role: Role, with_organisation: bool) -> None:
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


def test_an_administrator_gives_roles_only_by_invitation(world: World) -> None:
    """Giving or ending a role is logged and ends sessions. Django's admin would do neither."""
    page = world.client_of("admin").get(reverse("admin:reviews_user_change", args=[world.evaluator.pk]))
    assert "memberships" not in page.content.decode()
    assert world.client_of("admin").get("/admin/reviews/membership/").status_code == 404


def test_a_password_reset_goes_to_the_address_that_an_administrator_set(world: World) -> None:
    EmailAddress.objects.create(user=world.evaluator, email="evaluator@example.org", verified=True, primary=True)
    admin, url = world.client_of("admin"), reverse("admin:reviews_user_change", args=[world.evaluator.pk])
    sent = {"username": "evaluator", "name": "Evaluator", "email": "new@example.org", "is_active": "on"}
    assert admin.post(url, sent).status_code == 302
    for email in ("evaluator@example.org", "new@example.org"):
        Client().post(reverse("account_reset_password"), {"email": email})
    Job.objects.filter(mail__isnull=False).delete()  # the notice to the former address
    run_due()
    assert [message.to for message in mail.outbox] == [["new@example.org"]]


def test_an_administrator_removes_a_lost_second_factor_without_seeing_its_secret(world: World) -> None:
    client = world.client_of("admin")
    factor = Authenticator.objects.get(user=world.coordinator)
    page = client.get(reverse("admin:mfa_authenticator_change", args=[factor.pk])).content.decode()
    assert "Coordinator" in page
    assert SECRET not in page
    client.post(reverse("admin:mfa_authenticator_delete", args=[factor.pk]), {"post": "yes"})
    assert not Authenticator.objects.filter(user=world.coordinator).exists()
