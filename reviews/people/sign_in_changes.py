"""Changes that an administrator makes to how a person signs in: recorded, and notified to that person."""

from django.db.models import TextChoices
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reviews.mail import notify
from reviews.models import AccessAction, User
from reviews.records import access_log


class SignInChange(TextChoices):
    """What was changed. Values are stored in the access log."""

    ACCOUNT = "account"
    PASSWORD = "password"  # noqa: S105
    ADDRESS = "email"
    SECOND_FACTOR = "second_factor"


SENTENCES: dict[str, Promise] = {
    SignInChange.ACCOUNT: _("An administrator has made an account for you and has set its password."),
    SignInChange.PASSWORD: _("An administrator has set or removed the password of your account."),
    SignInChange.ADDRESS: _(
        "An administrator has changed the e-mail address of your account. It was this one until now."
    ),
    SignInChange.SECOND_FACTOR: _("An administrator has removed a second factor of your account."),
}


def password_was_set(change: SignInChange, person: User, *, by: User | None) -> None:
    """Let a person choose another password at the next sign-in, because somebody else has set theirs. Tell them."""
    person.must_change_password = True
    person.save(update_fields=["must_change_password"])
    record_and_notify(change, person, by=by)


def record_and_notify(change: SignInChange, person: User, *, by: User | None) -> None:
    """Record the change and queue a mail to `person.email`. Pass the person as they were before the change.

    `by` is None for the operator, who uses a command.
    """
    access_log.record(AccessAction.SIGN_IN_CHANGED, by, person=person, page=change.value)
    notify(
        [person],
        subject=_("How you sign in was changed"),
        lines=[
            SENTENCES[change],
            _("If you did not expect this, tell your coordinator at once. Choose a password that only you know here:"),
        ],
        path=reverse("account_reset_password"),
    )
