"""Views for inviting people to a network, one or many, and for renewing and withdrawing invitations."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from ipsfidelity.form_page import form_page, posted
from reviews.access import SignedInRequest, network_to_manage
from reviews.components.network_tabs import network_tabs
from reviews.models import Network
from reviews.people.first_steps import first_steps_of
from reviews.people.forms import PastedPeopleForm
from reviews.people.invitation_form import SHOW, InvitationForm, invitation_initial
from reviews.people.invitations import InvitationLink, invite, link_of, mail_invitations, renew, withdraw
from reviews.people.paste_page import fingerprint, people_preview
from reviews.people.pasted_people import MOST_LINES, PersonLine, check_people, invite_people


@require_http_methods(["GET", "HEAD", "POST"])
def invite_person(request: SignedInRequest, code: object) -> HttpResponse:
    """Invite a person to a role, by mail, and show the link once.

    `?organisation=` proposes the team leader of that organisation, `?role=` a role.
    """
    network = network_to_manage(request, code)
    typed = invitation_initial(network, request.GET.get("organisation", ""), request.GET.get("role", ""))
    is_search = request.POST.get("act") == SHOW
    form = InvitationForm(network, *(None, request.POST.dict()) if is_search else (posted(request), typed))
    if form.is_valid():
        made = invite(network=network, by=request.user, **form.cleaned_data)
        return _invited(request, network, mail_invitations(request, [made]))
    context = {"network": network, "title": _("Invite somebody"), "steps": first_steps_of(request.user, network)}
    return form_page(request, "people/form.html", form, context)


@require_http_methods(["GET", "HEAD", "POST"])
def paste_people(request: SignedInRequest, code: object) -> HttpResponse:
    """Check a pasted list of people and show each line; then invite those without a fault.

    Lines with a fault are shown again. Nobody is invited who was not shown: a changed text is shown first.
    """
    network = network_to_manage(request, code)
    form = PastedPeopleForm(posted(request), most=MOST_LINES)
    preview = None
    if form.is_valid():
        text, role = form.cleaned_data["lines"], form.cleaned_data["role"]
        lines = check_people(network, text, role)
        seen = fingerprint(text, role)
        if request.POST.get("seen") == seen and not all(line.fault for line in lines):
            made, left = invite_people(network=network, by=request.user, text=text, role=role)
            return _invited(request, network, mail_invitations(request, made), left)
        preview = people_preview(lines, seen)
    context = {
        "network": network,
        "tabs": network_tabs(network, request.user, "network"),
        "title": _("Invite several people"),
        "explanation": _(
            "One person a line: name and e-mail address, and where needed role and organisation, in any order. "
            "Columns copied from a spreadsheet will do; otherwise put a semicolon between. "
            "You see how each line was read first."
        ),
        "limit": ngettext("At most %(most)s line at once.", "At most %(most)s lines at once.", MOST_LINES)
        % {"most": MOST_LINES},
        "preview": preview,
    }
    return form_page(request, "people/paste.html", form, context, status=None if form.errors else 200)


@require_POST
def renew_invitation(request: SignedInRequest, code: object, invitation: object) -> HttpResponse:
    """Make a new link for an invitation and show it once; `act=mail` sends it too. The old link opens nothing."""
    network = network_to_manage(request, code)
    stored = get_object_or_404(network.invitations.select_related("organisation__joined_to"), code=invitation)
    secret = renew(invitation=stored, by=request.user)
    if request.POST.get("act") == "mail":
        return _invited(request, network, mail_invitations(request, [(stored, secret)]))
    return _invited(request, network, [link_of(request, stored, secret)])


@require_POST
def withdraw_invitation(request: SignedInRequest, code: object, invitation: object) -> HttpResponse:
    """Withdraw an invitation that nobody has accepted yet."""
    network = network_to_manage(request, code)
    withdraw(get_object_or_404(network.invitations, code=invitation), request.user)
    messages.success(request, _("The invitation was withdrawn."))
    return redirect(network)


def _invited(
    request: SignedInRequest, network: Network, links: Sequence[InvitationLink], left: Sequence[PersonLine] = ()
) -> HttpResponse:
    """Show the links, which no other page shows again, and the lines of a list that nobody was invited by."""
    context = {
        "network": network,
        "tabs": network_tabs(network, request.user, "network"),
        "links": links,
        "left": left,
        "left_role": request.POST.get("role", ""),
        "left_text": "\n".join(line.text for line in left),
        "steps": first_steps_of(request.user, network),
    }
    return render(request, "people/invited.html", context)
