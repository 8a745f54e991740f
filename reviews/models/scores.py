"""Scores and ratings by item. A missing score is NULL, never 0 or -1.

An `ItemScore` is the review's score of an item, which score sheets show. A `Rating` is the judgement of one evaluator;
only reviews in which each evaluator rates alone have ratings. Both exist for every item from the creation of the
review, and have a version for concurrent writers. An `ItemComment` is what an evaluator says while they agree.
"""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ipsfidelity.prepared import prepared
from reviews.models.evaluators import ReviewEvaluator
from reviews.models.reviews import Review
from scales.rules import SCORES

LONGEST_NOTE = 5_000  # characters, of the evidence and of the recommendation each
LONGEST_REASON = 1_000
LONGEST_TASK = 500
LONGEST_ROLE = 100


class Judgement(models.Model):
    """The score of one item with the evidence for it.

    `observation` has the structure that scales/suggestion.py describes. `departure` is the reason for a score that
    differs from the suggested one. An item that is awaiting data has no score: `awaited` is what is missing,
    `awaited_from` who gets it, `awaited_by` until when.
    """

    item_number = models.PositiveSmallIntegerField(_("item"))
    value = models.PositiveSmallIntegerField(_("score"), null=True)
    sources = models.JSONField(_("data sources"), default=list)
    evidence = models.CharField(_("evidence"), max_length=LONGEST_NOTE, blank=True)
    recommendation = models.CharField(_("recommendation"), max_length=LONGEST_NOTE, blank=True)
    observation = models.JSONField(_("observation"), default=dict)
    departure = models.CharField(_("why not the suggestion"), max_length=LONGEST_REASON, blank=True)
    awaiting = models.BooleanField(_("not enough data yet"), default=False)
    awaited = models.CharField(_("what is missing"), max_length=LONGEST_TASK, blank=True)
    awaited_from = models.CharField(_("who gets it"), max_length=LONGEST_ROLE, blank=True)
    awaited_by = models.DateField(_("by when"), null=True)
    version = models.PositiveIntegerField(default=0)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
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
            models.CheckConstraint(
                condition=Q(awaiting=True, value__isnull=True)
                | Q(awaiting=False, awaited="", awaited_from="", awaited_by__isnull=True),
                name="%(class)s_waits_without_score",
                violation_error_code="waits_without_score",
            ),
        ]

    @property
    def is_untouched(self) -> bool:
        """Whether nobody has saved anything about the item. Its version can be higher than 0 all the same."""
        return self.saved_at is None


class RatingQuerySet(models.QuerySet["Rating"]):
    """Ratings."""

    def submitted(self, review: Review) -> "RatingQuerySet":
        """Return the submitted ratings of a review, ordered by item and then by evaluator."""
        submitted = self.filter(evaluator__review=review, evaluator__submitted_at__isnull=False)
        return submitted.order_by("item_number", "evaluator")


class Rating(Judgement):
    """One evaluator's own judgement of an item, before the evaluators agree."""

    evaluator = models.ForeignKey(ReviewEvaluator, models.PROTECT, related_name="ratings")

    objects = RatingQuerySet.as_manager()

    class Meta(Judgement.Meta):
        constraints: ClassVar = [
            *Judgement.Meta.constraints,
            models.UniqueConstraint(fields=("evaluator", "item_number"), name="rating_once_an_item"),
        ]

    def __str__(self) -> str:
        return f"{self.evaluator} {self.item_number}: {self.value or '–'}"


class ItemScoreQuerySet(models.QuerySet["ItemScore"]):
    """Scores of items."""

    def untouched(self) -> "ItemScoreQuerySet":
        """Return the scores about whose items nobody has saved anything."""
        return self.filter(saved_at__isnull=True)


class ItemScore(Judgement):
    """The review's score of an item.

    `decision` is the reason for the score if the evaluators had rated the item differently. `put_to` is the third
    person who was asked to decide.
    """

    # `score_values` finds the scores of a review.
    review = models.ForeignKey(Review, models.PROTECT, related_name="scores", db_index=False)
    decision = models.CharField(_("reason for the decision"), max_length=LONGEST_REASON, blank=True)
    put_to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = ItemScoreQuerySet.as_manager()

    class Meta(Judgement.Meta):
        # The figures of a network read the scores of thousands of reviews from the index alone.
        indexes: ClassVar = [models.Index(fields=("review", "item_number", "value"), name="score_values")]
        constraints: ClassVar = [
            *Judgement.Meta.constraints,
            models.UniqueConstraint(fields=("review", "item_number"), name="score_once_an_item"),
        ]

    def __str__(self) -> str:
        return f"{self.item_number}: {self.value or '–'}"


def scores_of(review: Review) -> list[ItemScore]:
    """Return the scores of a review, in no particular order. One query."""
    return _scores(review.pk)


@prepared
def _scores(review: int) -> models.QuerySet[ItemScore]:
    return ItemScore.objects.filter(review=review)


class ItemComment(models.Model):
    """What an evaluator said about an item in consensus. Triggers refuse every change, and more once it is closed.

    `code` is the client's id of the comment, so that a comment that is sent twice is written once.
    """

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    review = models.ForeignKey(Review, models.PROTECT, related_name="item_comments")
    item_number = models.PositiveSmallIntegerField(_("item"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)
    text = models.CharField(_("comment"), max_length=LONGEST_REASON)

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(text=""), name="item_comment_says_something"),
            models.CheckConstraint(condition=Q(item_number__gte=1), name="item_comment_item_counts_from_1"),
        ]

    def __str__(self) -> str:
        return self.text
