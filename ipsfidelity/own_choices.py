"""The choices that a browser keeps in cookies: language and colours. They are readable without the database."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language_from_request


def language_of(request: HttpRequest, *, account: str = "") -> str:
    """Return the language of the account, else of the cookie, else the first in Accept-Language that exists here.

    A browser that is set to Norwegian ("no") gets bokmål, one without a language of ours the default language.
    """
    return account if account in dict(settings.LANGUAGES) else get_language_from_request(request)


def remember(response: HttpResponse, name: str, value: str) -> None:
    """Set the cookie `name` of a choice."""
    response.set_cookie(
        name,
        value,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
