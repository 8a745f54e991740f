"""The app: its name, and what is done around migrations."""

from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Tags, register
from django.core.checks import Warning as CheckWarning
from django.db.models.signals import post_migrate, pre_migrate


class ReviewsConfig(AppConfig):
    name = "reviews"

    def ready(self) -> None:
        from reviews.records import protection

        pre_migrate.connect(protection.step_aside, sender=self)
        post_migrate.connect(protection.install, sender=self)
        register(final_reviews_are_protected, Tags.database)


def final_reviews_are_protected(databases: Any = None, **_kwargs: Any) -> list[CheckMessage]:
    """Warn, not fail: `migrate` runs this check first, and is what puts missing triggers back."""
    from reviews.records import protection

    return [
        CheckWarning(
            f"Final reviews are not protected in the database {alias}: {', '.join(missing)} is missing or altered.",
            hint="Run `manage.py migrate`, which installs the triggers, then `manage.py verify_records`.",
            id="reviews.W001",
        )
        for alias in databases or ()
        if protection.tables_exist(alias) and (missing := protection.faults(alias))
    ]
