"""Agree on scores: take over what all rated alike, merge notes, ask a third person to decide.

A single item is decided on its own page and saved like every score (conduct/scoring.py).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from reviews.conduct.completeness import differ
from reviews.conduct.planning import check_independence
from reviews.conduct.scoring import Edit, save_scores
from reviews.conflicts import review_closed
from reviews.fields import MOST_LINES
from reviews.models import EventType, Rating, Review, ReviewEvaluator, User
from reviews.models.scores import LONGEST_NOTE, LONGEST_REASON, LONGEST_ROLE, LONGEST_TASK
from reviews.records.writing import lock_review, record
from reviews.workflow import Part

LONGEST = {
    "evidence": LONGEST_NOTE,
    "recommendation": LONGEST_NOTE,
    "departure": LONGEST_REASON,
    "awaited": LONGEST_TASK,
    "awaited_from": LONGEST_ROLE,
}


def adopt_agreed(*, review: Review, by: User, change: UUID, at: datetime | None = None) -> int:
    """Save what all evaluators rated alike and nobody has touched yet; return of how many items.

    Notes are merged, sources joined; where all wait for data, the item waits. Raises Conflict or
    StateConflict (409) as saving does.
    """
    edits = edits_to_adopt(review)
    if edits:
        save_scores(review=review, by=by, change=change, edits=edits, at=at)
    return len(edits)


def edits_to_adopt(review: Review) -> list[Edit]:
    """Return what can be taken over at once. An item whose merged notes would be too long is left to be
    decided by hand. Two queries."""
    untouched = set(review.scores.filter(version=0).values_list("item_number", flat=True))
    found = {number: merged(review, ratings) for number, ratings in ratings_by_item(review).items()}
    return [
        Edit(number, 0, fields)
        for number, fields in found.items()
        if number in untouched and (fields["value"] or fields["awaiting"]) and fits(fields)
    ]


def ratings_by_item(review: Review) -> dict[int, list[Rating]]:
    """Return the ratings that were handed in, by item, in the order in which the evaluators were named."""
    by_item: dict[int, list[Rating]] = {}
    for rating in Rating.objects.submitted(review):
        by_item.setdefault(rating.item_number, []).append(rating)
    return by_item


def merged(review: Review, ratings: Sequence[Rating]) -> dict[str, Any]:
    """Return what several ratings of one item say together; the score is None unless all gave the same.

    An observation counts when all who made one made the same: two measurements have no mean. The
    item waits for data when all who rated it wait, until the earliest of their dates.
    """
    observations = [rating.observation for rating in ratings if rating.observation]
    chosen = {code for rating in ratings for code in rating.sources}
    waits = all(rating.awaiting for rating in ratings)
    dates = [rating.awaited_by for rating in ratings if rating.awaited_by]
    return {
        "value": None if differ(rating.value for rating in ratings) else ratings[0].value,
        "sources": [source.code for source in review.scale.sources if source.code in chosen],
        "evidence": together(rating.evidence for rating in ratings),
        "recommendation": together(rating.recommendation for rating in ratings),
        "observation": observations[0] if observations and all(o == observations[0] for o in observations) else {},
        "departure": together((rating.departure for rating in ratings), " "),
        "awaiting": waits,
        "awaited": together((rating.awaited for rating in ratings), " ") if waits else "",
        "awaited_from": together((rating.awaited_from for rating in ratings), ", ") if waits else "",
        "awaited_by": min(dates, default=None) if waits else None,
    }


def together(texts: Any, between: str = "\n\n") -> str:
    """Return different texts one after the other, each once."""
    return between.join(dict.fromkeys(text for text in texts if text))


def fits(fields: dict[str, Any]) -> bool:
    """Return whether merged texts are short enough to be saved, in characters and lines."""
    if any(fields[name].count("\n") >= MOST_LINES for name in ("evidence", "recommendation")):
        return False
    return all(len(fields[name]) <= longest for name, longest in LONGEST.items())


@transaction.atomic
def ask_third(*, review: Review, by: User, number: int, person: User, at: datetime | None = None) -> None:
    """Put an item to a third person, who takes part in the consensus from now on.

    Raises StateConflict (409) when the ratings are not open any more, NotIndependent.
    """
    locked = lock_review(review)
    if not locked.is_in_consensus:
        raise review_closed(locked)
    check_independence(locked.organisation, locked.kind, [person])
    score = locked.scores.select_related("put_to").get(item_number=number)
    ReviewEvaluator.objects.get_or_create(review=locked, user=person, defaults={"part": Part.DECIDES})
    if score.put_to == person:
        return
    changes = {"put_to": [str(score.put_to.code) if score.put_to else "", str(person.code)]}
    record(locked, EventType.ASKED, by=by, at=at, item_number=number, changes=changes)
    locked.scores.filter(pk=score.pk).update(put_to=person)
