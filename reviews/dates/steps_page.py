"""Read model of a review's preparation: its steps by date, and how far they are. Reads; never writes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils import timezone
from django.utils.translation import gettext as _

from reviews.dates.when import overdue_words, when_words
from reviews.models import PreparationStep, Review


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
    review: Review
    days: tuple[Day, ...]
    progress: str


def preparation_page(review: Review) -> PreparationPage:
    """Return a review's steps, the earliest first. One query."""
    steps, today = list(review.preparation.select_related("done_by")), timezone.localdate()
    days = tuple(_day(review, on, list(group), today) for on, group in groupby(steps, key=lambda step: step.due))
    return PreparationPage(review, days, words_of(review, steps))


def preparation_words(review: Review) -> str:
    """Return "3 of 12 done, 1 overdue", or "" of a review without steps. One query."""
    return words_of(review, list(review.preparation.all()))


def words_of(review: Review, steps: list[PreparationStep]) -> str:
    if not steps:
        return ""
    today = timezone.localdate()
    done = sum(1 for step in steps if step.done_at)
    overdue = sum(1 for step in steps if is_overdue(review, step, today))
    words = _("%(done)s of %(count)s done") % {"done": str(done), "count": str(len(steps))}
    if not overdue:
        return words
    return _("%(words)s, %(overdue)s overdue") % {"words": words, "overdue": str(overdue)}


def is_overdue(review: Review, step: PreparationStep, today: date) -> bool:
    """Return whether a step should have been done. What was to come before a visit no longer matters once the
    review is final."""
    matters = not review.is_final or step.due > review.visit_end
    return step.done_at is None and step.due < today and matters


def _day(review: Review, on: date, steps: Iterable[PreparationStep], today: date) -> Day:
    lines = tuple(Line(step, str(step.pk), is_overdue(review, step, today)) for step in steps)
    overdue = overdue_words(on, today) if any(line.is_overdue for line in lines) else ""
    return Day(on, when_words(on, today), overdue, lines)
