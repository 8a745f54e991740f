"""`manage.py work`: run the queue until it is stopped. Several may run at the same time, on one or more machines.

SIGTERM and SIGINT stop it after the jobs that have begun. A second signal stops it at once; another worker then does
those jobs again. `--once` runs what is due and ends.
"""

import logging
import os
import signal
import threading
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, close_old_connections

from reviews.queue.daily import queue_daily
from reviews.queue.worker import QUEUES, keep_claims, run_due, work

log = logging.getLogger("reviews.queue")
TICK = 0.2  # seconds
DAILY_CHECK = 60  # seconds between looks for daily tasks


class Command(BaseCommand):
    help = "Runs the queue: mails, reminders, retention, and all other work behind the requests."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="run what is due, and end")
        parser.add_argument("--beside", type=int, metavar="PID", help="stop when this parent process has ended")

    def handle(self, *args: Any, once: bool, beside: int | None, **options: Any) -> None:
        if once:
            if settings.DAILY_JOBS:
                queue_daily()
            self.stdout.write(self.style.SUCCESS(f"{run_due()} jobs run."))
            return
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda received, _frame: _stop(stopping, received))
        # Daemons, so that a second signal ends the process although a job is running.
        threads = [threading.Thread(target=work, args=(queue, stopping), name=queue, daemon=True) for queue in QUEUES]
        for thread in threads:
            thread.start()
        log.info("The worker has started")
        _look_after(threads, stopping, beside)
        log.info("The worker has stopped")


def _stop(stopping: threading.Event, received: int) -> None:
    stopping.set()
    signal.signal(received, signal.SIG_DFL)


def _look_after(threads: list[threading.Thread], stopping: threading.Event, beside: int | None) -> None:
    """Extend claims and queue daily tasks, until all threads have ended."""
    next_claims = next_daily = 0.0
    while any(thread.is_alive() for thread in threads):
        if not stopping.is_set() and not all(thread.is_alive() for thread in threads):
            raise CommandError("A thread of the worker has ended. The log says why.")
        if beside and os.getppid() != beside:
            stopping.set()
        now = time.monotonic()
        try:
            close_old_connections()
            if now >= next_claims:
                next_claims = now + settings.JOB_LEASE / 3
                keep_claims()
            if settings.DAILY_JOBS and now >= next_daily and not stopping.is_set():
                next_daily = now + DAILY_CHECK
                queue_daily()
        except DatabaseError as error:
            log.warning("The worker cannot reach the database: %s", type(error).__name__)
        time.sleep(TICK)
