"""Signing in again before what cannot be undone: by password on the spot, or by passkey or code lately."""

import time

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from django.core.exceptions import ValidationError
from django.http import HttpRequest


def confirmed_lately(request: HttpRequest) -> bool:
    """Return whether the person has confirmed who they are within five minutes, after having signed in.

    Who has neither password nor second factor here signs in by a provider; that sign-in counts.
    """
    by_provider_only = not get_adapter().get_reauthentication_methods(request.user)
    times = [
        record["at"]
        for record in get_authentication_records(request, request.user)
        if record.get("reauthenticated") or (by_provider_only and record["method"] == "socialaccount")
    ]
    return bool(times) and time.time() - max(times) < app_settings.REAUTHENTICATION_TIMEOUT


def confirm_by_password(request: HttpRequest, password: str) -> str:
    """Return "" if it is the person's password, else a sentence. Attempts are limited like those at sign-in."""
    adapter = get_adapter()
    try:
        is_right = adapter.reauthenticate(request.user, password)
    except ValidationError as error:
        return " ".join(error.messages)
    return "" if is_right else str(adapter.error_messages["incorrect_password"])


def other_ways(request: HttpRequest) -> list[dict[str, str]]:
    """Return the ways to confirm besides the password: `description` and `url`."""
    return [way for way in get_adapter().get_reauthentication_methods(request.user) if way["id"] != "reauthenticate"]
