"""Who someone is: the check of a password, and what a session says of its person."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Exists, OuterRef
from django.http import HttpRequest

from reviews.models import Membership, User
from reviews.workflow import Role


class PasswordBackend(AuthenticationBackend):
    """allauth's check, but a password equal to the user name opens nothing outside the demo."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        user = super().authenticate(request, **credentials)
        if user and not settings.DEBUG and credentials["password"].casefold() == user.username.casefold():
            return None
        return user

    def get_user(self, user_id: int) -> User | None:
        """Return the session's person, told in the same query what second_factor.py asks of everyone."""
        of_person = OuterRef("pk")
        factors = Authenticator.objects.filter(user=of_person).exclude(type=Authenticator.Type.RECOVERY_CODES)
        coordinating = Membership.objects.filter(user=of_person, role=Role.COORDINATOR)
        user = (
            User.objects.filter(pk=user_id)
            .annotate(has_second_factor=Exists(factors), coordinates_somewhere=Exists(coordinating))
            .first()
        )
        return user if user and self.user_can_authenticate(user) else None
