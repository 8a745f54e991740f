"""The tabs that all pages of a network share."""

from django.urls import reverse
from django.utils.translation import gettext as _

from reviews.components.links import Tab
from reviews.models import Membership, Network, User
from reviews.workflow import Role


def network_tabs(network: Network, user: User, current: str) -> tuple[Tab, ...]:
    """Return the tabs of a network that a person manages. `current` is the URL name of the page.

    Pages about reviews are for coordinators. One query for people who coordinate somewhere, none for others.
    """
    labels = {"network": _("People"), "network_organisations": _("Organisations")}
    if _coordinates(user, network):
        labels |= {
            "evaluator_load": _("Evaluators"),
            "timeline": _("Preparation"),
            "rhythm": _("Due dates"),
            "notes_retention": _("Interview notes"),
            "agreement": _("Agreement"),
            "training": _("What to train on"),
            "year": _("The network’s year"),
            "newer_editions": _("Newer editions"),
            "exports": _("Export"),
            "imports": _("Import"),
        }
    else:
        labels |= {"rhythm": _("Due dates"), "notes_retention": _("Interview notes")}
    return tuple(Tab(label, reverse(name, args=[network.code]), name == current) for name, label in labels.items())


def _coordinates(user: User, network: Network) -> bool:
    if not getattr(user, "coordinates_somewhere", True):
        return False
    return Membership.objects.filter(user=user, network=network, role=Role.COORDINATOR).exists()
