"""What we tell allauth: no self sign-up, whom a provider's account belongs to, what goes to the log."""

import ipaddress
import logging
from collections.abc import Iterable
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ipsfidelity.middleware import SessionLimits
from reviews.models import AccessAction, User
from reviews.people import login_attempts
from reviews.people.invitations import PROVIDER_LOGIN, invitation_in_hand
from reviews.people.known_devices import forget_devices_of, remember
from reviews.records import access_log

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in by password or passkey."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": gettext_lazy(
            "The user name or the password is not right. The password minds capital letters."
        ),
        "email_password_mismatch": gettext_lazy(
            "The e-mail address or the password is not right. The password minds capital letters."
        ),
        "too_many_login_attempts": gettext_lazy(
            "Too many attempts in a short time. Wait five minutes, or use a device on which you have signed in before."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up: accounts come by invitation (invitations.py)."""
        return False

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        SessionLimits.begin(request)
        access_log.record(AccessAction.SIGNED_IN, user)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response = super().post_login(request, user, **kwargs)
        remember(request, response, user)
        return response

    def logout(self, request: HttpRequest) -> None:
        if request.user.is_authenticated:
            access_log.record(AccessAction.SIGNED_OUT, request.user)
        super().logout(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt before the password is looked at; allauth takes it back if it was right."""
        names = _names_in(credentials)
        self._login_failed_rl_usage = login_attempts.count(request, login_attempts.accounts_named(*names), *names[:1])
        if self._login_failed_rl_usage is None:
            raise self.validation_error("too_many_login_attempts")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Write down which account was tried. What was typed may be a password: it is not kept."""
        tried = next(iter(login_attempts.accounts_named(*_names_in(credentials))), None)
        access_log.record(AccessAction.SIGN_IN_FAILED, None, person=tried)

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """Called by allauth when a password was reset by way of the mailbox."""
        login_attempts.start_over(request, login_attempts.accounts_named(*_names_in(credentials)))

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the client IP; IPv4-mapped IPv6 addresses are reduced to IPv4."""
        address = ipaddress.ip_address(super().get_client_ip(request))
        return str(getattr(address, "ipv4_mapped", None) or address)

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Tell people that their way to sign in has changed; a mail server that is down does not undo it."""
        try:
            super().send_notification_mail(*args, **kwargs)
        except OSError:
            logger.exception("A notice about an account could not be sent")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return "/accounts/"


def _names_in(credentials: dict[str, Any]) -> list[str]:
    return [credentials[name] for name in ("username", "email") if credentials.get(name)]


class SessionsAdapter(DefaultUserSessionsAdapter):
    """Sessions that people end themselves."""

    def end_sessions(self, sessions: Iterable[UserSession]) -> None:
        """End the sessions, and forget their users' known devices."""
        ended = list(sessions)
        super().end_sessions(ended)
        for user in {session.user for session in ended}:
            forget_devices_of(user)


class ProviderAdapter(DefaultSocialAccountAdapter):
    """Sign-in by an OpenID Connect provider. Its subject is the only link to an account."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Send strangers back: a provider vouches for who they are, not for their belonging here."""
        if sociallogin.is_existing or request.user.is_authenticated:
            return
        if invitation := invitation_in_hand(request):
            said = {"invitation": invitation.secret_hash, "login": sociallogin.serialize()}
            request.session[PROVIDER_LOGIN] = said
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
        return False
