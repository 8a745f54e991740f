"""The owner is read from the environment; what could not be shown as it is meant is refused with a sentence."""

import json
from datetime import date

import environ
import pytest
from django.core.exceptions import ImproperlyConfigured

from ipsfidelity.owner import PURPOSES, Owner, owner_of

ENVIRONMENT = {
    "OWNER_NAME": "Tindvik fylkeskommune",
    "OWNER_COUNTRY": "NO",
    "CONTACT_EMAIL": "hjelp@example.org",
    "CONTACT_PHONE": "+47 22 (00) 00-00",
    "ACCESSIBILITY_STATEMENT_URL": "https://uustatus.no/nb/erklaringer/publisert/1",
    "ACCESSIBILITY_STATUS": "partially",
    "ACCESSIBILITY_ASSESSED": "2026-11-01",
    "ACCESSIBILITY_METHOD": "external",
    "ACCESSIBILITY_GAPS": json.dumps(["Bilder i rapporter mangler tekst."]),
    "DATA_PROTECTION_EMAIL": "pvo@example.org",
    "PRIVACY_GROUNDS": json.dumps(dict.fromkeys(PURPOSES, "GDPR artikkel 6 nr. 1 bokstav e")),
}


def owner_from(environment: dict[str, str]) -> Owner:
    env = environ.Env()
    env.ENVIRON = environment
    return owner_of(env)


def test_an_environment_without_any_of_it_gives_an_owner_who_has_stated_nothing() -> None:
    assert owner_from({}) == Owner()
    assert {"OWNER_NAME", "CONTACT_EMAIL", "ACCESSIBILITY_STATUS", "PRIVACY_GROUNDS"} <= set(Owner().missing())


def test_everything_is_read() -> None:
    owner = owner_from(ENVIRONMENT)
    assert owner.missing() == []
    assert (owner.name, owner.country, owner.language) == ("Tindvik fylkeskommune", "NO", "nb")
    assert (owner.mail_url, owner.phone_url) == ("mailto:hjelp%40example.org", "tel:+4722000000")
    assert (owner.assessed, owner.gaps) == (date(2026, 11, 1), ("Bilder i rapporter mangler tekst.",))


def test_the_statement_at_uustatus_is_only_missing_in_norway() -> None:
    unfiled = {**ENVIRONMENT, "ACCESSIBILITY_STATEMENT_URL": ""}
    assert owner_from(unfiled).missing() == ["ACCESSIBILITY_STATEMENT_URL"]
    assert owner_from({**unfiled, "OWNER_COUNTRY": "FI"}).missing() == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OWNER_COUNTRY", "Norge"),
        ("CONTACT_EMAIL", "hjelp"),
        ("CONTACT_EMAIL", "a@example.org\nBcc: b@example.org"),
        ("CONTACT_PHONE", "ring oss"),
        ("CONTACT_PHONE", "22 00 00 00\n"),
        ("ACCESSIBILITY_STATEMENT_URL", "javascript:alert(1)"),
        ("ACCESSIBILITY_STATEMENT_URL", "http://uustatus.no/1"),
        ("ACCESSIBILITY_STATUS", "fully"),
        ("ACCESSIBILITY_ASSESSED", "1.11.2026"),
        ("ACCESSIBILITY_METHOD", "later"),
        ("ACCESSIBILITY_GAPS", "no list"),
        ("ACCESSIBILITY_GAPS", '"no list"'),
        ("ACCESSIBILITY_GAPS", '[""]'),
        ("ACCESSIBILITY_AUTHORITY_URL", "uutilsynet.no"),
        ("DATA_PROTECTION_EMAIL", "pvo@"),
        ("DATA_PROTECTION_PHONE", "<b>"),
        ("PRIVACY_GROUNDS", '["6.1 e"]'),
        ("PRIVACY_GROUNDS", '{"else": "6.1 e"}'),
        ("PRIVACY_GROUNDS", '{"reviews": 6}'),
    ],
)
def test_a_value_that_cannot_be_shown_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=name):
        owner_from({**ENVIRONMENT, name: value})
