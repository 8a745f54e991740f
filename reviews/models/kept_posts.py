"""Forms that were sent and refused, kept for an hour for the person who filled them in."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

KEPT = timedelta(hours=1)  # after which a form can no longer be read


class KeptPostQuerySet(models.QuerySet["KeptPost"]):
    """Kept forms."""

    def current(self) -> "KeptPostQuerySet":
        """Filter by forms that can still be read."""
        return self.filter(kept_at__gt=timezone.now() - KEPT)

    def expired(self, at: datetime) -> "KeptPostQuerySet":
        """Filter by forms that are to be deleted at a moment."""
        return self.filter(kept_at__lte=at - KEPT)


class KeptPost(models.Model):
    """What a person sent in a form that was not executed. reviews/people/kept_posts.py is the only writer.

    `browser` is the hash of the number of the browser that sent it, and `sealed` its encrypted content.
    """

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    browser = models.CharField(max_length=64)
    sealed = models.TextField()
    kept_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = KeptPostQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        indexes: ClassVar = [
            models.Index(fields=("browser",), name="kept_post_browser"),
            models.Index(fields=("kept_at",), name="kept_post_expires"),
        ]

    def __str__(self) -> str:
        return str(self.code)
