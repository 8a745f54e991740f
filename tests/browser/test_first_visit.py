"""The first visit to each main page: few bytes, and nothing moves while it loads."""

from pathlib import Path
from uuid import uuid4

import pytest
from django.urls import reverse
from playwright.sync_api import Browser

from reviews.actionplan.services import ActionFields, add_action
from tests.builders import World, build_world, instrument
from tests.first_visit import collect_static_files, first_visits
from tests.served import cookie_of, served, url_of_test_database

LIMIT = 60_000  # bytes
# Pages above it, with limits of their own: scripts of pages that save themselves, long texts, pictures.
ABOVE = {
    "scoring": 80_000, "entry": 73_000, "consensus": 90_000, "consensus, item": 85_000, "report": 66_000,
    "scale": 70_000, "help, page": 95_000,
}  # fmt: skip


def main_pages(world: World) -> dict[str, tuple[str, str]]:
    """Return the main pages as name: (who, address)."""
    final, scored, opened = world.final_review(3), world.score_review(4), world.consensus_review(4, 3)
    fields = ActionFields("Møte med NAV hver uke", "Teamleder", None)
    add_action(review=final, by=world.team_leader, code=uuid4(), item_number=5, fields=fields)
    network = [world.network.code]
    return {
        "sign in": ("nobody", reverse("account_login")),
        "home": ("evaluator", reverse("home")),
        "reviews": ("coordinator", reverse("reviews")),
        "organisation": ("team_leader", reverse("organisation", args=[world.organisation.code])),
        "overview": ("coordinator", reverse("overview")),
        "heat map": ("coordinator", reverse("heat_map")),
        "network": ("coordinator", reverse("network", args=network)),
        "account": ("evaluator", reverse("account")),
        "help, page": ("evaluator", reverse("help_page", args=["scoring"])),
        "scale": ("evaluator", reverse("scale", args=["ips-25-nb"])),
        "review": ("evaluator", reverse("review", args=[final.code])),
        "sheet": ("evaluator", reverse("sheet", args=[final.code])),
        "report": ("evaluator", reverse("report", args=[final.code])),
        "plan": ("team_leader", reverse("plan", args=[final.code])),
        "history": ("evaluator", reverse("history", args=[final.code])),
        "scoring": ("evaluator", reverse("item", args=[scored.code, 4])),
        "entry": ("evaluator", reverse("entry", args=[scored.code])),
        "consensus": ("evaluator", reverse("consensus", args=[opened.code])),
        "consensus, item": ("evaluator", reverse("agree", args=[opened.code, 4])),
    }


@pytest.mark.django_db(transaction=True)
def test_a_first_visit_loads_little_and_nothing_moves(browser: Browser, tmp_path: Path) -> None:
    world = build_world(instrument())
    pages = {
        name: (cookie_of(world, who) if who != "nobody" else "", path)
        for name, (who, path) in main_pages(world).items()
    }
    with served(url_of_test_database(), tmp_path, **collect_static_files(tmp_path / "static")) as server:
        visits = first_visits(browser, server.address, pages)
    assert {name: visit.bytes for name, visit in visits.items() if visit.bytes > ABOVE.get(name, LIMIT)} == {}
    assert {name: visit.shift for name, visit in visits.items() if visit.shift >= 0.005} == {}
