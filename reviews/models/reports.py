"""The text of a review's report, and the service's remarks on the draft. Both are frozen when the review is final."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q, TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reviews.models.reviews import Review
from reviews.models.scores import LONGEST_NOTE

LONGEST_REMARK = 2_000  # characters


class ReportText(models.Model):
    """What the evaluators write about the whole review: a summary, and the strengths of the service."""

    review = models.OneToOneField(Review, models.PROTECT, related_name="report_text")
    summary = models.CharField(_("summary"), max_length=LONGEST_NOTE, blank=True)
    strengths = models.CharField(_("strengths"), max_length=LONGEST_NOTE, blank=True)
    version = models.PositiveIntegerField(default=0)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    saved_at = models.DateTimeField(null=True)
    change = models.UUIDField(null=True)

    def __str__(self) -> str:
        return str(self.review)


class Remark(models.Model):
    """A remark of the service on the draft report: about an item, or about the whole report if `item_number` is NULL.

    The evaluators must answer each remark before they can sign the review.
    """

    class Kind(TextChoices):
        """What the remark is: a comment, or a fact that is missing or wrong."""

        COMMENT = "comment", _("comment")
        FACT = "fact", _("fact that is missing or wrong")

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    review = models.ForeignKey(Review, models.PROTECT, related_name="remarks")
    item_number = models.PositiveSmallIntegerField(_("item"), null=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    text = models.CharField(_("remark"), max_length=LONGEST_REMARK)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)
    answer = models.CharField(_("answer"), max_length=LONGEST_REMARK, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("item_number", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(answer="", answered_by__isnull=True, answered_at__isnull=True)
                | ~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False),
                name="remark_answer_has_author",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="remark_says_something"),
            models.CheckConstraint(condition=Q(kind__in=("comment", "fact")), name="remark_kind_known"),
        ]

    def __str__(self) -> str:
        return self.text
