"""Interviews of a visit: who was asked in which role, and what they said, question by question.

Informants are roles, never names. A note is working material: it stands here only, in no event, so
that it can be deleted when its time has come; the interview's own row stays and says when that was.
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
from scales.definition import LONGEST_ROLE, OTHER
from scales.models import GuideEdition

LONGEST_LABEL = 50
LONGEST_PLACE = 100
LONGEST_QUESTION_KEY = 20
LABEL_TAKEN = _("Another interview of this review has this label already.")
HAS_TEXT = ~Q(text="")  # is true of a note that holds something


class InterviewQuerySet(models.QuerySet["Interview"]):
    def for_page(self) -> "InterviewQuerySet":
        """With the guide at hand, but for its document, which is parsed once a process."""
        return self.select_related("guide").defer("guide__document")

    def with_note_counts(self) -> "InterviewQuerySet":
        """Told how many of the questions have a note, and whether anything at all is noted."""
        said = ~Q(notes__text="")
        return self.annotate(
            answered=Count("notes", said & ~Q(notes__question=OTHER)), said=Count("notes", said)
        ).order_by("pk")


class Interview(models.Model):
    """One conversation by one guide. `label` tells informants of the same role apart: "A", "B"."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    review = models.ForeignKey(Review, models.PROTECT, related_name="interviews")
    guide = models.ForeignKey(
        GuideEdition, models.PROTECT, related_name="interviews", verbose_name=_("interview guide")
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

    # Told by InterviewQuerySet.with_note_counts.
    answered: int
    said: int

    def __str__(self) -> str:
        return f"{self.label}, {self.informant_role}"

    def get_absolute_url(self) -> str:
        return reverse("interview", args=[self.review.code, self.code])


class InterviewNote(models.Model):
    """What one informant said to one question; `question` is the guide's key of it.

    Every key of the guide has its row from the start, so that saving only updates. `change` is the
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
