"""The read model of the report. Page, PDF and Word file all render it and nothing else.

The report contains the score sheet itself, so the two cannot disagree. It adds the comparison with the previous review,
the items that narrowly miss a better anchor, the agreement of the evaluators, the remarks and the action plan. This
module only reads. The report of an open review is marked as a draft; while ratings are blind it has no scores.
"""

from dataclasses import dataclass

from django.db.models import F, QuerySet
from django.utils.formats import date_format, number_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ipsfidelity.prepared import prepared
from reviews.actionplan.plan import Plan, plan_of
from reviews.charts.bars import BarChart, bars
from reviews.charts.trend import Trend
from reviews.components.last_review import LastReview, last_review
from reviews.components.links import Fact
from reviews.components.result import ResultHero, result_hero
from reviews.consensus.agreement import Agreement
from reviews.consensus.comparison import agreement_of
from reviews.models import Remark, ReportText, Review
from reviews.records.corrections import correction_reason
from reviews.reports import cached_fragments
from reviews.reports.comparison import (
    TotalRow,
    comparison_note,
    reviews_over_time,
    total_row,
    total_trend,
)
from reviews.reports.facts import (
    ReportFact,
    changed_on,
    cover_facts,
    facts_of,
    informants_of,
    period_of,
    to_next_of,
)
from reviews.reports.method_notes import Note, method_notes
from reviews.reports.near_misses import NearMiss, largest_gain_of, near_misses_of
from reviews.schedule.next_review import due_after, due_with
from reviews.sheets.sheet import Sheet, SheetItem, SheetSection, sheet_of
from reviews.wording import Difference
from scales.definition import Scale, TextCorrection
from scales.rules import SCORES

BEST = SCORES[-1]
MOST_NAMED = 4  # items on the cover, for what is strongest and for what has most to gain


@dataclass(frozen=True)
class ItemReport:
    """One item. Without a score to compare with, `last` is "" and `change` is empty."""

    entry: SheetItem
    number: str
    score: str
    last: str
    change: Difference

    @property
    def row(self) -> SafeString:
        """The row of the item in the table of scores."""
        return cached_fragments.item_row(
            self.name, self.score, self.last, self.change.signed, self.entry.scale_language
        )

    @property
    def heading(self) -> SafeString:
        """The heading of the item, with its score in words."""
        entry, words = self.entry, {"last": self.last, "change": self.change.words, "language": get_language() or ""}
        return cached_fragments.item_heading(
            self.name, entry.score, entry.anchor, scale_language=entry.scale_language, **words
        )

    @property
    def name(self) -> str:
        return f"{self.number} {self.entry.item.sheet_title}"


@dataclass(frozen=True)
class AgreementRow:
    """The agreement of the evaluators as text. It never reveals which of them scored lower."""

    exact: str
    within_one: str
    mean_distance: str


@dataclass(frozen=True)
class SectionReport:
    """A section with its numbers as text; `sum` and `mean` are "–" until all its items have a score."""

    name: str
    sum: str
    max: str
    mean: str
    items: tuple[ItemReport, ...]


@dataclass(frozen=True)
class ReportChapter:
    """A chapter of the report. `id` is its HTML anchor."""

    id: str
    title: str


@dataclass(frozen=True, kw_only=True)
class Report:
    """The report of one review. Numbers and dates are text in the language of the reader.

    `corrects` is a sentence about the original review, "" unless this is a correction. `is_replaced` is true if a
    correction has replaced this review.
    """

    sheet: Sheet
    scale: Scale
    corrects: str
    is_replaced: bool
    informants: tuple[str, ...]
    specialists: str
    period: str
    method_notes: tuple[Note, ...]
    total: str
    band: str
    next_band: str
    to_next: str
    change: Difference
    mean: str
    previous: LastReview | None
    comparison_note: str
    summary: str
    strengths_text: str
    strengths: tuple[ItemReport, ...]
    sections: tuple[SectionReport, ...]
    picture: BarChart
    trend: Trend | None
    totals: tuple[TotalRow, ...]
    left_out: str
    has_older: bool
    near_misses: tuple[NearMiss, ...]
    remarks: tuple[Remark, ...]
    agreement: AgreementRow | None
    plan: Plan | None
    next_due: str
    hero: ResultHero | None
    cover_facts: tuple[Fact, ...]
    strongest: tuple[str, ...]
    most_to_gain: tuple[str, ...]
    corrections: tuple[TextCorrection, ...]
    changed_on: str

    @property
    def items(self) -> tuple[ItemReport, ...]:
        """All items, in the order of the scale."""
        return tuple(item for section in self.sections for item in section.items)

    @property
    def drawn_bars(self) -> tuple[SafeString, ...]:
        """The bars of `picture`."""
        left, thick, language = self.picture.left, self.picture.thick, self.scale.language
        return tuple(cached_fragments.bar(bar, left, thick, language) for bar in self.picture.bars)

    @property
    def listed_corrections(self) -> SafeString:
        """The corrections of the scale to its printed source."""
        return cached_fragments.corrections(self.scale, get_language() or "")

    @property
    def facts(self) -> tuple[ReportFact, ...]:
        """The facts at its beginning."""
        return facts_of(self)

    @property
    def largest_gain(self) -> NearMiss | None:
        """The item that a single change would lift most."""
        return largest_gain_of(self.near_misses)

    @property
    def title(self) -> str:
        """The title of the report in the language of the reader."""
        return _("Report: %(organisation)s, %(visit)s") % {
            "organisation": self.sheet.organisation,
            "visit": self.sheet.visit,
        }

    @property
    def chapters(self) -> tuple[ReportChapter, ...]:
        """The chapters that this report has, in order."""
        chapters = (
            ("in-short", _("In short"), True),
            ("score-sheet", _("Score sheet"), True),
            ("pictures", _("The items as a picture"), True),
            ("over-time", _("Total over time"), True),
            ("near", _("One change from a better anchor"), bool(self.near_misses)),
            ("items", _("Item by item"), True),
            ("remarks", _("Remarks of the service"), bool(self.remarks)),
            ("agreement", _("How far the evaluators agreed"), bool(self.agreement)),
            ("plan", _("Action plan and next review"), True),
            ("corrections", _("Corrections to the printed source"), bool(self.corrections)),
            ("origin", _("About this document"), True),
        )
        return tuple(ReportChapter(anchor, title) for anchor, title, is_present in chapters if is_present)


def report_of(review: Review) -> Report:
    """Return the report of a review. The number of queries does not depend on the amount of content.

    The previous score of an item appears once the item has a score, and the previous total once all items have one:
    earlier results must not influence evaluators who are still scoring.
    """
    sheet, scale = sheet_of(review), review.scale
    previous, scores = last_review(review), {entry.item.number: entry.score for entry in sheet.items}
    text = next(iter(_texts(review.pk)), ReportText())
    sections = tuple(_section(section, previous) for section in sheet.sections)
    items = [item for section in sections for item in section.items]
    total, mean = sheet.result.total, sheet.result.mean
    over_time = reviews_over_time(review, is_scored=total is not None)
    lineage = review.lineage()
    original = (
        Review.objects.select_related("organisation__joined_to").get(pk=lineage[-1]) if review.supersedes_id else review
    )
    return Report(
        sheet=sheet,
        scale=scale,
        corrects=_corrects(review, original) if review.supersedes_id else "",
        is_replaced=review.is_final and not review.is_valid,
        informants=informants_of(lineage),
        specialists=str(len(review.labels) or ""),
        period=period_of(review),
        method_notes=method_notes(review, sheet),
        total="" if total is None else str(total),
        band=sheet.result.band.label if sheet.result.band else "",
        next_band=sheet.result.next_band.label if sheet.result.next_band else "",
        to_next=to_next_of(sheet),
        change=Difference.between(total, previous.total if previous else None),
        mean="" if mean is None else number_format(mean, 2),
        previous=None if total is None else previous,
        comparison_note="" if total is None else comparison_note(review, previous),
        summary=text.summary,
        strengths_text=text.strengths,
        strengths=tuple(item for item in items if item.entry.score == BEST),
        sections=sections,
        picture=bars(scale, scores, {int(item.number): int(item.last) for item in items if item.last}),
        trend=total_trend(over_time.shown),
        totals=tuple(total_row(row, is_this_review=row == review) for row in over_time.shown),
        left_out=over_time.notes,
        has_older=over_time.has_older,
        near_misses=near_misses_of(review, sheet),
        remarks=_remarks(review),
        agreement=_agreement(agreement_of(original)),
        plan=plan_of(review) if review.is_valid else None,
        next_due=(next_due := _next_due(review, total)),
        hero=result_hero(scale, sheet.result, previous.result(scale) if previous else None),
        cover_facts=cover_facts(sheet, period_of(review), next_due),
        strongest=_strongest(sections),
        most_to_gain=_most_to_gain(items),
        corrections=scale.corrections,
        changed_on=changed_on(review),
    )


def _section(section: SheetSection, previous: LastReview | None) -> SectionReport:
    return SectionReport(
        name=section.name,
        sum="–" if section.sum is None else str(section.sum),
        max=str(section.max),
        mean="–" if section.mean is None else number_format(section.mean, 2),
        items=tuple(_item(entry, previous) for entry in section.items),
    )


def _item(entry: SheetItem, previous: LastReview | None) -> ItemReport:
    last = previous.scores.get(entry.item.number) if previous and entry.score is not None else None
    return ItemReport(
        entry=entry,
        number=str(entry.item.number),
        score="–" if entry.score is None else str(entry.score),
        last="" if last is None else str(last),
        change=Difference.between(entry.score, last),
    )


def _strongest(sections: tuple[SectionReport, ...]) -> tuple[str, ...]:
    """Return the sections with full scores, then items with the highest score in the others: the first MOST_NAMED."""
    full = [section for section in sections if section.sum == section.max]
    names = [f"{section.name}: {section.sum} / {section.max}" for section in full]
    for section in sections:
        if section not in full:
            names += [item.name for item in section.items if item.entry.score == BEST]
    return tuple(names[:MOST_NAMED])


def _most_to_gain(items: list[ItemReport]) -> tuple[str, ...]:
    """Return the items with the lowest scores, of equal ones first those that fell: at most MOST_NAMED."""
    below = [item for item in items if item.entry.score not in (None, BEST)]
    below.sort(key=lambda item: (item.entry.score or 0, not item.change.signed.startswith("−")))
    return tuple(
        f"{item.name}: {f'{item.last} → ' if item.last > item.score else ''}{item.score}" for item in below[:MOST_NAMED]
    )


def _remarks(review: Review) -> tuple[Remark, ...]:
    """Return the remarks by item, those on the whole report first. Databases differ in where they sort NULL."""
    return tuple(_remarks_by_item(review.pk))


@prepared
def _remarks_by_item(review: int) -> QuerySet[Remark]:
    return Remark.objects.filter(review=review).order_by(F("item_number").asc(nulls_first=True), "pk")


@prepared
def _texts(review: int) -> QuerySet[ReportText]:
    return ReportText.objects.filter(review=review)


def _agreement(figures: Agreement | None) -> AgreementRow | None:
    if figures is None or figures.mean_distance is None:
        return None
    return AgreementRow(
        exact=f"{figures.exact} / {figures.n}",
        within_one=f"{figures.within_one} / {figures.n}",
        mean_distance=number_format(figures.mean_distance),
    )


def _corrects(review: Review, original: Review) -> str:
    """Return what names the original of a correction, with its organisation if that is another, and the reason."""
    is_moved = review.organisation.current_id != original.organisation.current_id
    visit = f"{original.visit}, {original.organisation}" if is_moved else original.visit
    values = {"visit": visit, "method": original.get_method_display()}
    sentence = _("This is a correction of the review of %(visit)s (%(method)s).")
    if original.is_imported:
        sentence = _("This is a correction of the imported review of %(visit)s.")
    return f"{sentence % values} {_('Reason')}: {correction_reason(review)}"


def _next_due(review: Review, total: int | None) -> str:
    """Return the date of the next review, or "".

    For an open review, this is the date if it becomes final with this total. There is no date without a total, for a
    cancelled review, or for a final review that is not the organisation's last.
    """
    if total is None:
        return ""
    if review.is_cancelled:
        return ""
    due = due_after(review) if review.is_final else due_with(review, total)
    return date_format(due, "DATE_FORMAT") if due else ""
