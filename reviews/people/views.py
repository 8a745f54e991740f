"""Views of a network's people and organisations, for its coordinators and for administrators."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ipsfidelity.form_page import form_page, posted
from reviews.access import SignedInRequest, network_to_manage, organisation_to_rename
from reviews.models import AccessAction, Invitation, Membership, Network, Organisation, Review
from reviews.models.names import ByName
from reviews.people.forms import InvitationForm, OrganisationForm, invitation_initial
from reviews.people.invitations import invite, send_invitation, withdraw
from reviews.people.memberships import end_membership
from reviews.people.same_names import same_names
from reviews.records import access_log
from reviews.workflow import Role


@require_safe
def networks(request: SignedInRequest) -> HttpResponse:
    """List the networks that a person manages, or redirect to the only one."""
    managed = list(Network.objects.managed_by(request.user))
    if len(managed) == 1:
        return redirect(managed[0])
    return render(request, "people/networks.html", {"networks": managed})


@require_safe
def network(request: SignedInRequest, code: object) -> HttpResponse:
    """Show the members of a network with their roles, its organisations and open invitations."""
    network = network_to_manage(request, code)
    memberships = Membership.objects.filter(network=network).select_related("user", "organisation__joined_to")
    context = {
        "network": network,
        "oversees": network.memberships.filter(user=request.user, role=Role.COORDINATOR).exists(),
        "memberships": memberships.order_by(ByName("user"), "user", "role"),
        "organisations": network.organisations.current(),
        "same_names": same_names(network),
        "invitations": Invitation.objects.open()
        .filter(network=network)
        .select_related("organisation__joined_to", "invited_by"),
    }
    return render(request, "people/network.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_organisation(request: SignedInRequest, code: object) -> HttpResponse:
    """Add an organisation to the network."""
    network = network_to_manage(request, code)
    return _organisation_form(request, network, Organisation(network=network), AccessAction.ORGANISATION_ADDED)


@require_http_methods(["GET", "HEAD", "POST"])
def rename_organisation(request: SignedInRequest, code: object, organisation: object) -> HttpResponse:
    """Rename an organisation. Signed score sheets keep the name with which they were signed."""
    network = network_to_manage(request, code)
    stored = organisation_to_rename(network, organisation)
    return _organisation_form(request, network, stored, AccessAction.ORGANISATION_RENAMED)


@require_http_methods(["GET", "HEAD", "POST"])
def invite_person(request: SignedInRequest, code: object) -> HttpResponse:
    """Invite a person to a role by mail. `?organisation=` proposes the team leader of that organisation."""
    network = network_to_manage(request, code)
    initial = invitation_initial(network, request.GET.get("organisation", ""))
    form = InvitationForm(network, posted(request), instance=Invitation(network=network), initial=initial)
    if form.is_valid():
        invitation, secret = invite(network=network, by=request.user, **form.cleaned_data)
        try:
            send_invitation(request, invitation, secret)
        except OSError:
            withdraw(invitation, request.user)
            form.add_error(None, _("The mail could not be sent, so nobody was invited. Try again later."))
        else:
            messages.success(request, _("An invitation was sent to %(email)s.") % {"email": invitation.email})
            return redirect(network)
    context = {"network": network, "title": _("Invite somebody")}
    return form_page(request, "people/form.html", form, context)


@require_POST
def withdraw_invitation(request: SignedInRequest, code: object, invitation: object) -> HttpResponse:
    """Withdraw an invitation that nobody has accepted yet."""
    network = network_to_manage(request, code)
    withdraw(get_object_or_404(network.invitations, code=invitation), request.user)
    messages.success(request, _("The invitation was withdrawn."))
    return redirect(network)


@require_http_methods(["GET", "HEAD", "POST"])
def person(request: SignedInRequest, code: object, person: object) -> HttpResponse:
    """Show a member of the network and the open reviews they evaluate, and end memberships."""
    network = network_to_manage(request, code)
    memberships = list(
        network.memberships.filter(user__code=str(person)).select_related("user", "organisation__joined_to")
    )
    if not memberships:
        raise Http404
    if request.method == "POST":
        ending = request.POST.get("end", "")
        membership = next((membership for membership in memberships if f"{membership.pk}" == ending), None)
        if membership is None:
            return redirect(request.path)
        end_membership(membership, by=request.user)
        messages.success(request, _("The membership has ended. The person is signed out everywhere."))
        return redirect(network if len(memberships) == 1 else request.path)
    member = memberships[0].user
    reviews = Review.objects.visible_to(request.user).open().filter(evaluators=member)
    context = {
        "network": network,
        "person": member,
        "memberships": memberships,
        "reviews": reviews.select_related("organisation__joined_to").order_by("visit_start", "pk"),
    }
    return render(request, "people/person.html", context)


def _organisation_form(
    request: SignedInRequest, network: Network, organisation: Organisation, action: AccessAction
) -> HttpResponse:
    form = OrganisationForm(posted(request), instance=organisation)
    if form.is_valid() and form.saved():
        access_log.record(action, request.user, network=network, organisation=form.instance)
        return redirect(network)
    title = _("New organisation") if organisation._state.adding else _("Rename organisation")
    context = {"network": network, "title": title}
    return form_page(request, "people/form.html", form, context)
