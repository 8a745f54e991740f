"""Views for opening and accepting an invitation, with an existing account or a new one."""

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.socialaccount.adapter import get_adapter as get_provider_adapter
from allauth.socialaccount.models import SocialLogin
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ipsfidelity.form_page import form_page, posted
from reviews.models import Invitation
from reviews.people.forms import AcceptInvitationForm
from reviews.people.invitations import (
    INVITATION_KEY,
    PROVIDER_LOGIN_KEY,
    accept,
    find_invitation,
    hash_of,
    invitation_in_session,
    open_account,
)


@login_not_required
@require_safe
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Open the link of a mail: store the hash of the secret in the session and redirect to a URL without the secret."""
    if find_invitation(hash_of(secret)) is None:
        return render(request, "people/invitation_gone.html", status=404)
    request.session[INVITATION_KEY] = hash_of(secret)
    return redirect("accept_invitation")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def accept_invitation(request: HttpRequest) -> HttpResponse:
    """Show the inviter, network and role. Give the role to the person who accepts, in their account or a new one."""
    invitation = invitation_in_session(request)
    if invitation is None:
        return render(request, "people/invitation_gone.html", status=404)
    if request.user.is_authenticated:
        if request.method == "POST":
            accept(invitation, request.user)
            messages.success(request, _("You have joined %(network)s.") % {"network": invitation.network})
            return redirect("home")
        return render(request, "people/invitation.html", {"invitation": invitation})
    login = _provider_login_for(request, invitation)
    initial = {"name": invitation.name}
    form = AcceptInvitationForm(posted(request), email=invitation.email, with_password=login is None, initial=initial)
    if form.is_valid():
        fields = {"name": form.cleaned_data["name"], "password": form.cleaned_data.get("password")}
        user = open_account(invitation, **fields, subject=login and login.account)
        for name in (INVITATION_KEY, PROVIDER_LOGIN_KEY):
            request.session.pop(name, None)
        record_authentication(request, user, method="socialaccount" if login else "password")
        return perform_login(request, user)
    context = {
        "invitation": invitation,
        "providers": () if login else get_provider_adapter().list_providers(request),
        "provider_name": login and login.account.get_provider().name,
    }
    return form_page(request, "people/invitation.html", form, context)


def _provider_login_for(request: HttpRequest, invitation: Invitation) -> SocialLogin | None:
    """Return the provider's login that is stored for this invitation. Discard one that is for another invitation."""
    stored = request.session.get(PROVIDER_LOGIN_KEY)
    if stored and stored["invitation"] == invitation.secret_hash:
        return SocialLogin.deserialize(stored["login"])
    request.session.pop(PROVIDER_LOGIN_KEY, None)
    return None
