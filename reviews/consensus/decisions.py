"""Agree on common scores: adopt the scores that all evaluators gave, ask a third person to decide.

The decision of a single item is saved like any other score (conduct/scoring.py).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from reviews.conduct.carry_over import merged_fields, ratings_by_item, too_long
from reviews.conduct.plan_notifications import notify_third_person
from reviews.conduct.planning import check_independence
from reviews.conduct.scoring import ScoreEdit, save_scores
from reviews.conflicts import review_closed
from reviews.models import EventType, ItemScore, Rating, Review, ReviewEvaluator, User
from reviews.records.writing import lock_review, record
from reviews.workflow import EvaluatorPart


def adopt_agreed(*, review: Review, by: User, change: UUID, at: datetime | None = None) -> int:
    """Adopt the ratings of all items that `edits_to_adopt` returns, and return the number of these items.

    Two queries before it writes.

    Raises Stale (409) and StateConflict (409) as `save_scores` does.
    """
    edits = edits_to_adopt(review, review.scores.untouched(), ratings_by_item(review))
    if edits:
        save_scores(review=review, by=by, change=change, edits=edits, at=at)
    return len(edits)


def edits_to_adopt(
    review: Review, scores: Iterable[ItemScore], ratings: Mapping[int, Sequence[Rating]]
) -> list[ScoreEdit]:
    """Return the edits of untouched items that all evaluators gave the same score, or for which all await data.

    An item whose merged texts would be too long is left out; it is decided on its own page.
    """
    versions = {score.item_number: score.version for score in scores if score.is_untouched}
    merged = {number: merged_fields(review, rated) for number, rated in ratings.items() if number in versions}
    return [
        ScoreEdit(number, versions[number], fields)
        for number, fields in merged.items()
        if (fields["value"] or fields["awaiting"]) and not too_long(fields)
    ]


@transaction.atomic
def ask_third(*, review: Review, by: User, number: int, person: User, at: datetime | None = None) -> None:
    """Ask a third person to decide an item, let them take part in the consensus, and mail them. Idempotent.

    Raises StateConflict (409) if the review is not in consensus, NotIndependent (409).
    """
    locked, at = lock_review(review), at or timezone.now()
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
    notify_third_person(locked, person=person, by=by, on=timezone.localdate(at))
