"""Add, remove, restore and reorder the employment specialists of a review. Their labels are letters, never names.

All evaluators share one list, which applies to all items that are scored for each specialist. A label is never used
again, because notes and quotations refer to it.
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
    """Return the label for one more specialist, "" if all letters are used."""
    return _next(review.specialists)


@transaction.atomic
def change_specialists(*, review: Review, by: User, action: str, label: str, at: datetime | None = None) -> None:
    """Change the list by one of ACTIONS. Idempotent, except for "up", which moves a specialist up by one place.

    An unknown action or label, a label that is not the next one to add, and the removal of the last specialist are
    ignored. Raises StateConflict (409) if the person can no longer change scores.
    """
    locked = lock_review(review)
    target_for(locked, by).lock_for_scoring()
    before = locked.specialists
    locked.specialists = _changed(before, action, label)
    if locked.specialists == before:
        return
    changes = {"specialists": [_labels(before), _labels(locked.specialists)]}
    record(locked, EventType.SPECIALISTS, by=by, at=at, changes=changes)
    locked.save(update_fields=["specialists"])


def _next(taken: Sequence[Any]) -> str:
    return LABELS[len(taken) :][:1]


def _changed(specialists: list[dict[str, Any]], action: str, label: str) -> list[dict[str, Any]]:
    labels = [specialist["label"] for specialist in specialists]
    if action == "add":
        return [*specialists, {"label": label}] if label and label == _next(labels) else specialists
    if action not in ACTIONS or label not in labels:
        return specialists
    if action == "up":
        return _moved_up(specialists, labels.index(label))
    if action == "remove" and len(_labels(specialists)) == 1:
        return specialists
    gone = {"gone": True} if action == "remove" else {}
    return [{"label": label} | gone if specialist["label"] == label else specialist for specialist in specialists]


def _moved_up(specialists: list[dict[str, Any]], position: int) -> list[dict[str, Any]]:
    """Move the specialist at `position` in front of the nearest one above who has not been removed."""
    above = [i for i in range(position) if not specialists[i].get("gone")]
    if not above:
        return specialists
    moved = [specialist for i, specialist in enumerate(specialists) if i != position]
    moved.insert(above[-1], specialists[position])
    return moved


def _labels(specialists: list[dict[str, Any]]) -> list[str]:
    """Return the labels of the specialists who have not been removed."""
    return [specialist["label"] for specialist in specialists if not specialist.get("gone")]
