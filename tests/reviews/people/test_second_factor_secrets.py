"""Secrets of second factors are encrypted in the database, with a key that can be changed."""

from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from ipsfidelity.sealing import SealBroken, unseal_secret
from tests.builders import SECRET, World, with_second_factor
from tests.reviews.people.test_people import code_now, sign_in

pytestmark = pytest.mark.django_db
KEY, NEW_KEY = "first-key-of-second-factors-" * 2, "second-key-of-second-factors-" * 2


@pytest.fixture(autouse=True)
def _key(settings: Any) -> None:
    settings.SECRETS_KEY = KEY


def stored_by(user: Any) -> str:
    """Return what the tables of second factors hold of a person, as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator WHERE user_id = %s ORDER BY id", [user.pk])
        return str(cursor.fetchall())


def can_sign_in(code: str) -> bool:
    client = Client()
    sign_in(client, "coordinator", "coordinator-pw")
    return client.post(reverse("mfa_authenticate"), {"code": code}).status_code == 302


def test_the_database_holds_neither_the_secret_of_an_app_nor_recovery_codes(world: World) -> None:
    codes = RecoveryCodes.activate(world.coordinator)
    shown, stored = codes.get_unused_codes(), stored_by(world.coordinator)
    assert SECRET not in stored
    assert not any(code in stored for code in shown)
    assert unseal_secret(codes.instance.data["seed"]) not in stored
    assert can_sign_in(code_now())
    assert can_sign_in(shown[0])
    assert not can_sign_in(shown[0])


def test_a_secret_set_up_in_the_browser_is_encrypted(world: World) -> None:
    client = world.client_of("evaluator")
    client.post(reverse("account_reauthenticate"), {"password": "evaluator-pw"})
    client.get(reverse("mfa_activate_totp"))
    secret = client.session["mfa.totp.secret"]
    code = format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[1]))
    client.post(reverse("mfa_activate_totp"), {"code": code})
    factor = Authenticator.objects.get(user=world.evaluator, type=Authenticator.Type.TOTP)
    assert secret not in stored_by(world.evaluator)
    assert unseal_secret(factor.data["secret"]) == secret


def test_the_key_can_be_changed_and_the_former_one_removed(world: World, settings: Any) -> None:
    codes = RecoveryCodes.activate(world.coordinator).get_unused_codes()
    settings.SECRETS_KEY, settings.SECRETS_KEY_FALLBACKS = NEW_KEY, [KEY]
    assert can_sign_in(codes[0])
    call_command("reseal_secrets")
    settings.SECRETS_KEY_FALLBACKS = []
    assert can_sign_in(codes[1])
    assert not can_sign_in(codes[0])
    assert can_sign_in(code_now())


def test_an_installation_without_the_key_can_get_one(world: World, settings: Any) -> None:
    settings.SECRETS_KEY = ""
    Authenticator.objects.all().delete()
    with_second_factor(world.coordinator)
    settings.SECRETS_KEY = KEY
    call_command("reseal_secrets")
    settings.SECRET_KEY = "another key of the program"
    assert unseal_secret(Authenticator.objects.get().data["secret"]) == SECRET


def test_without_the_former_key_nothing_is_encrypted_again(world: World, settings: Any) -> None:
    before = stored_by(world.coordinator)
    settings.SECRETS_KEY = NEW_KEY
    with pytest.raises(CommandError, match="SECRETS_KEY_FALLBACKS"):
        call_command("reseal_secrets")
    assert stored_by(world.coordinator) == before
    with pytest.raises(SealBroken):
        unseal_secret(Authenticator.objects.get(user=world.coordinator).data["secret"])


def test_a_secret_written_to_the_database_as_it_is_is_not_accepted(world: World) -> None:
    Authenticator.objects.filter(user=world.coordinator).update(data={"secret": SECRET})
    with pytest.raises(SealBroken):
        can_sign_in(code_now())


def test_secrets_of_earlier_versions_are_encrypted_by_the_migration(world: World) -> None:
    codes = RecoveryCodes.activate(world.coordinator)
    seed = unseal_secret(codes.instance.data["seed"])
    shown = codes.get_unused_codes()
    Authenticator.objects.filter(pk=codes.instance.pk).update(data={"seed": seed, "used_mask": 1})
    Authenticator.objects.filter(user=world.coordinator, type="totp").update(data={"secret": SECRET})
    Authenticator.objects.create(user=world.evaluator, type="recovery_codes", data={"migrated_codes": ["12345678"]})
    migration = import_module("reviews.migrations.0034_sealed_second_factors")
    for _twice in range(2):
        migration.seal_all(apps, SimpleNamespace(connection=connection))
        stored = stored_by(world.coordinator) + stored_by(world.evaluator)
        assert not any(secret in stored for secret in (SECRET, seed, "12345678"))
    assert can_sign_in(code_now())
    assert not can_sign_in(shown[0])
    assert can_sign_in(shown[1])
    assert Authenticator.objects.get(user=world.evaluator).wrap().get_unused_codes() == ["12345678"]
