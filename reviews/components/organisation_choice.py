"""The organisations that a form offers: all of them or, where they are too many for a list, those found by name."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reviews.models import Organisation
from reviews.models.names import ByName
from reviews.models.organisations import OrganisationQuerySet

MOST_LISTED = 200  # in one list
MOST_FOUND = 20  # by one search


@dataclass(frozen=True)
class OrganisationOptions:
    """What a form offers. `is_searched` if the organisations are too many for a list.

    `only` is the single one that was found, None for none or several. `sentence` says how many were found.
    """

    choices: tuple[tuple[str, str], ...]
    is_searched: bool = False
    only: Organisation | None = None
    sentence: str = ""


def organisation_options(
    organisations: OrganisationQuerySet, text: str, chosen: Organisation | None = None
) -> OrganisationOptions:
    """Return the organisations to choose among, by name. `chosen` stays among them. Two queries at most."""
    rows = organisations.select_related("network", "joined_to").order_by(ByName(), "pk")
    listed = list(rows[: MOST_LISTED + 1])
    if len(listed) <= MOST_LISTED:
        return OrganisationOptions(_choices(listed))
    found = list(rows.named(text)[: MOST_FOUND + 1]) if text.strip() else []
    shown = found[:MOST_FOUND]
    if chosen and chosen not in shown:
        shown = [chosen, *shown]
    only = found[0] if len(found) == 1 else None
    return OrganisationOptions(_choices(shown), is_searched=True, only=only, sentence=_sentence(text, len(found)))


def _choices(organisations: Iterable[Organisation]) -> tuple[tuple[str, str], ...]:
    """Return keys and names, with the networks if there are several."""
    organisations = tuple(organisations)
    are_of_several = len({organisation.network_id for organisation in organisations}) > 1
    return tuple((str(each.pk), f"{each} ({each.network})" if are_of_several else str(each)) for each in organisations)


def _sentence(text: str, count: int) -> str:
    if not text.strip():
        return _("Type a part of the name, and press “Search”.")
    if count > MOST_FOUND:
        return _("More than %(most)s organisations have this in their name. Type more of it.") % {"most": MOST_FOUND}
    if not count:
        return _("No organisation has this in its name.")
    found = ngettext(
        "%(count)s organisation has this in its name.", "%(count)s organisations have this in their name.", count
    )
    return found % {"count": str(count)}
