"""Read model of the two pages of a network's cast: its people with open invitations, and its organisations."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ipsfidelity.addresses import address
from reviews.components.empty_pages import no_organisations_in, no_people
from reviews.components.links import Action, Empty
from reviews.components.paging import Page, page_of
from reviews.components.rendered import Parts, Rendered
from reviews.models import Invitation, Membership, Network, Organisation, User
from reviews.models.names import ByName, name_columns
from reviews.people.first_steps import FirstSteps, first_steps_of
from reviews.people.same_names import same_names
from reviews.workflow import Role

# What the page shows of a membership.
ROW_FIELDS = (
    *("role", "user__code", *name_columns("user"), "user__last_login"),
    *("organisation__name", "organisation__joined_to__name"),
)
MOST_INVITATIONS = 30  # on one page, the newest; others are found by name


@dataclass(frozen=True)
class PersonRow(Rendered):
    """A membership. `organisation` and `last_signed_in` are "–" if there is none."""

    template: ClassVar[str] = "people/_person_row.html"

    name: str
    url: str
    role: str
    organisation: str
    last_signed_in: str


@dataclass(frozen=True)
class InvitationRow:
    """An invitation that was neither accepted nor withdrawn. `until` says when its link ends, or that it has ended."""

    name: str
    email: str
    role: str
    until: str
    renew_url: str
    withdraw_url: str


@dataclass(frozen=True)
class PeoplePage:
    """A page of the people, and their newest invitations. `more_invitations` counts those that are left out.

    `empty` is None unless nobody belongs to the network, `steps` is None once they are done.
    """

    actions: tuple[Action, ...]
    people: Page[PersonRow]
    invitations: tuple[InvitationRow, ...]
    more_invitations: str
    empty: Empty | None
    steps: FirstSteps | None


@dataclass(frozen=True)
class OrganisationRow:
    """An organisation. `url` and `review_url` are "" for those who may not see or plan reviews."""

    name: str
    url: str
    review_url: str
    rename_url: str


@dataclass(frozen=True)
class SameNameRow:
    """One of several organisations of one name. `number` tells them apart for those who hear the page.

    `last_visit` is in words. `join_url` is "" for those who may not join organisations.
    """

    name: str
    number: str
    last_visit: str
    url: str
    rename_url: str
    join_url: str


@dataclass(frozen=True)
class OrganisationsPage:
    """`same_names` are groups that nobody can tell apart. `empty` is None unless the network has no organisations."""

    actions: tuple[Action, ...]
    organisations: Page[OrganisationRow]
    same_names: tuple[tuple[SameNameRow, ...], ...]
    empty: Empty | None
    steps: FirstSteps | None


def people_page(network: Network, user: User, text: str, number: int) -> PeoplePage:
    """Return a page of a network's people, by name, and its newest invitations. Four queries.

    `text` is a part of the name of a person, of their organisation or, for invitations, of the address.
    """
    memberships = Membership.objects.filter(network=network).select_related("user", "organisation__joined_to")
    memberships = memberships.only(*ROW_FIELDS)
    invitations = Invitation.objects.pending().filter(network=network).select_related("organisation__joined_to")
    if text:
        of_name = Q(organisation__in=Organisation.objects.named(text).order_by().values("pk"))
        memberships = memberships.filter(Q(user__in=User.objects.named(text).order_by().values("pk")) | of_name)
        invitations = invitations.filter(Q(name__icontains=text) | Q(email__icontains=text) | of_name)
    page = page_of(memberships.order_by(ByName("user"), "user", "role"), number)
    people = replace(page, rows=Parts(_person(row, network) for row in page.rows))
    invited = tuple(_invitation(row, network) for row in invitations[:MOST_INVITATIONS])
    left_out = invitations.count() - MOST_INVITATIONS if len(invited) == MOST_INVITATIONS else 0
    steps = first_steps_of(user, network)
    is_empty = not (people.rows or text or number > 1)
    empty = Empty(_("Nobody has accepted an invitation yet.")) if invited else no_people(network)
    is_led = bool(steps or is_empty)
    actions = [
        Action(_("Invite somebody"), reverse("invite", args=[network.code]), is_primary=not is_led),
        Action(_("Invite several people"), reverse("paste_people", args=[network.code])),
    ]
    if user.is_superuser:
        actions.append(Action(_("Rename the network"), reverse("rename_network", args=[network.code])))
    return PeoplePage(
        tuple(actions),
        people,
        invited,
        _("%(n)s more") % {"n": str(left_out)} if left_out > 0 else "",
        _beside(steps, empty if is_empty else None),
        steps,
    )


def organisations_page(network: Network, user: User, text: str, number: int) -> OrganisationsPage:
    """Return a page of a network's organisations, by name, or of those with `text` in their names. Four queries."""
    oversees = network.memberships.filter(user=user, role=Role.COORDINATOR).exists()
    current = network.organisations.current()
    page = page_of(current.named(text) if text else current, number)
    organisations = replace(page, rows=tuple(_organisation(row, network, oversees=oversees) for row in page.rows))
    steps = first_steps_of(user, network)
    empty = None if page.rows or text or number > 1 else no_organisations_in(network)
    is_led = bool(steps or empty)
    actions = (
        Action(_("New organisation"), reverse("new_organisation", args=[network.code]), is_primary=not is_led),
        Action(_("Paste a list"), reverse("paste_organisations", args=[network.code])),
    )
    groups = tuple(_group(group, network, oversees=oversees) for group in same_names(network))
    return OrganisationsPage(actions, organisations, groups, _beside(steps, empty), steps)


def _beside(steps: FirstSteps | None, empty: Empty | None) -> Empty | None:
    """Return the empty page without its action if the first steps name the next one."""
    return replace(empty, explanation="", actions=()) if steps and empty else empty


def _group(group: tuple[Organisation, ...], network: Network, *, oversees: bool) -> tuple[SameNameRow, ...]:
    """Return the rows of organisations that share a name. Two are joined with each other, of more one is chosen."""

    def join_url(organisation: Organisation) -> str:
        if not oversees:
            return ""
        if len(group) == 2:  # noqa: PLR2004
            other = group[0] if organisation == group[1] else group[1]
            return reverse("join_with", args=[organisation.code, other.code])
        return reverse("join", args=[organisation.code])

    return tuple(
        SameNameRow(
            row.name,
            str(number),
            _("last visit %(day)s") % {"day": date_format(row.last_visit, "SHORT_DATE_FORMAT")}
            if row.last_visit
            else _("no review yet"),
            row.get_absolute_url(),
            reverse("rename_organisation", args=[network.code, row.code]),
            join_url(row),
        )
        for number, row in enumerate(group, start=1)
    )


def _person(membership: Membership, network: Network) -> PersonRow:
    user = membership.user
    return PersonRow(
        str(user),
        address("person", network.code, user.code),
        str(membership.get_role_display()),
        str(membership.organisation or "–"),
        _day(user.last_login) if user.last_login else "–",
    )


def _invitation(invitation: Invitation, network: Network) -> InvitationRow:
    day = _day(invitation.expires_at)
    return InvitationRow(
        invitation.name,
        invitation.email,
        invitation.role_words,
        _("expired on %(day)s") % {"day": day} if invitation.has_expired else day,
        reverse("renew_invitation", args=[network.code, invitation.code]),
        reverse("withdraw_invitation", args=[network.code, invitation.code]),
    )


def _organisation(organisation: Organisation, network: Network, *, oversees: bool) -> OrganisationRow:
    return OrganisationRow(
        organisation.name,
        organisation.get_absolute_url() if oversees else "",
        reverse("new_review", args=[organisation.code]) if oversees else "",
        reverse("rename_organisation", args=[network.code, organisation.code]),
    )


def _day(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "SHORT_DATE_FORMAT")
