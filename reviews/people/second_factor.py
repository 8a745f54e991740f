"""Middleware that requires a second factor of privileged people before they can open any other page.

allauth asks for a factor that a person has set up; this module makes sure that they set one up. It compares resolved
URL names, so that no spelling of a path bypasses it.
"""

from collections.abc import Callable
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from ipsfidelity.errors import refuse, wants_json
from reviews.people.new_password import CHANGE, needs_new_password

EXEMPT_NAMES = frozenset(
    {"account_logout", "account_reauthenticate", "check_signed", "language", "livez", "readyz", "body_limit"}
)
EXEMPT_PREFIX = "mfa_"  # allauth's pages for setting up a factor


class SecondFactorRequired:
    """Redirect people without a required second factor to the page on which they set it up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Redirect, or respond with 403 to a client that wants JSON; None lets the request pass."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in EXEMPT_NAMES or name.startswith(EXEMPT_PREFIX) or not lacks_second_factor(request):
            return None
        if name == CHANGE and needs_new_password(request):  # which comes first
            return None
        if wants_json(request):
            return refuse(request, 403, _("Your role needs a second factor. Set it up in a new tab; the text is here."))
        messages.warning(
            request, _("Your role needs a second factor. Set up an authenticator app or a passkey to go on.")
        )
        return redirect("mfa_index")


def lacks_second_factor(request: HttpRequest) -> bool:
    """Return whether the signed-in person needs a second factor and has none.

    settings.SECOND_FACTOR decides who needs one. A sign-in by a provider that is marked as strong counts as one.
    """
    user = request.user
    if not user.is_authenticated or settings.SECOND_FACTOR == "nobody" or user.has_second_factor:
        return False
    privileged = user.is_staff or user.is_superuser or user.coordinates_somewhere
    if not privileged and settings.SECOND_FACTOR != "everyone":
        return False
    strong = {provider["id"] for provider in settings.OIDC_PROVIDERS if provider.get("strong")}
    return not any(record.get("provider") in strong for record in get_authentication_records(request, user))
