"""Who someone is: the check of user name and password."""

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from reviews.models import User


class PasswordBackend(ModelBackend):
    """Django's own check, but a password equal to the user name opens nothing outside the demo."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        if not settings.DEBUG and username is not None and username == password:
            return None
        return super().authenticate(request, username=username, password=password, **kwargs)
