"""The devices on which somebody has signed in before: a signed cookie, which opens nothing by itself.

It keeps strangers from locking an owner out: guesses from such a device are counted apart (guesses.py). A mark
is valid for one account until its password changes or all its sessions are ended. The cookie names nobody.
"""

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import salted_hmac

from reviews.models import User

SALT = "reviews.people.known_devices"
MOST = 20  # accounts on one device


def number_of(request: HttpRequest, user: User) -> str:
    """Return the number of the device if the person has signed in on it before, else ""."""
    number, marks = _read(request)
    if _mark(user) in marks:
        return number
    # Signed in at this moment: the session will do, which the browser cannot choose like a cookie of another account.
    return f"session {request.session.session_key}" if request.user == user else ""


def remember(request: HttpRequest, response: HttpResponseBase, user: User) -> None:
    """Set the cookie: the person has signed in here."""
    number, marks = _read(request)
    mark = _mark(user)
    kept = [mark, *(other for other in marks if other != mark)][:MOST]
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.dumps([number or secrets.token_urlsafe(16), kept], salt=SALT),
        max_age=settings.DEVICE_COOKIE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def forget_devices_of(user: User) -> None:
    """Make every device a stranger to this account."""
    user.device_epoch += 1
    user.save(update_fields=["device_epoch"])


def _mark(user: User) -> str:
    owner = f"{user.pk} {user.device_epoch} {user.get_session_auth_hash()}"
    return salted_hmac(SALT, owner, algorithm="sha256").hexdigest()


def _read(request: HttpRequest) -> tuple[str, list[str]]:
    try:
        number, marks = signing.loads(
            request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""), salt=SALT, max_age=settings.DEVICE_COOKIE_AGE
        )
    except signing.BadSignature:
        return "", []
    return number, marks
