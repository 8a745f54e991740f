"""`manage.py changepassword`: set a person's password. Recorded and mailed; they change it at the next sign-in."""

import getpass
from typing import Any

from django.contrib.auth.management.commands import changepassword
from django.db import transaction

from reviews.models import User
from reviews.people.sign_in_changes import SignInChange, password_was_set


class Command(changepassword.Command):
    """Django's command, which leaves no trace by itself."""

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> str:
        """Set the password, record it and notify the person. Return Django's message."""
        message = str(super().handle(*args, **options))
        person = User.objects.get_by_natural_key(options["username"] or getpass.getuser())
        password_was_set(SignInChange.PASSWORD, person, by=None)
        return message
