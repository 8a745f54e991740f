"""Complete a job in the transaction of its effect, so that the effect happens once however often a worker dies.

    @task
    def import_reviews(upload_pk: int) -> None:
        rows = checked(upload_pk)        # may be repeated: nobody sees what it wrote
        with completing():
            make_valid(rows)             # happens once

Without a running job, for example in a management command, `completing` is an ordinary transaction.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction
from django.utils import timezone

from reviews.models import Job

running: ContextVar[Job | None] = ContextVar("running", default=None)


class ClaimLost(Exception):
    """Another worker has taken over the job, because this one was silent for too long. Its effect is rolled back."""


@contextmanager
def completing() -> Iterator[None]:
    """Run the block in a transaction that also completes the running job. Raises ClaimLost."""
    with transaction.atomic():
        yield
        if job := running.get():
            complete(job)


def complete(job: Job) -> None:
    """Store that a job is done, and forget its arguments. Raises ClaimLost if another worker has taken it over."""
    done = Job.objects.filter(pk=job.pk, claim=job.claim).update(
        state=Job.State.DONE, finished_at=timezone.now(), claim=None, arguments={}, error=""
    )
    if not done:
        raise ClaimLost
    job.state = Job.State.DONE
