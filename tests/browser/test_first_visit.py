"""The first visit to each main page: few bytes, and nothing moves while it loads."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.bench.budgets import BUDGETS, LAYOUT_SHIFT
from tests.builders import build_world, instrument
from tests.first_visit import collect_static_files, first_visits, main_pages
from tests.served import served, url_of_test_database


@pytest.mark.django_db(transaction=True)
def test_a_first_visit_loads_little_and_nothing_moves(browser: Browser, tmp_path: Path) -> None:
    world = build_world(instrument())
    pages = main_pages(world)
    with served(url_of_test_database(), tmp_path, **collect_static_files(tmp_path / "static")) as server:
        visits = first_visits(browser, server.address, pages)
    limits = {name: budget.limit for name, budget in BUDGETS["Kilobytes of a first visit"].items()}
    assert {name: visit.kilobytes for name, visit in visits.items() if visit.kilobytes > limits[name]} == {}
    assert {name: visit.shift for name, visit in visits.items() if visit.shift > LAYOUT_SHIFT.limit} == {}
