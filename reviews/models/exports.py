"""Exports of reviews: who exported which reviews, and when."""

from django.conf import settings
from django.db import models
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reviews.models.chained import ChainedLine
from reviews.models.organisations import Network


class Export(ChainedLine):
    """A record that a person exported reviews of a network. Written once; triggers refuse every change.

    `selection` holds the chosen filters, `reviews` the number of exported reviews.
    """

    class Form(TextChoices):
        """The format of the file."""

        ZIP = "zip", _("score sheets as PDF (ZIP)")
        XLSX = "xlsx", _("spreadsheet (XLSX)")
        CSV = "csv", _("table (CSV)")
        JSONL = "jsonl", _("data (JSON lines)")
        DOCX = "docx", _("the network’s year (Word)")

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
