"""Where the check of a draft report's facts stands: asked by pages, and by signing. Reads; never writes."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reviews.models import Remark, Review


class Unanswered(Exception):
    """Remarks of the service without an answer stand in the way of signing: `remarks` holds them."""

    def __init__(self, remarks: list[Remark]) -> None:
        super().__init__(f"{len(remarks)} remarks")
        self.remarks = remarks


@dataclass(frozen=True)
class FactCheck:
    """Until when the service is asked (None: it is not), whether it can write now, how much it has."""

    url: str
    until: date | None
    is_open: bool
    count: int
    unanswered: int
    is_shown: bool

    @property
    def until_words(self) -> str:
        return date_format(self.until, "DATE_FORMAT") if self.until else ""

    @property
    def sentence(self) -> str:
        """Return "until 5 May 2026: 3 remarks (1 unanswered)"."""
        asked = _("until %(date)s") % {"date": self.until_words} if self.until else _("the service has not been asked")
        if not self.count:
            return f"{asked}, {_('none so far')}" if self.until else asked
        written = ngettext("%(count)s remark", "%(count)s remarks", self.count) % {"count": self.count}
        return f"{asked}: {written}" + (f" ({self.unanswered_words})" if self.unanswered else "")

    @property
    def unanswered_words(self) -> str:
        return ngettext("%(count)s unanswered", "%(count)s unanswered", self.unanswered) % {"count": self.unanswered}


def facts_of(review: Review) -> FactCheck:
    """Return where the check stands. One query; none while each rates alone, before any draft."""
    found = {"count": 0, "unanswered": 0}
    if not review.is_blind:
        counts = {"count": Count("pk"), "unanswered": Count("pk", filter=Q(answer=""))}
        found = Remark.objects.filter(review=review).aggregate(**counts)
    return FactCheck(
        url=reverse("remarks", args=[review.code]),
        until=review.facts_until,
        is_open=review.takes_remarks,
        is_shown=review.is_handed_out or bool(found["count"]),
        **found,
    )


def unanswered_of(review: Review) -> list[Remark]:
    """Return the remarks of a review that nobody has answered yet, in the scale's order. One query."""
    order = {item.number: place for place, item in enumerate(review.scale.items, 1)}
    found = Remark.objects.filter(review=review, answer="").select_related("by")
    return sorted(found, key=lambda remark: (order.get(remark.item_number or 0, 0), remark.pk))


def must_be_answered(review: Review) -> None:
    """Raise Unanswered while a remark has no answer. Signing asks in its transaction."""
    if remarks := unanswered_of(review):
        raise Unanswered(remarks)
