"""The report of a review as one read model: page, PDF and Word file show this and nothing else.

It holds the score sheet itself, so that report and sheet cannot disagree, and beside it what the sheet has no
room for: what changed, what nearly reaches the next anchor, how far evaluators agreed, what will be done. Reads;
never writes. Of a review that is not final it says so; while each evaluator rates alone it has no scores.
"""

from dataclasses import dataclass

from django.db.models import Count, F
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reviews.actionplan.plan import Plan, plan_of
from reviews.charts.bars import Bars, bars
from reviews.charts.trend import Trend
from reviews.consensus.agreement import Agreement
from reviews.consensus.comparison import agreement_of
from reviews.models import Interview, Remark, ReportText, Review
from reviews.reports.comparison import Before, Then, before_of, drawn, not_compared, over_time, then
from reviews.schedule.next_review import due_after, due_with
from reviews.sheets.sheet import Sheet, SheetItem, SheetSection, sheet_of
from reviews.wording import Difference, visit_words
from scales.definition import Correction, Item, Scale
from scales.next_step import next_step
from scales.rules import SCORES
from scales.wording import change_in_words

BEST = SCORES[-1]


@dataclass(frozen=True)
class ItemReport:
    """One item. `last` is "" where there is no score to compare with, and `change` tells nothing then."""

    line: SheetItem
    number: str
    score: str
    last: str
    change: Difference


@dataclass(frozen=True)
class Near:
    """An item that misses exactly one step: `changes` are the single changes, any of which would lift it, each with
    what it quotes of the scale."""

    item: Item
    number: str
    score: str
    next_score: str
    anchor: str
    changes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class PairReport:
    """How far two evaluators agreed, as text: nothing tells which of them scored lower."""

    exact: str
    within_one: str
    difference: str


@dataclass(frozen=True)
class PartReport:
    """A section's numbers as text; "–" until the whole section is scored."""

    name: str
    sum: str
    max: str
    mean: str
    items: tuple[ItemReport, ...]


@dataclass(frozen=True)
class Chapter:
    """One part of the report: its anchor in the page, and its title."""

    id: str
    title: str


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything that a report says about one review. Numbers and dates are text in the reader's language.

    `corrects` says of a correction which was the first review; `is_replaced` that it was itself replaced by one.
    """

    sheet: Sheet
    scale: Scale
    corrects: str
    is_replaced: bool
    informants: tuple[str, ...]
    specialists: str
    period: str
    total: str
    band: str
    next_band: str
    to_next: str
    change: Difference
    mean: str
    before: Before | None
    not_compared: str
    summary: str
    strengths_text: str
    strengths: tuple[ItemReport, ...]
    parts: tuple[PartReport, ...]
    picture: Bars
    trend: Trend | None
    totals: tuple[Then, ...]
    left_out: str
    near: tuple[Near, ...]
    remarks: tuple[Remark, ...]
    agreement: tuple[PairReport, ...]
    plan: Plan | None
    next_due: str
    corrections: tuple[Correction, ...]

    @property
    def items(self) -> tuple[ItemReport, ...]:
        return tuple(item for part in self.parts for item in part.items)

    @property
    def title(self) -> str:
        return _("Report: %(organisation)s, %(visit)s") % {
            "organisation": self.sheet.organisation,
            "visit": self.sheet.visit,
        }

    @property
    def chapters(self) -> tuple[Chapter, ...]:
        """The parts that this report has, in their order."""
        every = (
            ("in-short", _("In short"), True),
            ("score-sheet", _("Score sheet"), True),
            ("pictures", _("The items as a picture"), True),
            ("over-time", _("Total over time"), True),
            ("near", _("One step from the next anchor"), bool(self.near)),
            ("items", _("Item by item"), True),
            ("remarks", _("Remarks of the service"), bool(self.remarks)),
            ("agreement", _("How far the evaluators agreed"), bool(self.agreement)),
            ("plan", _("Action plan and next review"), True),
            ("corrections", _("Corrections to the printed source"), bool(self.corrections)),
        )
        return tuple(Chapter(anchor, title) for anchor, title, is_there in every if is_there)


def report_of(review: Review) -> Report:
    """Return the report of a review. The number of queries does not grow with what the review holds.

    What was found before stands beside an item once it has a score, and beside the whole once all have: who
    still judges is not to lean on it.
    """
    sheet, scale = sheet_of(review), review.scale
    before, scores = before_of(review), {line.item.number: line.score for line in sheet.items}
    written = ReportText.objects.filter(review=review).first() or ReportText()
    parts = tuple(_part(part, before) for part in sheet.sections)
    items = [item for part in parts for item in part.items]
    total, mean = sheet.result.total, sheet.result.mean
    found, left_out = over_time(review, is_scored=total is not None)
    line = review.line()
    first = Review.objects.get(pk=line[-1]) if review.supersedes_id else review
    return Report(
        sheet=sheet,
        scale=scale,
        corrects=_corrects(first) if review.supersedes_id else "",
        is_replaced=review.is_final and not review.is_valid,
        informants=_informants(line),
        specialists=str(len(review.labels) or ""),
        period=_period(review),
        total="" if total is None else str(total),
        band=sheet.result.band.label if sheet.result.band else "",
        next_band=sheet.result.next_band.label if sheet.result.next_band else "",
        to_next=_to_next(sheet),
        change=Difference.between(total, before.total if before else None),
        mean="" if mean is None else number_format(mean, 2),
        before=None if total is None else before,
        not_compared="" if total is None else not_compared(review, before),
        summary=written.summary,
        strengths_text=written.strengths,
        strengths=tuple(item for item in items if item.line.score == BEST),
        parts=parts,
        picture=bars(scale, scores, {int(item.number): int(item.last) for item in items if item.last}),
        trend=drawn(found),
        totals=tuple(then(one, review) for one in found),
        left_out=left_out,
        near=near_of(review, sheet),
        remarks=_remarks(review),
        agreement=tuple(_pair(pair.figures) for pair in agreement_of(first)),
        plan=plan_of(review) if review.is_valid else None,
        next_due=_next_due(review, total),
        corrections=scale.corrections,
    )


def _part(part: SheetSection, before: Before | None) -> PartReport:
    return PartReport(
        name=part.name,
        sum="–" if part.sum is None else str(part.sum),
        max=str(part.max),
        mean="–" if part.mean is None else number_format(part.mean, 2),
        items=tuple(_item(line, before) for line in part.items),
    )


def _item(line: SheetItem, before: Before | None) -> ItemReport:
    last = before.scores.get(line.item.number) if before and line.score is not None else None
    return ItemReport(
        line=line,
        number=str(line.item.number),
        score="–" if line.score is None else str(line.score),
        last="" if last is None else str(last),
        change=Difference.between(line.score, last),
    )


def near_of(review: Review, sheet: Sheet) -> tuple[Near, ...]:
    """Return the items that one single change would lift; where another score was given, its rule says nothing."""
    found = []
    for line in sheet.items:
        step = None if line.departs else next_step(line.item, line.observation, review.labels)
        if step is None or line.score != step.now:
            continue
        found.append(
            Near(
                item=line.item,
                number=str(line.item.number),
                score=str(step.now),
                next_score=str(step.score),
                anchor=line.item.anchor(step.score),
                changes=tuple(change_in_words(line.item, change) for change in step.changes),
            )
        )
    return tuple(found)


def _remarks(review: Review) -> tuple[Remark, ...]:
    """Return the remarks on the whole report first, then by item: databases differ in where they put them."""
    by_item = F("item_number").asc(nulls_first=True)
    return tuple(Remark.objects.filter(review=review).order_by(by_item, "pk"))


def _pair(figures: Agreement) -> PairReport:
    mean = figures.mean_distance
    return PairReport(
        exact=f"{figures.exact} / {figures.n}",
        within_one=f"{figures.within_one} / {figures.n}",
        difference="–" if mean is None else number_format(mean),
    )


def _corrects(first: Review) -> str:
    """Return what a correction corrects. Its visit, ratings and interviews are those of the first review."""
    told = {"visit": first.visit, "method": first.get_method_display()}
    if first.is_imported:
        return _("This is a correction of the imported review of %(visit)s.") % told
    return _("This is a correction of the review of %(visit)s (%(method)s).") % told


def _informants(line: tuple[int, ...]) -> tuple[str, ...]:
    """Return who was interviewed, by role: "employment specialist (3)". A correction interviews nobody anew."""
    interviews = Interview.objects.filter(review__in=line).order_by("informant_role")
    asked = interviews.values_list("informant_role").annotate(Count("pk"))
    return tuple(f"{role} ({count})" for role, count in asked)


def _period(review: Review) -> str:
    if review.period_start is None or review.period_end is None:
        return ""
    return visit_words(review.period_start, review.period_end)


def _to_next(sheet: Sheet) -> str:
    """Return how far it is to the next band, in words; "" without a total."""
    result = sheet.result
    if result.total is None:
        return ""
    if result.to_next_band is None:
        return _("The best quality band is reached.")
    more = ngettext("%(n)s point more", "%(n)s points more", result.to_next_band)
    return more % {"n": str(result.to_next_band)}


def _next_due(review: Review, total: int | None) -> str:
    """Return when the next review is due, of a draft once it is final as it is; "" without a total, and of a final
    review that is not the last."""
    if total is None:
        return ""
    due = due_after(review) if review.is_final else due_with(review, total)
    return date_format(due, "DATE_FORMAT") if due else ""
