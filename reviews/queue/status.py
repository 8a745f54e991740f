"""How the queue is, for the page of the administrator, the first page, and monitoring. Read-only."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q
from django.utils import timezone

from reviews.models import Job
from reviews.models.queue import is_due


@dataclass(frozen=True)
class QueueStatus:
    """Numbers of jobs. `oldest` is when the job that waits longest was queued or became due, None if none waits.

    A job that is running does not wait.
    """

    waiting: int
    running: int
    failed: int
    oldest: datetime | None

    def waits_longer_than(self, limit: timedelta) -> bool:
        """Return whether a job has waited for longer than this."""
        return self.oldest is not None and timezone.now() - self.oldest > limit


def queue_status(queue: str = "") -> QueueStatus:
    """Return how all queues, or one, are now. One query.

    A job that failed at its last attempt waits, also during the pause before the next attempt.
    """
    due = is_due()  # of a claimed job: its worker is silent
    waits = Q(state=Job.State.WAITING) & (due | Q(claim__isnull=True, attempts__gt=0))
    jobs = Job.objects.filter(queue=queue) if queue else Job.objects.all()
    counts = jobs.aggregate(
        waiting=Count("pk", filter=waits),
        running=Count("pk", filter=Q(state=Job.State.WAITING, claim__isnull=False) & ~due),
        failed=Count("pk", filter=Q(state=Job.State.FAILED)),
        oldest=Min("queued_at", filter=waits),
    )
    return QueueStatus(**counts)
