"""Write the action plan: add, change, annotate and remove actions, or start from the recommendations.

A plan belongs to a valid review and includes the actions of reviews that it corrects. Each service locks the valid
review's row in its transaction, so that nobody writes to a plan that a correction has taken over. Every change is an
event of the review for which the action was created. Nothing that was signed is changed.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsfidelity.errors import StateConflict
from reviews.conflicts import plan_moved_on
from reviews.models import Action, ActionNote, EventType, Review, ReviewEvent, User
from reviews.models.actionplan import LONGEST_ACTION, MOST_ACTIONS
from reviews.records import chain
from reviews.records.writing import Stale, changes_between, compare, lock, lock_review, update_if
from reviews.schedule.organisation_summary import refresh_summary
from scales.rules import SCORES

SAVED_IN_ROWS = ("state", "due", "version", "saved_by", "saved_at")
SHORT_CODE = 8  # characters of an action's code in events, which distinguish the actions of an item


@dataclass(frozen=True)
class ActionFields:
    """What will be done, by whom (a role) and by when, and the state of the action."""

    what: str
    who: str = ""
    due: date | None = None
    state: str = Action.State.PLANNED


@transaction.atomic
def add_action(
    *, review: Review, by: User, code: UUID, item_number: int | None, fields: ActionFields, at: datetime | None = None
) -> Action:
    """Add an action to the plan and return it. `item_number` is None for the whole service.

    Idempotent: a second call with the same `code` returns the existing action. Raises ValidationError if the plan is
    full, StateConflict (409) if the plan belongs to a correction now.
    """
    locked, at = _lock_plan(review), at or timezone.now()
    if existing := Action.objects.filter(code=code, review__in=locked.lineage_here()).first():
        return existing
    if Action.objects.filter(review__in=locked.lineage_here()).count() >= MOST_ACTIONS:
        raise ValidationError(
            _("The plan has as many actions as it can hold. Nothing was saved; the text is here."), code="full"
        )
    action = Action.objects.create(
        code=code, review=locked, item_number=item_number, created_at=at, saved_by=by, saved_at=at, **asdict(fields)
    )
    _record(action, EventType.ACTION_ADDED, by, at, _changes(None, fields))
    refresh_summary(locked.organisation)
    return action


@transaction.atomic
def begin_from_recommendations(*, review: Review, by: User, at: datetime | None = None) -> int:
    """Create an action from the recommendation of every item below the best score. Return their number.

    Does nothing and returns 0 if the plan is not empty. Raises StateConflict (409) if the plan belongs to a correction.
    """
    locked, at = _lock_plan(review), at or timezone.now()
    if Action.objects.filter(review__in=locked.lineage_here()).exists():
        return 0
    rows = locked.scores.exclude(recommendation="").filter(value__lt=SCORES[-1]).order_by("item_number")
    actions = [
        Action(
            review=locked,
            item_number=row.item_number,
            what=shorten(row.recommendation),
            created_at=at,
            saved_by=by,
            saved_at=at,
        )
        for row in rows[:MOST_ACTIONS]
    ]
    Action.objects.bulk_create(actions)
    chain.append(
        locked,
        *(_event(action, EventType.ACTION_ADDED, by, at, _changes(None, fields_of(action))) for action in actions),
    )
    refresh_summary(locked.organisation)
    return len(actions)


@transaction.atomic
def change_action(
    *,
    review: Review,
    action: Action,
    by: User,
    seen: int,
    fields: ActionFields,
    note: str = "",
    at: datetime | None = None,
) -> None:
    """Save the fields of an action, and a note if there is one. Writes nothing if nothing changes.

    `seen` is the version that the page showed. Raises Stale (409) if somebody else has saved or removed the action
    since, StateConflict (409) if the plan belongs to a correction now.
    """
    locked, at = _lock_plan(review), at or timezone.now()
    stored = _stored(action)
    before = fields_of(stored)
    if before == fields and not note:
        return
    update_if(stored, seen, saved_by=by, saved_at=at, **asdict(fields))
    if before != fields:
        _record(stored, EventType.ACTION_CHANGED, by, at, _changes(before, fields))
    if note:
        ActionNote.objects.create(action=stored, at=at, by=by, text=note)
        _record(stored, EventType.ACTION_NOTED, by, at, {"what": [fields.what, fields.what], "note": ["", note]})
    refresh_summary(locked.organisation)


@dataclass(frozen=True)
class RowChange:
    """The state and the date that somebody gave an action in the table. `seen` is the version that the page showed."""

    code: UUID
    seen: int
    state: str
    due: date | None


@transaction.atomic
def change_rows(*, review: Review, by: User, rows: Sequence[RowChange], at: datetime | None = None) -> int:
    """Save the states and dates of several actions of the plan, all or none. Return how many were changed.

    Raises Stale (409) if somebody else has saved or removed one of them since: `stored` maps the codes of these to the
    rows as stored, None for a removed one. Raises StateConflict (409) if the plan belongs to a correction now.
    """
    locked, at = _lock_plan(review), at or timezone.now()
    plan = Action.objects.filter(review__in=locked.lineage_here(), code__in=[row.code for row in rows])
    stored = {action.code: action for action in plan.select_related("review", "saved_by").order_by("pk")}
    changed: list[tuple[Action, ActionFields]] = []
    stale: dict[UUID, Action | None] = {}
    for row in rows:
        action = stored.get(row.code)
        if action is None:
            stale[row.code] = None
            continue
        fields = replace(fields_of(action), state=row.state, due=row.due)
        if fields == fields_of(action):
            continue
        if action.version != row.seen:
            stale[row.code] = action
        changed.append((action, fields))
    if stale:
        raise Stale(stale)
    events: dict[Review, list[ReviewEvent]] = defaultdict(list)
    for action, fields in changed:
        changes = _changes(fields_of(action), fields)
        events[action.review].append(_event(action, EventType.ACTION_CHANGED, by, at, changes))
        action.state, action.due = fields.state, fields.due
        action.version, action.saved_by, action.saved_at = action.version + 1, by, at
    Action.objects.bulk_update([action for action, _fields in changed], SAVED_IN_ROWS)
    for original in sorted(events, key=lambda each: each.pk):
        chain.append(lock(original), *events[original])
    if changed:
        refresh_summary(locked.organisation)
    return len(changed)


@transaction.atomic
def remove_action(*, review: Review, action: Action, by: User, seen: int, at: datetime | None = None) -> None:
    """Delete an action that was added by mistake. Idempotent.

    Raises StateConflict (409) if the action is done or has notes, because such an action is dropped instead, and
    Stale (409) if somebody else has saved it since.
    """
    locked, at = _lock_plan(review), at or timezone.now()
    stored = Action.objects.select_related("review").filter(pk=action.pk).first()
    if stored is None:
        return
    if not may_be_removed(stored):
        sentence = _("This action is done or has notes, so it was not removed. Set it to “dropped” instead.")
        raise StateConflict(sentence, reverse("plan_action", args=[locked.code, stored.code]))
    compare(stored.version, seen, stored=stored)
    removed = {name: [old, new] for name, (new, old) in _changes(None, fields_of(stored)).items()}
    _record(stored, EventType.ACTION_REMOVED, by, at, removed)
    Action.objects.filter(pk=stored.pk).delete()
    refresh_summary(locked.organisation)


def drop_open_actions(locked: Review, *, by: User, at: datetime) -> None:
    """Set the open actions of a review that its organisation loses to "dropped". Must run in the caller's transaction.

    The summary of the organisation is the caller's to refresh.
    """
    plan = Action.objects.filter(review__in=locked.lineage_here(), state__in=Action.OPEN).select_related("review")
    for action in plan.order_by("pk"):
        before = fields_of(action)
        fields = replace(before, state=Action.State.DROPPED)
        update_if(action, action.version, saved_by=by, saved_at=at, **asdict(fields))
        _record(action, EventType.ACTION_CHANGED, by, at, _changes(before, fields))


def may_be_removed(action: Action) -> bool:
    """Return whether the action can be deleted: it is not done and has no notes. At most one query."""
    return action.state != Action.State.DONE and not action.notes.exists()


def fields_of(action: Action) -> ActionFields:
    """Return the fields of a stored action that a person can change."""
    return ActionFields(action.what, action.who, action.due, action.state)


def shorten(text: str, longest: int = LONGEST_ACTION) -> str:
    """Return a text of at most `longest` characters. A longer text is cut after a word and ends with an ellipsis."""
    text = text.strip()
    if len(text) <= longest:
        return text
    kept = text[: longest - 1]
    if not text[longest - 1].isspace() and (words := kept.rsplit(None, 1)) and len(words) > 1:
        kept = words[0]
    return f"{kept.rstrip()}…"


def _lock_plan(review: Review) -> Review:
    """Lock the plan's review and return it. Raises StateConflict (409) if it is not valid."""
    locked = lock_review(review)
    if not locked.is_valid:
        raise plan_moved_on(locked)
    return locked


def _stored(action: Action) -> Action:
    stored = Action.objects.select_related("review", "saved_by").filter(pk=action.pk).first()
    if stored is None:
        raise Stale
    return stored


def _changes(before: ActionFields | None, after: ActionFields) -> dict[str, list[Any]]:
    """Return the changed fields for an event. `what` is always included, because it identifies the action."""
    old, new = (_event_fields(before) if before else dict.fromkeys(_event_fields(after), "")), _event_fields(after)
    return changes_between(old, new, always=("what",))


def _event_fields(fields: ActionFields) -> dict[str, str]:
    return asdict(fields) | {"due": fields.due.isoformat() if fields.due else "", "state": str(fields.state)}


def _event(action: Action, event_type: EventType, by: User, at: datetime, changes: dict[str, Any]) -> ReviewEvent:
    changes |= {"action": ["", str(action.code)[:SHORT_CODE]]}
    return ReviewEvent(type=event_type, by=by, at=at, item_number=action.item_number, changes=changes)


def _record(action: Action, event_type: EventType, by: User, at: datetime, changes: dict[str, Any]) -> None:
    """Append an event to the chain of the review for which the action was created, which may be superseded now."""
    chain.append(lock(action.review), _event(action, event_type, by, at, changes))
