"""What is due: the next review of an organisation, the steps of a visit's preparation, who is told of it."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ipsfidelity.privacy import refuse_identity_numbers
from reviews.models.events import LONGEST_COMMENT
from reviews.models.organisations import Network
from reviews.models.reviews import Review

LONGEST_STEP = 200  # characters
FARTHEST = 104  # weeks before or after a visit


class DueDate(models.Model):
    """Another date for the review that follows this one than the network's rule gives, and why."""

    review = models.OneToOneField(Review, models.PROTECT, related_name="due_date")
    on = models.DateField(_("next review due"))
    reason = models.CharField(_("reason"), max_length=LONGEST_COMMENT)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(reason=""), name="due_date_says_why")]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d}"


class TimelineStep(models.Model):
    """One point of a network's timeline: something to do so many weeks before (below 0) or after the visit."""

    network = models.ForeignKey(Network, models.CASCADE, related_name="timeline")
    weeks = models.SmallIntegerField(_("weeks from the visit"))
    text = models.CharField(_("what to do"), max_length=LONGEST_STEP, validators=[refuse_identity_numbers])

    class Meta:
        ordering = ("weeks", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(weeks__gte=-FARTHEST, weeks__lte=FARTHEST),
                name="timeline_within_two_years",
                violation_error_code="within_two_years",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="timeline_says_what"),
        ]

    def __str__(self) -> str:
        return f"{self.weeks:+d}: {self.text}"


class PreparationStepQuerySet(models.QuerySet["PreparationStep"]):
    def to_do(self) -> "PreparationStepQuerySet":
        """What is not done and still matters: see `PreparationStep.matters`."""
        matters = Q(review__in=Review.objects.open().values("pk")) | Q(due__gt=F("review__visit_end"))
        return self.filter(matters, done_at__isnull=True)


class PreparationStep(models.Model):
    """One dated point of a review's check list, made from the network's timeline when the review was planned."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="preparation")
    due = models.DateField(_("by when"))
    text = models.CharField(_("what to do"), max_length=LONGEST_STEP)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = PreparationStepQuerySet.as_manager()

    class Meta:
        ordering = ("due", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False),
                name="preparation_done_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return f"{self.due:%Y-%m-%d}: {self.text}"

    def matters(self, review: Review) -> bool:
        """Return whether it is still to come: what was due before a visit is not, once its review is final."""
        return not review.is_final or self.due > review.visit_end

    def is_overdue(self, review: Review, today: date) -> bool:
        """Return whether it should have been done before this day."""
        return self.done_at is None and self.due < today and self.matters(review)


class CalendarFeed(models.Model):
    """The secret address under which a calendar program reads a person's dates. Only its SHA-256 is kept."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feed")
    secret_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return str(self.user)


class Reminder(models.Model):
    """That a person was mailed of something due; `about` names it and its date, so that nobody is told twice."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="reminders")
    about = models.CharField(max_length=120)
    sent_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=("user", "about"), name="reminded_once")]

    def __str__(self) -> str:
        return f"{self.user}: {self.about}"
