"""The result for the wall: one page for the service's own people, drawn and in plain words. Reads only.

It says "we", names no criterion of the method, and shows what the service does next. It is in the language of the
scale, like the score sheet, because the names of the items are. Nothing of it is signed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import translation
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reviews.actionplan.plan import PlanAction, plan_of
from reviews.components.last_review import LastReview, last_review
from reviews.components.result import ResultHero, result_hero, score_bar
from reviews.models import Review
from reviews.sheets.sheet import Sheet, SheetItem, sheet_of
from reviews.workflow import FROM_OUTSIDE
from scales.definition import Scale
from scales.models import ScaleEdition
from scales.printing import language_around
from scales.rules import SCORES

MOST = 3  # actions
LONGEST = 110  # characters of an action or a recommendation, so that everything fits on one page
MOST_CHARACTERS = 850  # of names, actions and organisation in the usual size; with more the page is set smaller


@dataclass(frozen=True)
class WallAction:
    """What the service does now; `when` says who does it and until when, "" if neither is known."""

    number: str
    what: str
    when: str


@dataclass(frozen=True)
class WallItem:
    """One item by its plain name. `words` are "4 of 5"."""

    name: str
    bar: SafeString
    words: str


@dataclass(frozen=True)
class WallSection:
    """One section with its items."""

    name: str
    sum: str
    items: tuple[WallItem, ...]


@dataclass(frozen=True)
class Wall:
    """The page for the wall. `language` is that of all its words. Without `actions` it says that none are planned."""

    language: str
    organisation: str
    month: str
    headline: str
    lead: str
    result: ResultHero
    actions: tuple[WallAction, ...]
    sections: tuple[WallSection, ...]
    visit: str

    @property
    def is_dense(self) -> bool:
        """Whether the page has so many words that it has to be set smaller."""
        names = [item.name for section in self.sections for item in section.items]
        actions = [f"{action.what}{action.when}" for action in self.actions]
        return sum(map(len, (self.organisation, self.headline, *names, *actions))) > MOST_CHARACTERS

    @property
    def file_name(self) -> str:
        """The name of the PDF."""
        with translation.override(self.language):
            return f"{self.organisation} {self.month} {_('result for the wall')}.pdf"


def wall_of(review: Review) -> Wall:
    """Return the page for the wall of a valid review. Seven queries at most."""
    scale = ScaleEdition.named_scale_of(review.edition_id)  # for its names
    with translation.override(language := language_around(scale)):
        sheet, last = sheet_of(review), last_review(review)
        result = result_hero(sheet.scale, sheet.result, last.result(sheet.scale) if last else None)
        if result is None:
            raise ValueError("a review without a total has no page for the wall")
        return Wall(
            language=language,
            organisation=sheet.organisation,
            month=date_format(sheet.visit_start, "YEAR_MONTH_FORMAT"),
            headline=_headline(scale, sheet),
            lead=_lead(review, sheet, last),
            result=result,
            actions=tuple(_actions(plan_of(review).actions) or _recommendations(scale, sheet.items)),
            sections=tuple(
                WallSection(
                    section.name,
                    _("%(sum)s of %(max)s") % {"sum": section.sum, "max": section.max},
                    tuple(_item(scale, entry) for entry in section.items),
                )
                for section in sheet.sections
            ),
            visit=sheet.visit,
        )


def _headline(scale: Scale, sheet: Sheet) -> str:
    """Return our sentence for the quality band, or else the band itself."""
    rank = sheet.scale.rank(sheet.result.band) if sheet.result.band else 1
    band = scale.ranked(rank)
    return band.plain or _("Our result: %(band)s") % {"band": band.label}


def _lead(review: Review, sheet: Sheet, last: LastReview | None) -> str:
    """Return how the result came about, what changed since last time, and how far the next level is."""
    sentences = [_visited(sheet) if review.kind in FROM_OUTSIDE else _assessed(sheet)]
    total = sheet.result.total or 0
    if last:
        month = date_format(last.visit_start, "YEAR_MONTH_FORMAT")
        sentences.append(_change(total - last.total) % {"n": str(abs(total - last.total)), "month": month})
    if sheet.result.next_band and sheet.result.to_next_band:
        more = ngettext(
            "%(n)s more, and we reach “%(band)s”.", "%(n)s more, and we reach “%(band)s”.", sheet.result.to_next_band
        )
        sentences.append(more % {"n": str(sheet.result.to_next_band), "band": sheet.result.next_band.label})
    return " ".join(sentences)


def _visited(sheet: Sheet) -> str:
    count, days = len(sheet.evaluators), (sheet.visit_end - sheet.visit_start).days + 1
    who = ngettext("%(n)s evaluator visited us", "%(n)s evaluators visited us", count) % {"n": str(count)}
    during = ngettext("on one day", "over %(n)s days", days) % {"n": str(days)}
    looked = _("and looked at %(n)s parts of our work.") % {"n": str(len(sheet.items))}
    return f"{who} {during} {looked}"


def _assessed(sheet: Sheet) -> str:
    return _("We looked at %(n)s parts of our own work.") % {"n": str(len(sheet.items))}


def _change(points: int) -> str:
    if not points:
        return _("That is as many points as in %(month)s.")
    if points > 0:
        return ngettext("%(n)s point more than in %(month)s.", "%(n)s points more than in %(month)s.", points)
    return ngettext("%(n)s point less than in %(month)s.", "%(n)s points less than in %(month)s.", -points)


def _actions(actions: Iterable[PlanAction]) -> list[WallAction]:
    """Return the first open actions: those that are due first, then those without a date."""
    of_the_plan = [action for action in actions if action.is_open]
    of_the_plan.sort(key=lambda action: action.due_on or date.max)
    return [
        WallAction(str(number), _shortened(action.what), _who_and_when(action))
        for number, action in enumerate(of_the_plan[:MOST], 1)
    ]


def _who_and_when(action: PlanAction) -> str:
    until = _("by %(day)s") % {"day": action.due} if action.due else ""
    return ", ".join(filter(None, (_shortened(action.who), until)))


def _recommendations(scale: Scale, items: Iterable[SheetItem]) -> list[WallAction]:
    """Return the recommendations for the items with most to gain: those with the lowest scores."""
    advised = [entry for entry in items if entry.recommendation and entry.score not in (None, SCORES[-1])]
    advised.sort(key=lambda entry: entry.score or 0)
    return [
        WallAction(str(number), _shortened(entry.recommendation), scale.by_number[entry.item.number].plain)
        for number, entry in enumerate(advised[:MOST], 1)
    ]


def _shortened(text: str) -> str:
    """Return a text on one line, and not too long for the page."""
    return Truncator(" ".join(text.split())).chars(LONGEST)


def _item(scale: Scale, entry: SheetItem) -> WallItem:
    words = _("%(score)s of %(best)s") % {"score": entry.score, "best": SCORES[-1]}
    return WallItem(scale.by_number[entry.item.number].plain, score_bar(entry.score), words)
