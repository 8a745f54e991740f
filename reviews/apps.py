"""The app: its name, and what is done around migrations."""

from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as CheckWarning
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder
from django.db.models.signals import post_migrate, pre_migrate

from ipsfidelity import health


class ReviewsConfig(AppConfig):
    name = "reviews"

    def ready(self) -> None:
        from reviews.records import protection

        pre_migrate.connect(protection.remove_before_migration, sender=self)
        post_migrate.connect(protection.install, sender=self)
        register(final_reviews_are_protected, Tags.database)
        register(joined_migrations_are_complete, Tags.database)
        health.register(lambda: "final reviews are not protected" if protection.faults() else "")


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


def joined_migrations_are_complete(databases: Any = None, **_kwargs: Any) -> list[CheckMessage]:
    """Refuse a database that stopped among migrations which were joined: `migrate` can neither continue nor begin."""
    joined = import_module("reviews.migrations.0001_squashed_0009_cache_of_documents").Migration.replaces
    found = {alias: MigrationRecorder(connections[alias]).applied_migrations().keys() for alias in databases or ()}
    return [
        Error(
            f"The database {alias} was made by an early development version, whose reviews are not carried over. "
            "It is kept as it is.",
            hint="Start a new one: name another DATABASE_URL, or move the file away.",
            id="reviews.E001",
        )
        for alias, applied in found.items()
        if 0 < len(applied & set(joined)) < len(joined)
    ]
