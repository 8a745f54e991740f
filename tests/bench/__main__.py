"""`make bench` runs all rulers. `make check` runs the short ones: instructions, queries and bytes of pages.

Exits with 1 if a figure is above its limit.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from tests.bench import SETTINGS

FOLDER = tempfile.TemporaryDirectory(prefix="ipsfidelity-bench-")
os.environ |= SETTINGS | {"DATABASE_URL": f"sqlite:///{FOLDER.name}/bench.sqlite3"}

import django  # noqa: E402  Django reads the settings named above

django.setup()

from tests.bench import (  # noqa: E402
    at_scale,
    budgets,
    documents,
    exports,
    first_visits,
    instructions,
    network,
    pages,
    records,
    serving,
)
from tests.bench.results import Results, newest  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--short", action="store_true", help="count pages only, and keep no file")
    parser.add_argument("--against", type=Path, metavar="FILE", help="compare with a run (default: the newest)")
    options = parser.parse_args()
    results = Results(options.against or newest())
    world, requests = network.build()
    results.add("Million instructions", instructions.count(requests))
    queries, kilobytes = pages.count(requests)
    results.add("Queries", queries)
    results.add("Kilobytes of HTML", kilobytes)
    if not options.short:
        results.add("Milliseconds of documents", documents.measure(world))
        results.add("Milliseconds a review of exports", exports.measure(world))
        results.add("Milliseconds a review of records", records.measure())
        results.add("Serving", serving.measure(world))
        kilobytes, shifts = first_visits.measure(world)
        results.add("Kilobytes of a first visit", kilobytes)
        results.add_all("Layout shift of a first visit", shifts, budgets.LAYOUT_SHIFT)
        milliseconds, kilobytes = at_scale.measured()
        for unit, figures, budget, others in (
            ("Milliseconds", milliseconds, budgets.MILLISECONDS_AT_SCALE, budgets.SLOW_AT_SCALE),
            ("Kilobytes", kilobytes, budgets.KILOBYTES_AT_SCALE, budgets.LONG_AT_SCALE),
        ):
            results.add_all(f"{unit} at 5,000 organisations", figures, budget, others)
        print(f"\nWritten to {results.write()}")
    for name in results.exceeded:
        print(f"Above its limit: {name}", file=sys.stderr)
    return 1 if results.exceeded else 0


if __name__ == "__main__":
    sys.exit(main())
