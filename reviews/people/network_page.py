"""Read model of the two pages of a network's cast: its people with open invitations, and its organisations."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from reviews.empty_pages import EmptyPage, no_organisations_in, no_people
from reviews.models import Invitation, Membership, Network, Organisation, User
from reviews.models.names import ByName
from reviews.people.first_steps import FirstSteps, first_steps_of
from reviews.people.same_names import same_names
from reviews.workflow import Role


@dataclass(frozen=True)
class PersonRow:
    """A membership. `organisation` and `last_signed_in` are "–" if there is none."""

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
    """`empty` is None unless nobody belongs to the network, `steps` is None once they are done."""

    people: tuple[PersonRow, ...]
    invitations: tuple[InvitationRow, ...]
    empty: EmptyPage | None
    steps: FirstSteps | None


@dataclass(frozen=True)
class OrganisationRow:
    """An organisation. `url` and `review_url` are "" for those who may not see or plan reviews."""

    name: str
    url: str
    review_url: str
    rename_url: str


@dataclass(frozen=True)
class OrganisationsPage:
    """`same_names` are groups that nobody can tell apart; `may_join` is whether the reader may join them."""

    organisations: tuple[OrganisationRow, ...]
    same_names: tuple[tuple[Organisation, ...], ...]
    may_join: bool
    empty: EmptyPage | None
    steps: FirstSteps | None


def people_page(network: Network, user: User) -> PeoplePage:
    """Return the page of a network's people, by name. Three queries."""
    memberships = Membership.objects.filter(network=network).select_related("user", "organisation__joined_to")
    invitations = Invitation.objects.pending().filter(network=network).select_related("organisation__joined_to")
    people = tuple(_person(row, network) for row in memberships.order_by(ByName("user"), "user", "role"))
    invited = tuple(_invitation(row, network) for row in invitations)
    empty = no_people(network) if not people and not invited else None
    return PeoplePage(people, invited, empty, first_steps_of(user, network))


def organisations_page(network: Network, user: User) -> OrganisationsPage:
    """Return the page of a network's organisations, by name. Four queries."""
    oversees = network.memberships.filter(user=user, role=Role.COORDINATOR).exists()
    organisations = tuple(_organisation(row, network, oversees=oversees) for row in network.organisations.current())
    empty = None if organisations else no_organisations_in(network)
    return OrganisationsPage(organisations, same_names(network), oversees, empty, first_steps_of(user, network))


def _person(membership: Membership, network: Network) -> PersonRow:
    user = membership.user
    return PersonRow(
        str(user),
        reverse("person", args=[network.code, user.code]),
        str(membership.get_role_display()),
        str(membership.organisation or "–"),
        _day(user.last_login) if user.last_login else "–",
    )


def _invitation(invitation: Invitation, network: Network) -> InvitationRow:
    role, organisation = invitation.get_role_display(), invitation.organisation
    day = _day(invitation.expires_at)
    return InvitationRow(
        invitation.name,
        invitation.email,
        f"{role}, {organisation}" if organisation else str(role),
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
