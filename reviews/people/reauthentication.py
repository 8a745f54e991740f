"""Signing in again before what cannot be undone: by password on the spot, or by another way lately."""

import time

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from reviews.access import SignedInRequest


def confirmed_recently(request: HttpRequest) -> bool:
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


def confirm_by_password(request: SignedInRequest, password: str) -> str:
    """Return "" if it is the person's password, else a sentence. Attempts are limited like those at sign-in.

    Who has no password here is told to confirm in one of the `other_ways` first.
    """
    if not request.user.has_usable_password():
        return _("Confirm who you are first.")
    adapter = get_adapter()
    try:
        is_right = adapter.reauthenticate(request.user, password)
    except ValidationError as error:
        return " ".join(error.messages)
    return "" if is_right else str(adapter.error_messages["incorrect_password"])


def other_ways(request: HttpRequest) -> list[dict[str, str]]:
    """Return the ways to confirm besides the password, each with `description` and `url`, and back to this page."""
    back = {"next": request.path}
    ways = get_adapter().get_reauthentication_methods(request.user)
    found = [
        {"description": str(way["description"]), "url": f"{way['url']}?{urlencode(back)}"}
        for way in ways
        if way["id"] != "reauthenticate"
    ]
    if ways:
        return found
    return [
        {
            "description": _("Sign in by %(provider)s again") % {"provider": account.get_provider().name},
            "url": f"{reverse('openid_connect_login', args=[account.provider])}?{urlencode(back)}",
        }
        for account in SocialAccount.objects.filter(user=request.user)
    ]
