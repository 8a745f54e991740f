"""A worker that is killed while it finalises a review: kill -9 of a real process at different moments."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from reviews.conduct.correction import open_correction
from reviews.models import FinalRecord, Review
from reviews.records import chain
from tests.builders import World, build_world, fresh, instrument

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.pdf]

# Prints each step of the PDF library, the last one when the file is complete.
WORKER = """
import logging, sys, django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = {database!r}
django.setup()
logging.getLogger("weasyprint.progress").addHandler(logging.StreamHandler(sys.stdout))
logging.getLogger("weasyprint.progress").setLevel(logging.INFO)
sys.stdout.reconfigure(line_buffering=True)
from reviews.conduct.signing import finalise
from reviews.models import Review, User
review, by = Review.objects.get(pk={review}), User.objects.get(pk={by})
finalise(review=review, by=by, seen={seen!r}, confirmed=True, gaps_reason="x")
print("FINAL", flush=True)
"""
RENDERED = "Step 7"


@pytest.fixture
def world() -> World:
    return build_world(instrument())


@contextmanager
def worker(review: Review, world: World) -> Iterator[subprocess.Popen]:
    """Start a process that finalises the review in the database of the tests; kill it at the end."""
    script = WORKER.format(
        database=connection.settings_dict["NAME"],
        review=review.pk,
        by=world.evaluator.pk,
        seen=chain.head(review),
    )
    run = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", script],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "ipsfidelity.settings"},
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield run
    finally:
        run.kill()
        run.wait()
        run.stdout.close()


def wait_for(run: subprocess.Popen, words: str) -> None:
    told = []
    for line in run.stdout:
        told.append(line)
        if words in line:
            return
    pytest.fail(f"the worker ended before it said {words!r}: {''.join(told)}")


def nothing_is_half_final(review: Review) -> bool:
    review = fresh(review)
    records = FinalRecord.objects.filter(review=review).count()
    finalised = review.events.filter(type="finalised").count()
    state = (review.status, review.total is None, records, finalised)
    assert state in {("draft", True, 0, 0), ("final", False, 1, 1)}
    call_command("verify_records")
    return review.status == "draft"


@contextmanager
def block_the_worker(review: Review) -> Iterator[None]:
    """Hold the lock that the worker needs in order to store: SQLite's write lock, or PostgreSQL's row lock."""
    with transaction.atomic():
        Review.objects.select_for_update().get(pk=review.pk)
        if connection.vendor == "sqlite":
            connection.cursor().execute("UPDATE reviews_network SET name = name")
        yield


def test_killed_between_rendering_and_storing_the_draft_is_as_it_was(world: World) -> None:
    review = world.draft_review(4)
    with block_the_worker(review), worker(review, world) as run:
        wait_for(run, RENDERED)
        time.sleep(1)
        assert run.poll() is None, "the worker should be waiting for its turn to store"
        run.send_signal(signal.SIGKILL)
        run.wait()
    assert nothing_is_half_final(review)
    with worker(review, world) as run:
        wait_for(run, "FINAL")
    assert not nothing_is_half_final(review)


def test_killed_at_any_moment_after_rendering_it_is_a_draft_or_final_and_nothing_between(world: World) -> None:
    for milliseconds in (0, 5, 10, 20, 40, 80):
        review = world.draft_review(4)
        with worker(review, world) as run:
            wait_for(run, RENDERED)
            time.sleep(milliseconds / 1000)
            run.send_signal(signal.SIGKILL)
            run.wait()
        nothing_is_half_final(review)


def test_killed_in_the_middle_of_storing_a_correction_both_reviews_are_as_they_were(world: World) -> None:
    """On PostgreSQL the worker has written everything but the status of the old review, for which it waits.

    SQLite has one writer at a time, which nothing can stop in the middle, so there the worker is killed at some moment.
    """
    old = world.final_review(4)
    new = open_correction(review=old, by=world.evaluator, reason="Feil tall")
    world.hand_out(new)
    waits = connection.vendor == "postgresql"
    with block_the_worker(old) if waits else nullcontext(), worker(new, world) as run:
        wait_for(run, RENDERED)
        time.sleep(1 if waits else 0.01)
        assert run.poll() is None or not waits
        run.send_signal(signal.SIGKILL)
        run.wait()
    is_draft = nothing_is_half_final(new)
    assert is_draft or not waits
    assert fresh(old).status == ("final" if is_draft else "superseded")
