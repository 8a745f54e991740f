"""A person's own notes that contain a text: evidence, recommendations, reasons, and answers in interviews.

These are the notes of reviews that the person takes part in: on the common scores, on the person's own ratings, and the
interview notes that they wrote themselves. Ratings of others are never read here, and deleted notes do not exist.

Neither engine can compare long texts without accents by itself, so Python compares them. The newest MOST_REVIEWS of the
person are searched: 2,500 notes of 600 characters take about a tenth of a second.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from reviews.models import InterviewNote, ItemScore, Rating, Review, User
from reviews.models.visibility import takes_part

MOST_REVIEWS = 100
TEXTS = ("evidence", "recommendation", "departure")
HAS_TEXT = ~Q(evidence="") | ~Q(recommendation="") | ~Q(departure="")


@dataclass(frozen=True)
class NoteHit:
    """A note that contains the text. `what` is the item or the informant, `language` that of `what`, "" for our own."""

    review: Review
    what: str
    language: str
    text: str
    url: str


def own_notes(user: User, pattern: re.Pattern[str]) -> list[NoteHit]:
    """Return the notes of a person that contain a text, those of the newest review first. Four queries."""
    own = Review.objects.filter(participations__user=user).filter(takes_part(user)).for_page(user).newest_first()
    reviews = {review.pk: review for review in own[:MOST_REVIEWS]}
    if not reviews:
        return []
    # A rating that became the common score is one hit.
    hits = dict(_in_ratings(user, reviews, pattern)) | dict(_in_scores(reviews, pattern))
    hits |= dict(_in_interviews(user, reviews, pattern))
    position = {pk: place for place, pk in enumerate(reviews)}
    return sorted(hits.values(), key=lambda hit: position[hit.review.pk])


Hits = Iterator[tuple[object, NoteHit]]


def _in_scores(reviews: dict[int, Review], pattern: re.Pattern[str]) -> Hits:
    keys = [pk for pk, review in reviews.items() if not review.is_blind]
    rows = ItemScore.objects.filter(HAS_TEXT | ~Q(decision=""), review__in=keys).order_by("item_number")
    for pk, number, *texts in rows.values_list("review", "item_number", *TEXTS, "decision"):
        review = reviews[pk]
        sheet = f"{reverse('sheet', args=[review.code])}#item-{number}"
        yield from _item_hit(review, number, texts, pattern, otherwise=sheet)


def _in_ratings(user: User, reviews: dict[int, Review], pattern: re.Pattern[str]) -> Hits:
    rows = Rating.objects.filter(HAS_TEXT, evaluator__review__in=reviews, evaluator__user=user).order_by("item_number")
    for pk, number, *texts in rows.values_list("evaluator__review", "item_number", *TEXTS):
        review = reviews[pk]
        compared = review.get_absolute_url() if review.is_blind else reverse("consensus", args=[review.code])
        yield from _item_hit(review, number, texts, pattern, otherwise=compared)


def _item_hit(review: Review, number: int, texts: Iterable[str], pattern: re.Pattern[str], *, otherwise: str) -> Hits:
    """Yield the note on an item if it contains the text. `otherwise` is its page if it cannot be changed now."""
    for text in texts:
        if pattern.search(text):
            item = review.scale.by_number[number]
            url = reverse("item", args=[review.code, number]) if review.scorable_by_reader else otherwise
            yield (review.pk, number), NoteHit(review, f"{number}. {item.title}", review.scale.language, text, url)
            return


def _in_interviews(user: User, reviews: dict[int, Review], pattern: re.Pattern[str]) -> Hits:
    notes = InterviewNote.objects.filter(
        interview__review__in=reviews, interview__notes_deleted_at__isnull=True, saved_by=user
    )
    for note in notes.exclude(text="").select_related("interview__guide").defer("interview__guide__document"):
        if not pattern.search(note.text):
            continue
        interview, review = note.interview, reviews[note.interview.review_id]
        interview.review = review  # the outline of an interview without a guide is that of the review
        outline = interview.outline
        step = next(step for step in outline.steps if note.question in outline.keys_at(step))
        url = f"{reverse('interview_step', args=[review.code, interview.code, step])}#note-{note.question}"
        yield ("interview", note.pk), NoteHit(review, str(interview), "", note.text, url)
