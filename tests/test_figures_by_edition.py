"""The upgrade of networks that had one total for all scales: their choices are kept, by edition and quality band."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from reviews.models import Network, Organisation, ReviewInterval
from reviews.records import protection
from scales.loading import load
from tests.builders import World, build_world, instrument
from tests.scales.pocket import pocket_scale

BEFORE = [("reviews", "0018_joined_organisations")]
AFTER = [("reviews", "0019_figures_by_edition")]
VISIT = date(2026, 3, 10)


@pytest.fixture
def world(transactional_db: None) -> Iterator[World]:
    """Return a world with a final review of 90 points, and one of 13 of 15 points by another scale."""
    world = build_world(instrument())
    days = {"visit_start": VISIT, "visit_end": VISIT}
    world.final_review({number: 4 if number <= 15 else 3 for number in range(1, 26)}, **days)
    pocket, _ = load(pocket_scale())
    world.final_review({1: 5, 2: 4, 3: 4}, organisation=world.sister, edition=pocket, **days)
    yield world
    MigrationExecutor(connection).migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())
    protection.remove()


def upgrade(**rule: Any) -> None:
    """Go back to the tables before the upgrade, with this rule in every network and its dates, and upgrade again."""
    protection.remove()
    executor = MigrationExecutor(connection)
    old = executor.migrate(BEFORE).apps
    old.get_model("reviews", "Network").objects.update(**rule)
    for organisation in old.get_model("reviews", "Organisation").objects.filter(last_total__isnull=False):
        network = organisation.network
        good = organisation.last_total >= network.good_total
        organisation.next_due = months_later(network.months_when_good if good else network.months_between)
        organisation.save()
    MigrationExecutor(connection).migrate(AFTER)


def months_later(months: int) -> date:
    return date(VISIT.year + (VISIT.month - 1 + months) // 12, (VISIT.month - 1 + months) % 12 + 1, VISIT.day)


def due(organisation: Organisation) -> date:
    return Organisation.objects.get(pk=organisation.pk).next_due


def months_of(world: World, slug: str) -> list[int]:
    return list(
        ReviewInterval.objects.filter(network=world.network, edition__slug=slug).values_list("months", flat=True)
    )


def former_total(world: World) -> int | None:
    return Network.objects.get(pk=world.network.pk).former_good_total


def test_a_network_that_chose_nothing_follows_the_scale_and_a_small_scale_gets_its_year(world: World) -> None:
    upgrade(months_between=6, months_when_good=12, good_total=100)
    assert not ReviewInterval.objects.exists()
    assert due(world.organisation) == months_later(6)
    assert due(world.sister) == months_later(12)  # 13 of 15 points were never 100
    assert former_total(world) is None
    assert set(Organisation.objects.values_list("last_edition__slug", flat=True)) == {"ips-25-nb", "pocket", None}


def test_chosen_months_and_a_chosen_limit_are_kept(world: World) -> None:
    upgrade(months_between=9, months_when_good=18, good_total=74)
    assert months_of(world, "ips-25-nb") == [18, 18, 18, 9]
    assert months_of(world, "pocket") == [18, 9, 9]  # the scale does not reach 74 points
    assert due(world.organisation) == months_later(18)
    assert due(world.sister) == months_later(18)
    assert former_total(world) is None


def test_a_limit_within_a_band_gives_the_band_the_months_of_lower_totals_and_is_shown(world: World) -> None:
    upgrade(months_between=6, months_when_good=12, good_total=80)
    assert months_of(world, "ips-25-nb") == [12, 12, 6, 6]
    assert due(world.organisation) == months_later(6)  # 90 points were due after 12 months
    assert former_total(world) == 80


def test_a_downgrade_keeps_months_and_limit(world: World) -> None:
    upgrade(months_between=9, months_when_good=18, good_total=74)
    protection.remove()
    old = MigrationExecutor(connection).migrate(BEFORE).apps
    network = old.get_model("reviews", "Network").objects.get(pk=world.network.pk)
    assert (network.months_between, network.months_when_good, network.good_total) == (9, 18, 74)
