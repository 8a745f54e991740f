"""Reauthentication before actions that cannot be undone: by password in the form, or by another recent method."""

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
    """Return whether the person has reauthenticated within the last five minutes.

    For a person without password and second factor, a sign-in by a provider counts.
    """
    by_provider_only = not get_adapter().get_reauthentication_methods(request.user)
    times = [
        record["at"]
        for record in get_authentication_records(request, request.user)
        if record.get("reauthenticated") or (by_provider_only and record["method"] == "socialaccount")
    ]
    return bool(times) and time.time() - max(times) < app_settings.REAUTHENTICATION_TIMEOUT


def confirm_by_password(request: SignedInRequest, password: str) -> str:
    """Return "" if the password is right, else an error message. Attempts are limited like those at sign-in.

    A person without a password gets the message to confirm by one of the `other_ways` first.
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
    """Return the methods of reauthentication other than the password, as `description` and `url`.

    Each URL returns to this page.
    """
    query = urlencode({"next": request.path})
    if methods := get_adapter().get_reauthentication_methods(request.user):
        return [
            {"description": str(method["description"]), "url": f"{method['url']}?{query}"}
            for method in methods
            if method["id"] != "reauthenticate"
        ]
    return [
        {
            "description": _("Sign in by %(provider)s again") % {"provider": account.get_provider().name},
            "url": f"{reverse('openid_connect_login', args=[account.provider])}?{query}",
        }
        for account in SocialAccount.objects.filter(user=request.user)
    ]
