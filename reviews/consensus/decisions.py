"""Agree on common scores: adopt the scores that all evaluators gave, merge notes, ask a third person to decide.

The decision of a single item is saved like any other score (conduct/scoring.py).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from reviews.conduct.completeness import differ
from reviews.conduct.planning import check_independence
from reviews.conduct.scoring import ScoreEdit, save_scores
from reviews.conflicts import review_closed
from reviews.fields import MOST_LINES
from reviews.models import EventType, Rating, Review, ReviewEvaluator, User
from reviews.models.scores import LONGEST_NOTE, LONGEST_REASON, LONGEST_ROLE, LONGEST_TASK
from reviews.records.writing import lock_review, record
from reviews.workflow import EvaluatorPart

LONGEST = {
    "evidence": LONGEST_NOTE,
    "recommendation": LONGEST_NOTE,
    "departure": LONGEST_REASON,
    "awaited": LONGEST_TASK,
    "awaited_from": LONGEST_ROLE,
}


def adopt_agreed(*, review: Review, by: User, change: UUID, at: datetime | None = None) -> int:
    """Adopt the ratings of all items that `edits_to_adopt` returns, and return the number of these items.

    Raises Stale (409) and StateConflict (409) as `save_scores` does.
    """
    edits = edits_to_adopt(review)
    if edits:
        save_scores(review=review, by=by, change=change, edits=edits, at=at)
    return len(edits)


def edits_to_adopt(review: Review) -> list[ScoreEdit]:
    """Return the edits of unchanged items that all evaluators gave the same score, or for which all await data.

    An item whose merged texts would be too long is left out; it is decided on its own page. Two queries.
    """
    unchanged = set(review.scores.filter(version=0).values_list("item_number", flat=True))
    merged = {number: merged_fields(review, ratings) for number, ratings in ratings_by_item(review).items()}
    return [
        ScoreEdit(number, 0, fields)
        for number, fields in merged.items()
        if number in unchanged and (fields["value"] or fields["awaiting"]) and is_short_enough(fields)
    ]


def ratings_by_item(review: Review) -> dict[int, list[Rating]]:
    """Return the submitted ratings by item number, in the order in which the evaluators were added. One query."""
    by_item: dict[int, list[Rating]] = {}
    for rating in Rating.objects.submitted(review):
        by_item.setdefault(rating.item_number, []).append(rating)
    return by_item


def merged_fields(review: Review, ratings: Sequence[Rating]) -> dict[str, Any]:
    """Return the fields of a common score that merges the ratings of one item.

    The value is None unless all ratings have the same. The observation is kept if all ratings that have one have the
    same, because two measurements have no mean. The item awaits data if all ratings do, until the earliest date.
    """
    observations = [rating.observation for rating in ratings if rating.observation]
    sources = {code for rating in ratings for code in rating.sources}
    awaiting = all(rating.awaiting for rating in ratings)
    dates = [rating.awaited_by for rating in ratings if rating.awaited_by]
    return {
        "value": None if differ(rating.value for rating in ratings) else ratings[0].value,
        "sources": [source.code for source in review.scale.sources if source.code in sources],
        "evidence": joined(rating.evidence for rating in ratings),
        "recommendation": joined(rating.recommendation for rating in ratings),
        "observation": observations[0] if observations and all(o == observations[0] for o in observations) else {},
        "departure": joined((rating.departure for rating in ratings), " "),
        "awaiting": awaiting,
        "awaited": joined((rating.awaited for rating in ratings), " ") if awaiting else "",
        "awaited_from": joined((rating.awaited_from for rating in ratings), ", ") if awaiting else "",
        "awaited_by": min(dates, default=None) if awaiting else None,
    }


def joined(texts: Iterable[str], separator: str = "\n\n") -> str:
    """Return the texts joined, without empty texts and repetitions."""
    return separator.join(dict.fromkeys(text for text in texts if text))


def is_short_enough(fields: dict[str, Any]) -> bool:
    """Return whether merged texts are within the limits of their fields, in characters and lines."""
    if any(fields[name].count("\n") >= MOST_LINES for name in ("evidence", "recommendation")):
        return False
    return all(len(fields[name]) <= longest for name, longest in LONGEST.items())


@transaction.atomic
def ask_third(*, review: Review, by: User, number: int, person: User, at: datetime | None = None) -> None:
    """Ask a third person to decide an item, and let them take part in the consensus. Idempotent.

    Raises StateConflict (409) if the review is not in consensus, NotIndependent (409).
    """
    locked = lock_review(review)
    if not locked.is_in_consensus:
        raise review_closed(locked)
    check_independence(locked.organisation, locked.kind, [person])
    score = locked.scores.select_related("put_to").get(item_number=number)
    ReviewEvaluator.objects.get_or_create(review=locked, user=person, defaults={"part": EvaluatorPart.DECIDES})
    if score.put_to == person:
        return
    changes = {"put_to": [str(score.put_to.code) if score.put_to else "", str(person.code)]}
    record(locked, EventType.ASKED, by=by, at=at, item_number=number, changes=changes)
    locked.scores.filter(pk=score.pk).update(put_to=person)
