"""The queue: work that waits for `manage.py work`, and the mails that wait to be sent.

A row is written in the transaction of the change that causes the work, so that a rollback leaves nothing behind.
"""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q, TextChoices
from django.utils import timezone

from reviews.models.visibility import Condition


class PermanentFailure(Exception):
    """Raised by a task that is not to be tried again. `error` is the fault."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


KEEP_TRYING = timedelta(days=3)  # then a job has failed
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (10, 30, 120, 600, 1800, 3600))  # the last one repeats


IS_WAITING = "{state} = 'waiting'"  # the exact text of the condition of the index `job_due`


def is_due() -> Q:
    """Return the condition of waiting jobs that are due now.

    No job is put off for longer than the longest pause or claim. One that is was put off by a clock that was ahead and
    has been set back, and would wait for as long as the clock was wrong.
    """
    now = timezone.now()
    longest = max(PAUSES[-1], timedelta(seconds=settings.JOB_LEASE))
    return Q(due_at__lte=now) | Q(due_at__gt=now + longest + timedelta(minutes=1))


def last_try() -> datetime:
    """Return until when a job that is queued now is tried again."""
    return timezone.now() + KEEP_TRYING


class JobQuerySet(models.QuerySet["Job"]):
    """Jobs."""

    def waiting(self) -> "JobQuerySet":
        """Filter by jobs that are not finished: those that wait and those that run."""
        return self.filter(Condition(IS_WAITING))

    def failed(self) -> "JobQuerySet":
        """Filter by jobs that are not tried again."""
        return self.filter(state=Job.State.FAILED)

    def unfinished(self) -> "JobQuerySet":
        """Filter by jobs that have not succeeded."""
        return self.exclude(state=Job.State.DONE)

    def done(self) -> "JobQuerySet":
        """Filter by jobs that succeeded."""
        return self.filter(state=Job.State.DONE)

    def queue_once(self, task: str, *arguments: Any) -> None:
        """Queue a call of the task at this path, unless the same call waits already and has not begun.

        For rooms below that of the task, which cannot import it.
        """
        call = {"task": task, "queue": "default", "arguments": {"args": list(arguments), "kwargs": {}}}
        if not self.waiting().filter(**call, claim__isnull=True).exists():
            self.create(**call)


class Job(models.Model):
    """A call of a task (`django.tasks`) that is done behind the requests. reviews/queue has the rules.

    `claim` is the token of the worker that runs the job, NULL if none does. While a worker runs a job it moves `due_at`
    into the future again and again; if it dies, the job becomes due, and another worker claims it. `error` is the name
    of the last fault, never a text with data. `key` is unique, "" for most jobs. A job that is done keeps no arguments.
    """

    class State(TextChoices):
        """Whether the job is still to be done. Values are stored."""

        WAITING = "waiting"
        DONE = "done"
        FAILED = "failed"

    task = models.CharField(max_length=150)
    queue = models.CharField(max_length=20)
    arguments = models.JSONField(default=dict)
    key = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    queued_at = models.DateTimeField(default=timezone.now, editable=False)
    due_at = models.DateTimeField(default=timezone.now)
    try_until = models.DateTimeField(default=last_try)
    attempts = models.PositiveIntegerField(default=0)
    claim = models.UUIDField(null=True)
    error = models.CharField(max_length=60, blank=True)
    finished_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        indexes: ClassVar = [
            models.Index(fields=("queue", "due_at"), condition=Q(state="waiting"), name="job_due"),
            models.Index(fields=("finished_at",), condition=Q(finished_at__isnull=False), name="job_finished"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("key",), condition=~Q(key=""), name="job_key_once"),
            models.CheckConstraint(
                condition=Q(state="waiting", finished_at__isnull=True)
                | (~Q(state="waiting") & Q(finished_at__isnull=False, claim__isnull=True)),
                name="job_finished_or_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.state}"


class Mail(models.Model):
    """A mail that waits to be sent. The row is deleted when the mail server has taken the mail.

    `sealed` is the encrypted subject and text (ipsfidelity/sealing.py). `user` is the person if they have an account,
    and `about` the key under which the mail can be recalled. The Message-ID is the same at each attempt, so that a
    recipient's program shows a mail once that arrives twice.
    """

    job = models.OneToOneField(Job, models.CASCADE, related_name="mail")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="mails")
    address = models.EmailField()
    message_id = models.CharField(max_length=200)
    about = models.CharField(max_length=120, blank=True)
    sealed = models.TextField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=("about",), name="mail_about")]

    def __str__(self) -> str:
        return self.message_id
