"""Read model of the page about the installation: what is configured, without secrets, and what needs attention."""

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from ipsfidelity import pdf_fonts


@dataclass(frozen=True)
class Fact:
    """One line of the page. `setting` is the environment variable behind it, `warning` is "" if all is well."""

    term: str
    value: str
    setting: str = ""
    warning: str = ""


def installation_facts() -> tuple[tuple[str, tuple[Fact, ...]], ...]:
    """Return the facts in groups, each with its heading."""
    return (
        (_("Program"), _program()),
        (_("Mail"), _mail()),
        (_("People"), _people()),
    )


def mail_options() -> dict[str, Any]:
    """Return the options of the SMTP server, {} if mail is printed in the terminal instead."""
    options: Any = settings.MAILERS["default"].get("OPTIONS", {})
    return dict(options)


def _program() -> tuple[Fact, ...]:
    database = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(connection.vendor, connection.vendor)
    fonts = "Source Sans" if pdf_fonts.faults() else "Source Sans, DejaVu Sans"
    return (
        Fact(_("Version"), version()),
        Fact(_("Database"), database, "DATABASE_URL"),
        Fact(
            _("Public address"),
            settings.PUBLIC_URL or "–",
            "PUBLIC_URL",
            "" if settings.PUBLIC_URL else _("Without it no mail about work is sent: its links would lead nowhere."),
        ),
        Fact(
            _("Fonts of PDFs"),
            fonts,
            warning=_("DejaVu Sans is missing: PDFs show no Arabic, no Hebrew and few symbols.")
            if pdf_fonts.faults()
            else "",
        ),
        Fact(_("Languages"), ", ".join(str(name) for _code, name in settings.LANGUAGES)),
        Fact(_("Time zone"), settings.TIME_ZONE, "TIME_ZONE"),
    )


def _mail() -> tuple[Fact, ...]:
    options = mail_options()
    if not options:
        return (Fact(_("Mail server"), _("none: mail is printed in the terminal that runs the program")),)
    return (
        Fact(_("Mail server"), f"{options['host']}:{options['port']}", "MAIL_HOST, MAIL_PORT"),
        Fact(_("Signs in as"), options.get("username") or _("nobody"), "MAIL_USER, MAIL_PASSWORD"),
        Fact(_("Encryption"), _("TLS") if options.get("use_tls") else _("none"), "MAIL_TLS"),
        Fact(_("Sender"), settings.DEFAULT_FROM_EMAIL, "MAIL_FROM"),
    )


def _people() -> tuple[Fact, ...]:
    required = {
        "privileged": _("coordinators and administrators"),
        "everyone": _("everybody"),
        "nobody": _("nobody (demo)"),
    }[settings.SECOND_FACTOR]
    providers = ", ".join(provider["name"] for provider in settings.OIDC_PROVIDERS)
    return (
        Fact(_("A second factor is required of"), required, "SECOND_FACTOR"),
        Fact(_("Sign-in with other providers"), providers or _("none"), "OIDC_PROVIDERS"),
    )


@cache
def version() -> str:
    """Return the version of the program, as pyproject.toml has it."""
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])
