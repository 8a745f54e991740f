"""Dates, figures and progress in words, for all pages and files."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format, number_format, time_format
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from scales.definition import Scale
from scales.scoring import Result


def format_day(day: date, form: str) -> str:
    """Return a day in one of Django's date formats, in the active language. Lists contain the same days many times."""
    return _formatted(day, form, get_language() or "")


@lru_cache(maxsize=10_000)
def _formatted(day: date, form: str, _language: str) -> str:
    return str(date_format(day, form))


def time_words(local: datetime) -> str:
    """Return the time of day of a local time in the active language."""
    return _formatted_time(local.hour, local.minute, get_language() or "")


@lru_cache(maxsize=10_000)
def _formatted_time(hour: int, minute: int, _language: str) -> str:
    return str(time_format(time(hour, minute), "TIME_FORMAT"))


def visit_words(start: date, end: date, form: str = "DATE_FORMAT") -> str:
    """Return "17 November 2026", "17–18 November 2026" or two full dates, in the active language.

    `form` is one of Django's date formats: DATE_FORMAT, or MONTH_DAY_FORMAT to leave out the year.
    """
    last = format_day(end, form)
    if start == end:
        return last
    if (start.year, start.month) == (end.year, end.month):
        day = format_day(start, pgettext("format of the first day in a range of dates, as 17 in 17–18 May", "j"))
        return f"{day}–{last}"
    return f"{format_day(start, form)} – {last}"


def joined_words(scales: Iterable[Scale]) -> str:
    """Return a sentence that names the editions that are joined, "" for a single one."""
    versions = tuple(dict.fromkeys(scale.version for scale in scales))
    if len(versions) < 2:  # noqa: PLR2004 - joining needs two
        return ""
    values = {"n": str(len(versions)), "versions": " · ".join(versions)}
    return _("%(n)s editions of the scale with the same items and bands are joined: %(versions)s.") % values


def saved_words(at: datetime) -> str:
    """Return "Saved 14:02", or "Saved 2026-11-17" on a later day, in the format of the active language."""
    at = timezone.localtime(at)
    if at.date() == timezone.localdate():
        return _("Saved %(time)s") % {"time": time_format(at, "TIME_FORMAT")}
    return _("Saved %(date)s") % {"date": date_format(at, "SHORT_DATE_FORMAT")}


@dataclass(frozen=True)
class Progress:
    """The progress of a review or an interview, in words and as a whole percentage."""

    sentence: str
    percent: str

    @classmethod
    def of(cls, result: Result) -> "Progress":
        """Return the progress of scoring."""
        band = result.band.label if result.band else ""
        sentence = cls.words(result.scored, result.count, result.sum_so_far, band)
        return cls(sentence, str(round(100 * result.scored / result.count)))

    @staticmethod
    def words(scored: int, count: int, sum_so_far: int, band: str = "") -> str:
        """Return "12 of 15 scored · sum so far 43", or with the total once all items are scored."""
        numbers = {"scored": str(scored), "count": str(count), "sum": str(sum_so_far), "band": band}
        if scored < count:
            return _("%(scored)s of %(count)s scored · sum so far %(sum)s") % numbers
        if not band:
            return _("%(scored)s of %(count)s scored · total %(sum)s") % numbers
        return _("%(scored)s of %(count)s scored · total %(sum)s: %(band)s") % numbers

    @classmethod
    def noted(cls, noted: int, count: int) -> "Progress":
        """Return the progress of an interview: "12 of 106 questions noted"."""
        sentence = _("%(noted)s of %(count)s questions noted") % {"noted": str(noted), "count": str(count)}
        return cls(sentence, str(round(100 * noted / count)))

    @classmethod
    def noted_items(cls, noted: int, count: int) -> "Progress":
        """Return the progress of an interview without a guide: "12 of 15 items noted"."""
        sentence = _("%(noted)s of %(count)s items noted") % {"noted": str(noted), "count": str(count)}
        return cls(sentence, str(round(100 * noted / count)))


def figure_words(value: Fraction | int) -> str:
    """Return "4", "3.5" or "3.25" in the active language: at most two decimals, without trailing zeros."""
    exact = Decimal(Fraction(value).numerator) / Decimal(Fraction(value).denominator)
    return str(number_format(exact.quantize(Decimal("0.01")).normalize()))


def done_words(done: int, count: int, overdue: int) -> str:
    """Return the progress of actions or steps: "5 of 12 done, 2 overdue"."""
    words = ngettext("%(done)s of %(count)s done", "%(done)s of %(count)s done", done)
    words %= {"done": str(done), "count": str(count)}
    if not overdue:
        return words
    late = ngettext("%(overdue)s overdue", "%(overdue)s overdue", overdue) % {"overdue": str(overdue)}
    return f"{words}, {late}"


def when_words(day: date, today: date) -> str:
    """Return "yesterday", "today", "tomorrow", "in 5 days" or "5 days ago"."""
    days = (day - today).days
    if days == 0:
        return _("today")
    if days == 1:
        return _("tomorrow")
    if days == -1:
        return _("yesterday")
    words = ngettext("in %(days)s day", "in %(days)s days", days) if days > 0 else ""
    words = words or ngettext("%(days)s day ago", "%(days)s days ago", -days)
    return words % {"days": str(abs(days))}


def day_words(day: date, today: date) -> str:
    """Return the heading of a day in a list of what happened: "Today", "Yesterday", or its date."""
    near = {today: _("today"), today - timedelta(days=1): _("yesterday")}
    return capfirst(near[day]) if day in near else format_day(day, "DATE_FORMAT")


def overdue_words(day: date, today: date) -> str:
    """Return "overdue by 5 days", or "" if the day has not passed."""
    days = (today - day).days
    if days <= 0:
        return ""
    return ngettext("overdue by %(days)s day", "overdue by %(days)s days", days) % {"days": str(days)}


def due_words(due: date | None, form: str = "SHORT_DATE_FORMAT") -> str:
    """Return a due date as "1 March 2027", "overdue since 1 March 2026" if it has passed, or "never reviewed" for None.

    `form` is one of Django's date formats.
    """
    if due is None:
        return _("never reviewed")
    day = format_day(due, form)
    return _("overdue since %(day)s") % {"day": day} if due < timezone.localdate() else day


@dataclass(frozen=True)
class Difference:
    """A change in points: with a sign, and in words for screen readers. Both are "" if there is nothing to compare."""

    signed: str = ""
    words: str = ""

    @classmethod
    def between(cls, now: int | None, then: int | None) -> "Difference":
        """Return the change in a score from `then` to `now`, an empty one if either is None."""
        return cls.of(None if now is None or then is None else now - then)

    @classmethod
    def of(cls, points: int | None) -> "Difference":
        """Return a change by a number of points, an empty one for None."""
        if points is None:
            return cls()
        if not points:
            return cls("±0", _("unchanged"))
        size = {"points": str(abs(points))}
        if points > 0:
            return cls(f"+{points}", ngettext("%(points)s point up", "%(points)s points up", points) % size)
        return cls(f"−{-points}", ngettext("%(points)s point down", "%(points)s points down", -points) % size)
