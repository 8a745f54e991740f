"""The tabs of the pages that show how a network develops, and the actions of its overview."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from reviews.components.links import Action, ActionBar, Tab
from reviews.models import Network


def figure_tabs(network: Network, networks: Sequence[Network], current: str, *, oversees: bool) -> tuple[Tab, ...]:
    """Return the tabs. `current` is the URL name of the page; only those who oversee the network have all of them."""
    query = f"?network={network.code}" if len(networks) > 1 else ""
    labels = {"overview": _("Overview"), "heat_map": _("Item by item"), "benchmarks": _("Figures to compare with")}
    shown = labels if oversees else {"benchmarks": labels["benchmarks"]}
    return tuple(Tab(label, reverse(name) + query, name == current) for name, label in shown.items())


def overview_bar(network: Network) -> ActionBar:
    """Return what a coordinator does on the overview."""
    return ActionBar(
        actions=(Action(_("Export reviews"), reverse("exports", args=[network.code])),),
        more=(
            Action(_("Import past reviews"), reverse("imports", args=[network.code])),
            Action(_("Agreement between evaluators"), reverse("agreement", args=[network.code])),
            Action(_("When reviews are due"), reverse("rhythm", args=[network.code])),
        ),
    )
