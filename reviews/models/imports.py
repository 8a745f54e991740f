"""Files of past reviews that were checked and wait to be imported."""

import uuid
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from reviews.models.organisations import Network

KEPT = timedelta(days=1)  # a checked file that nobody imports


class Upload(models.Model):
    """A file of past reviews that was checked and not yet imported: its rows as they were read.

    Deleted when it is imported or withdrawn, and when a day has passed.
    """

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    network = models.ForeignKey(Network, models.CASCADE, related_name="uploads")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)
    file_name = models.CharField(max_length=150)
    sha256 = models.CharField(max_length=64)
    rows = models.JSONField()

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return self.file_name
