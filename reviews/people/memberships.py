"""End memberships and sessions, and delete accounts. What people have done stays on record."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsfidelity.errors import StateConflict
from reviews.models import (
    AccessAction,
    CalendarFeed,
    Invitation,
    Job,
    Membership,
    Reminder,
    Review,
    ReviewEvaluator,
    User,
)
from reviews.people.known_devices import forget_devices_of
from reviews.records import access_log


@transaction.atomic
def end_membership(membership: Membership, *, by: User) -> None:
    """Delete a membership and end all sessions of the person. Access by this role ends with the next request."""
    person = membership.user
    access_log.record(
        AccessAction.MEMBERSHIP_ENDED,
        by,
        person=person,
        network=membership.network,
        organisation=membership.organisation,
        page=membership.role,
    )
    membership.delete()
    end_sessions(person)


def end_sessions(person: User) -> None:
    """End all sessions of a person and forget their known devices."""
    sessions = UserSession.objects.filter(user=person)
    Session.objects.filter(pk__in=sessions.values("session_key")).delete()
    sessions.delete()
    forget_devices_of(person)


def reviews_evaluated_only_by(person: User) -> list[Review]:
    """Return the open reviews of which this person is the only evaluator with an active account. One query."""
    others = ReviewEvaluator.objects.filter(review=OuterRef("pk"), user__is_active=True).exclude(user=person)
    theirs = Review.objects.open().filter(participations__user=person).exclude(Exists(others))
    return list(theirs.select_related("organisation__joined_to"))


@transaction.atomic
def delete_account(person: User) -> None:
    """Anonymise an account: remove name, addresses, memberships and all means of signing in. The row is kept.

    Signed score sheets keep the names with which they were signed. Raises StateConflict (409) while the person is the
    only evaluator of an open review.
    """
    # Locks the reviews: if two evaluators leave at the same time, the second waits and is then the only one.
    list(Review.objects.open().filter(participations__user=person).order_by("pk").select_for_update(of=("self",)))
    if reviews := reviews_evaluated_only_by(person):
        names = ", ".join(map(str, reviews))
        raise StateConflict(
            _("Nobody else evaluates: %(reviews)s. Ask the coordinator to hand over first. Nothing was deleted.")
            % {"reviews": names},
            reviews[0].get_absolute_url(),
        )
    access_log.record(AccessAction.ACCOUNT_DELETED, person, person=person)
    Invitation.objects.filter(accepted_by=person).update(name="", email="")
    LogEntry.objects.filter(content_type__model="user", object_id=str(person.pk)).update(object_repr="")
    for model in (EmailAddress, Authenticator, SocialAccount, CalendarFeed, Reminder):
        model.objects.filter(user=person).delete()
    Job.objects.filter(mail__user=person).delete()
    Membership.objects.filter(user=person).delete()
    end_sessions(person)
    person.username, person.name, person.email = f"deleted-{person.code}", "", ""
    person.page_keys, person.mail_choices = True, {}
    person.language, person.is_active, person.is_staff, person.is_superuser = "", False, False, False
    person.deleted_at, person.last_login = timezone.now(), None
    person.set_unusable_password()
    person.save()
