"""The data that is stored about one person, for that person to download."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.db.models import F

from reviews.models import (
    AccessAction,
    AccessEvent,
    Action,
    ActionNote,
    CalendarFeed,
    DueDate,
    Export,
    Interview,
    InterviewNote,
    Invitation,
    ItemComment,
    KeptPost,
    Mail,
    Organisation,
    QuickNote,
    Remark,
    Reminder,
    Review,
    ReviewEvent,
    User,
)


def data_of(user: User) -> dict[str, Any]:
    """Return everything that names the person or refers to them, except secrets such as passwords and keys."""
    return _account_of(user) | _work_of(user)


def _account_of(user: User) -> dict[str, Any]:
    return {
        "account": {
            "code": str(user.code),
            "username": user.username,
            "name": user.name,
            "email": user.email,
            "language": user.language,
            "page_keys": user.page_keys,
            "mail_choices": user.mail_choices,
            "inbox_seen": user.inbox_seen_at.isoformat(),
            "digest_until": user.digest_until.isoformat(),
            "joined": user.date_joined.isoformat(),
            "last_sign_in": user.last_login and user.last_login.isoformat(),
            "administrator": user.is_superuser,
        },
        "email_addresses": list(EmailAddress.objects.filter(user=user).values("email", "verified", "primary")),
        "second_factors": list(Authenticator.objects.filter(user=user).values("type", "created_at", "last_used_at")),
        "providers": list(
            SocialAccount.objects.filter(user=user).values("provider", "uid", "last_login", "extra_data")
        ),
        "sessions": list(
            UserSession.objects.filter(user=user).values("ip", "user_agent", "created_at", "last_seen_at")
        ),
        "memberships": [
            {
                "role": membership.role,
                "network": membership.network.name,
                "organisation": membership.organisation and membership.organisation.name,
            }
            for membership in user.memberships.select_related("network", "organisation")
        ],
        "invitations": list(Invitation.objects.filter(accepted_by=user).values("name", "email", "role", "accepted_at")),
        "calendar_address_since": CalendarFeed.objects.filter(user=user).values_list("created_at", flat=True).first(),
        "mails_waiting": list(Mail.objects.filter(user=user).values("address", "job__queued_at")),
        "refused_forms_kept": list(KeptPost.objects.filter(person=user).values("kept_at")),
        "reminders": list(Reminder.objects.filter(user=user).values("about", "sent_at")),
    }


def _work_of(user: User) -> dict[str, Any]:
    return {
        "evaluator_of": [str(code) for code in Review.objects.filter(evaluators=user).values_list("code", flat=True)],
        "interviews_conducted": list(
            Interview.objects.filter(conducted_by=user).values(
                "review__code", "label", "informant_role", "held_on", "place", "created_at"
            )
        ),
        "interview_notes_written": list(
            # Without the text: those are the informant's words.
            InterviewNote.objects.filter(saved_by=user).values("interview__review__code", "question", "saved_at")
        ),
        "quick_notes_written": list(
            QuickNote.objects.filter(written_by=user).values("review__code", "item_number", "written_at")
        ),
        "quick_notes_saved_last": list(QuickNote.objects.filter(saved_by=user).values("review__code", "saved_at")),
        "actions_saved_last": list(
            Action.objects.filter(saved_by=user).values("review__code", "item_number", "what", "state", "saved_at")
        ),
        "notes_on_actions": list(ActionNote.objects.filter(by=user).values("action__review__code", "at", "text")),
        "due_dates_set": list(DueDate.objects.filter(by=user).values("review__code", "on", "reason", "at")),
        "comments_on_items": list(
            ItemComment.objects.filter(author=user).values("review__code", "item_number", "text", "at")
        ),
        "remarks_written": list(
            Remark.objects.filter(by=user).values("review__code", "item_number", "kind", "text", "at")
        ),
        "remarks_answered": list(
            Remark.objects.filter(answered_by=user).values("review__code", "item_number", "answer", "answered_at")
        ),
        "changes_made": list(
            ReviewEvent.objects.filter(by=user).values("at", "review__code", "item_number", happening=F("type"))
        ),
        "organisations_joined": list(
            Organisation.objects.filter(joined_by=user).values("name", "joined_to__name", "joined_at")
        ),
        "exports_made": list(
            Export.objects.filter(by=user).values("at", "network__name", "form", "selection", "reviews")
        ),
        "access_log": [
            # A refused address must not reveal whether the review exists.
            event | ({"review__code": None} if event["act"] == AccessAction.REFUSED else {})
            for event in (AccessEvent.objects.filter(by=user) | AccessEvent.objects.filter(person=user)).values(
                "at", "page", "review__code", "network__name", "organisation__name", act=F("action")
            )
        ],
    }
