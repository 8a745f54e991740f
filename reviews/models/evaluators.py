"""The evaluators of reviews: who takes part in a review, and in which part."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from reviews.models.reviews import Review
from reviews.workflow import EvaluatorPart


class ReviewEvaluator(models.Model):
    """An evaluator of a review, or a third person. `submitted_at` is when they submitted their own ratings."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="participations")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="participations")
    part = models.CharField(max_length=20, choices=EvaluatorPart, default=EvaluatorPart.RATES)
    submitted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("review", "user"), name="evaluator_once_in_review"),
            models.CheckConstraint(condition=Q(part__in=EvaluatorPart.values), name="evaluator_part_known"),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True) | Q(part=EvaluatorPart.RATES),
                name="evaluator_hands_in_what_they_rated",
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)
