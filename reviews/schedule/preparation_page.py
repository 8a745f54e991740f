"""Read model of a review's preparation: the steps by date, with their progress. Reads; never writes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db.models import QuerySet
from django.utils import timezone

from ipsfidelity.prepared import prepared
from reviews.models import PreparationStep, Review
from reviews.wording import done_words, overdue_words, when_words


@dataclass(frozen=True)
class PreparationEntry:
    """One step. `number` is its primary key as text, for the fragment of its address."""

    step: PreparationStep
    number: str
    is_overdue: bool


@dataclass(frozen=True)
class PreparationDay:
    """The steps that are due on one day. `overdue` is "overdue by 5 days" if one of them is, else ""."""

    on: date
    when: str
    overdue: str
    steps: tuple[PreparationEntry, ...]


@dataclass(frozen=True)
class PreparationPage:
    """`progress` is "3 of 12 done, 1 overdue", or "" without steps."""

    days: tuple[PreparationDay, ...]
    progress: str


def preparation_page(review: Review) -> PreparationPage:
    """Return the steps of a review by day, earliest first. One query."""
    steps, today = list(review.preparation.select_related("done_by")), timezone.localdate()
    days = tuple(_day(review, on, of_day, today) for on, of_day in groupby(steps, key=lambda step: step.due))
    return PreparationPage(days, _progress_words(review, steps))


def preparation_words(review: Review) -> str:
    """Return "3 of 12 done, 1 overdue", or "" for a review without steps. One query."""
    return _progress_words(review, _steps(review.pk))


@prepared
def _steps(review: int) -> QuerySet[PreparationStep]:
    return PreparationStep.objects.filter(review=review)


def _progress_words(review: Review, steps: list[PreparationStep]) -> str:
    today = timezone.localdate()
    done, overdue = (step.done_at is not None for step in steps), (step.is_overdue(review, today) for step in steps)
    return done_words(sum(done), len(steps), sum(overdue)) if steps else ""


def _day(review: Review, on: date, steps: Iterable[PreparationStep], today: date) -> PreparationDay:
    shown = tuple(PreparationEntry(step, str(step.pk), step.is_overdue(review, today)) for step in steps)
    overdue = overdue_words(on, today) if any(step.is_overdue for step in shown) else ""
    return PreparationDay(on, when_words(on, today), overdue, shown)
