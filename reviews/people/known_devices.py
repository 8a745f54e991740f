"""Known devices: a signed cookie identifies browsers in which a person has signed in before. It grants no access.

Attempts from a known device have a limit of their own (login_attempts.py), so that strangers cannot lock an owner out.
The cookie contains one token for each account and no names. A token is valid until the account's password changes or
all its sessions are ended.
"""

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import salted_hmac

from reviews.models import User

SALT = "reviews.people.devices"  # part of every signature: another salt would make all devices unknown
MOST_ACCOUNTS = 20  # on one device


def device_number(request: HttpRequest, user: User) -> str:
    """Return the number of the device if the person has signed in on it before, else ""."""
    number, tokens = _read_cookie(request)
    if _token(user) in tokens:
        return number
    # The person is signed in now. The session identifies the device; a browser cannot choose it, unlike a cookie.
    return f"session {request.session.session_key}" if request.user == user else ""


def remember_device(request: HttpRequest, response: HttpResponseBase, user: User) -> None:
    """Set the cookie that makes this a known device of the person."""
    number, tokens = _read_cookie(request)
    token = _token(user)
    kept = [token, *(other for other in tokens if other != token)][:MOST_ACCOUNTS]
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.dumps([number or secrets.token_urlsafe(16), kept], salt=SALT),
        max_age=settings.DEVICE_COOKIE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def forget_devices_of(user: User) -> None:
    """Invalidate the person's tokens on all devices."""
    user.device_epoch += 1
    user.save(update_fields=["device_epoch"])


def _token(user: User) -> str:
    owner = f"{user.pk} {user.device_epoch} {user.get_session_auth_hash()}"
    return salted_hmac(SALT, owner, algorithm="sha256").hexdigest()


def _read_cookie(request: HttpRequest) -> tuple[str, list[str]]:
    try:
        number, tokens = signing.loads(
            request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""), salt=SALT, max_age=settings.DEVICE_COOKIE_AGE
        )
    except signing.BadSignature:
        return "", []
    return number, tokens
