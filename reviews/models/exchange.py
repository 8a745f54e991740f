"""What left the house and what came in: exports, and past reviews that were read from a file."""

import uuid
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reviews.models.organisations import Network

KEPT = timedelta(days=1)  # a checked file that nobody imports


class Export(models.Model):
    """That a person took reviews of a network out of the house. Written once; triggers refuse every change.

    `selection` holds the filters as they were chosen; `reviews` counts what was in it.
    """

    class Form(TextChoices):
        ZIP = "zip", _("score sheets as PDF (ZIP)")
        XLSX = "xlsx", _("spreadsheet (XLSX)")
        CSV = "csv", _("table (CSV)")
        JSONL = "jsonl", _("data (JSON lines)")

    at = models.DateTimeField(default=timezone.now, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    network = models.ForeignKey(Network, models.PROTECT, related_name="exports")
    form = models.CharField(_("format"), max_length=10, choices=Form)
    selection = models.JSONField(default=dict)
    reviews = models.PositiveIntegerField(_("reviews"))

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.by}: {self.form}"


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
