"""Checks of `manage.py check --deploy`: settings that start, and that a careful operator would not choose.

Django's own checks report a weak SECRET_KEY, DEBUG, and cookies or redirects without HTTPS.
"""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Tags, register
from django.core.checks import Warning as CheckWarning
from django.db import connections
from django.http.request import validate_host

SHORTEST_KEY = 50  # characters
# Tables that the role of the connection owns, itself or as a member of the owner; all for a superuser.
OWNED = "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND pg_has_role(tableowner, 'USAGE')"


def register_all() -> None:
    """Register the checks of this module."""
    for check in (
        *(hosts_are_named, public_url_is_an_origin, proxy_is_trusted),
        *(mail_can_be_sent, times_are_local, second_factors_have_a_key, owner_has_stated_all),
    ):
        register(check, Tags.security, deploy=True)
    register(program_owns_no_table, Tags.database, deploy=True)


def hosts_are_named(**_kwargs: Any) -> list[CheckMessage]:
    """Warn if every host name is accepted."""
    if "*" not in settings.ALLOWED_HOSTS:
        return []
    return [
        CheckWarning(
            "ALLOWED_HOSTS contains *: the sender of a request chooses the host name in links.",
            hint="Name the host names under which people reach the program.",
            id="ipsfidelity.W002",
        )
    ]


def public_url_is_an_origin(**_kwargs: Any) -> list[CheckMessage]:
    """Warn about a PUBLIC_URL that is missing, or under which people do not find the program."""
    url = urlsplit(settings.PUBLIC_URL)
    if not settings.PUBLIC_URL:
        fault = "PUBLIC_URL is missing: no mail about work is sent, and signed sheets name no address."
    elif url.scheme != "https":
        fault = "PUBLIC_URL does not begin with https://: links in mails and on signed sheets are not protected."
    elif url.path or url.query or url.fragment:
        fault = "PUBLIC_URL has a path: the program is served at the root of a host, so links would lead nowhere."
    elif not validate_host(url.hostname or "", settings.ALLOWED_HOSTS):
        fault = "The host of PUBLIC_URL is not in ALLOWED_HOSTS: links in mails and on signed sheets are refused."
    else:
        return []
    return [CheckWarning(fault, hint="For example PUBLIC_URL=https://ips.example.org", id="ipsfidelity.W003")]


def proxy_is_trusted(**_kwargs: Any) -> list[CheckMessage]:
    """Warn if requests are redirected to HTTPS that arrive from a proxy which has ended HTTPS."""
    if settings.ALLAUTH_TRUSTED_PROXY_COUNT or not settings.SECURE_SSL_REDIRECT:
        return []
    return [
        CheckWarning(
            "BEHIND_PROXY is off: behind a proxy that ends HTTPS, every page redirects to itself, and the limits on "
            "sign-in count all people as one address.",
            hint="Set BEHIND_PROXY=on, with a proxy that sets X-Forwarded-Proto and X-Forwarded-For itself.",
            id="ipsfidelity.W004",
        )
    ]


def mail_can_be_sent(**_kwargs: Any) -> list[CheckMessage]:
    """Warn about mail without a real sender, and about a password that is sent in the clear."""
    faults: list[CheckMessage] = []
    if settings.DEFAULT_FROM_EMAIL.rstrip(">").rpartition("@")[2] in {"", "localhost"}:
        faults.append(
            CheckWarning(
                "Mail is not set up: invitations and password resets come from a sender that mail servers refuse.",
                hint="Set MAIL_HOST and MAIL_FROM, then send a test mail on the page /installation/.",
                id="ipsfidelity.W005",
            )
        )
    mailer: Any = settings.MAILERS["default"]
    options = mailer.get("OPTIONS", {})
    if options.get("password") and not options.get("use_tls"):
        faults.append(
            CheckWarning(
                "MAIL_PASSWORD is sent to the mail server without encryption.",
                hint="Set MAIL_TLS=on and the port for it, often MAIL_PORT=587.",
                id="ipsfidelity.W006",
            )
        )
    return faults


def times_are_local(**_kwargs: Any) -> list[CheckMessage]:
    """Warn if times are shown in UTC, which nobody at a visit reads from a clock."""
    if settings.TIME_ZONE not in {"UTC", "GMT"} and not settings.TIME_ZONE.startswith("Etc/"):
        return []
    return [
        CheckWarning(
            f"TIME_ZONE is {settings.TIME_ZONE}: pages and reports show other times than the clock on the wall.",
            hint="For example TIME_ZONE=Europe/Oslo",
            id="ipsfidelity.W007",
        )
    ]


def second_factors_have_a_key(**_kwargs: Any) -> list[CheckMessage]:
    """Warn if the secrets of second factors share the key of sessions, or a key is short."""
    keys = (settings.SECRETS_KEY, *settings.SECRETS_KEY_FALLBACKS)
    if all(len(key) >= SHORTEST_KEY and key != settings.SECRET_KEY for key in keys):
        return []
    return [
        CheckWarning(
            "SECRETS_KEY is missing, short or the same as SECRET_KEY: it encrypts the secrets of second factors.",
            hint="Set SECRETS_KEY to 50 or more random characters of its own, then run `manage.py reseal_secrets`.",
            id="ipsfidelity.W009",
        )
    ]


def owner_has_stated_all(**_kwargs: Any) -> list[CheckMessage]:
    """Warn if the pages about accessibility and privacy have to say that the owner has not stated something."""
    missing = settings.OWNER.missing()
    if not missing:
        return []
    return [
        CheckWarning(
            f"Missing on /accessibility/ and /privacy/, which the law asks for: {', '.join(missing)}.",
            hint="Set them as docs/operate/statements.md explains.",
            id="ipsfidelity.W010",
        )
    ]


def program_owns_no_table(databases: Any = None, **_kwargs: Any) -> list[CheckMessage]:
    """Warn if the program signs in to PostgreSQL as a role that can switch the protection of final reviews off."""
    return [
        CheckWarning(
            f"The program owns the tables of the database {alias}: an attacker in it can disable the triggers that "
            "protect final reviews.",
            hint="Let another role own the tables and run migrations (docs/operate/install.md, “Two roles”).",
            id="ipsfidelity.W008",
        )
        for alias in databases or ()
        if connections[alias].vendor == "postgresql" and _tables_owned(alias)
    ]


def _tables_owned(alias: str) -> int:
    with connections[alias].cursor() as cursor:
        cursor.execute(OWNED)
        return int(cursor.fetchone()[0])
