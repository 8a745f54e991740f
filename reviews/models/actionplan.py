"""The actions of action plans, and the notes on them.

Actions start from a final review and change after it. Every change is an event of the review for which the action
was created.
"""

import uuid
from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q, TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reviews.models.reviews import Review
from reviews.models.scores import LONGEST_ROLE
from reviews.models.visibility import Condition

LONGEST_ACTION = 1_000  # characters
MOST_ACTIONS = 100  # of one review
IS_OPEN = "{state} IN ('planned', 'ongoing')"  # the exact text of the condition of the index `action_open`


class ActionQuerySet(models.QuerySet["Action"]):
    """Actions."""

    def open(self) -> "ActionQuerySet":
        """Filter by actions that are neither done nor dropped, in the form that uses the index `action_open`."""
        return self.filter(Condition(IS_OPEN))

    def open_of(self, organisation: int) -> "ActionQuerySet":
        """Filter by the open actions of a current organisation, by its key, from all of its reviews."""
        return self.filter(review__in=Review.objects.of_current(organisation).values("pk"), state__in=Action.OPEN)


class Action(models.Model):
    """What will be done about an item, or the whole service if `item_number` is NULL; by whom (a role) and by when."""

    class State(TextChoices):
        """The progress of an action."""

        PLANNED = "planned", _("not started")
        ONGOING = "ongoing", _("under way")
        DONE = "done", _("done")
        DROPPED = "dropped", _("dropped")

    OPEN: ClassVar = (State.PLANNED, State.ONGOING)

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    review = models.ForeignKey(Review, models.PROTECT, related_name="actions")
    item_number = models.PositiveSmallIntegerField(_("item"), null=True, blank=True)
    what = models.CharField(_("what will be done"), max_length=LONGEST_ACTION)
    who = models.CharField(_("who (role)"), max_length=LONGEST_ROLE, blank=True)
    due = models.DateField(_("by when"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=0)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    objects = ActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        ordering = ("item_number", "pk")
        indexes: ClassVar = [
            models.Index(fields=("due", "id"), condition=Q(state__in=("planned", "ongoing")), name="action_open"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=("planned", "ongoing", "done", "dropped")), name="action_state_known"
            ),
            models.CheckConstraint(condition=~Q(what=""), name="action_says_what"),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    def is_overdue(self, today: date) -> bool:
        """Return whether the action is open and due before `today`."""
        return self.is_open and self.due is not None and self.due < today


class ActionNote(models.Model):
    """A note on the progress of an action. Triggers refuse every change; a mistake is corrected in another note."""

    action = models.ForeignKey(Action, models.PROTECT, related_name="notes")
    at = models.DateTimeField(default=timezone.now, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.CharField(_("note"), max_length=LONGEST_ACTION)

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(text=""), name="action_note_says_something")]

    def __str__(self) -> str:
        return self.text
