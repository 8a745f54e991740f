"""The owner of the installation, as the environment names it: who answers for it, and what it states by law.

The foot of every page and the pages about accessibility and privacy (reviews/statements/) show it. What is empty has
not been configured; the pages and `check --deploy` say so.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

import environ
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import RegexValidator, URLValidator, validate_email

STATUSES = ("partially", "not")  # not "fully", because the program itself has gaps
PURPOSES = ("reviews", "interviews", "follow_up", "comparison", "access")
LANGUAGE_OF = {"NO": "nb", "SE": "sv", "FI": "fi"}  # of what the owner writes, by country
_check_url = URLValidator(schemes=["https"])
_check_phone = RegexValidator(r"\A\+?[0-9][0-9 ()-]{1,24}\Z")


@dataclass(frozen=True)
class Owner:
    """Everything that only the owner can say. Texts are in the owner's own language; "" or None is not configured.

    `email`, `phone` and `address` are for everybody who needs help or meets a barrier. `authority` and `authority_url`
    replace the one that the program knows for the country. `grounds` are pairs of a purpose of PURPOSES and the legal
    ground of it.
    """

    name: str = ""
    country: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    statement_url: str = ""
    status: str = ""
    assessed: date | None = None
    method: str = ""
    gaps: tuple[str, ...] = ()
    authority: str = ""
    authority_url: str = ""
    data_protection_email: str = ""
    data_protection_phone: str = ""
    grounds: tuple[tuple[str, str], ...] = ()

    @property
    def language(self) -> str:
        """The language of the owner's texts, "" if unknown."""
        return LANGUAGE_OF.get(self.country, "")

    @property
    def mail_url(self) -> str:
        """The address of a new mail to the owner."""
        return f"mailto:{quote(self.email)}"

    @property
    def phone_url(self) -> str:
        """The phone number as a link dials it."""
        return "tel:" + "".join(sign for sign in self.phone if sign.isdigit() or sign == "+")

    def missing(self) -> list[str]:
        """Return the settings without which a page has to say that the owner has not stated something."""
        values: dict[str, Any] = {
            "OWNER_NAME": self.name,
            "OWNER_COUNTRY": self.country,
            "CONTACT_EMAIL": self.email,
            "CONTACT_PHONE": self.phone,
            "ACCESSIBILITY_STATUS": self.status,
            "ACCESSIBILITY_ASSESSED": self.assessed,
            "ACCESSIBILITY_METHOD": self.method,
            "DATA_PROTECTION_EMAIL": self.data_protection_email,
            "PRIVACY_GROUNDS": len(self.grounds) == len(PURPOSES),
        }
        if self.country == "NO":  # public bodies file the statement at uustatus.no
            values["ACCESSIBILITY_STATEMENT_URL"] = self.statement_url
        return [name for name, value in values.items() if not value]


def owner_of(env: environ.Env) -> Owner:
    """Return the owner. Raises ImproperlyConfigured, with the name of the setting, for a value that cannot be shown."""
    return Owner(
        name=env.str("OWNER_NAME", default=""),
        country=_one_of(env, "OWNER_COUNTRY", *LANGUAGE_OF),
        email=_valid(env, "CONTACT_EMAIL", validate_email),
        phone=_valid(env, "CONTACT_PHONE", _check_phone),
        address=env.str("CONTACT_ADDRESS", default=""),
        statement_url=_valid(env, "ACCESSIBILITY_STATEMENT_URL", _check_url),
        status=_one_of(env, "ACCESSIBILITY_STATUS", *STATUSES),
        assessed=_day(env, "ACCESSIBILITY_ASSESSED"),
        method=_one_of(env, "ACCESSIBILITY_METHOD", "self", "external"),
        gaps=_gaps(_json(env, "ACCESSIBILITY_GAPS", [])),
        authority=env.str("ACCESSIBILITY_AUTHORITY", default=""),
        authority_url=_valid(env, "ACCESSIBILITY_AUTHORITY_URL", _check_url),
        data_protection_email=_valid(env, "DATA_PROTECTION_EMAIL", validate_email),
        data_protection_phone=_valid(env, "DATA_PROTECTION_PHONE", _check_phone),
        grounds=_grounds(_json(env, "PRIVACY_GROUNDS", {})),
    )


def _valid(env: environ.Env, name: str, check: Callable[[str], None]) -> str:
    value = str(env.str(name, default=""))
    try:
        if value:
            check(value)
    except ValidationError as invalid:
        raise ImproperlyConfigured(f"{name} is not valid: {value}") from invalid
    return value


def _one_of(env: environ.Env, name: str, *allowed: str) -> str:
    value = str(env.str(name, default=""))
    if value and value not in allowed:
        raise ImproperlyConfigured(f"{name} is one of {', '.join(allowed)}, or empty.")
    return value


def _day(env: environ.Env, name: str) -> date | None:
    value = str(env.str(name, default=""))
    try:
        return date.fromisoformat(value) if value else None
    except ValueError as invalid:
        raise ImproperlyConfigured(f"{name} is a day such as 2026-12-24.") from invalid


def _json(env: environ.Env, name: str, empty: Any) -> Any:
    value = str(env.str(name, default=""))
    try:
        return json.loads(value) if value else empty
    except ValueError as invalid:
        raise ImproperlyConfigured(f"{name} is not JSON.") from invalid


def _gaps(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(map(_is_text, value)):
        raise ImproperlyConfigured('ACCESSIBILITY_GAPS is a list of sentences in JSON, for example ["…", "…"].')
    return tuple(value)


def _grounds(value: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, dict) or not set(value) <= set(PURPOSES) or not all(map(_is_text, value.values())):
        raise ImproperlyConfigured(f"PRIVACY_GROUNDS is an object in JSON with texts for {', '.join(PURPOSES)}.")
    return tuple(value.items())


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())
