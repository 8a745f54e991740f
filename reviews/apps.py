"""The app configuration: system checks, the health check, and triggers around migrations."""

from functools import partial
from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as CheckWarning
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder
from django.db.models.signals import post_migrate, pre_migrate

from ipsfidelity import figures, health
from ipsfidelity.alphabets import OF_LANGUAGE


class ReviewsConfig(AppConfig):
    """The app `reviews`."""

    name = "reviews"

    def ready(self) -> None:
        """Register checks, and the removal and installation of triggers around migrations."""
        from reviews.maintenance.state import readiness_lines, succeeded_at
        from reviews.models import MaintenanceTask
        from reviews.queue.status import queue_status
        from reviews.records import chain, protection

        pre_migrate.connect(protection.remove_before_migration, sender=self)
        post_migrate.connect(protection.install, sender=self)
        register(final_reviews_are_protected, Tags.database)
        register(squashed_migrations_are_complete, Tags.database)
        register(keys_exist_once, Tags.database)
        register(languages_have_alphabets)
        health.register(lambda: "final reviews are not protected" if protection.faults() else "")
        figures.register("ips_last_event", "Number of the last event in the histories of reviews.", chain.last_event)
        health.register_information(readiness_lines)
        for kind in MaintenanceTask.Kind:
            description = f"When the last {kind} succeeded, in seconds since 1970."
            figures.register(f"ips_last_{kind}_timestamp_seconds", description, partial(succeeded_at, kind))
        figures.register("ips_queue_waiting", "Jobs that wait in the queue.", lambda: queue_status().waiting)


def final_reviews_are_protected(databases: Any = None, **_kwargs: Any) -> list[CheckMessage]:
    """Warn about missing triggers. Not an error, because `migrate` runs this check before it installs them."""
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


def keys_exist_once(databases: Any = None, **_kwargs: Any) -> list[CheckMessage]:
    """Name the networks and the addresses that existed twice when keys were introduced. Pages tell of organisations."""
    from reviews.people.same_names import networks_and_accounts_of_one_name

    return [
        CheckWarning(
            f"In the database {alias}, nobody can tell apart: {', '.join(found)}.",
            hint="Change all but one in the administration. No further ones are accepted.",
            id="reviews.W002",
        )
        for alias in databases or ()
        if (found := networks_and_accounts_of_one_name(alias))
    ]


def languages_have_alphabets(**_kwargs: Any) -> list[CheckMessage]:
    """Report a language of the interface without an alphabet."""
    return [
        Error(
            f"Lists cannot be sorted in the language {code}: it has no alphabet.",
            hint="Add it to OF_LANGUAGE in ipsfidelity/alphabets.py.",
            id="reviews.E002",
        )
        for code, _name in settings.LANGUAGES
        if code not in OF_LANGUAGE
    ]


def squashed_migrations_are_complete(databases: Any = None, **_kwargs: Any) -> list[CheckMessage]:
    """Report a database in which only some of the squashed migrations are applied: `migrate` cannot continue there."""
    squashed = import_module("reviews.migrations.0001_squashed_0009_cache_of_documents").Migration.replaces
    applied_on = {alias: MigrationRecorder(connections[alias]).applied_migrations().keys() for alias in databases or ()}
    return [
        Error(
            f"The database {alias} was made by an early development version, whose reviews are not carried over. "
            "It is kept as it is.",
            hint="Start a new one: name another DATABASE_URL, or move the file away.",
            id="reviews.E001",
        )
        for alias, applied in applied_on.items()
        if 0 < len(applied & set(squashed)) < len(squashed)
    ]
