"""Interviews of a visit, the notes on them, and the quick notes of the visit.

An informant is a role and a letter, never a name. Notes are stored nowhere else, not even in events, so that they can
be deleted at the end of the retention period. The row of the interview is kept and stores when that happened.
"""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ipsfidelity.privacy import refuse_identity_numbers
from reviews.models.reviews import Review
from reviews.models.scores import LONGEST_NOTE
from scales.definition import LONGEST_ROLE, OPENING, OTHER, Guide
from scales.models import GuideEdition

LONGEST_LABEL = 50
LONGEST_PLACE = 100
LONGEST_QUESTION_KEY = 20
LABEL_TAKEN = _("Another interview of this review has this label already.")
HAS_TEXT = ~Q(text="")  # filter for notes that are not empty


class InterviewQuerySet(models.QuerySet["Interview"]):
    """Interviews."""

    def for_page(self) -> "InterviewQuerySet":
        """Select the guide without its document, which each process parses once."""
        return self.select_related("guide").defer("guide__document")

    def with_note_counts(self) -> "InterviewQuerySet":
        """Annotate how many of the `question_count` questions or items have a note, and order by creation."""
        answered = ~Q(notes__text="") & ~Q(notes__question__in=(OPENING, OTHER))
        return self.annotate(answered=Count("notes", answered)).order_by("pk")


class Interview(models.Model):
    """One conversation by a guide, or item by item if `guide` is None.

    `label` distinguishes informants of the same role: "A", "B".
    """

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    review = models.ForeignKey(Review, models.PROTECT, related_name="interviews")
    guide = models.ForeignKey(
        GuideEdition, models.PROTECT, null=True, related_name="interviews", verbose_name=_("interview guide")
    )
    informant_role = models.CharField(_("role"), max_length=LONGEST_ROLE, validators=[refuse_identity_numbers])
    label = models.CharField(_("label"), max_length=LONGEST_LABEL, validators=[refuse_identity_numbers])
    held_on = models.DateField(_("date"))
    place = models.CharField(_("place"), max_length=LONGEST_PLACE, blank=True, validators=[refuse_identity_numbers])
    conducted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    notes_deleted_at = models.DateTimeField(null=True, editable=False)

    objects = InterviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("interview")
        verbose_name_plural = _("interviews")
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("review", "label"),
                name="interview_label_once_in_review",
                violation_error_code="label_once",
                violation_error_message=LABEL_TAKEN,
            ),
            models.CheckConstraint(condition=~Q(label="") & ~Q(informant_role=""), name="interview_says_who_was_asked"),
        ]

    # Annotation of InterviewQuerySet.with_note_counts.
    answered: int

    def __str__(self) -> str:
        return f"{self.label}, {self.informant_role}"

    def get_absolute_url(self) -> str:
        return reverse("interview", args=[self.review.code, self.code])

    @property
    def outline(self) -> Guide:
        """The guide that the interview follows; without one, the items of the review's scale."""
        return self.guide.guide if self.guide else self.review.scale.blank_guide

    def has_notes(self) -> bool:
        """Return whether anything is noted, also in quick notes that were sorted under it. Two queries at most."""
        return self.notes.filter(HAS_TEXT).exists() or self.quick_notes.filter(HAS_TEXT).exists()


class InterviewNote(models.Model):
    """The note on one informant's answer to one question. `question` is its key in the interview's outline.

    An interview has a row for every key from the start, so that saving only updates. `change` is the
    identity of the last change that wrote the row.
    """

    interview = models.ForeignKey(Interview, models.PROTECT, related_name="notes")
    question = models.CharField(max_length=LONGEST_QUESTION_KEY)
    text = models.CharField(_("note"), max_length=LONGEST_NOTE, blank=True)
    version = models.PositiveIntegerField(default=0)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    saved_at = models.DateTimeField(null=True)
    change = models.UUIDField(null=True)

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("interview", "question"), name="note_once_a_question"),
        ]

    def __str__(self) -> str:
        return f"{self.interview}: {self.question}"


class QuickNote(models.Model):
    """A note that an evaluator wrote during the visit. Afterwards it is sorted under an item or an interview.

    It is an interview note, with the same readers and the same retention. `change` is the identity of the last change
    that wrote the row.
    """

    code = models.UUIDField(unique=True, editable=False)
    review = models.ForeignKey(Review, models.PROTECT, related_name="quick_notes")
    text = models.CharField(_("note"), max_length=LONGEST_NOTE, blank=True)
    item_number = models.PositiveSmallIntegerField(null=True)
    interview = models.ForeignKey(Interview, models.PROTECT, null=True, related_name="quick_notes")
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()
    change = models.UUIDField()

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(item_number__isnull=True) | Q(item_number__gte=1, interview__isnull=True),
                name="quick_note_is_sorted_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review}: {self.written_at}"
