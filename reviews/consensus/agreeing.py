"""Agree on scores: take over what all rated alike, merge notes, ask a third person to decide.

A single item is decided on its own page and saved like every score (conduct/scoring.py).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from reviews.access import closed
from reviews.conduct.moving import hold
from reviews.conduct.planning import check_independence
from reviews.conduct.scoring import Edit, save_scores
from reviews.models import Happening, Rating, Review, ReviewEvaluator, ReviewEvent, User
from reviews.models.scores import LONGEST_NOTE, LONGEST_REASON
from reviews.records import chain
from reviews.workflow import Part


def take_over_agreed(*, review: Review, by: User, change: UUID, at: datetime | None = None) -> int:
    """Save every score that all evaluators gave alike and nobody has touched yet; return how many.

    Notes are merged, sources joined. An item whose merged notes would be too long is left to be
    decided by hand. Raises Conflict or WrongMoment (409) as saving does.
    """
    untouched = {row.item_number: row.version for row in review.scores.filter(value__isnull=True, awaiting=False)}
    edits = []
    for number, ratings in ratings_by_item(review).items():
        fields = merged(review, ratings)
        if number in untouched and fields["value"] is not None and fits(fields):
            edits.append(Edit(number, untouched[number], fields))
    if edits:
        save_scores(review=review, by=by, change=change, edits=edits, at=at)
    return len(edits)


def ratings_by_item(review: Review, number: int | None = None) -> dict[int, list[Rating]]:
    """Return the ratings that were handed in, by item, in the order in which the evaluators were named."""
    found = Rating.objects.filter(evaluator__review=review, evaluator__submitted_at__isnull=False)
    if number is not None:
        found = found.filter(item_number=number)
    by_item: dict[int, list[Rating]] = {}
    for rating in found.order_by("item_number", "evaluator"):
        by_item.setdefault(rating.item_number, []).append(rating)
    return by_item


def merged(review: Review, ratings: Sequence[Rating]) -> dict[str, Any]:
    """Return what several ratings of one item say together; the score is None unless all gave the same.

    An observation counts when all who made one made the same: two measurements have no mean.
    """
    values, seen = {rating.value for rating in ratings}, [r.observation for r in ratings if r.observation]
    chosen = {code for rating in ratings for code in rating.sources}
    return {
        "value": values.pop() if len(values) == 1 else None,
        "sources": [source.code for source in review.scale.sources if source.code in chosen],
        "evidence": together(rating.evidence for rating in ratings),
        "recommendation": together(rating.recommendation for rating in ratings),
        "observation": seen[0] if seen and all(one == seen[0] for one in seen) else {},
        "departure": together((rating.departure for rating in ratings), " "),
    }


def together(texts: Any, between: str = "\n\n") -> str:
    """Return different texts one after the other, each once."""
    return between.join(dict.fromkeys(text for text in texts if text))


def fits(fields: dict[str, Any]) -> bool:
    """Return whether merged texts are short enough to be saved."""
    notes = (fields["evidence"], fields["recommendation"])
    return all(len(note) <= LONGEST_NOTE for note in notes) and len(fields["departure"]) <= LONGEST_REASON


@transaction.atomic
def ask_third(*, review: Review, by: User, number: int, person: User, at: datetime | None = None) -> None:
    """Put an item to a third person, who takes part in the consensus from now on.

    Raises WrongMoment (409) when the ratings are not open any more, NotIndependent.
    """
    held, at = hold(review), at or timezone.now()
    if not held.is_in_consensus:
        raise closed(held)
    check_independence(held.organisation, held.kind, [person])
    score = held.scores.select_related("put_to").get(item_number=number)
    if score.put_to == person:
        return
    ReviewEvaluator.objects.get_or_create(review=held, user=person, defaults={"part": Part.DECIDES})
    changes = {"put_to": [str(score.put_to.code) if score.put_to else "", str(person.code)]}
    chain.append(held, ReviewEvent(at=at, by=by, happening=Happening.ASKED, item_number=number, changes=changes))
    held.scores.filter(pk=score.pk).update(put_to=person)
