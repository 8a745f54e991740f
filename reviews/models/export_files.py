"""Files of long exports, made by the worker and kept for a day for the person who asked for them."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from reviews.models.organisations import Network
from reviews.models.queue import Job

LARGEST_EXPORT = 1_000_000_000  # bytes: the import of another installation reads no larger file
KEPT = timedelta(hours=24)  # after which a file can no longer be read


def end_of_wait() -> datetime:
    """Return when a file that is asked for now expires, unless it is ready before."""
    return timezone.now() + KEPT


class ExportFileQuerySet(models.QuerySet["ExportFile"]):
    """Files of exports."""

    def kept(self) -> "ExportFileQuerySet":
        """Filter by files that have not expired."""
        return self.filter(expires_at__gt=timezone.now())

    def expired(self, at: datetime) -> "ExportFileQuerySet":
        """Filter by files that are to be deleted at a moment."""
        return self.filter(expires_at__lte=at)


class ExportFile(models.Model):
    """A file that a person asked for. reviews/exports/files.py and making.py are the only writers.

    `name` is the format (reviews/exports/formats.py), `selection` holds the filters, and `key` a digest of both.
    `reviews` is the number of reviews and `done` how many of them have been read. `attempt` is the token of the worker
    that writes the content, and afterwards that of the complete content. `keys` are the reviews in the complete
    content until the export has been recorded, `recorded` the number of those that the access log has. `as_of` is when
    the content was valid, and `ready_at` when it could be read.
    """

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    network = models.ForeignKey(Network, models.CASCADE, related_name="export_files")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    job = models.ForeignKey(Job, models.CASCADE, related_name="export_files")
    name = models.CharField(max_length=20)
    selection = models.JSONField()
    key = models.CharField(max_length=16)
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(default=end_of_wait)
    reviews = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    attempt = models.UUIDField(null=True)
    keys = models.JSONField(null=True)
    recorded = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)
    as_of = models.DateTimeField(null=True)
    ready_at = models.DateTimeField(null=True)

    objects = ExportFileQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        indexes: ClassVar = [models.Index(fields=("expires_at",), name="export_file_expires")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("by", "network", "key"), condition=Q(ready_at__isnull=True), name="export_file_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.code}"


class ExportChunk(models.Model):
    """A compressed piece of the content of a file. `attempt` is the token of the worker that wrote it."""

    file = models.ForeignKey(ExportFile, models.CASCADE, related_name="chunks")
    attempt = models.UUIDField()
    number = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("file", "attempt", "number"), name="export_chunk_once"),
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.number}"
