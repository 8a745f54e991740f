"""What a page without rows says: what is missing, and the one next step of the person who looks.

Roles of the reader are queried only when a page is empty.
"""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from reviews.models import Membership, Network, User
from reviews.workflow import PLANNERS, Role


@dataclass(frozen=True)
class EmptyPage:
    """What is missing, why, and the next step. `action` and `url` are "" if the reader has none here."""

    title: str
    explanation: str = ""
    action: str = ""
    url: str = ""


def no_networks(user: User) -> EmptyPage:
    """Return what the list of networks says to a person who manages none."""
    if user.is_superuser:
        return EmptyPage(
            _("There is no network yet."),
            _("A network is a county, a health authority or a country whose organisations are reviewed."),
            _("Create the first network"),
            reverse("new_network"),
        )
    return EmptyPage(
        _("You coordinate no network."),
        _("People and organisations are kept by the coordinators of a network. Ask yours if somebody is missing."),
        _("My work"),
        reverse("home"),
    )


def no_people(network: Network) -> EmptyPage:
    """Return what the page of a network's people says to those who manage it."""
    return EmptyPage(
        _("Nobody belongs to the network yet."),
        _("Its coordinator comes first: they add the organisations, invite everybody else and plan reviews."),
        _("Invite the coordinator"),
        f"{reverse('invite', args=[network.code])}?role={Role.COORDINATOR}",
    )


def no_organisations_in(network: Network) -> EmptyPage:
    """Return what the page of a network's organisations says to those who manage it."""
    return EmptyPage(
        _("The network has no organisations yet."),
        _("These are the services that are reviewed. A list from a spreadsheet is added in one go."),
        _("Paste a list"),
        reverse("paste_organisations", args=[network.code]),
    )


def no_organisations(user: User) -> EmptyPage:
    """Return what the list of organisations says to a person who may see none. One query."""
    network = Network.objects.where_person_is(user, Role).first()
    if network and _coordinates(user, network):
        return no_organisations_in(network)
    if network:
        return EmptyPage(
            _("There is no organisation yet."),
            _("The coordinator of %(network)s adds the organisations. They then appear here.") % {"network": network},
        )
    if user.is_superuser:
        return EmptyPage(
            _("Administrators see no reviews and no results."),
            _("The names of organisations are on the pages of their network."),
            _("Networks"),
            reverse("networks"),
        )
    return EmptyPage(_("You belong to no network yet."), _("Ask your coordinator for an invitation."))


def no_reviews(user: User) -> EmptyPage:
    """Return what the list of reviews says to a person who may see none. Two queries."""
    if network := Network.objects.where_person_is(user, PLANNERS).first():
        if network.organisations.current().exists():
            return EmptyPage(
                _("There is no review yet."),
                _("Plan the first one: choose the organisation that is to be visited."),
                _("Choose an organisation"),
                reverse("organisations"),
            )
        return no_organisations(user)
    if user.is_superuser:
        return EmptyPage(
            _("Administrators see no reviews and no results."),
            _("Reviews are for those who take part in them, their services and the coordinator of the network."),
            _("Networks"),
            reverse("networks"),
        )
    return EmptyPage(
        _("There is no review yet."),
        _("A review appears here as soon as its draft report is handed out to your organisation."),
    )


def no_dates() -> EmptyPage:
    """Return what the page "Dates" says to those for whom nothing is due."""
    return EmptyPage(
        _("Nothing is due for you now."),
        _("What has a date appears here by itself: visits, their preparation, the next review, actions."),
        _("Reviews"),
        reverse("reviews"),
    )


def nothing_to_export(network: Network) -> EmptyPage:
    """Return what the page of exports says to the coordinator of a network without finished reviews."""
    return EmptyPage(
        _("There is nothing to export yet."),
        _("Only finished reviews are exported. Reviews that were done before can be imported."),
        _("Import past reviews"),
        reverse("imports", args=[network.code]),
    )


def nowhere_to_import(network: Network) -> EmptyPage:
    """Return what the page of imports says to the coordinator of a network without organisations."""
    return EmptyPage(
        _("Add the organisations first."),
        _("Each row of the table names an organisation of the network, and there is none yet."),
        _("Paste a list"),
        reverse("paste_organisations", args=[network.code]),
    )


def _coordinates(user: User, network: Network) -> bool:
    return Membership.objects.filter(user=user, network=network, role=Role.COORDINATOR).exists()
