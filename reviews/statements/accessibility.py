"""Read model of the accessibility statement.

GAPS and FEATURES are those of the program; docs/accessibility.md has every requirement with its test. When a gap is
closed or found, GAPS and LISTED change together.
"""

from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, urlencode

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ipsfidelity.owner import Owner
from reviews.statements.countries import Authority, Country, countries_of

LISTED = date(2026, 11, 29)  # when GAPS was last compared with the program
STATUSES = {
    "partially": gettext_lazy("partly meets the requirements"),
    "not": gettext_lazy("does not meet the requirements"),
}
METHODS = {
    "self": gettext_lazy("the owner’s own assessment"),
    "external": gettext_lazy("an assessment by others, for the owner"),
}


@dataclass(frozen=True)
class Gap:
    """Something that not everybody can use: what and why, what to use `instead`, and the requirement."""

    title: Promise
    what: Promise
    instead: Promise
    requirement: str


GAPS = (
    Gap(
        gettext_lazy("Signed PDF files"),
        gettext_lazy(
            "PDF files keep the marks for screen readers with which they were signed, because a signed file is never "
            "changed. In older ones headings and table heads are marked wrongly."
        ),
        gettext_lazy("The page of the score sheet has the same content as a table with heads."),
        "EN 301 549 10.1.3.1, 10.2.4.6",
    ),
    Gap(
        gettext_lazy("Word files"),
        gettext_lazy("Tables in Word files have a head row, but Word cannot mark the first column as heads."),
        gettext_lazy("The page of the report and its PDF have the same tables with heads of rows."),
        "EN 301 549 10.1.3.1",
    ),
    Gap(
        gettext_lazy("Twelve hours at most"),
        gettext_lazy(
            "Twelve hours after sign-in everybody is signed out, and this cannot be extended, because computers are "
            "shared at visits."
        ),
        gettext_lazy("The page says so before, and a form that is sent afterwards is filled in again for you."),
        "WCAG 2.2.1",
    ),
    Gap(
        gettext_lazy("Technical pages for administrators"),
        gettext_lazy("The pages under /admin/ come with a package and have not been assessed."),
        gettext_lazy("Everyday work needs none of them."),
        "",
    ),
)
FEATURES = (
    gettext_lazy("Everything can be done with the keyboard. “Help” lists all keys, and “?” those of the page."),
    gettext_lazy("Keys of a single letter or sign can be switched off under “Your account”."),
    gettext_lazy("The first stop of the tab key skips the menu."),
    gettext_lazy("Light or dark colours by choice or as the system has them, and the system’s high contrast."),
    gettext_lazy("Pages fit a narrow window, so that they can be enlarged without scrolling sideways."),
    gettext_lazy("What a chart shows is also written as numbers."),
    gettext_lazy(
        "The language of the page can be chosen, and texts in another language are marked for screen readers."
    ),
    gettext_lazy("Pages that save themselves say in words what is saved. All pages work without scripts, too."),
    gettext_lazy("Before an hour’s pause signs you out, the page asks whether you want to go on."),
    gettext_lazy("You can sign in with a passkey or a password manager. There is no puzzle, and codes can be pasted."),
    gettext_lazy("Movement is left out if the system asks for it."),
    gettext_lazy("Help and contact are in the same place on every page."),
)


@dataclass(frozen=True)
class Statement:
    """What the page shows. Labels are "" where the owner has not configured anything."""

    owner: Owner
    address: str
    countries: tuple[Country, ...]
    authority: Authority | None
    status: str
    method: str
    updated: date
    mail_url: str
    gaps: tuple[Gap, ...]
    features: tuple[Promise, ...]


def statement() -> Statement:
    """Return the statement in the active language."""
    owner: Owner = settings.OWNER
    return Statement(
        owner=owner,
        address=settings.PUBLIC_URL,
        countries=countries_of(owner),
        authority=Authority(owner.authority, owner.authority_url) if owner.authority else None,
        status=str(STATUSES.get(owner.status, "")),
        method=str(METHODS.get(owner.method, "")),
        updated=max(LISTED, owner.assessed or LISTED),
        mail_url=f"{owner.mail_url}?{_questions()}",
        gaps=GAPS,
        features=FEATURES,
    )


def _questions() -> str:
    """Return subject and text of a mail with questions to answer. It names nothing of the reader or of a review."""
    questions = (
        _("Which page? Its title or address:"),
        _("What did you want to do, and what happened?"),
        _("What do you use? Browser, screen reader or other aids, if you want to say:"),
        _("Please do not name clients."),
    )
    parts = {"subject": _("Barrier in IPS fidelity"), "body": "\r\n\r\n".join(questions)}
    return urlencode(parts, quote_via=quote)
