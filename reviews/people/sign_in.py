"""The authentication backend: checks passwords, and loads the person of a session with two annotations."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest

from ipsfidelity.prepared import prepared
from reviews.models import User
from reviews.models.visibility import Condition
from reviews.workflow import Role

# Raw SQL, because every request runs it and composing query objects takes longer than the query (visibility.py).
ANNOTATIONS = {
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
    """allauth's backend, except that a password equal to the user name is accepted in the demo only.

    Hashes each account's password at most once per attempt: allauth may check the same account by e-mail and by
    name, and the extra hash would reveal that it exists.
    """

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        """Return the person with these credentials, or None."""
        self._checked: dict[int, User | None] = {}
        user = super().authenticate(request, **credentials)
        if user and not settings.DEBUG and credentials["password"].casefold() == user.username.casefold():
            return None
        return user

    def _check_password(self, user: User | None, password: str) -> User | None:
        if user is None:
            return None
        if user.pk not in self._checked:
            self._checked[user.pk] = super()._check_password(user, password)
        return self._checked[user.pk]

    def get_user(self, user_id: int) -> User | None:
        """Return the person of a session, with the annotations that second_factor.py needs. One query."""
        return next((user for user in _people(user_id) if self.user_can_authenticate(user)), None)


@prepared
def _people(user_id: int) -> QuerySet[User]:
    return User.objects.annotate(**ANNOTATIONS).filter(pk=user_id)
