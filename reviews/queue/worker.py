"""Claim jobs and run them. `manage.py work` calls this in one thread for each queue.

A job runs at least once. It is claimed for `settings.JOB_LEASE` seconds, and `keep_claims` extends that while it runs.
If its worker dies, the claim runs out and another worker runs the job from its beginning. What must happen once is done
in `completing` (reviews/queue/completing.py).

A task that raises an exception is tried again after `PAUSES`, until the job's `try_until`. PermanentFailure ends the
attempts at once. The claim is one UPDATE with a condition: of several workers, the database lets one win, on SQLite as
on PostgreSQL.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection
from django.db.models import F
from django.utils import timezone
from django.utils.module_loading import import_string

from reviews.models import Job, PermanentFailure
from reviews.models.queue import PAUSES, is_due
from reviews.queue.completing import ClaimLost, complete, running

log = logging.getLogger(__name__)

QUEUES = ("mail", "default")
POLL = 0.5  # seconds between looks at an empty queue
MOST_TRIED = 20  # due jobs that a worker tries to claim before it looks again
LONGEST_WAIT = 30  # seconds between attempts to reach a database that is away

_held: set[UUID] = set()  # the claims of this process


def claim_next(queue: str) -> Job | None:
    """Claim the job of a queue that has been due longest, None if there is none."""
    due = Job.objects.waiting().filter(is_due(), queue=queue)
    for pk in list(due.order_by("due_at", "pk").values_list("pk", flat=True)[:MOST_TRIED]):
        claim = uuid4()
        if due.filter(pk=pk).update(claim=claim, due_at=_lease_end(), attempts=F("attempts") + 1):
            return Job.objects.filter(pk=pk, claim=claim).first()
    return None


def run(job: Job) -> None:
    """Run a claimed job and store what became of it. Raises DatabaseError only if that cannot be stored."""
    with holding(job):
        try:
            arguments = job.arguments
            import_string(job.task).call(*arguments.get("args", ()), **arguments.get("kwargs", {}))
            if job.state == Job.State.WAITING:
                complete(job)
        except ClaimLost:
            log.warning("Job %s was taken over by another worker", job.pk)
        except PermanentFailure as failure:
            _fail(job, failure.error)
        except Exception as error:  # noqa: BLE001 - whatever a task raises, the job is tried again
            _retry(job, error)


def run_due(queues: tuple[str, ...] = QUEUES) -> int:
    """Run all jobs that are due, one after the other. Return their number."""
    count = 0
    while claimed := [job for queue in queues if (job := claim_next(queue))]:
        for job in claimed:
            run(job)
        count += len(claimed)
    return count


def work(queue: str, stopping: threading.Event) -> None:
    """Run the jobs of a queue until `stopping` is set. A job that has begun is finished. Survives a lost database."""
    wait = POLL
    while not stopping.is_set():
        try:
            close_old_connections()
            if job := claim_next(queue):
                run(job)
                wait = 0.0
            else:
                wait = POLL
        except DatabaseError as error:
            log.warning("The queue %s waits for the database: %s", queue, type(error).__name__)
            connection.close()
            wait = min(max(wait, POLL) * 2, LONGEST_WAIT)
        stopping.wait(wait)
    connection.close()


def keep_claims() -> None:
    """Extend the claims on the jobs that this process runs. Called more often than `settings.JOB_LEASE`."""
    if _held:
        Job.objects.waiting().filter(claim__in=list(_held)).update(due_at=_lease_end())


def _lease_end() -> datetime:
    return timezone.now() + timedelta(seconds=settings.JOB_LEASE)


@contextmanager
def holding(job: Job) -> Iterator[None]:
    claim, token = job.claim, running.set(job)
    if claim is None:
        raise ValueError("the job is not claimed")
    _held.add(claim)
    try:
        yield
    finally:
        running.reset(token)
        _held.discard(claim)


def _retry(job: Job, error: Exception) -> None:
    pause = PAUSES[min(job.attempts, len(PAUSES)) - 1]
    if timezone.now() + pause > job.try_until:
        _fail(job, error)
        return
    log.warning("Job %s (%s) failed: %s", job.pk, job.task, type(error).__name__, exc_info=_trace_of(error))
    Job.objects.filter(pk=job.pk, claim=job.claim).update(
        claim=None, due_at=timezone.now() + pause, error=type(error).__name__
    )


def _fail(job: Job, error: Exception) -> None:
    log.error("Job %s (%s) is given up: %s", job.pk, job.task, type(error).__name__, exc_info=_trace_of(error))
    Job.objects.filter(pk=job.pk, claim=job.claim).update(
        state=Job.State.FAILED, claim=None, finished_at=timezone.now(), error=type(error).__name__
    )


def _trace_of(error: Exception) -> Exception | None:
    """Return what to log with a fault: a mail server that is away needs no traceback."""
    return None if isinstance(error, OSError) else error
