"""`manage.py check --deploy` says what a careful operator would. Each setting starts; each has one warning."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.core.checks import Tags, run_checks
from django.db import connection

from ipsfidelity.owner import PURPOSES, Owner

STATED = Owner(
    name="Regionen",
    country="SE",
    email="hjalp@example.org",
    phone="08-123 45",
    status="partially",
    assessed=date(2026, 11, 1),
    method="self",
    data_protection_email="dso@example.org",
    grounds=tuple((purpose, "6.1 e") for purpose in PURPOSES),
)
CAREFUL = {
    "SECRET_KEY": "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz",
    "SECRETS_KEY": "second-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz",
    "ALLOWED_HOSTS": ["ips.example.org", ".example.net"],
    "PUBLIC_URL": "https://ips.example.org",
    "ALLAUTH_TRUSTED_PROXY_COUNT": 1,
    "SECURE_SSL_REDIRECT": True,
    "DEFAULT_FROM_EMAIL": "IPS <ips@example.org>",
    "MAILERS": {"default": {"OPTIONS": {"password": "secret", "use_tls": True}}},
    "TIME_ZONE": "Europe/Stockholm",
    "OWNER": STATED,
}


def warnings_with(settings: Any, changed: dict[str, Any]) -> list[str]:
    """Return the ids of the warnings about a careful installation with some settings changed."""
    for name, value in (CAREFUL | changed).items():
        setattr(settings, name, value)
    return [warning.id or "" for warning in run_checks(tags=[Tags.security], include_deployment_checks=True)]


def test_a_careful_installation_has_no_warning(settings: Any) -> None:
    assert warnings_with(settings, {}) == []


@pytest.mark.parametrize(
    ("changed", "warning"),
    [
        ({"SECRET_KEY": "short"}, "security.W009"),
        ({"SECRET_KEY": "k" * 60}, "security.W009"),
        ({"DEBUG": True}, "security.W018"),
        ({"SECURE_SSL_REDIRECT": False}, "security.W008"),
        ({"ALLOWED_HOSTS": ["*"]}, "ipsfidelity.W002"),
        ({"PUBLIC_URL": ""}, "ipsfidelity.W003"),
        ({"PUBLIC_URL": "http://ips.example.org"}, "ipsfidelity.W003"),
        ({"PUBLIC_URL": "ips.example.org"}, "ipsfidelity.W003"),
        ({"PUBLIC_URL": "https://ips.example.org/ips"}, "ipsfidelity.W003"),
        ({"PUBLIC_URL": "https://else.example.org"}, "ipsfidelity.W003"),
        ({"ALLAUTH_TRUSTED_PROXY_COUNT": 0}, "ipsfidelity.W004"),
        ({"DEFAULT_FROM_EMAIL": "ips@localhost"}, "ipsfidelity.W005"),
        ({"DEFAULT_FROM_EMAIL": ""}, "ipsfidelity.W005"),
        ({"MAILERS": {"default": {"OPTIONS": {"password": "secret", "use_tls": False}}}}, "ipsfidelity.W006"),
        ({"TIME_ZONE": "UTC"}, "ipsfidelity.W007"),
        ({"SECRETS_KEY": ""}, "ipsfidelity.W009"),
        ({"SECRETS_KEY": "short"}, "ipsfidelity.W009"),
        ({"SECRETS_KEY": "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz"}, "ipsfidelity.W009"),
        ({"TIME_ZONE": "Etc/GMT-1"}, "ipsfidelity.W007"),
        ({"OWNER": replace(STATED, name="")}, "ipsfidelity.W010"),
        ({"OWNER": replace(STATED, grounds=STATED.grounds[1:])}, "ipsfidelity.W010"),
        ({"OWNER": replace(STATED, country="NO")}, "ipsfidelity.W010"),  # without the statement at uustatus.no
    ],
)
def test_each_careless_setting_is_named(settings: Any, changed: dict[str, Any], warning: str) -> None:
    assert warnings_with(settings, changed) == [warning]


@pytest.mark.parametrize(
    "changed",
    [
        {"PUBLIC_URL": "https://ips.example.net"},  # .example.net is a pattern
        {"PUBLIC_URL": "https://ips.example.org:8443"},
        {"MAILERS": {"default": {"OPTIONS": {"password": "", "use_tls": False}}}},  # a relay of one's own network
    ],
)
def test_what_an_operator_may_choose_is_no_warning(settings: Any, changed: dict[str, Any]) -> None:
    assert warnings_with(settings, changed) == []


@pytest.mark.django_db
def test_the_owner_of_the_tables_is_not_the_role_of_the_program() -> None:
    def warnings() -> list[str]:
        found = run_checks(tags=[Tags.database], include_deployment_checks=True, databases=["default"])
        return [warning.id for warning in found if warning.id == "ipsfidelity.W008"]

    if connection.vendor == "sqlite":
        assert warnings() == []
        return
    assert warnings() == ["ipsfidelity.W008"]
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE only_for_work; GRANT SELECT ON ALL TABLES IN SCHEMA public TO only_for_work")
        cursor.execute("SET LOCAL ROLE only_for_work")
        assert warnings() == []
        cursor.execute("RESET ROLE; CREATE ROLE owner_of_one; ALTER TABLE cache OWNER TO owner_of_one")
        cursor.execute("GRANT owner_of_one TO only_for_work; SET LOCAL ROLE only_for_work")
        assert warnings() == ["ipsfidelity.W008"]  # a member of the owner is an owner
