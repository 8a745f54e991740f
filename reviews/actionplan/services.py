"""Write the action plan: add, change, note, remove, begin from the recommendations. Each in one transaction.

A plan belongs to a valid review and holds the actions of what that one corrects too; whoever writes holds the valid
review's row, so that nobody writes on a plan that has gone on elsewhere. Every change is an event of the review that
the action began from. Nothing of what was signed is touched.
"""

from dataclasses import asdict, dataclass
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

SHORT = 8  # characters of an action's code, by which events tell it from others of its item


@dataclass(frozen=True)
class ActionFields:
    """What an action says: what will be done, by whom (a role), by when, and how far it is."""

    what: str
    who: str = ""
    due: date | None = None
    state: str = Action.State.PLANNED


@transaction.atomic
def add_action(
    *, review: Review, by: User, code: UUID, item_number: int | None, fields: ActionFields, at: datetime | None = None
) -> Action:
    """Return a new action of the plan; `item_number` is None when it is of the whole service.

    Sent again with the same code, the first one is returned. Raises ValidationError when the plan is full, and
    StateConflict (409) when the plan moved on to a correction.
    """
    locked, at = _lock_plan(review), at or timezone.now()
    if known := Action.objects.filter(code=code, review__in=locked.lineage()).first():
        return known
    if Action.objects.filter(review__in=locked.lineage()).count() >= MOST_ACTIONS:
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
    """Make an action of the recommendation of every item below the best score, and return how many.

    Only an empty plan begins so: pressed twice, the second press does nothing and returns 0.
    """
    locked, at = _lock_plan(review), at or timezone.now()
    if Action.objects.filter(review__in=locked.lineage()).exists():
        return 0
    rows = locked.scores.exclude(recommendation="").filter(value__lt=SCORES[-1]).order_by("item_number")
    actions = [
        Action(
            review=locked,
            item_number=row.item_number,
            what=cut(row.recommendation),
            created_at=at,
            saved_by=by,
            saved_at=at,
        )
        for row in rows[:MOST_ACTIONS]
    ]
    Action.objects.bulk_create(actions)
    chain.append(
        locked, *(_event(one, EventType.ACTION_ADDED, by, at, _changes(None, fields_of(one))) for one in actions)
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
    """Write what an action says from now on, and a note if there is one. What says the same already writes nothing.

    `seen` is the version that the writer began from. Raises Stale (409) when somebody else saved or removed
    the action since, StateConflict (409) when the plan moved on to a correction.
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


@transaction.atomic
def remove_action(*, review: Review, action: Action, by: User, seen: int, at: datetime | None = None) -> None:
    """Take away an action that was begun by mistake. Whoever comes second finds nothing left to do.

    Raises StateConflict (409) when something is noted on it or it is done: then it is dropped instead, and stays;
    Stale (409) when somebody else saved it since.
    """
    locked, at = _lock_plan(review), at or timezone.now()
    stored = Action.objects.select_related("review").filter(pk=action.pk).first()
    if stored is None:
        return
    if not may_be_removed(stored):
        url = reverse("plan_action", args=[locked.code, stored.code])
        said = _("This action is done or has notes, so it was not removed. Set it to “dropped” instead.")
        raise StateConflict(said, url)
    compare(stored.version, seen, stored=stored)
    removed = {name: both[::-1] for name, both in _changes(None, fields_of(stored)).items()}
    _record(stored, EventType.ACTION_REMOVED, by, at, removed)
    Action.objects.filter(pk=stored.pk).delete()
    refresh_summary(locked.organisation)


def may_be_removed(action: Action) -> bool:
    """Return whether an action can be taken away: nothing is noted on it, and it is not done."""
    return action.state != Action.State.DONE and not action.notes.exists()


def fields_of(action: Action) -> ActionFields:
    """Return what an action says."""
    return ActionFields(action.what, action.who, action.due, action.state)


def cut(text: str, longest: int = LONGEST_ACTION) -> str:
    """Return a text of at most so many characters: a longer one ends at a word, with an ellipsis."""
    text = text.strip()
    if len(text) <= longest:
        return text
    kept = text[: longest - 1]
    if not text[longest - 1].isspace() and (words := kept.rsplit(None, 1)) and len(words) > 1:
        kept = words[0]
    return f"{kept.rstrip()}…"


def _lock_plan(review: Review) -> Review:
    """Return the plan's review as it stands now, kept from everybody else until the transaction ends."""
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
    """Return the changed fields for an event. `what` is always among them, so that one knows which action it is."""
    old, new = (_event_fields(before) if before else dict.fromkeys(_event_fields(after), "")), _event_fields(after)
    return changes_between(old, new, always=("what",))


def _event_fields(fields: ActionFields) -> dict[str, str]:
    return asdict(fields) | {"due": fields.due.isoformat() if fields.due else "", "state": str(fields.state)}


def _event(action: Action, event_type: EventType, by: User, at: datetime, changes: dict[str, Any]) -> ReviewEvent:
    changes |= {"action": ["", str(action.code)[:SHORT]]}
    return ReviewEvent(type=event_type, by=by, at=at, item_number=action.item_number, changes=changes)


def _record(action: Action, event_type: EventType, by: User, at: datetime, changes: dict[str, Any]) -> None:
    """Continue the chain of the review that the action began from, which a correction may have superseded since."""
    chain.append(lock(action.review), _event(action, event_type, by, at, changes))
