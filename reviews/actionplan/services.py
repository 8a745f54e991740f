"""Write the action plan: add, change, note, remove, begin from the recommendations. Each in one transaction.

A plan belongs to a valid review and holds the actions of what that one corrects too; whoever writes holds the valid
review's row, so that nobody writes on a plan that has gone on elsewhere. Every change is an event of the review that
the action began from. Nothing of what was signed is touched.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsfidelity.errors import StateConflict
from reviews.conflicts import plan_moved_on
from reviews.models import Action, ActionNote, EventType, Review, ReviewEvent, User
from reviews.models.actionplan import LONGEST_ACTION, MOST_ACTIONS
from reviews.records import chain
from reviews.schedule.organisation_summary import refresh_summary
from scales.rules import SCORES

SHORT = 8  # characters of an action's code, by which events tell it from others of its item


class TooMany(Exception):
    """The plan holds as many actions as it can."""


class ActionConflict(Exception):
    """Somebody else saved the action first: `stored` is what stands now, None when it was removed."""

    def __init__(self, stored: Action | None) -> None:
        super().__init__(str(stored))
        self.stored = stored


@dataclass(frozen=True)
class Step:
    """What an action says: what will be done, by whom (a role), by when, and how far it is."""

    what: str
    who: str = ""
    due: date | None = None
    state: str = Action.State.PLANNED


@transaction.atomic
def add_action(
    *, review: Review, by: User, code: UUID, item_number: int | None, step: Step, at: datetime | None = None
) -> Action:
    """Return a new action of the plan; `item_number` is None when it is of the whole service.

    Sent again with the same code, the first one is returned. Raises TooMany, and StateConflict (409) when
    the plan goes on elsewhere.
    """
    held, at = _hold_plan(review), at or timezone.now()
    if known := Action.objects.filter(code=code, review__in=held.line()).first():
        return known
    if Action.objects.filter(review__in=held.line()).count() >= MOST_ACTIONS:
        raise TooMany
    action = Action.objects.create(
        code=code, review=held, item_number=item_number, created_at=at, saved_by=by, saved_at=at, **asdict(step)
    )
    _tell(action, EventType.ACTION_ADDED, by, at, _differences(None, step))
    refresh_summary(held.organisation)
    return action


@transaction.atomic
def begin_from_recommendations(*, review: Review, by: User, at: datetime | None = None) -> int:
    """Make an action of the recommendation of every item below the best score, and return how many.

    Only an empty plan begins so: pressed twice, the second press does nothing and returns 0.
    """
    held, at = _hold_plan(review), at or timezone.now()
    if Action.objects.filter(review__in=held.line()).exists():
        return 0
    rows = held.scores.exclude(recommendation="").filter(value__lt=SCORES[-1]).order_by("item_number")
    actions = [
        Action(
            review=held,
            item_number=row.item_number,
            what=cut(row.recommendation),
            created_at=at,
            saved_by=by,
            saved_at=at,
        )
        for row in rows[:MOST_ACTIONS]
    ]
    Action.objects.bulk_create(actions)
    told = (_event(one, EventType.ACTION_ADDED, by, at, _differences(None, step_of(one))) for one in actions)
    chain.append(held, *told)
    refresh_summary(held.organisation)
    return len(actions)


@transaction.atomic
def change_action(
    *, review: Review, action: Action, by: User, seen: int, step: Step, note: str = "", at: datetime | None = None
) -> None:
    """Write what an action says from now on, and a note if there is one. What says the same already writes nothing.

    `seen` is the version that the writer began from. Raises ActionConflict when somebody else saved or removed
    the action since, StateConflict (409) when the plan goes on elsewhere.
    """
    held, at = _hold_plan(review), at or timezone.now()
    stored = _stored(action)
    before = step_of(stored)
    if before == step and not note:
        return
    fresh = Action.objects.filter(pk=stored.pk, version=seen).update(
        version=F("version") + 1, saved_by=by, saved_at=at, **asdict(step)
    )
    if not fresh:
        raise ActionConflict(stored)
    if before != step:
        _tell(stored, EventType.ACTION_CHANGED, by, at, _differences(before, step))
    if note:
        ActionNote.objects.create(action=stored, at=at, by=by, text=note)
        _tell(stored, EventType.ACTION_NOTED, by, at, {"what": [step.what, step.what], "note": ["", note]})
    refresh_summary(held.organisation)


@transaction.atomic
def remove_action(*, review: Review, action: Action, by: User, seen: int, at: datetime | None = None) -> None:
    """Take away an action that was begun by mistake. Whoever comes second finds nothing left to do.

    Raises StateConflict (409) when something is noted on it or it is done: then it is dropped instead, and stays;
    ActionConflict when somebody else saved it since.
    """
    held, at = _hold_plan(review), at or timezone.now()
    stored = Action.objects.select_related("review").filter(pk=action.pk).first()
    if stored is None:
        return
    if not may_be_removed(stored):
        url = reverse("plan_action", args=[held.code, stored.code])
        said = _("This action is done or has notes, so it was not removed. Set it to “dropped” instead.")
        raise StateConflict(said, url)
    if stored.version != seen:
        raise ActionConflict(stored)
    told = {name: both[::-1] for name, both in _differences(None, step_of(stored)).items()}
    _tell(stored, EventType.ACTION_REMOVED, by, at, told)
    Action.objects.filter(pk=stored.pk).delete()
    refresh_summary(held.organisation)


def may_be_removed(action: Action) -> bool:
    """Return whether an action can be taken away: nothing is noted on it, and it is not done."""
    return action.state != Action.State.DONE and not action.notes.exists()


def step_of(action: Action) -> Step:
    """Return what an action says."""
    return Step(action.what, action.who, action.due, action.state)


def cut(text: str, longest: int = LONGEST_ACTION) -> str:
    """Return a text of at most so many characters: a longer one ends at a word, with an ellipsis."""
    text = text.strip()
    if len(text) <= longest:
        return text
    kept = text[: longest - 1]
    if not text[longest - 1].isspace() and (words := kept.rsplit(None, 1)) and len(words) > 1:
        kept = words[0]
    return f"{kept.rstrip()}…"


def _hold_plan(review: Review) -> Review:
    """Return the plan's review as it stands now, kept from everybody else until the transaction ends."""
    held = Review.objects.locked(review)
    if not held.is_valid:
        raise plan_moved_on(held)
    return held


def _stored(action: Action) -> Action:
    stored = Action.objects.select_related("review", "saved_by").filter(pk=action.pk).first()
    if stored is None:
        raise ActionConflict(None)
    return stored


def _differences(before: Step | None, after: Step) -> dict[str, list[str]]:
    """Return what events tell of a change; what will be done is always told, so that one knows which action it is."""
    old, new = (_said(before) if before else dict.fromkeys(_said(after), "")), _said(after)
    return {name: [old[name], new[name]] for name in new if name == "what" or old[name] != new[name]}


def _said(step: Step) -> dict[str, str]:
    return {
        "what": step.what,
        "who": step.who,
        "due": step.due.isoformat() if step.due else "",
        "state": str(step.state),
    }


def _event(action: Action, event_type: EventType, by: User, at: datetime, changes: dict[str, Any]) -> ReviewEvent:
    told = changes | {"action": ["", str(action.code)[:SHORT]]}
    return ReviewEvent(at=at, by=by, type=event_type, item_number=action.item_number, changes=told)


def _tell(action: Action, event_type: EventType, by: User, at: datetime, changes: dict[str, Any]) -> None:
    """Continue the chain of the review that the action began from, which may be one that was superseded since."""
    of = Review.objects.select_for_update(of=("self",)).get(pk=action.review_id)
    chain.append(of, _event(action, event_type, by, at, changes))
