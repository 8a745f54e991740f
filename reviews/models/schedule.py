"""Due dates: the next review, timeline and preparation of a visit, calendar feeds and reminders."""

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
from reviews.models.visibility import is_open
from reviews.workflow import CANCELLED
from scales.models import ScaleEdition
from scales.parsing import MOST_MONTHS

LONGEST_STEP = 200  # characters
FARTHEST = 104  # weeks before or after a visit


class DueDate(models.Model):
    """A due date that was set by hand for the review after this one, in place of the network's rule."""

    review = models.OneToOneField(Review, models.PROTECT, related_name="due_date")
    on = models.DateField(_("next review due"))
    reason = models.CharField(_("reason"), max_length=LONGEST_COMMENT)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(reason=""), name="due_date_says_why")]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d}"


class ReviewInterval(models.Model):
    """A network's choice of when the next review is due: `months` after a visit, by edition and quality band reached.

    `band_rank` counts from the lowest band, 1. Where a network has chosen nothing, the scale's document decides
    (reviews/schedule/rhythm.py).
    """

    network = models.ForeignKey(Network, models.CASCADE, related_name="intervals")
    edition = models.ForeignKey(ScaleEdition, models.CASCADE, related_name="+")
    band_rank = models.PositiveSmallIntegerField()
    months = models.PositiveSmallIntegerField(_("months to the next review"))

    class Meta:
        ordering = ("edition", "-band_rank")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("network", "edition", "band_rank"), name="interval_once_for_a_band"),
            models.CheckConstraint(
                condition=Q(months__range=(1, MOST_MONTHS), band_rank__gte=1),
                name="interval_within_five_years",
                violation_error_code="within_five_years",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.network}, {self.edition_id}.{self.band_rank}: {self.months}"


class TimelineStep(models.Model):
    """A row of a network's timeline: something to do `weeks` before (negative) or after each visit."""

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
    """Steps of preparations."""

    def to_do(self) -> "PreparationStepQuerySet":
        """Filter by steps that are not done and still matter, as `PreparationStep.matters` defines it."""
        is_after_visit = Q(due__gt=F("review__visit_end")) & ~Q(review__status__in=CANCELLED)
        return self.filter(Q(is_open(path="review__")) | is_after_visit, done_at__isnull=True)


class PreparationStep(models.Model):
    """A dated step of a review's preparation, copied from the network's timeline or added by hand.

    `weeks` is how many weeks before (negative) or after the visit the step is due. It is NULL if somebody has chosen
    the date: such a step does not move with the visit.
    """

    class WhenPast(models.TextChoices):
        """What becomes of steps whose dates have passed when a visit near at hand is planned."""

        TODAY = "today", _("They count from today: do them now")
        DONE = "done", _("They are done")
        LEAVE = "leave", _("Leave their dates as they are: they are overdue")

    review = models.ForeignKey(Review, models.PROTECT, related_name="preparation")
    due = models.DateField(_("by when"))
    weeks = models.SmallIntegerField(null=True)
    text = models.CharField(_("what to do"), max_length=LONGEST_STEP)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = PreparationStepQuerySet.as_manager()

    class Meta:
        ordering = ("due", "pk")
        indexes: ClassVar = [
            models.Index(fields=("due", "id"), condition=Q(done_at__isnull=True), name="preparation_to_do"),
        ]
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
        """Return whether the step can still be of use: a step before the visit cannot once the review is final."""
        return not review.is_closed or (self.due > review.visit_end and not review.is_cancelled)

    def is_overdue(self, review: Review, today: date) -> bool:
        """Return whether the step is due before `today` and not done."""
        return self.done_at is None and self.due < today and self.matters(review)


class CalendarFeed(models.Model):
    """The secret address at which a calendar program reads a person's due dates. Only its SHA-256 is stored."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feed")
    secret_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return str(self.user)


class Reminder(models.Model):
    """A record that a person was mailed about something. `about` identifies it, so that nobody is mailed twice."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="reminders")
    about = models.CharField(max_length=120)
    sent_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=("user", "about"), name="reminded_once")]

    def __str__(self) -> str:
        return f"{self.user}: {self.about}"
