"""Read model of the privacy notice: what the program does with personal data, with the numbers of its own rules.

Periods come from the retention rules, cookies from the settings, legal grounds and contacts from the owner.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import Max, Min
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ipsfidelity.owner import Owner
from reviews.maintenance.retention import rules
from reviews.models import Network
from reviews.queue.forgetting import KEPT_DONE, KEPT_FAILED
from reviews.statements.countries import Country, countries_of

PURPOSES = {
    "reviews": (
        gettext_lazy("Review how closely a service follows the IPS method, and report it"),
        gettext_lazy("scores, evidence, reports, names of evaluators"),
    ),
    "interviews": (
        gettext_lazy("Hold interviews during a review"),
        gettext_lazy("notes on what informants say, without their names"),
    ),
    "follow_up": (
        gettext_lazy("Follow up: action plans, dates, reminders"),
        gettext_lazy("actions with the role of who is responsible, dates, e-mail addresses"),
    ),
    "comparison": (
        gettext_lazy("Compare and develop services"),
        gettext_lazy("totals and scores of finished reviews"),
    ),
    "access": (
        gettext_lazy("Control access, and prove who did what"),
        gettext_lazy("accounts, sign-ins, access log, histories"),
    ),
}


@dataclass(frozen=True)
class Purpose:
    """Why data are processed. `ground` is the legal ground in the owner's words, "" if not configured."""

    label: Promise
    data: Promise
    ground: str


@dataclass(frozen=True)
class Cookie:
    """A cookie by its name in this installation, what it is for, and for how long the browser keeps it."""

    name: str
    purpose: str
    life: str


@dataclass(frozen=True)
class Kept:
    """How long something is kept, in words."""

    what: str
    period: str


@dataclass(frozen=True)
class Notice:
    """What the page shows. `providers` are the names of those by which people can sign in."""

    owner: Owner
    countries: tuple[Country, ...]
    purposes: tuple[Purpose, ...]
    kept: tuple[Kept, ...]
    cookies: tuple[Cookie, ...]
    providers: tuple[str, ...]


def notice() -> Notice:
    """Return the notice in the active language. One query."""
    owner: Owner = settings.OWNER
    grounds = dict(owner.grounds)
    return Notice(
        owner=owner,
        countries=countries_of(owner),
        purposes=tuple(Purpose(label, data, grounds.get(key, "")) for key, (label, data) in PURPOSES.items()),
        kept=tuple(_kept()),
        cookies=_cookies(),
        providers=tuple(provider["name"] for provider in settings.OIDC_PROVIDERS),
    )


def _kept() -> Iterator[Kept]:
    yield Kept(_("Signed reviews with their history and PDFs"), _("always: they are records and cannot be changed"))
    for rule in rules():
        yield Kept(str(rule.label), _weeks_of_notes() if rule.name == "interview_notes" else rule.kept)
    yield Kept(_("Accounts"), _("until the person deletes the account; the name on signed score sheets stays"))
    yield Kept(
        _("Sessions, with IP address and browser"),
        _("%(idle)s without a request, %(longest)s at most")
        % {"idle": _hours(settings.SESSION_IDLE), "longest": _hours(settings.SESSION_COOKIE_AGE)},
    )
    yield Kept(
        _("Mails in the queue, encrypted"),
        _("until they are sent; if they cannot be sent, %(failed)s") % {"failed": _days(KEPT_FAILED)},
    )
    yield Kept(_("Notes on finished work of the queue, without texts"), _days(KEPT_DONE))
    yield Kept(_("Backups"), _("as the owner has set up; they hold what was deleted until they are deleted themselves"))


def _weeks_of_notes() -> str:
    """Return after how many weeks the networks of the installation delete interview notes."""
    weeks = Network.objects.aggregate(fewest=Min("keep_notes_weeks"), most=Max("keep_notes_weeks"))
    fewest, most = weeks["fewest"], weeks["most"]
    if fewest is None:
        fewest = most = Network._meta.get_field("keep_notes_weeks").default
    if fewest == most:
        text = ngettext(
            "%(most)s week after the review was signed or cancelled",
            "%(most)s weeks after the review was signed or cancelled",
            most,
        )
    else:
        text = _("%(fewest)s to %(most)s weeks after the review was signed or cancelled, by network")
    return text % {"fewest": fewest, "most": most}


def _cookies() -> tuple[Cookie, ...]:
    closed = _("until the browser is closed")
    return (
        Cookie(
            settings.SESSION_COOKIE_NAME,
            _("keeps you signed in"),
            _("until the browser is closed, %(longest)s at most") % {"longest": _hours(settings.SESSION_COOKIE_AGE)},
        ),
        Cookie(
            settings.CSRF_COOKIE_NAME,
            _("protects forms against other sites"),
            _days(timedelta(seconds=settings.CSRF_COOKIE_AGE)),
        ),
        Cookie(
            settings.BROWSER_COOKIE_NAME,
            _("lets you send a form once more that arrived after you were signed out"),
            closed,
        ),
        Cookie(
            settings.DEVICE_COOKIE_NAME,
            _("tells a browser in which you have signed in from strangers who guess passwords"),
            _days(timedelta(seconds=settings.DEVICE_COOKIE_AGE)),
        ),
        Cookie(
            settings.LANGUAGE_COOKIE_NAME,
            _("remembers the language"),
            _days(timedelta(seconds=settings.LANGUAGE_COOKIE_AGE)),
        ),
        Cookie(
            settings.THEME_COOKIE_NAME,
            _("remembers light or dark colours"),
            _days(timedelta(seconds=settings.LANGUAGE_COOKIE_AGE)),
        ),
    )


def _hours(seconds: int) -> str:
    hours = round(seconds / 3600)
    return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}


def _days(period: timedelta) -> str:
    return ngettext("%(count)s day", "%(count)s days", period.days) % {"count": period.days}
