"""The choices that a browser keeps in cookies: language and colours. They are readable without the database."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse


def language_of(request: HttpRequest, *, account: str = "") -> str:
    """Return the language of the account, else that of the cookie, else the default language.

    The Accept-Language header is ignored, because many Norwegian computers are set to English.
    """
    chosen = account or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


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
