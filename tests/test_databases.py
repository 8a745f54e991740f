"""How connections to the database are opened."""

import sqlite3

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reviews.models import Job, Review

pytestmark = pytest.mark.django_db

REPLANNED = "SELECT sum(reprep) FROM sqlite_stmt"


@pytest.fixture(autouse=True)
def on_sqlite() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("about SQLite only")


def test_sqlite_plans_a_statement_once_for_all_values() -> None:
    connection.ensure_connection()
    assert connection.connection.getconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_QPSG)
    if not connection.connection.execute("SELECT sqlite_compileoption_used('ENABLE_STMTVTAB')").fetchone()[0]:
        return
    before = connection.connection.execute(REPLANNED).fetchone()
    for pk in range(5):
        list(Review.objects.open().filter(supersedes=pk))
    assert connection.connection.execute(REPLANNED).fetchone() == before


def test_the_index_of_waiting_jobs_is_used_whatever_the_values_are() -> None:
    with CaptureQueriesContext(connection) as asked:
        list(Job.objects.waiting().filter(queue="mail"))
    assert "'waiting'" in asked.captured_queries[0]["sql"]
    sql, parameters = Job.objects.waiting().filter(queue="mail").order_by("due_at").query.sql_with_params()
    plan = connection.connection.execute(f"EXPLAIN QUERY PLAN {sql.replace('%s', '?')}", parameters).fetchall()
    assert any("job_due" in step[-1] for step in plan)
