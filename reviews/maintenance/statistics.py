"""What the database knows of its own tables, by which it plans queries."""

from django.db import connection
from django.tasks import task

SAMPLE = 1_000  # rows of each index that SQLite reads: it takes a hundredth of a second


@task
def gather() -> None:
    """Have SQLite gather its statistics. PostgreSQL does so by itself. Idempotent.

    Without them SQLite takes every index for equally good, and searches all reviews of a network for the few open ones.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA analysis_limit = {SAMPLE}")
            cursor.execute("ANALYZE")
