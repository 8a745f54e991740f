"""Workers that are killed, stopped and started at the same time: real processes on a real database."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.db import connection

from reviews.models import Job, Mail, Network
from reviews.outbox import queue_mail
from tests.mail_servers import mail_server
from tests.reviews.queue.tasks import add_network, be_slow
from tests.reviews.test_crash import wait_for

pytestmark = pytest.mark.django_db(transaction=True)

WORKER = """
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = {database!r}
django.setup()
from django.core.management import call_command
print("STARTED", flush=True)
call_command("work")
print("STOPPED", flush=True)
"""


@contextmanager
def worker(**environment: object) -> Iterator[subprocess.Popen]:
    """Start `manage.py work` on the database of the tests; kill it at the end."""
    words = {name: str(value) for name, value in ({"JOB_LEASE": 1, "DAILY_JOBS": "off"} | environment).items()}
    run = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", WORKER.format(database=connection.settings_dict["NAME"])],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "ipsfidelity.settings"} | words,
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


def until(is_so: Callable[[], bool], seconds: float = 20) -> float:
    """Wait until something is so, and return for how long."""
    begun = time.monotonic()
    while not is_so():
        assert time.monotonic() - begun < seconds, "it did not happen in time"
        time.sleep(0.02)
    return time.monotonic() - begun


def kill(run: subprocess.Popen) -> None:
    run.send_signal(signal.SIGKILL)
    run.wait()


def is_done() -> bool:
    return not Job.objects.unfinished().exists()


def test_a_worker_that_is_killed_amid_a_job_leaves_it_to_another_which_does_it_once() -> None:
    add_network.enqueue("Nord")
    with worker(SLOW=60) as first:
        wait_for(first, "WRITTEN")
        kill(first)
    assert not Network.objects.exists()
    with worker() as second:
        wait_for(second, "STARTED")
        until(is_done)
    assert [network.name for network in Network.objects.all()] == ["Nord"]
    assert Job.objects.get().attempts == 2


def test_a_worker_that_is_killed_amid_a_mail_leads_to_the_same_mail_again() -> None:
    with mail_server(silent=True) as server:
        queue_mail("kari@example.org", "Emne", "Tekst")
        with worker(MAIL_HOST="127.0.0.1", MAIL_PORT=server.port) as first:
            until(lambda: bool(server.mails))  # taken, but the worker does not know
            kill(first)
        server.silent = False
        with worker(MAIL_HOST="127.0.0.1", MAIL_PORT=server.port):
            until(is_done)
    first_mail, second_mail = server.mails
    (message_id,) = [line for line in first_mail.splitlines() if line.lower().startswith("message-id")]
    assert message_id in second_mail
    assert not Mail.objects.exists()


def test_two_workers_do_each_job_once_hold_long_jobs_keep_mail_moving_and_stop_after_their_jobs() -> None:
    with mail_server() as server:
        environment = {"MAIL_HOST": "127.0.0.1", "MAIL_PORT": server.port}
        with worker(**environment) as first, worker(**environment) as second:
            for run in (first, second):
                wait_for(run, "STARTED")
            names = sorted(f"Nettverk {number:02}" for number in range(20))
            for name in names:
                add_network.enqueue(name)
            until(is_done)
            assert sorted(Network.objects.values_list("name", flat=True)) == names
            assert set(Job.objects.values_list("attempts", flat=True)) == {1}
            slow = [be_slow.enqueue(2.5) for _each in range(2)]  # longer than a claim without a sign of life
            until(lambda: Job.objects.filter(claim__isnull=False).count() == 2)
            queue_mail("kari@example.org", "Emne", "Tekst")
            assert until(lambda: bool(server.mails)) < 2
            for run in (first, second):
                run.send_signal(signal.SIGTERM)
            for run in (first, second):
                wait_for(run, "ENDED")
                wait_for(run, "STOPPED")
                assert run.wait() == 0
            jobs = Job.objects.filter(pk__in=[int(queued.id) for queued in slow])
            assert list(jobs.values_list("state", "attempts")) == [("done", 1)] * 2
