"""What was judged, item by item. No score is NULL: never 0, never -1.

`ItemScore` is what the sheet reads, one row an item from the moment a review is created.
`Rating` is one evaluator's own judgement where several rate apart; a review with one shared
scoring has none. Both carry a version: who saves names the version they started from.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reviews.models.reviews import Review, ReviewEvaluator
from scales.rules import SCORES

LONGEST_NOTE = 5_000  # characters, of the evidence and of the recommendation each


class Judgement(models.Model):
    """A score of one item, with the kinds of evidence behind it."""

    item_number = models.PositiveSmallIntegerField(_("item"))
    value = models.PositiveSmallIntegerField(_("score"), null=True)
    sources = models.JSONField(_("data sources"), default=list)
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(item_number__gte=1), name="%(class)s_item_number_counts_from_1"),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(value__gte=SCORES[0], value__lte=SCORES[-1]),
                name="%(class)s_value_on_scale",
                violation_error_code="value_on_scale",
            ),
        ]


class Rating(Judgement):
    """One evaluator's own judgement of an item, before the evaluators agree."""

    evaluator = models.ForeignKey(ReviewEvaluator, models.PROTECT, related_name="ratings")
    note = models.CharField(_("note"), max_length=LONGEST_NOTE, blank=True)

    class Meta(Judgement.Meta):
        constraints: ClassVar = [
            *Judgement.Meta.constraints,
            models.UniqueConstraint(fields=("evaluator", "item_number"), name="rating_once_an_item"),
        ]

    def __str__(self) -> str:
        return f"{self.evaluator} {self.item_number}: {self.value or '–'}"


class ItemScore(Judgement):
    """The review's score of an item with its evidence and recommendation."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="scores")
    evidence = models.CharField(_("evidence"), max_length=LONGEST_NOTE, blank=True)
    recommendation = models.CharField(_("recommendation"), max_length=LONGEST_NOTE, blank=True)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta(Judgement.Meta):
        constraints: ClassVar = [
            *Judgement.Meta.constraints,
            models.UniqueConstraint(fields=("review", "item_number"), name="score_once_an_item"),
        ]

    def __str__(self) -> str:
        return f"{self.item_number}: {self.value or '–'}"
