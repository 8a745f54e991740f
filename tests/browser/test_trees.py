"""What a screen reader finds on the five main pages is what was looked at before (tests/browser/trees).

A change of a page that is meant to be heard stores the new trees: `STORE_TREES=1 pytest tests/browser/test_trees.py`.
Read the difference as somebody who only hears it.
"""

import os
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from playwright.sync_api import Page

from reviews.actionplan.services import ActionFields, add_action
from reviews.models import Review
from tests.builders import World

Window = Callable[..., Page]
TREES = Path(__file__).parent / "trees"
# What differs from run to run: codes, fingerprints and the time of day.
CHANGING = re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b[0-9a-f]{64}\b|\b\d\d:\d\d\b")


def review_for(world: World, page: str) -> Review:
    if page == "item":
        return world.score_review({1: 4, 2: 5})
    if page == "consensus":
        return world.consensus_review(4, dict.fromkeys(range(1, 26), 3))
    review = world.final_review(4)
    if page == "plan":
        fields = ActionFields("Møte teamet hver uke.", "Teamleder", date(2026, 4, 1))
        add_action(review=review, by=world.team_leader, code=uuid4(), item_number=5, fields=fields)
    return review


@pytest.mark.parametrize("name", ["item", "consensus", "sheet", "report", "plan"])
def test_a_screen_reader_finds_the_same_as_before(world: World, window: Window, name: str) -> None:
    page = window("team_leader" if name in ("sheet", "report", "plan") else "evaluator")
    more = [4] if name == "item" else []
    page.goto(reverse(name, args=[review_for(world, name).code, *more]))
    today = timezone.localdate()
    tree = CHANGING.sub("…", page.locator("body").aria_snapshot()) + "\n"
    for written in (date_format(today), date_format(today, "SHORT_DATE_FORMAT")):
        tree = tree.replace(written, "today")
    stored = TREES / f"{name}.yaml"
    if os.environ.get("STORE_TREES"):
        stored.write_text(tree, encoding="utf-8")
    assert tree.splitlines() == stored.read_text(encoding="utf-8").splitlines()
