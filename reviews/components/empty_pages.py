"""What a page without rows says: what is missing, and the one next step of the person who looks.

Roles of the reader are queried only when a page is empty.
"""

from django.urls import reverse
from django.utils.translation import gettext as _

from reviews.access import coordinates_network
from reviews.components.links import Action, Empty
from reviews.models import Network, User
from reviews.workflow import PLANNERS, Role


def no_networks(user: User) -> Empty:
    """Return what the list of networks says to a person who manages none."""
    if user.is_superuser:
        return Empty(
            _("There is no network yet."),
            _("A network is a county, a health authority or a country whose organisations are reviewed."),
            (Action(_("Create the first network"), reverse("new_network"), is_primary=True),),
        )
    return Empty(
        _("You coordinate no network."),
        _("People and organisations are kept by the coordinators of a network. Ask yours if somebody is missing."),
        (Action(_("Home"), reverse("home"), is_primary=True),),
    )


def no_people(network: Network) -> Empty:
    """Return what the page of a network's people says to those who manage it."""
    return Empty(
        _("Nobody belongs to the network yet."),
        _("Its coordinator comes first: they add the organisations, invite everybody else and plan reviews."),
        (
            Action(
                _("Invite the coordinator"),
                f"{reverse('invite', args=[network.code])}?role={Role.COORDINATOR}",
                is_primary=True,
            ),
        ),
    )


def no_organisations_in(network: Network) -> Empty:
    """Return what the page of a network's organisations says to those who manage it."""
    return Empty(
        _("The network has no organisations yet."),
        _("These are the services that are reviewed. A list from a spreadsheet is added in one go."),
        (Action(_("Paste a list"), reverse("paste_organisations", args=[network.code]), is_primary=True),),
    )


def no_organisations(user: User) -> Empty:
    """Return what the list of organisations says to a person who may see none. One query."""
    network = Network.objects.where_person_is(user, Role).first()
    if network and coordinates_network(user, network.pk):
        return no_organisations_in(network)
    if network:
        return Empty(
            _("There is no organisation yet."),
            _("The coordinator of %(network)s adds the organisations. They then appear here.") % {"network": network},
        )
    if user.is_superuser:
        return Empty(
            _("Administrators see no reviews and no results."),
            _("The names of organisations are on the pages of their network."),
            (Action(_("Networks"), reverse("networks"), is_primary=True),),
        )
    return Empty(_("You belong to no network yet."), _("Ask your coordinator for an invitation."))


def no_reviews(user: User) -> Empty:
    """Return what the list of reviews says to a person who may see none. Two queries."""
    if network := Network.objects.where_person_is(user, PLANNERS).first():
        if network.organisations.current().exists():
            return Empty(
                _("There is no review yet."),
                _("Plan the first one: choose the organisation that is to be visited."),
                (Action(_("Choose an organisation"), reverse("organisations"), is_primary=True),),
            )
        return no_organisations(user)
    if user.is_superuser:
        return Empty(
            _("Administrators see no reviews and no results."),
            _("Reviews are for those who take part in them, their services and the coordinator of the network."),
            (Action(_("Networks"), reverse("networks"), is_primary=True),),
        )
    return Empty(
        _("There is no review yet."),
        _("A review appears here as soon as its draft report is shared with your organisation."),
    )


def no_dates() -> Empty:
    """Return what the page "Dates" says to those for whom nothing is due."""
    return Empty(
        _("Nothing is due for you now."),
        _("What has a date appears here by itself: visits, their preparation, the next review, actions."),
        (Action(_("Reviews"), reverse("reviews"), is_primary=True),),
    )


def nothing_to_export(network: Network) -> Empty:
    """Return what the page of exports says to the coordinator of a network without finished reviews."""
    return Empty(
        _("There is nothing to export yet."),
        _("Only finished reviews are exported. Reviews that were done before can be imported."),
        (Action(_("Import past reviews"), reverse("imports", args=[network.code]), is_primary=True),),
    )


def nowhere_to_import(network: Network) -> Empty:
    """Return what the page of imports says to the coordinator of a network without organisations."""
    return Empty(
        _("Add the organisations first."),
        _("Each row of the table names an organisation of the network, and there is none yet."),
        (Action(_("Paste a list"), reverse("paste_organisations", args=[network.code]), is_primary=True),),
    )
