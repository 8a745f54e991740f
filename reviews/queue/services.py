"""What an administrator does with jobs that wait or have failed: try again, give up."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from reviews.models import AccessAction, Job, User
from reviews.models.queue import last_try
from reviews.records import access_log


def try_again(jobs: Iterable[int] | None = None) -> int:
    """Make jobs due now, all unfinished ones without `jobs`, and return their number. Those that run are left alone."""
    chosen = Job.objects.unfinished().filter(claim__isnull=True)
    if jobs is not None:
        chosen = chosen.filter(pk__in=jobs)
    return chosen.update(
        state=Job.State.WAITING, due_at=timezone.now(), try_until=last_try(), attempts=0, finished_at=None
    )


@transaction.atomic
def give_up(jobs: Iterable[int], *, by: User) -> int:
    """Delete jobs that do not run, with their mails, and return their number. Idempotent, and recorded."""
    chosen = Job.objects.unfinished().filter(pk__in=jobs, claim__isnull=True)
    count = chosen.count()
    if count:
        chosen.delete()
        access_log.record(AccessAction.WORK_GIVEN_UP, by)
    return count
