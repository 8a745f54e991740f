"""The score sheet as one read model: screen, PDF and JSON all show this, so they cannot disagree.

It is the form at the end of the scale: head, three sections with the sheet's own titles, sums,
bands. Reads; never writes. An unfinished review has neither total nor band. Of a final review, the
names are those of the record, whatever people and organisations are called today.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import pgettext

from reviews.models import FinalRecord, ItemScore, Review
from reviews.wording import Progress
from reviews.workflow import Part as TakesPart
from reviews.workflow import Status
from scales.definition import Band, Item, Scale
from scales.printing import language_around
from scales.scoring import Result, score
from scales.suggestion import suggest
from scales.wording import observed, reason_of

SPELT_OUT = {ord(letter): spelt for letter, spelt in zip("æøåÆØÅ", ("ae", "oe", "aa", "Ae", "Oe", "Aa"), strict=True)}


@dataclass(frozen=True)
class Line:
    """One item: its score and, for the second part of the sheet, what stands behind it.

    `suggested` and `reason` say what the observation suggests, None and "" where it suggests nothing;
    `departure` why another score was given; `decision` why evaluators agreed on it who had rated it differently.
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

    @property
    def departs(self) -> bool:
        """Whether the score is another one than what was observed suggests."""
        return self.suggested is not None and self.score not in (None, self.suggested)

    @property
    def anchor(self) -> str | None:
        """The anchor text of the score; None without a score."""
        return None if self.score is None else self.item.anchor(self.score)


@dataclass(frozen=True)
class Part:
    """One section with its sum and mean, both None until the whole section is scored."""

    name: str
    lines: tuple[Line, ...]
    sum: int | None
    max: int
    mean: Decimal | None


@dataclass(frozen=True)
class LegendBand:
    band: Band
    rank: int
    is_reached: bool
    is_lowest: bool


@dataclass(frozen=True)
class Signature:
    """Who made a review final and when; `code` tells people of one name apart; `chain` is the hash of
    the last event before that."""

    by: str
    code: str
    at: datetime
    chain: str


@dataclass(frozen=True)
class Origin:
    """Where a review comes from that was not done here: who imported it when, and the file it stood in."""

    by: str
    code: str
    at: datetime
    file: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class BlankSheet:
    """The form itself: what a sheet says before any review, so that templates print nothing of one.

    `unscored` stands where a score is missing.
    """

    is_blank: ClassVar[bool] = True
    unscored: ClassVar[str] = ""

    scale: Scale
    parts: tuple[Part, ...]
    result: Result
    legend: tuple[LegendBand, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(line for part in self.parts for line in part.lines)


@dataclass(frozen=True, kw_only=True)
class Sheet(BlankSheet):
    """Everything that a score sheet says about one review. `method` is "" where nobody knows it: of an imported one."""

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
    visit: str
    visit_start: date
    visit_end: date
    corrects: str
    signature: Signature | None
    origin: Origin | None
    fingerprint: str
    sha256: str
    progress: str

    @property
    def file_name(self) -> str:
        """The PDF's name as people write it."""
        return f"{self.organisation} {self.visit_start:%Y-%m-%d} {self._called}.pdf"

    @property
    def plain_file_name(self) -> str:
        """The PDF's name in ASCII, for programs that know nothing else."""
        return f"{in_ascii(self.organisation)}-{self.visit_start:%Y-%m-%d}-{in_ascii(self._called)}.pdf"

    @property
    def _called(self) -> str:
        """What a score sheet is called in the language of the scale: for all readers, the file has one name."""
        with translation.override(language_around(self.scale)):
            return pgettext("file name", "score sheet")


def blank_sheet(scale: Scale) -> BlankSheet:
    """Return the form to fill in by hand."""
    result = score(scale, {})
    rows = {item.number: ItemScore() for item in scale.items}
    return BlankSheet(scale=scale, parts=_parts(scale, rows, result, ()), result=result, legend=_legend(scale, result))


def sheet_of(review: Review, becomes: Signature | Origin | None = None) -> Sheet:
    """Return the sheet of a review, or the final sheet that it is about to become, signed or imported. Who did an
    imported one stands in its file and is for the caller to add.

    Two queries: scores, and evaluators or the record; a third for what a correction corrects.
    """
    scale = review.scale
    names = _Names(str(review.organisation), ()) if isinstance(becomes, Origin) else _names(review)
    rows = {row.item_number: row for row in review.scores.all()}
    result = score(scale, {number: row.value for number, row in rows.items()})
    return Sheet(
        scale=scale,
        code=str(review.code),
        organisation=names.organisation,
        evaluators=names.evaluators,
        kind=review.kind,
        kind_label=str(review.get_kind_display()),
        method="" if review.is_imported else review.method,
        method_label="" if review.is_imported else str(review.get_method_display()),
        status=Status.FINAL.value if becomes else review.status,
        status_label=str(Status.FINAL.label if becomes else review.get_status_display()),
        is_final=review.is_final or becomes is not None,
        visit=review.visit,
        visit_start=review.visit_start,
        visit_end=review.visit_end,
        corrects=str(review.supersedes.code) if review.supersedes else "",
        signature=becomes if isinstance(becomes, Signature) else names.signature,
        origin=becomes if isinstance(becomes, Origin) else names.origin,
        fingerprint=names.fingerprint,
        sha256=names.sha256,
        parts=_parts(scale, rows, result, review.labels),
        result=result,
        progress=Progress.of(result).sentence,
        legend=_legend(scale, result),
    )


@dataclass(frozen=True)
class _Names:
    organisation: str
    evaluators: tuple[str, ...]
    signature: Signature | None = None
    origin: Origin | None = None
    fingerprint: str = ""
    sha256: str = ""


def _names(review: Review) -> _Names:
    """Return the names as they were signed, or as they are while the review is open."""
    if not review.is_final:
        users = (
            participation.user
            for participation in review.participations.filter(part=TakesPart.RATES).select_related("user")
        )
        return _Names(str(review.organisation), tuple(map(str, users)))
    record = FinalRecord.objects.defer("pdf").get(review=review)
    about, signed, came = record.content["review"], record.content["signature"], record.content.get("imported")
    at = datetime.fromisoformat(about["finalised_at"])
    return _Names(
        about["organisation"],
        tuple(about["evaluators"]),
        Signature(signed["by"], signed["code"], at, signed["chain"]) if signed else None,
        Origin(came["by"], came["code"], at, came["file"], came["sha256"]) if came else None,
        record.fingerprint,
        record.sha256,
    )


def origin_of(review: Review) -> tuple[tuple[str, ...], Origin | None]:
    """Return who did an imported review, as the file says, and where it comes from. One query."""
    names = _names(review)
    return names.evaluators, names.origin


def in_ascii(name: str) -> str:
    """Return a name in lower-case ASCII with hyphens, æ, ø and å spelt out as in passports."""
    spelt = name.translate(SPELT_OUT)
    return slugify(spelt) or "ips"


def _parts(scale: Scale, rows: dict[int, ItemScore], result: Result, labels: tuple[str, ...]) -> tuple[Part, ...]:
    parts = []
    for section, sums in zip(scale.sections, result.sections, strict=True):
        lines = tuple(_line(item, section.name, rows[item.number], labels) for item in section.items)
        parts.append(Part(section.name, lines, sums.sum, sums.max, sums.mean))
    return tuple(parts)


def _line(item: Item, section: str, row: ItemScore, labels: tuple[str, ...]) -> Line:
    found = suggest(item, row.observation, labels)
    return Line(
        item=item,
        section=section,
        score=row.value,
        evidence=row.evidence,
        recommendation=row.recommendation,
        sources=tuple(row.sources),
        observation=row.observation,
        observed=observed(item, row.observation, labels),
        suggested=found.score if found else None,
        reason=reason_of(found) if found else "",
        departure=row.departure,
        decision=row.decision,
    )


def _legend(scale: Scale, result: Result) -> tuple[LegendBand, ...]:
    return tuple(
        LegendBand(band, scale.rank(band), is_reached=band == result.band, is_lowest=band == scale.bands[-1])
        for band in scale.bands
    )
