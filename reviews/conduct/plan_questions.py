"""What is asked back about a plan before it is taken: dates that are possible, but that are more often a mistake."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from reviews.models import Organisation, Review, User
from reviews.schedule.rhythm import months_after
from reviews.wording import visit_words

LONGEST_VISIT = 14  # days
FARTHEST_AHEAD = 24  # months
CLOSE = timedelta(days=7)
MOST_NAMED = 3  # reviews


@dataclass(frozen=True)
class PlanQuestion:
    """One question, worded as what the person confirms. `key` holds what it is about, so that no other is answered."""

    key: str
    sentence: str


@dataclass(frozen=True)
class Visit:
    """The part of a plan about which something is asked."""

    organisation: Organisation
    kind: str
    start: date
    end: date


def questions_about(
    visit: Visit, user: User, review: Review | None = None, code: UUID | None = None
) -> tuple[PlanQuestion, ...]:
    """Return what to ask before this visit is planned or, for an existing `review`, before its plan becomes this.

    Nothing is asked about what stays as it is. `code` is that of the new review, which a repeated request may be
    creating at this moment. Two queries at most.
    """
    stored = Visit(review.organisation, review.kind, review.visit_start, review.visit_end) if review else None
    if visit == stored:
        return ()
    is_planned = review is None or review.is_unscored
    same_dates = stored is not None and (stored.start, stored.end) == (visit.start, visit.end)
    questions = [*_close_reviews(visit, user, review, code)]
    if not same_dates:
        questions = [*_about_dates(visit, is_planned=is_planned), *questions]
    return tuple(questions)


def _about_dates(visit: Visit, *, is_planned: bool) -> Iterator[PlanQuestion]:
    days, today = (visit.end - visit.start).days + 1, timezone.localdate()
    words = {"date": date_format(visit.start, "DATE_FORMAT"), "days": str(days)}
    if days > LONGEST_VISIT:
        yield PlanQuestion(f"long:{visit.start}:{visit.end}", _("Yes, the visit lasts %(days)s days.") % words)
    if visit.start < today and is_planned:
        yield PlanQuestion(f"past:{visit.start}", _("Yes, the first day of the visit has passed: %(date)s.") % words)
    if visit.start > months_after(today, FARTHEST_AHEAD):
        sentence = _("Yes, the first day of the visit is more than two years ahead: %(date)s.")
        yield PlanQuestion(f"far:{visit.start}", sentence % words)


def _close_reviews(visit: Visit, user: User, review: Review | None, code: UUID | None) -> Iterator[PlanQuestion]:
    """Ask about reviews of the same kind of the same organisation within a week, except those that this one corrects.

    A person who may not know of them is told that there is one, without its dates.
    """
    close = (
        Review.objects.standing()
        .of(visit.organisation)
        .filter(
            kind=visit.kind,
            visit_start__lte=visit.end + CLOSE,
            visit_end__gte=visit.start - CLOSE,
        )
        .exclude(pk__in=review.lineage() if review else ())
    )
    if code:
        close = close.exclude(code=code)
    if not close.exists():
        return
    known = close.visible_to(user).order_by("visit_start", "pk")[:MOST_NAMED]
    key = f"close:{visit.organisation.code}:{visit.kind}:{visit.start}:{visit.end}"
    if visits := "; ".join(visit_words(row.visit_start, row.visit_end) for row in known):
        sentence = _("Yes, this is another review of the same kind within a week of %(visits)s.") % {"visits": visits}
    else:
        sentence = _("Yes, this is another review of the same kind within a week of one that you may not read.")
    yield PlanQuestion(key, sentence)
