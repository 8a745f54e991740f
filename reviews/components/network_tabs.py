"""The tabs that all pages of a network share: groups, and the pages of the current group."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from ipsfidelity.addresses import address
from reviews.access import coordinates_network
from reviews.components.links import Tab
from reviews.models import Network, User


def network_tabs(network: Network, user: User, current: str) -> tuple[Tab, ...]:
    """Return the tabs of a network that a person manages. `current` is the URL name of the page.

    Pages about reviews are for coordinators. One query for people who coordinate somewhere, none for others.
    """
    tabs = []
    for label, names in _groups(coordinates=coordinates_network(user, network.pk)):
        pages = [Tab(page, address(name, network.code), name == current) for name, page in names.items()]
        tabs.append(Tab(label, pages[0].url, current in names, pages if len(pages) > 1 else ()))
    return tuple(tabs)


def _groups(*, coordinates: bool) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each group with its pages, by URL name. A group links to its first page."""
    people, rules = {"network": _("Members")}, {"rhythm": _("Due dates"), "notes_retention": _("Interview notes")}
    if coordinates:
        people |= {"evaluator_load": _("Evaluators")}
        rules = {"timeline": _("Preparation")} | rules | {"newer_editions": _("Newer editions")}
    yield _("People"), people
    yield _("Organisations"), {"network_organisations": _("Organisations")}
    yield _("Rules"), rules
    if coordinates:
        yield (
            _("Learning"),
            {"agreement": _("Agreement"), "training": _("What to train on"), "year": _("The network’s year")},
        )
        yield _("Data"), {"exports": _("Export"), "imports": _("Import")}
