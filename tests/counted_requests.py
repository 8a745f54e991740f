"""The requests that `make instructions` counts: runs under callgrind, started by tests/instructions.py.

Builds a network with a fixed clock, sends each request until caches are warm, and has callgrind count the next one, from
the call of the WSGI application to its last byte. Nothing is subtracted.
"""

import ctypes
import gc
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import uuid4

import time_machine

from tests import bench  # starts Django with a database of its own

# isort: split
from django.urls import reverse

from reviews.actionplan.services import ActionFields, add_action
from reviews.models import Review
from tests.builders import build_world, instrument, save
from tests.crowd import crowd

TODAY = datetime(2026, 11, 29, 12, tzinfo=UTC)
WARM_UPS = 3


def requests() -> dict[str, Callable[[], object]]:
    """Build a network and return its requests, each as a function that sends it and checks the answer."""
    bench.call_command("migrate", verbosity=0)
    bench.translation.activate("nb")
    world = build_world(instrument())
    notes = {n: {"evidence": bench.NOTE, "recommendation": bench.NOTE[:300]} for n in range(1, 26)}
    world.final_review(3, visit_start=date(2025, 9, 1), visit_end=date(2025, 9, 2))
    final = world.score_review(4, visit_start=date(2026, 9, 1), visit_end=date(2026, 9, 2))
    save(final, world.evaluator, notes)
    world.sign(world.hand_out(final))
    for number in range(1, 11):
        fields = ActionFields(bench.NOTE[:200])
        add_action(review=final, by=world.team_leader, code=uuid4(), item_number=number, fields=fields)
    apart = world.consensus_review(4, {number: 4 + (number % 5 == 0) for number in range(1, 26)})
    open_review = world.score_review({number: number % 5 + 1 for number in range(1, 25)})
    for number in range(1, 26):
        save(open_review, world.evaluator, {number: {"evidence": bench.NOTE, "sources": ["INT"]}})
    saved = world.plan_review()
    while Review.objects.count() < 48:
        world.plan_review()
    crowd(world.network, world.scale, world.coordinator, organisations=60, reviews=120)
    browsers = {who: bench.Browser(world, who) for who in ("evaluator", "team_leader", "coordinator")}

    def visit(who: str, path: str) -> Callable[[], object]:
        return lambda: bench.check_ok(browsers[who].send("GET", path))

    def page(who: str, name: str, *arguments: object) -> Callable[[], object]:
        return visit(who, reverse(name, args=arguments))

    return {
        "empty signed-in view": visit("evaluator", "/bench/empty/"),
        "home": page("evaluator", "home"),
        "home of a coordinator": page("coordinator", "home"),
        "list of 48 reviews": page("evaluator", "reviews"),
        "review": page("evaluator", "review", open_review.code),
        "final review": page("team_leader", "review", final.code),
        "scoring page": page("evaluator", "item", open_review.code, 5),
        "entry page": page("evaluator", "entry", open_review.code),
        "sheet": page("evaluator", "sheet", open_review.code),
        "consensus": page("evaluator", "consensus", apart.code),
        "report": page("team_leader", "report", final.code),
        "action plan": page("team_leader", "plan", final.code),
        "history": page("evaluator", "history", open_review.code),
        "organisation": page("coordinator", "organisation", world.organisation.code),
        "overview": page("coordinator", "overview"),
        "heat map": page("coordinator", "heat_map"),
        "dates": page("evaluator", "dates"),
        "network": page("coordinator", "network", world.network.code),
        "account": page("evaluator", "account"),
        "autosave": bench.autosave(browsers["evaluator"], saved),
    }


def main(counter: str) -> None:
    """Send all requests and have callgrind write a file of counts for each. `counter` is the compiled callgrind.c."""
    callgrind = ctypes.CDLL(counter)
    with time_machine.travel(TODAY, tick=False):
        for name, send in requests().items():
            for _ in range(WARM_UPS):
                send()
            gc.collect()
            callgrind.start()
            send()
            callgrind.stop(name.encode())


if __name__ == "__main__":
    main(sys.argv[1])
