"""Files of past reviews that were checked and can be imported."""

import uuid
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from reviews.models.organisations import Network

KEPT = timedelta(days=1)  # after which a file expires


class Upload(models.Model):
    """A checked file of past reviews with the rows that were read from it.

    Deleted when it is imported or withdrawn, or a day after it was uploaded.
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
