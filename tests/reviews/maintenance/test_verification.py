"""`verify_records` works on several processors and continues where it was interrupted."""

import io
import os
import signal
import subprocess
import sys
import time

import pytest
from django.core.management import CommandError, call_command

from reviews.maintenance.state import last_successes, progress_of, record_progress
from reviews.management.commands.verify_records import AT_ONCE
from reviews.models import MaintenanceTask, Review, ReviewEvent
from reviews.records import protection
from tests.builders import World
from tests.reviews.maintenance.places import address_of_tests, environment
from tests.test_installation import ROOT

pytestmark = pytest.mark.django_db(transaction=True)
VERIFICATION = MaintenanceTask.Kind.VERIFICATION


@pytest.fixture
def reviews(world: World) -> list[Review]:
    """Return so many reviews that they are verified in two parts."""
    return [world.plan_review() for _ in range(AT_ONCE)] + [world.final_review(4)]


def verify(**options: object) -> str:
    out = io.StringIO()
    call_command("verify_records", stdout=out, stderr=io.StringIO(), **options)
    return out.getvalue()


def tamper(review: Review) -> None:
    protection.remove()
    ReviewEvent.objects.filter(pk=review.events.latest("pk").pk).update(comment="x")
    protection.install()


def test_several_processes_find_what_one_finds(reviews: list[Review]) -> None:
    assert f"{AT_ONCE + 1} reviews: chains" in verify(processes=2)
    success = last_successes()[VERIFICATION]
    assert success.details["reviews"] == AT_ONCE + 1
    tamper(reviews[-1])
    with pytest.raises(CommandError, match=rf"Review {reviews[-1].code}: event \d+ of .* was altered"):
        verify(processes=2)
    assert last_successes()[VERIFICATION].at == success.at


def test_an_interrupted_run_continues_with_what_it_had_not_verified(reviews: list[Review]) -> None:
    tamper(reviews[-1])
    with pytest.raises(CommandError):
        verify()
    assert progress_of(VERIFICATION) == {"verified_to": reviews[AT_ONCE - 1].pk}
    with pytest.raises(CommandError):
        verify(resume=True)
    record_progress(VERIFICATION, verified_to=reviews[-1].pk)
    with pytest.raises(CommandError):  # a run that does not resume begins with the first review
        verify()
    record_progress(VERIFICATION, verified_to=reviews[-1].pk)
    assert f"{AT_ONCE + 1} reviews: chains" in verify(resume=True)
    assert progress_of(VERIFICATION) == {}


def test_a_killed_process_is_reported_with_how_to_continue(reviews: list[Review]) -> None:
    command = [sys.executable, "manage.py", "verify_records", "--processes", "2"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(address_of_tests()), stderr=subprocess.PIPE, text=True
    ) as run:
        while not (workers := _workers_of(run.pid)):
            assert run.poll() is None
            time.sleep(0.005)
        os.kill(workers[0], signal.SIGKILL)
        assert "`verify_records --resume` continues" in run.stderr.read()
    assert run.returncode != 0


def _workers_of(pid: int) -> list[int]:
    """Return the worker processes of a process."""
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        children = [int(child) for child in file.read().split()]
    found = []
    for child in children:
        with open(f"/proc/{child}/cmdline", "rb") as file:
            if b"spawn_main" in file.read():
                found.append(child)
    return found
