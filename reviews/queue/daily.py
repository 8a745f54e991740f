"""Tasks that are done once a day, however many workers run.

The first worker that finds one due queues it with a key that contains the day, and the database refuses the second. A
worker that starts late in the day makes up for it. Each task can also be run by hand or by a timer, as the command in
parentheses; all of them do nothing if there is nothing left to do.
"""

from datetime import datetime, time

from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from reviews.models import Job
from reviews.queue.backend import fields_of

# Named by their paths, because the rooms that they belong to are above this one.
MAKE_BLANK_FORMS = "reviews.sheets.blank_forms.make_blank_forms"
DAILY = {
    "reviews.queue.forgetting.forget_finished_jobs": time(3),
    "reviews.maintenance.retention.delete_expired": time(3),  # (delete_expired)
    "reviews.maintenance.heads.publish": time(4),  # (publish_heads)
    MAKE_BLANK_FORMS: time(5),
    "reviews.inbox.digest.send_digests": time(6),  # (send_digests)
    "reviews.schedule.reminders.send_reminders": time(6),  # (send_reminders)
}


def queue_daily(now: datetime | None = None) -> None:
    """Queue the tasks of today whose time has come and that have not been queued. Usually one query."""
    local = timezone.localtime(now)
    due = {f"{path}:{local.date()}": path for path, at in DAILY.items() if local.time() >= at}
    queued = set(Job.objects.filter(key__in=due).values_list("key", flat=True))
    jobs = [Job(key=key, **fields_of(import_string(path))) for key, path in due.items() if key not in queued]
    if jobs:
        with transaction.atomic():
            Job.objects.bulk_create(jobs, ignore_conflicts=True)
