"""Who someone is: the check of a password, and what a session says of its person."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest

from reviews.models import User
from reviews.models.visibility import Condition
from reviews.workflow import Role

# As SQL, for every request asks it and composing query objects takes longer than the query (visibility.py).
TOLD = {
    "has_second_factor": Condition(
        "EXISTS (SELECT 1 FROM mfa_authenticator a WHERE a.user_id = {pk} AND a.type <> {recovery_codes})",
        recovery_codes=Authenticator.Type.RECOVERY_CODES.value,
    ),
    "coordinates_somewhere": Condition(
        "EXISTS (SELECT 1 FROM reviews_membership m WHERE m.user_id = {pk} AND m.role = {coordinator})",
        coordinator=Role.COORDINATOR.value,
    ),
}


class PasswordBackend(AuthenticationBackend):
    """allauth's check, but a password equal to the user name opens nothing outside the demo.

    Hashes each account's password at most once per attempt: allauth may check the same account by e-mail and by
    name, and the extra hash would reveal that it exists.
    """

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        self._looked_at: dict[int, User | None] = {}
        user = super().authenticate(request, **credentials)
        if user and not settings.DEBUG and credentials["password"].casefold() == user.username.casefold():
            return None
        return user

    def _check_password(self, user: User | None, password: str) -> User | None:
        if user is None:
            return None
        if user.pk not in self._looked_at:
            self._looked_at[user.pk] = super()._check_password(user, password)
        return self._looked_at[user.pk]

    def get_user(self, user_id: int) -> User | None:
        """Return the session's person, told in the same query what second_factor.py asks of everyone."""
        user = User.objects.annotate(**TOLD).filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
