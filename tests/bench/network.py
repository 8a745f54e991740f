"""The network that `make bench` measures: 62 organisations, reviews of each status, and three people who are signed in.

Another process can send the same requests to the same database: they are plain data.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import uuid4

import time_machine
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation

from reviews.actionplan.services import ActionFields, add_action
from reviews.models import Review
from tests.bench.browser import Browser
from tests.builders import World, build_world, instrument, save
from tests.crowd import crowd

TODAY = datetime(2026, 11, 29, 12, tzinfo=UTC)
NOTE = "I journalgjennomgang av ti mapper fant vi oppdaterte planer i ni. " * 9  # about 600 characters
PEOPLE = ("evaluator", "team_leader", "coordinator")


@dataclass(frozen=True)
class Requests:
    """The requests to a network: the sessions of people, who opens each page, and the item that is saved."""

    sessions: dict[str, str]
    pages: dict[str, tuple[str, str]]
    item: str

    def browser(self, who: str) -> Browser:
        return Browser(self.sessions[who])


def build() -> tuple[World, Requests]:
    """Create the tables and the network at TODAY."""
    call_command("migrate", verbosity=0)
    translation.activate("nb")
    with time_machine.travel(TODAY, tick=False):
        world = build_world(instrument())
        return world, _requests(world)


def _requests(world: World) -> Requests:
    final, open_review, saved = _final(world), _open(world), world.plan_review()
    apart = world.consensus_review(4, {number: 4 + (number % 5 == 0) for number in range(1, 26)})
    while Review.objects.count() < 48:
        world.plan_review()
    crowd(world.network, world.scale, world.coordinator, organisations=60, reviews=120)
    pages = {
        "empty signed-in view": ("evaluator", "/bench/empty/"),
        "home": ("evaluator", reverse("home")),
        "home of a coordinator": ("coordinator", reverse("home")),
        "list of 48 reviews": ("evaluator", reverse("reviews")),
        "review": ("evaluator", reverse("review", args=[open_review.code])),
        "final review": ("team_leader", reverse("review", args=[final.code])),
        "scoring page": ("evaluator", reverse("item", args=[open_review.code, 5])),
        "entry page": ("evaluator", reverse("entry", args=[open_review.code])),
        "sheet": ("evaluator", reverse("sheet", args=[open_review.code])),
        "consensus": ("evaluator", reverse("consensus", args=[apart.code])),
        "report": ("team_leader", reverse("report", args=[final.code])),
        "action plan": ("team_leader", reverse("plan", args=[final.code])),
        "history": ("evaluator", reverse("history", args=[open_review.code])),
        "organisation": ("coordinator", reverse("organisation", args=[world.organisation.code])),
        "overview": ("coordinator", reverse("overview")),
        "heat map": ("coordinator", reverse("heat_map")),
        "dates": ("evaluator", reverse("dates")),
        "network": ("coordinator", reverse("network", args=[world.network.code])),
        "account": ("evaluator", reverse("account")),
    }
    sessions = {who: world.client_of(who).session.session_key for who in PEOPLE}
    return Requests(sessions, pages, reverse("item", args=[saved.code, 7]))


def _final(world: World) -> Review:
    """Return a final review with notes and an action plan, after an earlier one."""
    world.final_review(3, visit_start=date(2025, 9, 1), visit_end=date(2025, 9, 2))
    review = world.score_review(4, visit_start=date(2026, 9, 1), visit_end=date(2026, 9, 2))
    save(review, world.evaluator, {n: {"evidence": NOTE, "recommendation": NOTE[:300]} for n in range(1, 26)})
    world.sign(world.hand_out(review))
    for number in range(1, 11):
        fields = ActionFields(NOTE[:200])
        add_action(review=review, by=world.team_leader, code=uuid4(), item_number=number, fields=fields)
    return review


def _open(world: World) -> Review:
    """Return a review with a note at each item, and a score at all items but the last."""
    review = world.score_review({number: number % 5 + 1 for number in range(1, 25)})
    for number in range(1, 26):
        save(review, world.evaluator, {number: {"evidence": NOTE, "sources": ["INT"]}})
    return review
