"""The statistics by which the database plans queries."""

import pytest
from django.db import connection

from reviews.maintenance.statistics import gather
from tests.builders import World

pytestmark = pytest.mark.django_db


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL gathers them by itself")
def test_sqlite_knows_how_many_reviews_an_organisation_has(world: World) -> None:
    for _ in range(3):
        world.plan_review()
    gather.call()
    with connection.cursor() as cursor:
        cursor.execute("SELECT stat FROM sqlite_stat1 WHERE idx = 'review_organisation_newest'")
        assert cursor.fetchone() == ("3 3 3 1",)
