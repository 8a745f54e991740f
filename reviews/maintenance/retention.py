"""The retention rules of the installation: what is deleted when, and how much that is.

Interview notes have a rule for each network (reviews/interviews/retention.py), uploads and files of exports are kept
for a day, refused forms for an hour. The other periods are settings. Triggers refuse to delete cancelled reviews and
lines of the access log before a year has passed (reviews/records/protection.py), whatever the settings say.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.tasks import task
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from reviews.exports.files import delete_expired_files
from reviews.imports.uploads import delete_uploads
from reviews.interviews.retention import delete_notes, due_notes
from reviews.maintenance.state import record_success
from reviews.models import (
    AccessAction,
    AccessEvent,
    ExportFile,
    Interview,
    InterviewNote,
    Invitation,
    ItemComment,
    ItemScore,
    KeptPost,
    MaintenanceTask,
    PreparationStep,
    QuickNote,
    Rating,
    Remark,
    ReportText,
    Review,
    ReviewEvaluator,
    ReviewEvent,
    Upload,
)
from reviews.models.export_files import KEPT as FILES_KEPT
from reviews.models.imports import KEPT as UPLOADS_KEPT
from reviews.models.kept_posts import KEPT as POSTS_KEPT
from reviews.records import access_log, log_chain
from reviews.records.writing import lock

SOON = timedelta(days=30)  # how far ahead the preview looks
AT_ONCE = 5_000  # lines of the access log in one statement, so that other saves do not wait


@dataclass(frozen=True)
class Rule:
    """What a rule deletes: `due` counts it for a moment, `delete` deletes what is due at that moment and counts it.

    `name` is the name in commands and in the access log. `kept_days` is 0 if everything is kept, None if each network
    has its own number; `kept_hours` is a period of less than a day. `setting` is the environment variable with the
    number, "" if it is not a setting.
    """

    name: str
    label: Any
    kept_days: int | None
    setting: str
    due: Callable[[datetime], int]
    delete: Callable[[datetime], int]
    kept_hours: int = 0

    @property
    def kept(self) -> str:
        """The period in words."""
        if self.kept_hours:
            return ngettext("%(count)s hour", "%(count)s hours", self.kept_hours) % {"count": self.kept_hours}
        if self.kept_days is None:
            return gettext("as each network has chosen")
        if self.kept_days == 0:
            return gettext("always")
        return ngettext("%(count)s day", "%(count)s days", self.kept_days) % {"count": self.kept_days}

    @property
    def due_now(self) -> int:
        """How much the next run deletes."""
        return self.due(timezone.now())

    @property
    def due_soon(self) -> int:
        """How much will be due in SOON, with what is due now."""
        return self.due(timezone.now() + SOON)


def rules() -> tuple[Rule, ...]:
    """Return the rules with their current periods."""
    cancelled, access = settings.KEEP_CANCELLED_DAYS, settings.KEEP_ACCESS_LOG_DAYS
    invitations = settings.KEEP_INVITATIONS_DAYS
    return (
        Rule("interview_notes", _("Interview notes of closed reviews"), None, "", _count_notes, _delete_notes),
        Rule(
            "uploads",
            _("Files that were checked and not imported"),
            UPLOADS_KEPT.days,
            "",
            _count_uploads,
            _delete_uploads,
        ),
        Rule(
            "export_files",
            _("Files of exports"),
            FILES_KEPT.days,
            "",
            lambda at: ExportFile.objects.expired(at).count(),
            delete_expired_files,
        ),
        Rule(
            "kept_posts",
            _("Forms that were refused after signing out"),
            0,
            "",
            lambda at: KeptPost.objects.expired(at).count(),
            lambda at: KeptPost.objects.expired(at).delete()[0],
            kept_hours=round(POSTS_KEPT.total_seconds() / 3600),
        ),
        Rule(
            "invitations",
            _("Invitations that have expired or were used"),
            invitations,
            "KEEP_INVITATIONS_DAYS",
            lambda at: _old_invitations(at, invitations).count(),
            lambda at: _old_invitations(at, invitations).delete()[0],
        ),
        Rule(
            "cancelled_reviews",
            _("Cancelled reviews, with everything that was written in them"),
            cancelled,
            "KEEP_CANCELLED_DAYS",
            lambda at: _old_cancelled(at, cancelled).count(),
            lambda at: _delete_cancelled(at, cancelled),
        ),
        Rule(
            "access_log",
            _("Lines of the access log"),
            access,
            "KEEP_ACCESS_LOG_DAYS",
            lambda at: _old_accesses(at, access).count(),
            lambda at: _delete_accesses(at, access),
        ),
    )


def apply_rules() -> dict[str, int]:
    """Delete what the rules no longer keep, and return how much by name of the rule. Idempotent.

    Each rule has transactions of its own.
    """
    at = timezone.now()
    counts = {rule.name: rule.delete(at) for rule in rules()}
    record_success(MaintenanceTask.Kind.RETENTION, **counts)
    return counts


@task
def delete_expired() -> None:
    """Apply the rules: a job of every night."""
    apply_rules()


def _count_notes(at: datetime) -> int:
    return len(due_notes(at))


def _delete_notes(at: datetime) -> int:
    return sum(bool(delete_notes(notes.review, at)) for notes in due_notes(at))


def _count_uploads(at: datetime) -> int:
    return Upload.objects.expired(at).count()


def _delete_uploads(at: datetime) -> int:
    return delete_uploads(Upload.objects.expired(at))


def _old_invitations(at: datetime, days: int) -> QuerySet[Invitation]:
    return _older(Invitation.objects.all(), "expires_at", at, days)


def _old_cancelled(at: datetime, days: int) -> QuerySet[Review]:
    return _older(Review.objects.filter(cancelled_at__isnull=False), "cancelled_at", at, days)


def _old_accesses(at: datetime, days: int) -> QuerySet[AccessEvent]:
    return _older(AccessEvent.objects.all(), "at", at, days)


def _older[Rows: QuerySet[Any]](rows: Rows, field: str, at: datetime, days: int) -> Rows:
    return rows.filter(**{f"{field}__lt": at - timedelta(days=days)}) if days else rows.none()


def _delete_cancelled(at: datetime, days: int) -> int:
    reviews = list(_old_cancelled(at, days).select_related("organisation").order_by("pk"))
    for review in reviews:
        delete_cancelled_review(review)
    return len(reviews)


# All that belongs to a review, in the order in which it can be deleted: the model, and its way to the review.
PARTS_OF_A_REVIEW: tuple[tuple[type[Any], str], ...] = (
    (Rating, "evaluator__review"),
    (InterviewNote, "interview__review"),
    *((model, "review") for model in (QuickNote, Interview, ItemScore, ItemComment, Remark, ReportText)),
    *((model, "review") for model in (PreparationStep, ReviewEvaluator, AccessEvent, ReviewEvent)),
)


@transaction.atomic
def delete_cancelled_review(review: Review) -> None:
    """Delete a cancelled review with all that belongs to it. The access log keeps its code and its organisation."""
    locked = lock(review, "organisation")
    log_chain.note_deletion(AccessEvent.objects.filter(review=locked))
    for model, path in PARTS_OF_A_REVIEW:
        rows = model._base_manager.filter(**{path: locked})
        rows._raw_delete(rows.db)  # without loading the rows: their relations are deleted in this order
    Review.objects.filter(pk=locked.pk)._raw_delete("default")
    access_log.record(AccessAction.EXPIRED, None, page=locked.code.hex, organisation=locked.organisation)


def _delete_accesses(at: datetime, days: int) -> int:
    deleted = 0
    while keys := list(_old_accesses(at, days).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        rows = AccessEvent.objects.filter(pk__in=keys)
        with transaction.atomic():
            log_chain.note_deletion(rows)
            deleted += rows._raw_delete(rows.db)
    if deleted:
        access_log.record(AccessAction.EXPIRED, None, page="access_log")
    return deleted
