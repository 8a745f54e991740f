"""Mail the link by which somebody chooses a new password, behind the request.

The request only stores the address that was typed, whether an account has it or not, so that its duration tells
nothing. The link is made when the worker has found the account. The database holds it encrypted until it is sent.
"""

from types import SimpleNamespace
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from allauth.account.forms import ResetPasswordForm, default_token_generator
from allauth.account.internal.userkit import filter_users_by_email
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.http import HttpRequest
from django.tasks import task
from django.urls import reverse
from django.utils import translation

from reviews.mail import public_address
from reviews.models import AccessAction, User
from reviews.queue.completing import completing
from reviews.records import access_log


class ResetForm(ResetPasswordForm):
    """allauth's form, which queues the search for the account."""

    def save(self, request: HttpRequest, **kwargs: object) -> str:
        """Queue the mail and return the address."""
        address: str = self.cleaned_data["email"]
        origin = public_address(request, "")
        mail_reset_link.enqueue(address, origin, translation.get_language() or settings.LANGUAGE_CODE)
        return address


@task(queue_name="mail")
def mail_reset_link(address: str, origin: str, language: str) -> None:
    """Mail a link to each account with this address, and record that it was asked for: also if there is none."""
    host = urlsplit(origin).netloc
    adapter = get_adapter()
    with completing():
        users = [user for user in _owners_of(address) if _is_confirmed(user, address)]
        persons: list[User | None] = [*users] or [None]
        for person in persons:
            access_log.record(AccessAction.RESET_REQUESTED, None, person=person)
        for user in users:
            uid, key = user_pk_to_url_str(user), default_token_generator.make_token(user)
            context = {
                "user": user,
                "username": user.get_username(),
                "password_reset_url": origin + reverse("account_reset_password_from_key", args=[uid, key]),
                "email": address,
                "current_site": SimpleNamespace(name=host, domain=host),
            }
            with translation.override(user.language or language):
                adapter.queue(adapter.render_mail("account/email/password_reset_key", address, context), user)


def _owners_of(address: str) -> list[User]:
    owners: list[User] = filter_users_by_email(address, is_active=True, prefer_verified=True, for_login=True)
    return owners


def _is_confirmed(user: User, address: str) -> bool:
    """Return whether an address is the person's: the one of the account, or another one that they have confirmed."""
    if user.email.lower() == address.lower():
        return True
    return EmailAddress.objects.filter(user=user, email__iexact=address, verified=True).exists()
