"""What stands beside a review from before: the last comparable one, its change in words, totals over time. Reads only.

Kinds and editions are never joined silently: numbers are compared with the last valid review of the same kind and
edition, and what is not compared, or left out, is said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reviews.charts.trend import Total, Trend, trend
from reviews.consensus.comparison import last_scores
from reviews.models import Review


@dataclass(frozen=True)
class Before:
    """The review before of the same kind and edition: the only one that numbers stand beside."""

    visit: str
    total: int
    scores: Mapping[int, int | None]


@dataclass(frozen=True)
class Then:
    """One review in the table of totals over time."""

    visit: str
    kind: str
    total: str
    band: str
    is_this: bool


def before_of(review: Review) -> Before | None:
    """Return the review that numbers are compared with, None where there is none. Two queries."""
    found = Review.objects.comparable_before(review).first()
    if found is None or found.total is None:
        return None
    return Before(found.visit, found.total, last_scores(review))


def not_compared(review: Review, before: Before | None) -> str:
    """Return a sentence about the review before where it is another one than the one numbers are compared with."""
    earlier = Review.objects.valid().filter(organisation=review.organisation_id, visit_start__lt=review.visit_start)
    last = earlier.newest_first().select_related("edition").defer("edition__document").first()
    if last is None or (last.kind, last.edition_id) == (review.kind, review.edition_id):
        return ""
    told = {"kind": last.get_kind_display(), "visit": last.visit, "version": last.edition.version}
    if last.edition_id != review.edition_id:
        sentence = _("The last review (%(kind)s, %(visit)s) was by another edition of the scale (%(version)s)") % told
    else:
        sentence = _("The last review was of another kind (%(kind)s, %(visit)s)") % told
    if before:
        return _("%(sentence)s; the numbers are compared with %(visit)s.") % {
            "sentence": sentence,
            "visit": before.visit,
        }
    return _("%(sentence)s, so the numbers are not compared.") % {"sentence": sentence}


def over_time(review: Review, *, is_scored: bool) -> tuple[list[Review], str]:
    """Return the organisation's valid reviews by this edition up to this one, oldest first, and what is left out.

    Nothing is told before all items have a score. A review that was replaced shows itself, not its correction,
    which came later.
    """
    if not is_scored:
        return [], _("Earlier totals stand here once every item has a score.")
    closed = Review.objects.finished().filter(organisation=review.organisation_id)
    until = Q(visit_start__lt=review.visit_start) | Q(visit_start=review.visit_start, pk__lte=review.pk)
    found = list(closed.filter(until).order_by("visit_start", "pk"))
    same = [one for one in found if one.edition_id == review.edition_id and (one.is_valid or one == review)]
    superseded = sum(not one.is_valid and one != review for one in found)
    others = len(found) - len(same) - superseded
    told = []
    if not review.is_final:
        told.append(_("This review is not final, so it is not in the picture."))
    elif not review.is_valid:
        told.append(_("This review was replaced by its correction."))
    if len(same) == 1:
        told.append(_("One review is no development yet."))
    if others:
        told.append(
            ngettext(
                "%(n)s review by another edition of the scale is left out.",
                "%(n)s reviews by other editions of the scale are left out.",
                others,
            )
            % {"n": others}
        )
    if superseded:
        told.append(
            ngettext(
                "%(n)s review was replaced by a correction and is left out.",
                "%(n)s reviews were replaced by corrections and are left out.",
                superseded,
            )
            % {"n": superseded}
        )
    return same, " ".join(told)


def drawn(found: Sequence[Review]) -> Trend | None:
    """Return the picture of totals over time, None while there is nothing to draw. All are by one edition."""
    totals = [Total(one.visit_start, one.total, one.kind, str(one.get_kind_display())) for one in found if one.total]
    return trend(found[-1].scale, totals) if totals else None


def then(one: Review, review: Review) -> Then:
    return Then(one.visit, str(one.get_kind_display()), str(one.total), one.band, is_this=one == review)
