"""Every page of every role in a network of 5,000 organisations and 100,000 reviews, on the engine of DATABASE_URL.

    DATABASE_URL=sqlite:///scale.sqlite3 python -m tests.bench.at_scale scale.cast

The first run writes the network, which takes minutes, and keeps what addresses are about in the file; the next run of the
same database reads it. Measures in a process of its own, because the network is too large for the other rulers.
"""

import argparse
import json
import os
import pickle
import re
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from tests.bench import SETTINGS
from tests.bench.processor import slowness

os.environ |= SETTINGS

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import translation  # noqa: E402

from reviews.models import Review, User  # noqa: E402
from reviews.schedule.organisation_summary import refresh_summary  # noqa: E402
from tests.builders import World, build_world, hold_interview, instrument, many_finals  # noqa: E402
from tests.crowd import crowd  # noqa: E402
from tests.crowd_rows import fill_network, fill_reviews  # noqa: E402
from tests.reviews.test_access import CAST, TABLE, address_of, arguments_of  # noqa: E402

ORGANISATIONS, REVIEWS, OF_ONE, INTERVIEWS = 5_000, 100_000, 500, 20
MOST_CPU, MOST_BYTES = 60, 100_000  # milliseconds, bytes of HTML
ROUNDS = 3
NO_PAGES = re.compile(r"(_pdf|_docx|_csv|_xlsx|_json|_download|_faults|_data|pulse|livez|readyz|metrics|blank_.*)$")
# Filters, orders and later pages, in addition to the table of addresses. `crowd0` evaluates some 500 reviews.
FURTHER = {
    "coordinator": (
        *("/overview/?sort=-total&page=60", "/overview/?sort=name", "/overview/?sort=-change", "/overview/?sort=visit"),
        *("/overview/?q=0042", "/overview/?due=overdue", "/overview/?due=never", "/overview/?kind=peer&actions=on"),
        *("/overview/items/?sort=-total", "/overview/items/?sort=name&page=60", "/overview/items/?kind=all"),
        *("/reviews/?status=scoring", "/reviews/?kind=peer", "/reviews/?year=2020", "/organisations/?q=0042"),
        *("/organisations/?page=40", "/search/?q=ips", "/search/?q=2021", "/search/?q=crowd", "/search/?q=0042"),
    ),
    "crowd0": ("/", "/reviews/", "/dates/", "/inbox/", "/search/?q=ips", "/organisations/", "/reviews/?status=final"),
    "admin": (
        *("/admin/reviews/organisation/?q=0042", "/admin/reviews/organisation/?p=20", "/admin/reviews/user/?q=leader"),
        *("/admin/reviews/organisation/add/", "/admin/reviews/user/?p=20"),
    ),
}


@dataclass(frozen=True)
class Figures:
    """What one page costs one person: milliseconds of CPU, bytes of HTML, queries and the slowest of these (ms)."""

    page: str
    who: str
    status: int
    cpu: float
    size: int
    queries: int
    slowest: float
    sql: str

    @property
    def is_within(self) -> bool:
        """Whether the page is within the limits."""
        return self.status == 200 and self.cpu <= MOST_CPU and self.size <= MOST_BYTES


def build(**sizes: int) -> tuple[World, dict[str, list[Any]]]:
    """Write the network into an empty database; return the cast and the objects that addresses are about."""
    call_command("migrate", verbosity=0)
    translation.activate("nb")
    world = build_world(instrument())
    things = arguments_of(world)
    numbers = {"organisations": ORGANISATIONS, "reviews": REVIEWS, "of_one": OF_ONE} | sizes
    opened = Review.objects.get(code=things["open"][0])
    for _ in range(INTERVIEWS - opened.interviews.count()):
        notes = dict.fromkeys(("1", "2", "3", "4", "5"), "Sagt av informanten. " * 10)
        hold_interview(opened, world.evaluator, notes, is_blank=True, informant_role="pårørende")
    long_ago = {"visit_start": date(2020, 1, 1), "visit_end": date(2020, 1, 2)}
    first_of_many = world.final_review(4, **long_ago)
    crowd(
        world.network,
        world.scale,
        world.coordinator,
        organisations=numbers["organisations"],
        reviews=numbers["reviews"],
        scored=False,
    )
    many_finals(first_of_many, numbers["of_one"])
    fill_reviews(world.network, world.scale, world.coordinator)
    fill_network(world.network, world.coordinator)
    with transaction.atomic():
        refresh_summary(world.organisation)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE")  # as autovacuum does
    return world, things


def addresses(things: dict[str, list[Any]]) -> list[tuple[str, str, str]]:
    """Return every page that a member of the cast can open: its name, the person and the address."""
    known = [
        (f"{name} ({thing})" if thing else name, who, address_of(name, things[thing]))
        for (name, thing), (statuses, _post) in TABLE.items()
        for who, status in zip(CAST, statuses, strict=True)
        if status == 200 and not NO_PAGES.search(name)
    ]
    return known + [(url, who, url) for who, urls in FURTHER.items() for url in urls]


def measure(world: World, things: dict[str, list[Any]], only: str = "") -> list[Figures]:
    """Return the figures of every page, or of those whose name or address contains `only`."""
    pages = [page for page in addresses(things) if only in page[0] or only in page[2]]
    figures = []
    for who, own in groupby(sorted(pages, key=lambda page: page[1]), key=lambda page: page[1]):
        client = client_of(world, who)
        figures += [figures_of(client, who, name, url) for name, _who, url in own]
    return figures


def client_of(world: World, who: str) -> Client:
    """Return a client in which a person is signed in: a member of the cast, or a user name of the crowd."""
    client = Client()
    if who != "nobody":
        user = getattr(world, who, None) or User.objects.get(username=who)
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def figures_of(client: Client, who: str, name: str, url: str) -> Figures:
    """Return the figures of one page: the median processor time of a few requests, after one that is not measured."""
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    times = []
    for _ in range(ROUNDS):
        slow, start = slowness(), time.process_time()
        response = client.get(url)
        times.append((time.process_time() - start) * 1000 / slow)
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    slowest = max(captured.captured_queries, key=lambda query: float(query["time"]), default={"time": "0", "sql": ""})
    return Figures(
        name,
        who,
        response.status_code,
        statistics.median(times),
        len(response.getvalue()),
        len(captured),
        float(slowest["time"]) * 1000,
        slowest["sql"],
    )


def lines(figures: list[Figures]) -> list[str]:
    """Return the figures as a table, the most expensive page first."""
    ordered = sorted(figures, key=lambda page: max(page.cpu / MOST_CPU, page.size / MOST_BYTES), reverse=True)
    return [
        f"{'' if page.is_within else '!':1} {page.cpu:7.1f} ms {page.size / 1000:7.1f} kB {page.queries:3} queries "
        f"{page.slowest:7.1f} ms  {page.status} {page.who:12} {page.page}"
        for page in ordered
    ]


def main() -> int:
    """Measure and print; return the exit code, 1 if a page is not within the limits."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.at_scale", description=__doc__.partition("\n")[0])
    parser.add_argument("cast", type=Path, help="the file of what addresses are about; written if it does not exist")
    parser.add_argument("--only", default="", help="pages whose name or address contains this")
    parser.add_argument("--sql", type=int, default=0, help="number of slowest queries to print")
    parser.add_argument("--json", type=Path, help="write the milliseconds and kilobytes of each page to a file")
    options = parser.parse_args()
    if not options.cast.exists():
        options.cast.write_bytes(pickle.dumps(build()))
    translation.activate("nb")
    figures = measure(*pickle.loads(options.cast.read_bytes()), options.only)
    print("\n".join(lines(figures)))
    for page in sorted(figures, key=lambda page: page.slowest, reverse=True)[: options.sql]:
        print(f"\n{page.slowest:.1f} ms, {page.who}, {page.page}: {page.sql}")
    if options.json:
        options.json.write_text(json.dumps([largest(figures, "cpu", 1), largest(figures, "size", 1000)]))
    return 0 if all(page.is_within for page in figures) else 1


def largest(figures: list[Figures], name: str, unit: int) -> dict[str, float]:
    """Return a figure of each page, for the person to whom it is largest."""
    found: dict[str, float] = {}
    for page in figures:
        found[page.page] = max(found.get(page.page, 0), round(getattr(page, name) / unit, 1))
    return found


def measured() -> tuple[dict[str, float], dict[str, float]]:
    """Return the milliseconds and the kilobytes of each page, from a process with a database of its own on SQLite."""
    with tempfile.TemporaryDirectory(prefix="ipsfidelity-scale-") as folder:
        cast, file = f"{folder}/scale.cast", Path(folder) / "figures.json"
        environment = os.environ | {"DATABASE_URL": f"sqlite:///{folder}/scale.sqlite3"}
        command = [sys.executable, "-W", "ignore", "-m", "tests.bench.at_scale", cast, "--json", str(file)]
        subprocess.run(command, env=environment, check=False, stdout=subprocess.DEVNULL)
        return tuple(json.loads(file.read_text()))


if __name__ == "__main__":
    sys.exit(main())
