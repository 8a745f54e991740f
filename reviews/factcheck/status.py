"""The status of the factual check, for pages and for signing. This module only reads."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ipsfidelity.prepared import prepared
from reviews.models import Remark, Review


class UnansweredRemarks(Exception):
    """A review cannot be signed because `remarks` of the service have no answer."""

    def __init__(self, remarks: list[Remark]) -> None:
        super().__init__(f"{len(remarks)} remarks")
        self.remarks = remarks


@dataclass(frozen=True)
class FactCheck:
    """The state of the factual check of one review.

    `until` is the deadline, None if the service is not asked. `is_open` is true while it can write remarks. `is_shown`
    is true if pages link to the check.
    """

    url: str
    until: date | None
    is_open: bool
    count: int
    unanswered: int
    is_shown: bool

    @property
    def until_words(self) -> str:
        """The deadline as text, or "" without one."""
        return date_format(self.until, "DATE_FORMAT") if self.until else ""

    @property
    def sentence(self) -> str:
        """The state in words, such as "until 5 May 2026: 3 remarks (1 unanswered)"."""
        deadline = _("the service has not been asked")
        if self.until:
            deadline = _("until %(date)s") % {"date": self.until_words}
        if not self.count:
            return f"{deadline}, {_('none so far')}" if self.until else deadline
        remarks = ngettext("%(count)s remark", "%(count)s remarks", self.count) % {"count": self.count}
        return f"{deadline}: {remarks}" + (f" ({self.unanswered_words})" if self.unanswered else "")

    @property
    def unanswered_words(self) -> str:
        """The number of unanswered remarks in words, such as "1 unanswered"."""
        return ngettext("%(count)s unanswered", "%(count)s unanswered", self.unanswered) % {"count": self.unanswered}


def fact_check_of(review: Review) -> FactCheck:
    """Return the state of the factual check. One query; none while ratings are blind, before there is any draft."""
    counts = {"count": 0, "unanswered": 0}
    if not review.is_blind:
        counts = next(iter(_counts(review.pk)), counts)
    return FactCheck(
        url=reverse("remarks", args=[review.code]),
        until=review.facts_until,
        is_open=review.takes_remarks,
        is_shown=review.is_handed_out or bool(counts["count"]),
        **counts,
    )


@prepared
def _counts(review: int) -> QuerySet[Remark, Any]:
    """Return how many remarks there are, no row if there are none."""
    by_review = Remark.objects.filter(review=review).order_by().values("review").annotate(count=Count("pk"))
    return by_review.annotate(unanswered=Count("pk", filter=Q(answer=""))).values("count", "unanswered")


def unanswered_remarks(review: Review) -> list[Remark]:
    """Return the remarks without an answer, in the order of the scale. One query."""
    order = {item.number: position for position, item in enumerate(review.scale.items, 1)}
    remarks = Remark.objects.filter(review=review, answer="").select_related("by")
    return sorted(remarks, key=lambda remark: (order.get(remark.item_number or 0, 0), remark.pk))


def must_be_answered(review: Review) -> None:
    """Raise UnansweredRemarks if a remark has no answer. Signing calls this in its transaction."""
    if remarks := unanswered_remarks(review):
        raise UnansweredRemarks(remarks)
