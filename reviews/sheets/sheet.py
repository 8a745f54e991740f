"""The read model of the score sheet. Page, PDF and JSON all render it, so they cannot disagree.

The sheet is the form at the end of the scale: a header, the sections with the form's own titles, sums and quality
bands. This module only reads. A review with unscored items has no total and no band. The sheet of a final review
shows the names in its final record, even if people or organisations have been renamed since.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from reviews.models import ItemScore, Review
from reviews.models.scores import scores_of
from reviews.sheets.attribution import Attribution, ImportOrigin, Signature, attribution_of, finalised_words
from reviews.sheets.cached_fragments import score_words, sheet_row
from reviews.wording import Progress
from reviews.workflow import Status
from scales.definition import Band, Item, Scale
from scales.explanations import observation_words, reason_of
from scales.printing import language_around
from scales.scoring import Result, score
from scales.suggestion import suggest

ASCII_SPELLINGS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "Æ": "Ae", "Ø": "Oe", "Å": "Aa"})


@dataclass(frozen=True)
class SheetItem:
    """One item with its score, and the notes that the second part of the sheet prints.

    `suggested` is the score that the observation suggests and `reason` explains it; they are None and "" without a
    suggestion. `departure` explains why the score is not the suggested one. `decision` explains the consensus where
    the ratings differed. `unscored` takes the place of a missing score on the form.
    """

    item: Item
    section: str
    score: int | None
    evidence: str
    recommendation: str
    sources: tuple[str, ...]
    observation: dict[str, Any]
    observed: str
    suggested: int | None
    reason: str
    departure: str
    decision: str
    scale_language: str
    unscored: str

    @property
    def row(self) -> SafeString:
        """The row of the item on the form."""
        score = self.unscored if self.score is None else str(self.score)
        return sheet_row(self.item.section_number, self.item.sheet_title, score, self.scale_language)

    @property
    def score_words(self) -> SafeString:
        """The score with the words of its anchor."""
        return score_words(self.score, self.anchor, self.scale_language, get_language() or "")

    @property
    def departs(self) -> bool:
        """Whether the item has a score that differs from the suggested one."""
        return self.suggested is not None and self.score not in (None, self.suggested)

    @property
    def anchor(self) -> str | None:
        """The text of the anchor for this score, or None without a score."""
        return None if self.score is None else self.item.anchor(self.score)


@dataclass(frozen=True)
class SheetSection:
    """One section of the sheet. `sum` and `mean` are None until every item of the section has a score."""

    name: str
    items: tuple[SheetItem, ...]
    sum: int | None
    max: int
    mean: Decimal | None


@dataclass(frozen=True)
class LegendEntry:
    """One quality band in the legend of the sheet, and whether this review reaches it. `rank` is 1 for the lowest."""

    band: Band
    rank: int
    is_reached: bool
    is_lowest: bool

    @property
    def range(self) -> str:
        """The totals of the band, such as "100–114"."""
        if self.is_lowest:
            return _("%(max)s and under") % {"max": self.band.max}
        return f"{self.band.min}–{self.band.max}"


@dataclass(frozen=True, kw_only=True)
class BlankSheet:
    """The empty form, without a review. Templates leave its fields blank.

    `unscored` is the text that takes the place of a missing score.
    """

    is_blank: ClassVar[bool] = True
    unscored: ClassVar[str] = ""
    visit_and_kind: ClassVar[str] = ""

    scale: Scale
    sections: tuple[SheetSection, ...]
    result: Result
    legend: tuple[LegendEntry, ...]

    @property
    def items(self) -> tuple[SheetItem, ...]:
        """All items, in the order of the sheet."""
        return tuple(sheet_item for section in self.sections for sheet_item in section.items)


@dataclass(frozen=True, kw_only=True)
class Sheet(BlankSheet):
    """The score sheet of one review. `method` is "" for an imported review, whose method is unknown."""

    is_blank: ClassVar[bool] = False
    unscored: ClassVar[str] = "–"

    code: str
    organisation: str
    evaluators: tuple[str, ...]
    kind: str
    kind_label: str
    method: str
    method_label: str
    status: str
    status_label: str
    is_final: bool
    is_cancelled: bool
    visit: str
    visit_start: date
    visit_end: date
    corrects: str
    signature: Signature | None
    origin: ImportOrigin | None
    fingerprint: str
    sha256: str
    progress: str

    @property
    def not_final_words(self) -> str:
        """What the sheet says about itself while it is not final; "" once it is."""
        if self.is_final:
            return ""
        if self.is_cancelled:
            return _("The review was cancelled before it was final. It counts nowhere.")
        return _("Draft, not final (%(status)s). Scores may still change.") % {"status": self.status_label}

    @property
    def visit_and_kind(self) -> str:  # type: ignore[override]
        """The visit, with the kind and the method of the review in brackets."""
        return f"{self.visit} ({'; '.join(filter(None, (self.kind_label, self.method_label)))})"

    @property
    def running_title(self) -> str:
        """What every page of a document repeats."""
        return f"{self.organisation} · {self.visit} · {self.status_label}"

    @property
    def finalised_words(self) -> str:
        """Who signed or imported the review and when, "" while it is not final."""
        return finalised_words(self.origin or self.signature)

    @property
    def file_name(self) -> str:
        """The file name of the PDF, with all its letters."""
        return f"{self.organisation} {self.visit_start:%Y-%m-%d} {self._title}.pdf"

    @property
    def plain_file_name(self) -> str:
        """The file name of the PDF in ASCII, for programs that read no other."""
        return f"{in_ascii(self.organisation)}-{self.visit_start:%Y-%m-%d}-{in_ascii(self._title)}.pdf"

    @property
    def _title(self) -> str:
        """The words "score sheet" in the language of the scale, so that the file has one name for all readers."""
        with translation.override(language_around(self.scale)):
            return pgettext("file name", "score sheet")


def blank_sheet(scale: Scale) -> BlankSheet:
    """Return the form to fill in by hand."""
    result = score(scale, {})
    rows = {item.number: ItemScore() for item in scale.items}
    sections = _sections(scale, rows, result, (), BlankSheet.unscored)
    return BlankSheet(scale=scale, sections=sections, result=result, legend=_legend(scale, result))


def sheet_of(
    review: Review,
    finalised_as: Signature | ImportOrigin | None = None,
    scores: Iterable[ItemScore] | None = None,
) -> Sheet:
    """Return the sheet of a review as it is now, with the scores if the caller has them.

    While a review is being signed or imported, `finalised_as` makes this its final sheet. For an import, the caller
    must add the evaluators, who are named in the imported file.

    Two queries: the scores, and the evaluators or the final record. A correction takes a third for what it corrects.
    """
    scale = review.scale
    is_import = isinstance(finalised_as, ImportOrigin)
    attribution = Attribution(str(review.organisation), ()) if is_import else attribution_of(review)
    rows = {row.item_number: row for row in (scores_of(review) if scores is None else scores)}
    result = score(scale, {number: row.value for number, row in rows.items()})
    return Sheet(
        scale=scale,
        code=str(review.code),
        organisation=attribution.organisation,
        evaluators=attribution.evaluators,
        kind=review.kind,
        kind_label=str(review.get_kind_display()),
        method="" if review.is_imported else review.method,
        method_label="" if review.is_imported else str(review.get_method_display()),
        status=Status.FINAL.value if finalised_as else review.status,
        status_label=str(Status.FINAL.label if finalised_as else review.get_status_display()),
        is_final=review.is_final or finalised_as is not None,
        is_cancelled=review.is_cancelled,
        visit=review.visit,
        visit_start=review.visit_start,
        visit_end=review.visit_end,
        corrects=str(review.supersedes.code) if review.supersedes else "",
        signature=finalised_as if isinstance(finalised_as, Signature) else attribution.signature,
        origin=finalised_as if isinstance(finalised_as, ImportOrigin) else attribution.origin,
        fingerprint=attribution.fingerprint,
        sha256=attribution.sha256,
        sections=_sections(scale, rows, result, review.labels, Sheet.unscored),
        result=result,
        progress=Progress.of(result).sentence,
        legend=_legend(scale, result),
    )


def in_ascii(name: str) -> str:
    """Return a name as lower-case ASCII with hyphens: æ, ø and å become ae, oe and aa, as in passports.

    A name without any letter or digit becomes "ips".
    """
    return slugify(name.translate(ASCII_SPELLINGS)) or "ips"


def _sections(
    scale: Scale, rows: dict[int, ItemScore], result: Result, labels: tuple[str, ...], unscored: str
) -> tuple[SheetSection, ...]:
    sections = []
    words = {"scale_language": scale.language, "unscored": unscored}
    for section, sums in zip(scale.sections, result.sections, strict=True):
        items = tuple(_sheet_item(item, section.name, rows[item.number], labels, **words) for item in section.items)
        sections.append(SheetSection(section.name, items, sums.sum, sums.max, sums.mean))
    return tuple(sections)


def _sheet_item(item: Item, section: str, row: ItemScore, labels: tuple[str, ...], **words: str) -> SheetItem:
    suggestion = suggest(item, row.observation, labels)
    return SheetItem(
        item=item,
        section=section,
        score=row.value,
        evidence=row.evidence,
        recommendation=row.recommendation,
        sources=tuple(row.sources),
        observation=row.observation,
        observed=observation_words(item, row.observation, labels),
        suggested=suggestion.score if suggestion else None,
        reason=reason_of(suggestion) if suggestion else "",
        departure=row.departure,
        decision=row.decision,
        **words,
    )


def _legend(scale: Scale, result: Result) -> tuple[LegendEntry, ...]:
    return tuple(
        LegendEntry(band, scale.rank(band), is_reached=band == result.band, is_lowest=band == scale.bands[-1])
        for band in scale.bands
    )
