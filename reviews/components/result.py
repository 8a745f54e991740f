"""The result of a review as every page and document shows it: total, band, change, ruler and section bars."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from reviews.charts.ruler import Ruler, ruler
from scales.definition import Scale
from scales.rules import SCORES
from scales.scoring import Result


@dataclass(frozen=True)
class Change:
    """A difference as "6" with its direction: "up", "down" or "same". `words` say it without a sign."""

    direction: str
    amount: str
    words: str


@dataclass(frozen=True)
class SectionBar:
    """The sum of a section as a bar. Positions are per cent of its width; `last` is "" without a previous review."""

    name: str
    sum: str
    max: str
    filled: str
    last: str


@dataclass(frozen=True)
class ResultHero:
    """A finished result. `band` and section names are in `language`, that of the scale.

    `last` is "103 in November 2024", and `change` the difference to it; "" and None without a comparable review.
    `lines` are further sentences, such as how many points the next band is away.
    """

    total: str
    max: str
    band: str
    band_rank: int
    language: str
    change: Change | None
    since: str
    lines: tuple[str, ...]
    ruler: Ruler
    last: str
    sections: tuple[SectionBar, ...]

    @property
    def drawing(self) -> SafeString:
        """The mark-up of the result without a caption."""
        return self.with_caption("")

    def with_caption(self, caption: str) -> SafeString:
        """Return the mark-up of the result with words that name the review."""
        return _drawing(self, caption, get_language() or "")


@dataclass(frozen=True)
class ProgressBar:
    """How much of something is done: "3" of "8", `filled` in per cent."""

    name: str
    done: str
    count: str
    filled: str


@dataclass(frozen=True)
class ProgressHero:
    """How far an unfinished review is, in the place of its result: "12" with the words "of 15 scored".

    The names of `bars` are in `language`, "" for that of the reader.
    """

    number: str
    words: str
    lines: tuple[str, ...]
    bars: tuple[ProgressBar, ...]
    language: str

    @property
    def sentence(self) -> str:
        """Return "12 of 15 scored"."""
        return f"{self.number} {self.words}"


@dataclass(frozen=True)
class LastResult:
    """The result of the previous comparable review: its total, the sums of its sections by name, and its visit."""

    total: int
    sections: Mapping[str, int]
    visit: date


def result_hero(scale: Scale, result: Result, last: LastResult | None = None) -> ResultHero | None:
    """Return how to show a result, None while scores are missing."""
    if result.total is None or result.band is None:
        return None
    month = date_format(last.visit, "YEAR_MONTH_FORMAT") if last else ""
    return ResultHero(
        total=str(result.total),
        max=str(result.max),
        band=result.band.label,
        band_rank=scale.rank(result.band),
        language=scale.language,
        change=change_of(result.total, last.total) if last else None,
        since=_("since %(month)s") % {"month": month} if last else "",
        lines=_lines(result),
        ruler=ruler(scale, result.total, last.total if last else None),
        last=_("%(total)s in %(month)s") % {"total": str(last.total), "month": month} if last else "",
        sections=tuple(
            SectionBar(
                section.name,
                str(section.sum),
                str(section.max),
                _percent(section.sum or 0, section.max),
                _percent(last.sections[section.name], section.max) if last and section.name in last.sections else "",
            )
            for section in result.sections
        ),
    )


@lru_cache(maxsize=1000)
def _drawing(result: ResultHero, caption: str, _language: str) -> SafeString:
    return render_to_string("components/result.html", {"result": result, "caption": caption})


def change_of(now: int, before: int) -> Change:
    """Return the change from one total or score to another."""
    amount = abs(now - before)
    values = {"n": str(amount)}
    if now > before:
        return Change("up", str(amount), ngettext("%(n)s point more", "%(n)s points more", amount) % values)
    if now < before:
        return Change("down", str(amount), ngettext("%(n)s point less", "%(n)s points less", amount) % values)
    return Change("same", "–", _("unchanged"))


@lru_cache(maxsize=1000)
def ruler_mini(scale: Scale, total: int) -> SafeString:
    """Return a small drawing of where a total is among the bands of a scale, without words."""
    return SafeString(render_to_string("components/ruler_mini.html", {"ruler": ruler(scale, total)}))


def progress_bar(name: str, done: int, count: int) -> ProgressBar:
    """Return how much of something is done."""
    return ProgressBar(name, str(done), str(count), _percent(done, count))


@lru_cache
def score_bar(score: int | None) -> SafeString:
    """Return the drawing of a score: as many filled segments as its value, without the digit."""
    segments = [{"x": f"{14.8 * place:.1f}", "is_filled": (score or 0) > place} for place in range(SCORES[-1])]
    return SafeString(render_to_string("components/score_bar.html", {"segments": segments}))


def _lines(result: Result) -> tuple[str, ...]:
    if result.next_band is None or result.to_next_band is None:
        return ()
    sentence = ngettext("%(n)s point to %(band)s", "%(n)s points to %(band)s", result.to_next_band)
    return (sentence % {"n": str(result.to_next_band), "band": result.next_band.label},)


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f}"
