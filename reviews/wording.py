"""How dates and progress are said, once for every page."""

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from scales.scoring import Result


def visit_words(start: date, end: date) -> str:
    """Return "17 November 2026", "17–18 November 2026" or both dates whole, in the reader's language."""
    last = date_format(end, "DATE_FORMAT")
    if start == end:
        return last
    if (start.year, start.month) == (end.year, end.month):
        day = date_format(start, pgettext("format of the first day in a range of dates, as 17 in 17–18 May", "j"))
        return f"{day}–{last}"
    return f"{date_format(start, 'DATE_FORMAT')} – {last}"


@dataclass(frozen=True)
class Progress:
    """How far a review is, in words and as a whole percentage."""

    sentence: str
    percent: str

    @classmethod
    def of(cls, result: Result) -> "Progress":
        scored, count = str(result.scored), str(result.count)
        if result.total is None or result.band is None:
            sentence = _("%(scored)s of %(count)s scored · sum so far %(sum)s") % {
                "scored": scored,
                "count": count,
                "sum": str(result.sum_so_far),
            }
        else:
            sentence = _("%(scored)s of %(count)s scored · total %(total)s: %(band)s") % {
                "scored": scored,
                "count": count,
                "total": str(result.total),
                "band": result.band.label,
            }
        return cls(sentence, str(round(100 * result.scored / result.count)))
