"""End a membership, end sessions, delete an account. What people did stays on record."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsfidelity.errors import WrongMoment
from reviews.models import Act, Membership, Review, User
from reviews.records import access_log
from reviews.workflow import FROZEN


@transaction.atomic
def end_membership(membership: Membership, *, by: User) -> None:
    """Take a role away: from the next request on the person sees nothing of it, and is signed out everywhere."""
    person = membership.user
    access_log.record(
        Act.MEMBERSHIP_ENDED,
        by,
        person=person,
        network=membership.network,
        organisation=membership.organisation,
        page=membership.role,
    )
    membership.delete()
    end_sessions(person)


def end_sessions(person: User) -> None:
    """Sign a person out on every machine."""
    sessions = UserSession.objects.filter(user=person)
    Session.objects.filter(pk__in=sessions.values("session_key")).delete()
    sessions.delete()


def reviews_left_alone(person: User) -> list[Review]:
    """Return the open reviews that would have no evaluator without this person."""
    theirs = Review.objects.filter(participations__user=person).exclude(status__in=FROZEN)
    return [review for review in theirs.select_related("organisation") if review.participations.count() == 1]


@transaction.atomic
def delete_account(person: User) -> None:
    """Make an account nobody's: no name, address or way to sign in; the row stays as "former user".

    Sheets that were signed keep the names they were signed with. Raises WrongMoment (409) while an
    open review has no other evaluator.
    """
    if alone := reviews_left_alone(person):
        names = ", ".join(map(str, alone))
        raise WrongMoment(
            _("Nobody else evaluates: %(reviews)s. Ask the coordinator to hand over first. Nothing was deleted.")
            % {"reviews": names},
            alone[0].get_absolute_url(),
        )
    access_log.record(Act.ACCOUNT_DELETED, person, person=person)
    for model in (EmailAddress, Authenticator, SocialAccount):
        model.objects.filter(user=person).delete()
    Membership.objects.filter(user=person).delete()
    end_sessions(person)
    person.username, person.name, person.email = f"deleted-{person.code}", "", ""
    person.language, person.is_active, person.is_staff, person.is_superuser = "", False, False, False
    person.deleted_at, person.last_login = timezone.now(), None
    person.set_unusable_password()
    person.save()
