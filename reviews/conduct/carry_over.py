"""What the evaluators wrote alone, carried over to the common scores in consensus. Reads only.

Opening the ratings stores nothing. While nobody has saved an item's common score, its page shows what is carried over,
and the first save stores it (scoring.py), also where only the score is sent. What somebody has saved is never replaced.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from reviews.conduct.completeness import differ
from reviews.fields import MOST_LINES
from reviews.models import Rating, Review
from reviews.models.scores import LONGEST_NOTE, LONGEST_REASON, LONGEST_ROLE, LONGEST_TASK

LONGEST = {
    "evidence": LONGEST_NOTE,
    "recommendation": LONGEST_NOTE,
    "departure": LONGEST_REASON,
    "awaited": LONGEST_TASK,
    "awaited_from": LONGEST_ROLE,
}
NOTES = ("evidence", "recommendation")  # texts of several lines
CARRIED_TEXTS = (*NOTES, "departure")


def carried_over(review: Review, untouched: Collection[int]) -> dict[int, dict[str, Any]]:
    """Return the fields that are carried over to the common scores of the items `untouched`, by item number.

    `untouched` are the items whose common score nobody has saved. Returns {} except in consensus. One query.
    """
    if not untouched or not review.is_in_consensus:
        return {}
    by_item = ratings_by_item(review, untouched)
    return {number: carried_fields(review, ratings) for number, ratings in by_item.items()}


def carried_fields(review: Review, ratings: Sequence[Rating]) -> dict[str, Any]:
    """Return the merged fields of one item without the score, and without texts that are too long together."""
    merged = merged_fields(review, ratings)
    long = too_long(merged)
    return {name: merged[name] for name in ("sources", "observation", *CARRIED_TEXTS) if name not in long}


def ratings_by_item(review: Review, numbers: Collection[int] | None = None) -> dict[int, list[Rating]]:
    """Return the submitted ratings of all items, or of `numbers`, in the order in which evaluators were added.

    One query.
    """
    submitted = Rating.objects.submitted(review)
    by_item: dict[int, list[Rating]] = {}
    for rating in submitted if numbers is None else submitted.filter(item_number__in=numbers):
        by_item.setdefault(rating.item_number, []).append(rating)
    return by_item


def merged_fields(review: Review, ratings: Sequence[Rating]) -> dict[str, Any]:
    """Return the fields of a common score that merges the ratings of one item.

    The value is None unless all ratings have the same. The observation is kept if all ratings that have one have the
    same, because two measurements have no mean. The item awaits data if all ratings do, until the earliest date.
    """
    sources = {code for rating in ratings for code in rating.sources}
    observed = observations(ratings)
    awaiting = all(rating.awaiting for rating in ratings)
    dates = [rating.awaited_by for rating in ratings if rating.awaited_by]
    return {
        "value": None if differ(rating.value for rating in ratings) else ratings[0].value,
        "sources": [source.code for source in review.scale.sources if source.code in sources],
        "evidence": joined(rating.evidence for rating in ratings),
        "recommendation": joined(rating.recommendation for rating in ratings),
        "observation": observed[0] if len(observed) == 1 else {},
        "departure": joined((rating.departure for rating in ratings), " "),
        "awaiting": awaiting,
        "awaited": joined((rating.awaited for rating in ratings), " ") if awaiting else "",
        "awaited_from": joined((rating.awaited_from for rating in ratings), ", ") if awaiting else "",
        "awaited_by": min(dates, default=None) if awaiting else None,
    }


def observations(ratings: Iterable[Rating]) -> list[dict[str, Any]]:
    """Return the different observations of one item; ratings without one are left out."""
    different: list[dict[str, Any]] = []
    for rating in ratings:
        if rating.observation and rating.observation not in different:
            different.append(rating.observation)
    return different


def joined(texts: Iterable[str], separator: str = "\n\n") -> str:
    """Return the texts joined, without empty texts and repetitions."""
    return separator.join(dict.fromkeys(text for text in texts if text))


def too_long(merged: dict[str, Any]) -> tuple[str, ...]:
    """Return the names of the merged texts that exceed the limits of their fields, in characters or lines."""
    return tuple(
        name
        for name, longest in LONGEST.items()
        if len(merged[name]) > longest or (name in NOTES and merged[name].count("\n") >= MOST_LINES)
    )
