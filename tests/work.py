"""Run the queue in tests, as `manage.py work` does."""

from collections.abc import Iterator
from contextlib import contextmanager

from reviews.models import Job
from reviews.queue.worker import run_due


@contextmanager
def working() -> Iterator[None]:
    """Run what the block has queued: its mails are then in `mail.outbox`. What was queued before is forgotten."""
    Job.objects.all().delete()
    yield
    run_due()
