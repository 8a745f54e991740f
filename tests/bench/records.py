"""The processor time of imports and of verifying their records, for each review, in a database of their own.

The rows of the other rulers were not written by services and cannot be verified, so this runs in another process:
`python -m tests.bench.records` prints the figures as JSON.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

import django

from tests.bench import Figures
from tests.bench.processor import slowness

REVIEWS = 1_000
ORGANISATIONS = 250
NOTE = "Møter hver uke med teamet, journal lest. "


def measure() -> Figures:
    """Return the milliseconds a review: of imports without and with notes, and of verifying on all processors."""
    with tempfile.TemporaryDirectory(prefix="ipsfidelity-records-") as folder:
        environment = os.environ | {"DATABASE_URL": f"sqlite:///{folder}/db.sqlite3"}
        command = [sys.executable, "-W", "ignore", "-m", "tests.bench.records"]
        return json.loads(subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE).stdout)


def figures() -> Figures:
    """Import and verify in the configured database, which is empty."""
    from django.core.management import call_command

    from reviews.imports.services import queue_import
    from reviews.imports.uploads import store_upload
    from reviews.models import Organisation, Review
    from reviews.queue.worker import run_due
    from tests.builders import build_world, instrument
    from tests.import_files import HEAD, csv_file, row_of

    call_command("migrate", verbosity=0)
    world = build_world(instrument())
    for number in range(ORGANISATIONS):
        Organisation.objects.create(network=world.network, name=f"IPS {number}")

    def import_reviews(first_year: int, notes: list[str]) -> None:
        head = (*HEAD, *(f"note_{number}" for number in range(1, len(notes) + 1)))
        rows = [
            [*row_of(1 + n % 5, organisation=f"IPS {n % ORGANISATIONS}", visit_start=day, visit_end=""), *notes]
            for n in range(REVIEWS)
            for day in [f"{first_year + n // ORGANISATIONS}-01-01"]
        ]
        fields = {"network": world.network, "by": world.coordinator, "edition": world.scale}
        upload = store_upload(**fields, file_name=f"{first_year}.csv", data=csv_file(*rows, head=head))
        queue_import(upload=upload, by=world.coordinator)
        run_due()

    plain = processor_time(lambda: import_reviews(2010, []))
    with_notes = processor_time(lambda: import_reviews(2016, [NOTE] * 25))
    verified = processor_time(lambda: call_command("verify_records", stdout=sys.stderr)) / os.cpu_count()
    assert Review.objects.finished().count() == 2 * REVIEWS
    return {
        "import": round(plain / REVIEWS * 1000, 2),
        "import with notes": round(with_notes / REVIEWS * 1000, 2),
        "verification on all processors": round(verified / (2 * REVIEWS) * 1000, 2),
    }


def processor_time(run: Callable[[], object]) -> float:
    """Return the seconds of processor time of this process and of the children that end meanwhile, by the yardstick."""
    before, start = slowness(), time.process_time() + _of_children()
    run()
    used = time.process_time() + _of_children() - start
    return used / ((before + slowness()) / 2)


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    django.setup()
    print(json.dumps(figures()))
