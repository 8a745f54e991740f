"""What an administrator changes in how somebody signs in: it is put on record, and the person is told."""

from django.db.models import TextChoices
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reviews.mail import notify
from reviews.models import AccessAction, User
from reviews.records import access_log


class Way(TextChoices):
    """What was changed, as it stands in the access log."""

    ACCOUNT = "account"
    PASSWORD = "password"  # noqa: S105
    ADDRESS = "email"
    SECOND_FACTOR = "second_factor"


SENTENCES: dict[str, Promise] = {
    Way.ACCOUNT: _("An administrator has made an account for you and has set its password."),
    Way.PASSWORD: _("An administrator has set or removed the password of your account."),
    Way.ADDRESS: _("An administrator has changed the e-mail address of your account. It was this one until now."),
    Way.SECOND_FACTOR: _("An administrator has removed a second factor of your account."),
}


def record_and_notify(way: Way, person: User, *, by: User) -> None:
    """Record the change and, after commit, mail `person.email`. Pass the person as they were before the change."""
    access_log.record(AccessAction.SIGN_IN_CHANGED, by, person=person, page=way.value)
    notify(
        [person],
        subject=_("How you sign in was changed"),
        lines=[
            SENTENCES[way],
            _("If you did not expect this, tell your coordinator at once. Choose a password that only you know here:"),
        ],
        path=reverse("account_reset_password"),
    )
