"""What happened to a review: written once, in the transaction of the change itself, never altered."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q, TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reviews.models.reviews import Review


class Happening(TextChoices):
    CREATED = "created", _("created the review")
    STARTED = "started", _("started scoring")
    SCORED = "scored", _("changed an item")
    FINALISED = "finalised", _("finalised the review")


class ReviewEvent(models.Model):
    """`changes` maps a field to [before, after]; `change` is the id the writer's client gave it."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="events")
    at = models.DateTimeField(default=timezone.now, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    happening = models.CharField(max_length=20, choices=Happening)
    item_number = models.PositiveSmallIntegerField(null=True)
    change = models.UUIDField(null=True)
    changes = models.JSONField(default=dict)

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("review", "item_number", "change"),
                condition=Q(change__isnull=False),
                name="event_change_once_an_item",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.by} {self.get_happening_display()}"
