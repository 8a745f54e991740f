"""Who may manage or oversee a network, know of its organisations and plan their reviews."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from reviews.access.reviews import SignedInRequest
from reviews.models import Membership, Network, Organisation
from reviews.workflow import Role


def network_to_manage(request: SignedInRequest, code: object) -> Network:
    """Return the network if the person keeps its people and organisations."""
    return get_object_or_404(Network.objects.managed_by(request.user), code=code)


def network_to_oversee(request: SignedInRequest, code: object) -> Network:
    """Return the network if the person coordinates it. Administrators keep its people, not what was judged."""
    return get_object_or_404(Network.objects.where_person_is(request.user, (Role.COORDINATOR,)), code=code)


def networks_overseen(request: SignedInRequest) -> tuple[Network, list[Network]]:
    """Return the network that is asked for and all that the person coordinates; 403 for who coordinates none."""
    networks = list(Network.objects.where_person_is(request.user, (Role.COORDINATOR,)))
    if not networks:
        _asked_for(request, list(Network.objects.where_person_is(request.user, Role)))
        raise PermissionDenied(_("The overview of a network is for its coordinators."))
    return _asked_for(request, networks) or networks[0], networks


def networks_belonged_to(request: SignedInRequest) -> tuple[Network, list[Network]]:
    """Return the network that is asked for and all that the person belongs to; 403 for who belongs to none."""
    networks = list(Network.objects.where_person_is(request.user, Role))
    chosen = _asked_for(request, networks)
    if not networks:
        raise PermissionDenied(_("The figures of a network are for those who belong to it."))
    return chosen or networks[0], networks


def organisation_to_read(request: SignedInRequest, code: object) -> Organisation:
    """Return the organisation if the person may know of it."""
    organisations = Organisation.objects.visible_to(request.user).select_related("network")
    return get_object_or_404(organisations, code=code)


def organisation_to_plan(request: SignedInRequest, code: object) -> Organisation:
    """Return the organisation if the person may create reviews of it."""
    organisation = organisation_to_read(request, code)
    if not may_plan(request, organisation):
        raise PermissionDenied(_("Reviews are created by evaluators and coordinators."))
    return organisation


def may_plan(request: SignedInRequest, organisation: Organisation) -> bool:
    """Return whether the person may create reviews of an organisation."""
    return Organisation.objects.plannable_by(request.user).filter(pk=organisation.pk).exists()


def organisations_led(request: SignedInRequest, network: Network) -> list[Organisation]:
    """Return the organisations of a network whose team leader the person is."""
    led = Membership.objects.team_leaders().filter(user=request.user, network=network)
    return list(Organisation.objects.filter(pk__in=led.values("organisation")))


def _asked_for(request: SignedInRequest, networks: list[Network]) -> Network | None:
    """Return the one of `networks` whose code is in the address, None without one. What is not theirs is 404."""
    code = request.GET.get("network", "")
    for network in networks:
        if str(network.code) == code:
            return network
    if code:
        raise Http404
    return None
