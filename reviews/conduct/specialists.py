"""Add, remove, restore and reorder the employment specialists of a review, who are known by a label.

All items that are scored for each specialist, and all evaluators, share one list. A label is never given twice, because
notes and quotations refer to it.
"""

from collections.abc import Sequence
from datetime import datetime
from string import ascii_uppercase
from typing import Any

from django.db import transaction

from reviews.conduct.score_target import target_for
from reviews.models import EventType, Review, User
from reviews.records.writing import lock_review, record

LABELS = ascii_uppercase
ACTIONS = ("add", "remove", "restore", "up")


def next_label(review: Review) -> str:
    """Return the label that a further specialist gets, "" when all letters are used."""
    return _next(review.specialists)


@transaction.atomic
def change_specialists(*, review: Review, by: User, action: str, label: str, at: datetime | None = None) -> None:
    """Add, remove or restore one specialist, or move one up. Idempotent, but for moving.

    The last specialist is never removed. Raises StateConflict (409) when the person can change no score any more.
    """
    locked = lock_review(review)
    target_for(locked, by).lock_open()
    before = locked.specialists
    locked.specialists = _changed(before, action, label)
    if locked.specialists == before:
        return
    changes = {"specialists": [_labels(before), _labels(locked.specialists)]}
    record(locked, EventType.SPECIALISTS, by=by, at=at, changes=changes)
    locked.save(update_fields=["specialists"])


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
