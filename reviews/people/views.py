"""Views of networks and their people, for coordinators and administrators."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ipsfidelity.form_page import form_page, posted
from reviews.access import SignedInRequest, check_administrator, network_to_manage, network_to_rename
from reviews.components.empty_pages import no_networks
from reviews.components.network_tabs import network_tabs
from reviews.components.paging import SearchForm
from reviews.models import AccessAction, Network, Review
from reviews.people.first_steps import first_steps_of
from reviews.people.forms import NetworkForm
from reviews.people.memberships import end_membership
from reviews.people.network_page import people_page
from reviews.records import access_log
from reviews.workflow import Role


@require_safe
def networks(request: SignedInRequest) -> HttpResponse:
    """List the networks that a person manages. Redirect coordinators to the only one."""
    managed = list(Network.objects.managed_by(request.user))
    if len(managed) == 1 and not request.user.is_superuser:
        return redirect(managed[0])
    context = {
        "networks": managed,
        "is_administrator": request.user.is_superuser,
        "empty": None if managed else no_networks(request.user),
    }
    return render(request, "people/networks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_network(request: SignedInRequest) -> HttpResponse:
    """Add a network, and lead on to the invitation of its coordinator."""
    check_administrator(request)
    form = NetworkForm(posted(request))
    if form.is_valid() and form.saved():
        access_log.record(AccessAction.NETWORK_ADDED, request.user, network=form.instance)
        return HttpResponseRedirect(f"{reverse('invite', args=[form.instance.code])}?role={Role.COORDINATOR}")
    context = {"title": _("New network"), "steps": first_steps_of(request.user)}
    return form_page(request, "people/form.html", form, context)


@require_http_methods(["GET", "HEAD", "POST"])
def rename_network(request: SignedInRequest, code: object) -> HttpResponse:
    """Rename a network."""
    network = network_to_rename(request, code)
    form = NetworkForm(posted(request), instance=network)
    if form.is_valid() and form.saved():
        access_log.record(AccessAction.NETWORK_RENAMED, request.user, network=network)
        messages.success(request, _("Saved."))
        return redirect(network)
    # The form has changed `network`, valid or not: the page shows the stored one.
    context = {"network": Network.objects.get(pk=network.pk), "title": _("Rename the network")}
    return form_page(request, "people/form.html", form, context)


@require_safe
def network(request: SignedInRequest, code: object) -> HttpResponse:
    """Show the members of a network with their roles, and open invitations."""
    network, form = network_to_manage(request, code), SearchForm(request.GET)
    context = {
        "network": network,
        "tabs": network_tabs(network, request.user, "network"),
        "form": form,
        "is_asked": bool(request.GET),
        "page": people_page(network, request.user, form.text, form.chosen_page),
    }
    return render(request, "people/network.html", context, status=200 if form.is_valid() else 422)


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
