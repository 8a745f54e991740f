"""Browsers: a signed cookie says who was last signed in in a browser, and which pages were made for them there.

It grants no access. A form that arrives after its session has ended is kept for this person and this browser
(kept_posts.py). Signing out deletes the cookie; somebody else who signs in gets another one.
"""

import secrets
from dataclasses import dataclass
from hashlib import sha256

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.middleware import csrf
from django.utils.crypto import constant_time_compare, salted_hmac

from reviews.models import User

SALT = "reviews.people.browsers"
MOST_SECRETS = 5  # each sign-in makes one
MASKED = 64  # characters of a CSRF token; a secret has half as many


@dataclass(frozen=True)
class Browser:
    """What the cookie holds: a random number, the person's primary key, and the marks of CSRF secrets.

    The secrets are those that the browser had while this person was signed in. A form with one of them was made for
    this person, in this browser and by this program.
    """

    number: str
    person: int
    marks: tuple[str, ...]

    @property
    def key(self) -> str:
        """The hash by which the database knows the browser."""
        return sha256(f"{SALT}:{self.number}".encode()).hexdigest()

    def has_made(self, token: str) -> bool:
        """Return whether a CSRF token belongs to a page that was made for the person in this browser."""
        secret = _secret_in(token)
        return bool(secret) and any(constant_time_compare(_mark(secret), known) for known in self.marks)


def browser_of(request: HttpRequest) -> Browser | None:
    """Return what the cookie says, or None if there is none, or one that this program did not make."""
    try:
        number, person, marks = signing.loads(
            request.COOKIES.get(settings.BROWSER_COOKIE_NAME, ""), salt=SALT, max_age=settings.BROWSER_COOKIE_AGE
        )
    except signing.BadSignature:
        return None
    return Browser(number, person, tuple(marks))


def remember_browser(request: HttpRequest, response: HttpResponseBase, browser: Browser | None, person: User) -> None:
    """Set the cookie for the person who is signed in, unless it is right already."""
    secret = request.META.get("CSRF_COOKIE")
    if browser is None or browser.person != person.pk:
        browser = Browser(secrets.token_urlsafe(16), person.pk, ())
    if secret is None or (mark := _mark(secret)) in browser.marks:
        return
    response.set_cookie(
        settings.BROWSER_COOKIE_NAME,
        signing.dumps([browser.number, person.pk, [mark, *browser.marks][:MOST_SECRETS]], salt=SALT),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def forget_browser(response: HttpResponseBase) -> None:
    """Delete the cookie."""
    response.set_cookie(
        settings.BROWSER_COOKIE_NAME,
        max_age=0,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _secret_in(token: str) -> str:
    """Return the secret that a CSRF token was made from, "" if it is none."""
    # Django has no public function for a secret that the browser no longer has.
    try:
        csrf._check_token_format(token)  # type: ignore[attr-defined]
    except csrf.InvalidTokenFormat:
        return ""
    return csrf._unmask_cipher_token(token) if len(token) == MASKED else token  # type: ignore[attr-defined]


def _mark(secret: str) -> str:
    return salted_hmac(SALT, secret, algorithm="sha256").hexdigest()[:32]
