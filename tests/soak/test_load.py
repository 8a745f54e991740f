"""1, 10, 50 and 200 people at once on one server with two workers: no error, no save lost, and how long they wait.

Each opens pages and saves as somebody who scores does, with pauses of 1 to 5 seconds. The figures are printed and kept
in var/tests/load-<engine>.txt; docs/operate/size.md has those of a release.
"""

import random
import time
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.urls import reverse

from tests.builders import World
from tests.served import served
from tests.soak.database import database
from tests.soak.people import Person, Site, compare, hire, saving

pytestmark = pytest.mark.django_db(transaction=True)
CROWDS = (1, 10, 50, 200)
SECONDS = 25
# How often, of a hundred requests.
MIX = {
    "save": 40,
    "item": 32,
    "review": 8,
    "sheet": 6,
    "reviews": 5,
    "home": 4,
    "report": 3,
    "dates": 1,
    "report_pdf": 1,
}


def test_load(world: World, tmp_path: Path) -> None:
    people, lines = hire(world, max(CROWDS)), []
    with database(tmp_path) as stored, served(stored.url, tmp_path, workers=2) as server:
        site = Site((server.address,))
        for count in CROWDS:
            times = crowd(people[:count], site)
            saves, every = times["save"], [seconds for kind in times.values() for seconds in kind]
            lines.append(
                f"{count:>4} people  {len(every) / SECONDS:5.1f} requests/s  saves p50 {share(saves, 50):4.0f} "
                f"p95 {share(saves, 95):5.0f} ms  all p50 {share(every, 50):4.0f} p95 {share(every, 95):5.0f} ms "
                f"({len(every)} requests, {len(saves)} saves)"
            )
            print(lines[-1], flush=True)
        compare(people, stored)
    kept = settings.BASE_DIR / "var" / "tests" / f"load-{connection.vendor}.txt"
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text("\n".join(lines) + "\n")


def crowd(people: list[Person], site: Site) -> dict[str, list[float]]:
    """Let these people work for a while; return the seconds of each request by its kind. No answer may be an error."""
    times: dict[str, list[float]] = defaultdict(list)
    statuses: Counter[int] = Counter()
    dice = random.Random(25)

    def act(person: Person) -> None:
        time.sleep(dice.uniform(1, 5))
        (kind,) = dice.choices(list(MIX), list(MIX.values()))
        if kind == "save":
            before = len(person.answers)
            person.save(site)
            times[kind] += [answer.seconds for answer in person.answers[before:]]
            return
        answer = person.get(site, path_of(kind, person))
        statuses[answer.status] += 1
        times[kind].append(answer.seconds)

    with saving(people, site, act):
        time.sleep(SECONDS)
    assert set(statuses) <= {200}
    assert sum(person.cut_off for person in people) == 0
    return times


def path_of(kind: str, person: Person) -> str:
    if kind in ("reviews", "home", "dates"):
        return reverse(kind)
    if kind == "item":
        return reverse(kind, args=[person.review, len(person.saves) % 25 + 1])
    return reverse(kind, args=[person.review])


def share(seconds: list[float], percent: int) -> float:
    """Return the time within which this share of requests was answered, in milliseconds."""
    return sorted(seconds)[min(len(seconds) - 1, len(seconds) * percent // 100)] * 1000 if seconds else 0.0
