"""The user guide as a whole: its pages, and their order for a reader."""

import re
from dataclasses import dataclass

from django.db.models import QuerySet

from ipsfidelity.prepared import prepared
from reviews.help import (
    pages_for_administrators,
    pages_for_coordinators,
    pages_for_evaluators,
    pages_for_everybody,
    pages_for_team_leaders,
)
from reviews.help.page import HelpPage, Reader
from reviews.models import Membership, User

PAGES: dict[str, HelpPage] = {
    page.slug: page
    for module in (
        pages_for_everybody,
        pages_for_evaluators,
        pages_for_team_leaders,
        pages_for_coordinators,
        pages_for_administrators,
    )
    for page in module.PAGES
}


@dataclass(frozen=True)
class PageGroup:
    """The pages for one kind of reader. `is_own` is whether the reader is one of them by a role."""

    title: str
    pages: tuple[HelpPage, ...]
    is_own: bool


def groups_for(user: User | None) -> tuple[PageGroup, ...]:
    """Return the guide for a person: the pages for their roles first. None is somebody who is not signed in.

    One query, none for somebody who is not signed in.
    """
    own = roles_of(user) if user else frozenset()
    return tuple(
        PageGroup(str(reader.label), tuple(page for page in PAGES.values() if reader in page.readers), reader in own)
        for reader in sorted(Reader, key=lambda reader: reader not in own)
    )


def pages_about(pattern: re.Pattern[str]) -> list[HelpPage]:
    """Return the pages whose title or summary in the reader's language matches."""
    return [page for page in PAGES.values() if pattern.search(f"{page.title}\n{page.about}")]


def roles_of(user: User) -> frozenset[Reader]:
    """Return as whom a person reads the guide. One query."""
    own = {Reader(role) for role in _roles(user.pk)}
    return frozenset(own | {Reader.ADMINISTRATOR} if user.is_superuser else own)


@prepared
def _roles(user: int) -> QuerySet[Membership, str]:
    return Membership.objects.filter(user=user).order_by().values_list("role", flat=True).distinct()
