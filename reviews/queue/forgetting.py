"""How long finished jobs are kept."""

from datetime import timedelta

from django.tasks import task
from django.utils import timezone

from reviews.models import Job

KEPT_DONE = timedelta(days=7)  # longer than a day, because the keys of daily jobs must stay
KEPT_FAILED = timedelta(days=30)


@task
def forget_finished_jobs() -> None:
    """Delete old jobs, with the mails that could not be sent. Idempotent."""
    now = timezone.now()
    Job.objects.done().filter(finished_at__lt=now - KEPT_DONE).delete()
    Job.objects.failed().filter(finished_at__lt=now - KEPT_FAILED).delete()
