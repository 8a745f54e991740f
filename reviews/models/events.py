"""The events of reviews and of the access log. Append-only: triggers refuse changes (reviews/records/protection.py).

An event of a review is written in the transaction of the change that it records, and contains the hash of the previous
event (reviews/records/chain.py).
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q, TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reviews.models.chained import ChainedLine
from reviews.models.labels import label_of
from reviews.models.organisations import Network, Organisation
from reviews.models.reviews import Review

LONGEST_COMMENT = 1_000  # characters


class EventType(TextChoices):
    """What happened to a review. Values are stored and hashed: never rename one.

    records/event_types.py declares the fields of each type.
    """

    CREATED = "created", _("created the review")
    CORRECTION = "correction", _("opened this correction of a final review")
    STARTED = "started", _("started scoring")
    SCORED = "scored", _("changed the scoring of an item")
    RATED = "rated", _("changed their own rating of an item")
    HANDED_IN = "handed_in", _("handed in their ratings")
    TAKEN_BACK = "taken_back", _("took back their ratings")
    COMPARED = "compared", _("handed in last, which opened the ratings to all evaluators")
    COMMENTED = "commented", _("commented on an item")
    ASKED = "asked", _("asked a third person to decide")
    SPECIALISTS = "specialists", _("changed the list of employment specialists")
    HANDED_OVER = "handed_over", _("changed the evaluators")
    DRAFTED = "drafted", _("shared the draft report")
    REOPENED = "reopened", _("sent the review back to the evaluators")
    FINALISED = "finalised", _("signed and finalised the review")
    CORRECTED = "corrected", _("opened a correction of this review")
    SUPERSEDED = "superseded", _("replaced this review with its correction")
    PLAN_CHANGED = "plan_changed", _("changed the plan of the review")
    MOVED = "moved", _("moved the correction of this review to another organisation")
    CANCELLED = "cancelled", _("cancelled the review")
    WITHDRAWN = "withdrawn", _("withdrew the correction")
    INTERVIEWED = "interviewed", _("started an interview")
    INTERVIEW_CHANGED = "interview_changed", _("changed an interview")
    INTERVIEW_REMOVED = "interview_removed", _("removed an interview")
    NOTES_DELETED = "notes_deleted", _("deleted the interview notes")
    REPORT_WRITTEN = "report_written", _("changed the report’s text")
    FACTS_ASKED = "facts_asked", _("set the last day for remarks of the service")
    REMARKED = "remarked", _("wrote a remark on the draft report")
    REMARK_CHANGED = "remark_changed", _("changed a remark")
    REMARK_WITHDRAWN = "remark_withdrawn", _("withdrew a remark")
    ANSWERED = "answered", _("answered a remark")
    IMPORTED = "imported", _("imported the review")
    ACTION_ADDED = "action_added", _("added an action")
    ACTION_CHANGED = "action_changed", _("changed an action")
    ACTION_NOTED = "action_noted", _("added a note to an action")
    ACTION_REMOVED = "action_removed", _("removed an action")
    DUE_SET = "due_set", _("set the due date of the next review")
    PREPARED = "prepared", _("ticked off a step of the preparation")


# The types of events that are lines of somebody's inbox (reviews/inbox/news.py). The indexes contain only these.
REVIEW_NEWS = (
    *(EventType.CREATED, EventType.HANDED_OVER, EventType.PLAN_CHANGED, EventType.CANCELLED, EventType.WITHDRAWN),
    *(EventType.HANDED_IN, EventType.TAKEN_BACK, EventType.COMPARED, EventType.ASKED),
    *(EventType.DRAFTED, EventType.FACTS_ASKED, EventType.REOPENED, EventType.REMARKED, EventType.ANSWERED),
    *(EventType.FINALISED, EventType.CORRECTED, EventType.SUPERSEDED, EventType.MOVED),
    *(EventType.ACTION_ADDED, EventType.ACTION_CHANGED, EventType.ACTION_NOTED, EventType.ACTION_REMOVED),
    EventType.DUE_SET,
)

# The types of events after which the queue makes the report (reviews/reports/ahead.py). What evaluators write is not
# among them: nobody waits for a report that changes with each save.
CHANGES_REPORT = frozenset(
    (
        *(EventType.DRAFTED, EventType.FINALISED, EventType.SUPERSEDED, EventType.DUE_SET),
        *(EventType.REMARKED, EventType.REMARK_CHANGED, EventType.REMARK_WITHDRAWN, EventType.ANSWERED),
        *(EventType.ACTION_ADDED, EventType.ACTION_CHANGED, EventType.ACTION_NOTED, EventType.ACTION_REMOVED),
    )
)


class ReviewEvent(models.Model):
    """An event in the hash chain of a review.

    `changes` maps a field to [before, after]. `change` is the client's id of the change. `previous` is the hash of the
    previous event, "" for the first.
    """

    review = models.ForeignKey(Review, models.PROTECT, related_name="events")
    at = models.DateTimeField(default=timezone.now, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    type = models.CharField(max_length=20, choices=EventType, db_column="happening")
    item_number = models.PositiveSmallIntegerField(null=True)
    change = models.UUIDField(null=True)
    changes = models.JSONField(default=dict)
    comment = models.CharField(max_length=LONGEST_COMMENT, blank=True)
    previous = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    get_type_display = label_of("type", EventType)

    class Meta:
        ordering = ("pk",)
        indexes: ClassVar = [
            models.Index(fields=("at", "id"), condition=Q(type__in=sorted(REVIEW_NEWS)), name="event_news"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("review", "item_number", "change"),
                condition=Q(change__isnull=False),
                name="event_change_once_an_item",
            ),
            models.UniqueConstraint(fields=("review", "previous"), name="event_chain_does_not_fork"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.by} {self.get_type_display()}"


class AccessAction(TextChoices):
    """Actions in the access log: reads, exports, sign-ins and changes to memberships and rules."""

    READ = "read", _("read")
    PRINTED = "printed", _("opened the PDF")
    EXPORTED = "exported", _("exported")
    REFUSED = "refused", _("was refused")
    SIGNED_IN = "signed_in", _("signed in")
    SIGN_IN_FAILED = "sign_in_failed", _("failed to sign in")
    SIGNED_OUT = "signed_out", _("signed out")
    INVITED = "invited", _("invited")
    INVITATION_RENEWED = "invitation_renewed", _("made a new link for an invitation")
    INVITATION_WITHDRAWN = "invitation_withdrawn", _("withdrew an invitation")
    JOINED = "joined", _("accepted an invitation")
    MEMBERSHIP_ENDED = "membership_ended", _("ended a membership")
    NETWORK_ADDED = "network_added", _("added a network")
    NETWORK_RENAMED = "network_renamed", _("renamed a network")
    ORGANISATION_ADDED = "organisation_added", _("added an organisation")
    ORGANISATION_RENAMED = "organisation_renamed", _("renamed an organisation")
    ACCOUNT_DELETED = "account_deleted", _("deleted the account")
    IMPORTED = "imported", _("imported past reviews")
    RHYTHM_CHANGED = "rhythm_changed", _("changed the rule for due dates")
    TIMELINE_CHANGED = "timeline_changed", _("changed the timeline of a review")
    FEED_MADE = "feed_made", _("made a calendar address")
    FEED_REVOKED = "feed_revoked", _("revoked the calendar address")
    SIGN_IN_CHANGED = "sign_in_changed", _("changed how somebody signs in")
    OWN_SIGN_IN_CHANGED = "own_sign_in_changed", _("changed how they sign in")
    RIGHTS_CHANGED = "rights_changed", _("changed what somebody may do")
    SECOND_FACTOR_FAILED = "second_factor_failed", _("failed to confirm with a second factor")
    RESET_REQUESTED = "reset_requested", _("asked for a new password")
    ORGANISATIONS_JOINED = "organisations_joined", _("joined two organisations")
    ORGANISATIONS_SEPARATED = "organisations_separated", _("separated two joined organisations")
    NOTES_RULE_CHANGED = "notes_rule_changed", _("changed how long interview notes are kept")
    NAME_CHANGED = "name_changed", _("changed their own name")
    WORK_GIVEN_UP = "work_given_up", _("gave up work that waited")
    EVALUATOR_REMOVED = "evaluator_removed", _("removed an evaluator from a review")
    DRAFT_TAKEN_BACK = "draft_taken_back", _("took back a draft report")
    EXPIRED = "expired", _("deleted by the retention rule")


# The same for the access log. People who can no longer open a review read of it here and not in its events.
ACCESS_NEWS = (
    *(AccessAction.EVALUATOR_REMOVED, AccessAction.DRAFT_TAKEN_BACK, AccessAction.IMPORTED),
    *(AccessAction.JOINED, AccessAction.MEMBERSHIP_ENDED, AccessAction.SIGN_IN_CHANGED),
    *(AccessAction.ORGANISATIONS_JOINED, AccessAction.ORGANISATIONS_SEPARATED),
)


class AccessEvent(ChainedLine):
    """An event of the access log. `page` is a URL name or short code, never content; `person` is the one concerned.

    `joined_to` is the organisation to which `organisation` was joined, or from which it was separated.
    """

    at = models.DateTimeField(default=timezone.now, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=30, choices=AccessAction, db_column="act")
    page = models.CharField(max_length=100, blank=True)
    review = models.ForeignKey(Review, models.PROTECT, null=True, related_name="accesses")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    joined_to = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", db_index=False)
    network = models.ForeignKey(Network, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    get_action_display = label_of("action", AccessAction)

    class Meta:
        ordering = ("-pk",)
        indexes: ClassVar = [
            models.Index(fields=("at", "id"), condition=Q(action__in=sorted(ACCESS_NEWS)), name="access_news"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.by} {self.get_action_display()} {self.page}"
