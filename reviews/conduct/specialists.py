"""The employment specialists of a review, by label: added, left out, put in another order.

They are the same for every item that is scored for each of them, and for every evaluator. A label
is never given twice: notes and quotations speak of it.
"""

from collections.abc import Sequence
from datetime import datetime
from string import ascii_uppercase
from typing import Any

from django.db import transaction
from django.utils import timezone

from reviews.conduct.score_target import target_for
from reviews.conduct.transitions import lock_for
from reviews.models import EventType, Review, ReviewEvent, User
from reviews.records import chain

LABELS = ascii_uppercase
ACTIONS = ("add", "remove", "restore", "up")


def next_label(review: Review) -> str:
    """Return the label that a further specialist gets, "" when all letters are used."""
    return _next(review.specialists)


@transaction.atomic
def change_specialists(*, review: Review, by: User, action: str, label: str, at: datetime | None = None) -> None:
    """Add, remove, restore or move one specialist up. What is done already is not done again.

    Raises StateConflict (409) when the person can change no score any more. The last specialist is never removed.
    """
    held = lock_for(review)
    target_for(held, by).hold_open()
    before = held.specialists
    held.specialists = _changed(before, action, label)
    if held.specialists == before:
        return
    changes = {"specialists": [_labels(before), _labels(held.specialists)]}
    chain.append(held, ReviewEvent(at=at or timezone.now(), by=by, type=EventType.SPECIALISTS, changes=changes))
    held.save(update_fields=["specialists"])


def _next(known: Sequence[Any]) -> str:
    return LABELS[len(known) :][:1]


def _changed(specialists: list[dict[str, Any]], action: str, label: str) -> list[dict[str, Any]]:
    known = [each["label"] for each in specialists]
    if action == "add":
        return [*specialists, {"label": label}] if label and label == _next(known) else specialists
    if action not in ACTIONS or label not in known:
        return specialists
    if action == "up":
        return _moved_up(specialists, known.index(label))
    there = [each for each in specialists if not each.get("gone")]
    if action == "remove" and len(there) == 1:
        return specialists
    gone = {"gone": True} if action == "remove" else {}
    return [{"label": label} | gone if each["label"] == label else each for each in specialists]


def _moved_up(specialists: list[dict[str, Any]], place: int) -> list[dict[str, Any]]:
    """Put one before the nearest above that is not gone."""
    above = [i for i in range(place) if not specialists[i].get("gone")]
    if not above:
        return specialists
    moved = [each for i, each in enumerate(specialists) if i != place]
    moved.insert(above[-1], specialists[place])
    return moved


def _labels(specialists: list[dict[str, Any]]) -> list[str]:
    return [each["label"] for each in specialists if not each.get("gone")]
