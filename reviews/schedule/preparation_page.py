"""Read model of a review's preparation: its steps by date, and how far they are. Reads; never writes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils import timezone

from reviews.models import PreparationStep, Review
from reviews.wording import done_words, overdue_words, when_words


@dataclass(frozen=True)
class Line:
    """One step. `number` is its key as text, for addresses."""

    step: PreparationStep
    number: str
    is_overdue: bool


@dataclass(frozen=True)
class Day:
    """What is due on one day. `overdue` is "overdue by 5 days" while something of it is open, else ""."""

    on: date
    when: str
    overdue: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class PreparationPage:
    days: tuple[Day, ...]
    progress: str


def preparation_page(review: Review) -> PreparationPage:
    """Return a review's steps, the earliest first. One query."""
    steps, today = list(review.preparation.select_related("done_by")), timezone.localdate()
    days = tuple(_day(review, on, list(group), today) for on, group in groupby(steps, key=lambda step: step.due))
    return PreparationPage(days, words_of(review, steps))


def preparation_words(review: Review) -> str:
    """Return "3 of 12 done, 1 overdue", or "" of a review without steps. One query."""
    return words_of(review, list(review.preparation.all()))


def words_of(review: Review, steps: list[PreparationStep]) -> str:
    today = timezone.localdate()
    done, overdue = (step.done_at is not None for step in steps), (step.is_overdue(review, today) for step in steps)
    return done_words(sum(done), len(steps), sum(overdue)) if steps else ""


def _day(review: Review, on: date, steps: Iterable[PreparationStep], today: date) -> Day:
    lines = tuple(Line(step, str(step.pk), step.is_overdue(review, today)) for step in steps)
    overdue = overdue_words(on, today) if any(line.is_overdue for line in lines) else ""
    return Day(on, when_words(on, today), overdue, lines)
