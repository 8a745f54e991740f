"""Files of past reviews that were checked, and what became of them."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q, TextChoices
from django.utils import timezone

from reviews.models.organisations import Network
from reviews.models.queue import Job

KEPT = timedelta(days=1)  # after which a file expires


class ColumnMatching(models.Model):
    """Which columns the files of a network hold that have the same titles, as a coordinator confirmed it.

    `titles` is a checksum of the titles and of the edition of the scale; the titles themselves are not stored.
    `columns` maps the letters of a column in the sheet (or the number of a row, if the reviews stand side by side) to
    the name of our column.
    """

    network = models.ForeignKey(Network, models.CASCADE, related_name="column_matchings")
    titles = models.CharField(max_length=64)
    columns = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("network", "titles"), name="column_matching_once"),
        ]

    def __str__(self) -> str:
        return self.titles


class UploadQuerySet(models.QuerySet["Upload"]):
    """Uploads."""

    def current(self, at: datetime | None = None) -> "UploadQuerySet":
        """Filter by files that have not expired. One that is in the queue does not expire."""
        return self.exclude(self._is_expired(at))

    def expired(self, at: datetime | None = None) -> "UploadQuerySet":
        """Filter by files that have been stored for a day and are not in the queue."""
        return self.filter(self._is_expired(at))

    def in_queue(self) -> "UploadQuerySet":
        """Filter by files whose import waits or is under way."""
        return self.filter(job__state=Job.State.WAITING)

    def files(self) -> "UploadQuerySet":
        """Filter by files that arrived whole, without the portions of large ones."""
        return self.filter(whole__isnull=True).exclude(sha256="")

    @staticmethod
    def _is_expired(at: datetime | None) -> Q:
        """Return the condition of files that have expired. A portion does so with its file."""
        is_idle = Q(job__isnull=True) | ~Q(job__state=Job.State.WAITING)
        return Q(at__lte=(at or timezone.now()) - KEPT, whole__isnull=True) & is_idle


class Upload(models.Model):
    """A checked file of past reviews with the rows that were read from it.

    `job` imports it for `confirmed_by`, with the answers that were `chosen` in the preview, by field. `has_begun` says
    that the job did not wait for another import of the network when it ran last. `prepared`
    rows are written so far, and nobody sees them. An import that is done or was refused has no job; one that is done
    has no rows left either, only their number. A file is deleted when it is withdrawn, or a day after it was uploaded.

    An own export is received in pieces (UploadPiece), and `job` reads it before anybody confirms it. Its reviews are in
    portions: uploads with this one as their `whole`, numbered by `portion`, each of which is imported as a whole or not
    at all. `fault_count` is the number of their faults when the worker checked them last.
    """

    class State(TextChoices):
        """What becomes of a file. Not stored."""

        UNREADABLE = "unreadable"
        CHECKED = "checked"  # it can be imported
        WAITING = "waiting"  # for a worker
        RUNNING = "running"
        INTERRUPTED = "interrupted"  # it is tried again by itself
        REFUSED = "refused"  # its rows did not fit any more when its turn came
        FAILED = "failed"  # it was given up, and can be started again
        DONE = "done"

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    network = models.ForeignKey(Network, models.CASCADE, related_name="uploads")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)
    file_name = models.CharField(max_length=150)
    sha256 = models.CharField(max_length=64)
    rows = models.JSONField()
    row_count = models.PositiveIntegerField(default=0)
    chosen = models.JSONField(default=dict)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    has_begun = models.BooleanField(default=False)
    prepared = models.PositiveIntegerField(default=0)
    refused_at = models.DateTimeField(null=True)
    imported_at = models.DateTimeField(null=True)
    whole = models.ForeignKey("self", models.CASCADE, null=True, related_name="portions")
    portion = models.PositiveIntegerField(default=0)
    fault_count = models.PositiveIntegerField(default=0)

    objects = UploadQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("whole", "portion"), name="upload_portion_once"),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def state(self) -> State:
        """What becomes of the file. No query if the job was selected with it."""
        if self.imported_at:
            return self.State.DONE
        if self.job and self.job.state == Job.State.WAITING:
            if self.job.claim and self.job.due_at > timezone.now():
                return self.State.RUNNING
            return self.State.INTERRUPTED if self.job.attempts else self.State.WAITING
        if not self.row_count:
            return self.State.UNREADABLE
        if self.refused_at:
            return self.State.REFUSED
        return self.State.FAILED if self.confirmed_at else self.State.CHECKED

    @property
    def is_in_queue(self) -> bool:
        """Whether the file waits to be read or imported, or that is under way."""
        return self.state in (self.State.WAITING, self.State.RUNNING, self.State.INTERRUPTED)


class UploadPiece(models.Model):
    """A compressed piece of an own export that the worker has not read yet."""

    upload = models.ForeignKey(Upload, models.CASCADE, related_name="pieces")
    number = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("upload", "number"), name="upload_piece_once"),
        ]

    def __str__(self) -> str:
        return f"{self.upload_id} {self.number}"
