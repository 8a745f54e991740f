"""The plans of queries in a network of 5,000 organisations and 100,000 reviews, without its rows.

SQLite plans by query and indexes alone. tests/plan_statistics.py has the statistics by which PostgreSQL plans, and
tests/bench/at_scale.py measures the pages with all rows.
"""

import re
from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reviews.actionplan.services import ActionFields, add_action
from reviews.models import Membership, PreparationStep, User
from tests import plan_statistics
from tests.builders import World

pytestmark = pytest.mark.django_db
TODAY = datetime(2026, 11, 29, 12, tzinfo=UTC)  # when the statistics were read: the pages ask for weeks from today
# A line of a plan that reads a table from the first row to the last. SQLite also scans along an index, up to a limit.
SCANNED = re.compile(r"(?:SCAN (\w+)$|Seq Scan on (\w+))", re.MULTILINE)
NETWORK = ("agreement", "training", "network", "network_organisations", "evaluator_load", "exports", "year")


def plan_of(sql: str) -> str:
    """Return the plan of a query, with the names of tables in place of their aliases."""
    with connection.cursor() as cursor:
        cursor.execute(f"{'EXPLAIN' if connection.vendor == 'postgresql' else 'EXPLAIN QUERY PLAN'} {sql}")
        plan = "\n".join(str(row[-1]) for row in cursor.fetchall())
    for table, alias in re.findall(r'(?:FROM|JOIN) "?(reviews_\w+)"? "?(\w+)"?', sql):
        plan = re.sub(rf"SCAN {alias}\b", f"SCAN {table}", plan)
    return plan


# The page with its query, the reader, and an index that SQLite uses for its longest list.
PAGES = (
    ("dates", "coordinator", "preparation_to_do"),
    ("dates", "coordinator", "action_open"),
    ("dates", "coordinator", "review_open"),
    ("dates", "evaluator", "reviews_preparationstep_review_id"),
    ("home", "coordinator", "review_open"),
    ("inbox", "coordinator", "event_news"),
    ("reviews", "coordinator", "review_newest"),
    ("overview", "coordinator", "organisation_due"),
    ("heat_map", "coordinator", "review_organisation_newest"),
    ("benchmarks", "evaluator", "review_organisation_newest"),
    ("training", "coordinator", "score_values"),
    ("agreement", "coordinator", "review_apart"),
)
# PostgreSQL reads 5,000 organisations from the first to the last for these, or by index: the pages of an index decide, of
# which it has another number in each run.
PAGES_ON_SQLITE = (
    ("heat_map?sort=-total", "coordinator", "COVERING INDEX review_organisation_newest"),
    ("exports", "coordinator", "COVERING INDEX review_organisation_newest"),
    ("exports?kind=peer&since=2026-01-01", "coordinator", "COVERING INDEX review_organisation_newest"),
    ("year", "coordinator", "COVERING INDEX review_organisation_newest"),
    ("evaluator_load", "coordinator", "review_ends"),
    ("search?q=øyvær", "coordinator", "review_organisation_newest"),
    ("search?q=2025", "coordinator", "review_newest"),
    ("search?q=uavhengig+2025", "coordinator", "review_newest"),
    ("search?q=former", "coordinator", "reviews_reviewevaluator_user_id"),
    ("search?q=former", "evaluator", "reviews_reviewevaluator_user_id"),
)


@pytest.mark.parametrize(("name", "who", "index"), PAGES + PAGES_ON_SQLITE)
def test_a_page_reads_a_large_network_by_index(world: World, name: str, who: str, index: str) -> None:
    if connection.vendor == "postgresql" and (name, who, index) in PAGES_ON_SQLITE:
        pytest.skip("which index, if any, depends on the run")
    for year in (2024, 2025):
        world.final_apart(4, 3, year=year, edition=world.scale)
    User.objects.filter(pk=world.colleague.pk).update(name="Former evaluator")
    Membership.objects.filter(user=world.colleague).delete()
    final = world.final_review(4)
    add_action(review=final, by=world.team_leader, code=final.code, item_number=4, fields=ActionFields("Et møte til"))
    PreparationStep.objects.create(review=world.plan_review(), due=final.visit_start, text="Be om tall")
    name, _mark, query = name.partition("?")
    url = f"{reverse(name, args=[world.network.code] if name in NETWORK else [])}?{query}"
    client = world.client_of(who)
    client.get(url)  # the process caches the scale
    client.get(reverse("sheet", args=[final.code]))  # a line in the access log: a table without rows has no pages
    if connection.vendor == "postgresql":
        edition, coordinator = world.scale.pk, world.coordinator.pk
        keys = {"network_id": world.network.pk, "edition_id": edition, "last_edition_id": edition}
        plan_statistics.load(keys | {"by_id": coordinator, "created_by_id": coordinator})
    with time_machine.travel(TODAY, tick=False), CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    plans = [plan_of(query["sql"]) for query in captured if query["sql"].startswith("SELECT")]
    large = plan_statistics.large_tables()
    assert [plan for plan in plans for tables in SCANNED.findall(plan) if large & set(tables)] == []
    # PostgreSQL weighs indexes by the pages that they have now, which differ from run to run.
    assert connection.vendor == "postgresql" or [plan for plan in plans if index in plan]
