"""Adapters for allauth: no sign-up without an invitation, rate limits, access log, accounts of providers."""

import ipaddress
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context as allauth_context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from ipsfidelity.middleware import SessionLimits
from ipsfidelity.names import name_key
from reviews.mail import public_address
from reviews.models import AccessAction, User
from reviews.models.names import refuse_odd_address
from reviews.outbox import queue_mail
from reviews.people import login_attempts
from reviews.people.invitations import PROVIDER_LOGIN_KEY, invitation_in_session
from reviews.people.known_devices import forget_devices_of, remember_device
from reviews.records import access_log


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in by password or passkey."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": gettext_lazy(
            "The user name or the password is not right. The password is case-sensitive."
        ),
        "email_password_mismatch": gettext_lazy(
            "The e-mail address or the password is not right. The password is case-sensitive."
        ),
        "too_many_login_attempts": gettext_lazy(
            "Too many attempts in a short time. Wait five minutes, or use a device on which you have signed in before."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: an account needs an invitation (invitations.py)."""
        return False

    def clean_email(self, email: str) -> str:
        """Refuse a new address with invisible or look-alike characters."""
        refuse_odd_address(email)
        return super().clean_email(email)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Confirm a new address, unless another account has one that nobody can tell from it."""
        others = User.objects.exclude(pk=email_address.user_id)
        if others.filter(email_key=name_key(email_address.email)).exists():
            template = "account/messages/email_confirmation_failed.txt"
            self.add_message(request, messages.ERROR, template, {"email": email_address.email})
            return False
        is_confirmed: bool = super().confirm_email(request, email_address)
        if is_confirmed:
            user = email_address.user
            access_log.record(AccessAction.OWN_SIGN_IN_CHANGED, user, person=user, page="email_confirmed")
        return is_confirmed

    def login(self, request: HttpRequest, user: User) -> None:
        """Start the session's time limits, record the sign-in, and keep the language of the first one.

        Mails and the reports that are made ahead are in the language of the account.
        """
        super().login(request, user)
        if not user.language:
            user.language = get_language() or settings.LANGUAGE_CODE
            user.save(update_fields=["language"])
        SessionLimits.begin(request)
        access_log.record(AccessAction.SIGNED_IN, user)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Set the cookie that makes this a known device of the person."""
        response = super().post_login(request, user, **kwargs)
        remember_device(request, response, user)
        return response

    def set_password(self, user: User, password: str) -> None:
        """Set a password that the person has chosen."""
        user.must_change_password = False
        super().set_password(user, password)

    def send_notification_mail(self, template_prefix: str, user: User, *args: Any, **kwargs: Any) -> None:
        """Record what a person has changed in how they sign in: allauth notifies them of each such change."""
        access_log.record(AccessAction.OWN_SIGN_IN_CHANGED, user, person=user, page=template_prefix.rpartition("/")[2])
        super().send_notification_mail(template_prefix, user, *args, **kwargs)

    def logout(self, request: HttpRequest) -> None:
        """Record the sign-out."""
        if request.user.is_authenticated:
            access_log.record(AccessAction.SIGNED_OUT, request.user)
        super().logout(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt before the password is checked. allauth rolls the usage back after a success."""
        names = _names_of(credentials)
        accounts = login_attempts.accounts_matching(*names)
        self._login_failed_rl_usage = login_attempts.count_attempt(request, accounts, *names[:1])

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Record the account that was tried. The typed name is not recorded, because it may be a password."""
        account = next(iter(login_attempts.accounts_matching(*_names_of(credentials))), None)
        access_log.record(AccessAction.SIGN_IN_FAILED, None, person=account)

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """Reset the limit. allauth calls this after a password was reset by mail."""
        login_attempts.reset_limit(request, login_attempts.accounts_matching(*_names_of(credentials)))

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the client IP; IPv4-mapped IPv6 addresses are reduced to IPv4."""
        address = ipaddress.ip_address(super().get_client_ip(request))
        return str(getattr(address, "ipv4_mapped", None) or address)

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        """Return the link that confirms a new address."""
        return public_address(request, reverse("account_confirm_email", args=[emailconfirmation.key]))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue a mail, for example to confirm a new address or about a change to how somebody signs in."""
        request = allauth_context.request
        host = urlsplit(public_address(request, "/")).netloc
        site = {"request": request, "email": email, "current_site": SimpleNamespace(name=host, domain=host)}
        person = request.user if request.user.is_authenticated else None
        self.queue(self.render_mail(template_prefix, email, site | context), person)

    def queue(self, message: EmailMessage, user: User | None) -> None:
        """Queue a composed mail."""
        queue_mail(message.to[0], str(message.subject), str(message.body), user=user)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return "/accounts/"


def _names_of(credentials: dict[str, Any]) -> list[str]:
    return [credentials[name] for name in ("username", "email") if credentials.get(name)]


class SessionsAdapter(DefaultUserSessionsAdapter):
    """The list of sessions, in which people can end their own."""

    def end_sessions(self, sessions: Iterable[UserSession]) -> None:
        """End the sessions, and forget the known devices of their users."""
        sessions = list(sessions)
        super().end_sessions(sessions)
        for user in {session.user for session in sessions}:
            forget_devices_of(user)
            access_log.record(AccessAction.OWN_SIGN_IN_CHANGED, user, person=user, page="sessions_ended")


class ProviderAdapter(DefaultSocialAccountAdapter):
    """Sign-in by an OpenID Connect provider. The provider's subject is the only link to an account."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Refuse people without an account or an invitation: a provider vouches for identity, not for membership."""
        if sociallogin.is_existing or request.user.is_authenticated:
            return
        if invitation := invitation_in_session(request):
            login = {"invitation": invitation.secret_hash, "login": sociallogin.serialize()}
            request.session[PROVIDER_LOGIN_KEY] = login
            raise ImmediateHttpResponse(redirect("accept_invitation"))
        messages.error(
            request,
            _(
                "No account here is linked to %(provider)s yet. Sign in with your password first and link it under "
                "“Your account”, or open the link in your invitation."
            )
            % {"provider": sociallogin.provider.name},
        )
        raise ImmediateHttpResponse(redirect("account_login"))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Return False: an account needs an invitation (invitations.py)."""
        return False
