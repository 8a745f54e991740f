"""Middleware that lets people choose a password of their own before they open any other page.

A password that an administrator or the operator has set is known to them. The person keeps the session,
and no other page opens until they have changed it. Sign-ins by passkey or provider are not concerned.
"""

from collections.abc import Callable
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from ipsfidelity.errors import refuse, wants_json

CHANGE = "account_change_password"
EXEMPT_NAMES = frozenset(
    {CHANGE, "account_logout", "check_signed", "language", "theme", "livez", "readyz", "metrics", "body_limit"}
)


class NewPasswordRequired:
    """Redirect people who signed in with a password that somebody else has set to the page on which they change it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Redirect, or respond with 403 to a client that wants JSON; None lets the request pass."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in EXEMPT_NAMES or not needs_new_password(request):
            return None
        if wants_json(request):
            return refuse(request, 403, _("Choose a password of your own first, in a new tab; the text is here."))
        messages.warning(request, _("Somebody else has set your password. Choose one that only you know to go on."))
        return redirect(CHANGE)


def needs_new_password(request: HttpRequest) -> bool:
    """Return whether the person has signed in with a password that somebody else knows."""
    user = request.user
    if not user.is_authenticated or not user.must_change_password:
        return False
    return any(record["method"] == "password" for record in get_authentication_records(request, user))
