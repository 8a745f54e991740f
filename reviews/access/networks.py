"""Who may administer the installation, manage or oversee a network, read its organisations, and plan their reviews."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from ipsfidelity.errors import StateConflict
from ipsfidelity.prepared import prepared
from reviews.access.reviews import SignedInRequest, the_one
from reviews.conflicts import joined_elsewhere
from reviews.models import Membership, Network, Organisation, User
from reviews.models.organisations import OrganisationQuerySet
from reviews.workflow import PLANNERS, Role


def network_to_manage(request: SignedInRequest, code: object) -> Network:
    """Return the network if the person manages its people and organisations: a coordinator or an administrator."""
    if request.user.is_superuser:
        return get_object_or_404(Network, code=code)
    return network_to_oversee(request, code)


def network_to_rename(request: SignedInRequest, code: object) -> Network:
    """Return the network if the person administers the installation. 403 for its coordinators.

    Names of networks are compared with each other, and coordinators do not know of other networks.
    """
    network = network_to_manage(request, code)
    check_administrator(request)
    return network


def check_administrator(request: SignedInRequest) -> None:
    """Raise PermissionDenied (403) unless the person administers the installation."""
    if not request.user.is_superuser:
        raise PermissionDenied(_("This page is for the administrators of the installation."))


def network_to_oversee(request: SignedInRequest, code: object) -> Network:
    """Return the network if the person coordinates it. Administrators manage people but do not read reviews."""
    return the_one(_coordinated(request.user.pk, code))


@prepared
def _coordinated(user: int, code: UUID) -> QuerySet[Network]:
    return Network.objects.where_person_is(User(pk=user), (Role.COORDINATOR,)).filter(code=code)


def networks_overseen(request: SignedInRequest) -> tuple[Network, list[Network]]:
    """Return the requested network and all networks that the person coordinates. 403 if there are none."""
    networks = _where_person_is(request.user.pk, roles=(Role.COORDINATOR,))
    if not networks:
        # A network that the person does not belong to is a 404, not a 403.
        _requested(request, list(Network.objects.where_person_is(request.user, Role)))
        raise PermissionDenied(_("The overview of a network is for its coordinators."))
    return _requested(request, networks) or networks[0], networks


@prepared
def _where_person_is(user: int, *, roles: tuple[Role, ...]) -> QuerySet[Network]:
    return Network.objects.where_person_is(User(pk=user), roles)


def networks_belonged_to(request: SignedInRequest) -> tuple[Network, list[Network]]:
    """Return the requested network and all networks that the person belongs to. 403 if there are none."""
    networks = list(Network.objects.where_person_is(request.user, Role))
    requested = _requested(request, networks)
    if not networks:
        raise PermissionDenied(_("The figures of a network are for those who belong to it."))
    return requested or networks[0], networks


def organisation_to_read(request: SignedInRequest, code: object) -> Organisation:
    """Return the organisation if the person may know of it. Raises Moved if it was joined to another one."""
    organisation = the_one(_to_read(request.user.pk, code))
    if organisation.joined_to:
        raise joined_elsewhere(organisation, _same_page_of(organisation.joined_to, request))
    return organisation


@prepared
def _to_read(user: int, code: UUID) -> QuerySet[Organisation]:
    known = Organisation.objects.known_to(User(pk=user))
    return known.select_related("network", "joined_to", "joined_by").filter(code=code)


def organisation_to_rename(network: Network, code: object) -> Organisation:
    """Return an organisation of a network that the person manages. 409 if it was joined to another one."""
    organisation = get_object_or_404(network.organisations.select_related("joined_to", "joined_by"), code=code)
    if organisation.joined_to:
        moved = joined_elsewhere(organisation, organisation.get_absolute_url())
        raise StateConflict(
            f"{moved.sentence} {_('Nothing was saved: its name stays with its signed sheets.')}", moved.url
        )
    return organisation


def organisation_to_join(request: SignedInRequest, code: object) -> Organisation:
    """Return the organisation if the person may join it with others and undo that: the network's coordinators."""
    organisation = organisation_to_read(request, code)
    if not may_join(request, organisation):
        raise PermissionDenied(_("Organisations are joined by the coordinator of the network. You can read them."))
    return organisation


def organisations_to_join(request: SignedInRequest, code: object, other: object) -> tuple[Organisation, Organisation]:
    """Return two different current organisations of one network if the person may join them."""
    first = organisation_to_join(request, code)
    others = first.network.organisations.exclude(pk=first.pk).select_related("joined_to", "joined_by")
    second = get_object_or_404(others, code=other)
    if second.joined_to:
        raise joined_elsewhere(second, reverse("join", args=[first.code]))
    return first, second


def may_join(request: SignedInRequest, organisation: Organisation) -> bool:
    """Return whether the person coordinates the organisation's network. One query, none for those without a network."""
    return coordinates_network(request.user, organisation.network_id)


def coordinates_network(user: User, network: int) -> bool:
    """Return whether the person coordinates a network. One query, none for those who coordinate none."""
    return getattr(user, "coordinates_somewhere", True) and bool(_coordinating(user.pk, network))


@prepared
def _coordinating(user: int, network: int) -> QuerySet[Membership, int]:
    of_person = Membership.objects.filter(user=user, network=network, role=Role.COORDINATOR)
    return of_person.values_list("pk", flat=True)


def organisation_to_plan(request: SignedInRequest, code: object) -> Organisation:
    """Return the organisation if the person may create reviews of it: an evaluator or coordinator of its network."""
    organisation = organisation_to_read(request, code)
    if not may_plan(request, organisation):
        raise PermissionDenied(_("Reviews are created by evaluators and coordinators."))
    return organisation


def organisations_to_plan(request: SignedInRequest) -> OrganisationQuerySet:
    """Return the organisations that the person may create reviews of. 403 if they plan in no network."""
    if not Network.objects.where_person_is(request.user, PLANNERS).exists():
        raise PermissionDenied(_("Reviews are created by evaluators and coordinators."))
    return Organisation.objects.plannable_by(request.user)


def may_plan(request: SignedInRequest, organisation: Organisation) -> bool:
    """Return whether the person may create reviews of an organisation. One query."""
    return bool(_plannable(request.user.pk, organisation.pk))


@prepared
def _plannable(user: int, organisation: int) -> QuerySet[Organisation, int]:
    return Organisation.objects.plannable_by(User(pk=user)).filter(pk=organisation).values_list("pk", flat=True)


def organisations_led(request: SignedInRequest, network: Network) -> list[Organisation]:
    """Return the organisations of a network that the person leads."""
    led = Membership.objects.team_leaders().filter(user=request.user, network=network)
    return list(Organisation.objects.filter(pk__in=led.current_organisations()))


def _same_page_of(organisation: Organisation, request: SignedInRequest) -> str:
    """Return the URL of the requested page, of another organisation."""
    match = request.resolver_match
    return reverse(match.view_name, kwargs=match.kwargs | {"code": organisation.code}) if match else ""


def _requested(request: SignedInRequest, networks: list[Network]) -> Network | None:
    """Return the network whose code is in the query string, or None without a code. 404 if it is not in `networks`."""
    code = request.GET.get("network", "")
    for network in networks:
        if str(network.code) == code:
            return network
    if code:
        raise Http404
    return None
