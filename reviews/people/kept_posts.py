"""Forms that were refused because the session had ended or the page was made before the last sign-in.

What was typed is kept for an hour, encrypted, and filled in again on the page of the form. Nothing is executed by
itself. It is kept for one person in one browser (browsers.py), and only if the form carries a CSRF token that this
browser got while the person was signed in: nobody else can plant a text. Files, passwords, codes and anything with a
national identity number are never kept.
"""

import json
import re
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import resolve
from django.utils import timezone
from django.utils.http import urlencode

from ipsfidelity.entered import SECRET
from ipsfidelity.form_filling import OWN
from ipsfidelity.privacy import form_holds_identity_number
from ipsfidelity.sealing import SealBroken, seal, unseal
from reviews.models import KeptPost, User
from reviews.people.browsers import Browser

QUERY = "kept"  # the parameter that names a kept form in the address of its page
MOST = 5  # forms of one browser
LONGEST = 250_000  # characters of one form
# What has nothing to keep (a choice of language or colours, signing in and out), and what holds secrets only.
EXEMPT = re.compile(
    "account_(?!email$)|mfa_(?!(add|edit)_webauthn$)|(socialaccount|openid_connect|usersessions)_"
    "|(language|theme|accept_invitation)$"
)


class NotKept(Exception):
    """The form is not kept: it holds an identity number, is too long, or has nothing to keep."""

    def __init__(self, *, holds_identity_number: bool = False) -> None:
        super().__init__()
        self.holds_identity_number = holds_identity_number


@dataclass(frozen=True)
class Sent:
    """A form as it was sent: the path that it was sent to, the address of its page, and the values by name."""

    path: str
    page: str
    values: dict[str, list[str]]

    @property
    def texts(self) -> list[str]:
        """The texts of several words."""
        return [value for sent in self.values.values() for value in sent if len(value.split()) > 1]


def keep(request: HttpRequest, browser: Browser) -> KeptPost:
    """Keep what a request sends, for the person and the browser of the cookie. Raises NotKept."""
    match = request.resolver_match or resolve(request.path_info)
    values = {name: sent for name, sent in request.POST.lists() if name != OWN and not SECRET.search(name)}
    if EXEMPT.match(match.view_name) or not any(map(any, values.values())):
        raise NotKept
    texts = [value for sent in values.values() for value in sent]
    if form_holds_identity_number(texts):
        raise NotKept(holds_identity_number=True)
    if sum(map(len, texts)) > LONGEST:
        raise NotKept
    sealed = seal(json.dumps([request.path, page_of(request), values]))
    KeptPost.objects.expired(timezone.now()).delete()
    kept = KeptPost.objects.create(person_id=browser.person, browser=browser.key, sealed=sealed)
    of_browser = KeptPost.objects.filter(browser=browser.key).order_by("-pk").values_list("pk", flat=True)
    KeptPost.objects.filter(pk__in=list(of_browser[MOST:])).delete()
    return kept


def find(code: str, person: User | AnonymousUser, browser: Browser | None) -> Sent | None:
    """Return a form that was kept for this person in this browser within the last hour, else None."""
    if browser is None or not person.is_authenticated or browser.person != person.pk:
        return None
    try:
        row = KeptPost.objects.current().get(code=UUID(code), person=person, browser=browser.key)
        return Sent(*json.loads(unseal(row.sealed)))
    except (ValueError, KeptPost.DoesNotExist, SealBroken):
        return None


def delete_kept(browser: Browser, code: str = "") -> None:
    """Delete what is kept for a browser, or one form of it."""
    rows = KeptPost.objects.filter(browser=browser.key)
    try:
        rows = rows.filter(code=UUID(code)) if code else rows
    except ValueError:
        return
    rows.delete()


def page_of(request: HttpRequest) -> str:
    """Return the address, without host, of the page that sent a form: the referrer, or where the form was sent to."""
    start = f"{request.scheme}://{request.get_host()}/"
    referrer = request.headers.get("Referer", "")
    address = referrer.removeprefix(start[:-1]) if referrer.startswith(start) else request.get_full_path()
    path, _question, query = address.partition("#")[0].partition("?")
    kept = "&".join(pair for pair in query.split("&") if pair and not pair.startswith(f"{QUERY}="))
    return f"/{path.lstrip('/')}" + (f"?{kept}" if kept else "")


def page_with(kept: KeptPost) -> str:
    """Return the address of the page on which a kept form is filled in again."""
    page = Sent(*json.loads(unseal(kept.sealed))).page
    return f"{page}{'&' if '?' in page else '?'}{urlencode({QUERY: str(kept.code)})}"
