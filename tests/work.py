"""Run the queue in tests, as `manage.py work` does."""

from collections.abc import Iterator
from contextlib import contextmanager

from reviews.models import Job
from reviews.queue.worker import run_due
from reviews.records.chain import MAKE_REPORT


@contextmanager
def working() -> Iterator[None]:
    """Run what the block has queued but reports: its mails are then in `mail.outbox`. Earlier jobs are forgotten."""
    Job.objects.all().delete()
    yield
    Job.objects.filter(task=MAKE_REPORT).delete()
    run_due()
