"""The archive of final reviews: the content of each as it was signed, and its only PDF.

`compose_signed` and `compose_imported` compose a document, `store` writes it once, `pdf_of` reads it. The PDF contains
all notes and is in the language of the scale, not in the language of the signer.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from reviews.models import FinalRecord, ItemScore, ReportText, Review, User
from reviews.records.chain import digest
from reviews.records.handing_out import HandingOut, handing_out_in
from reviews.sheets.as_json import as_json
from reviews.sheets.attribution import ImportOrigin, Signature
from reviews.sheets.qr_code import qr_code_of
from reviews.sheets.sheet import sheet_of
from reviews.sheets.verification import file_fingerprint
from scales.models import ScaleEdition
from scales.printing import language_around


@dataclass(frozen=True)
class FinalDocument:
    """The document that makes a review final: plain data, its fingerprint, and the HTML of its PDF.

    `html` is "" for an imported review, which has no PDF.
    """

    content: dict[str, Any]
    fingerprint: str
    html: str


def compose_signed(review: Review, *, by: User, at: datetime, chain: str, gaps_reason: str = "") -> FinalDocument:
    """Return the document that a person signs. `gaps_reason` says why items stay without evidence.

    It holds the sheet with all notes, the other parts (PARTS), and the signature with the head of the review's chain of
    events.
    """
    ScaleEdition.forget_families()  # the scale in memory must be the one whose checksum is signed
    with translation.override(language_around(review.scale)):
        sheet = sheet_of(review, Signature(str(by), str(by.code), at, chain, gaps_reason))
        content = as_json(sheet)
        content["scale"]["checksum"] = review.edition.checksum
        content |= {name: part_of(review) for name, part_of in PARTS.items()}
        sheet = replace(sheet, fingerprint=digest(content))
        html = render_to_string(
            "sheets/sheet_pdf.html", {"sheet": sheet, "with_notes": True, "qr_code": qr_code_of(review.code)}
        )
    return FinalDocument(content, sheet.fingerprint, html)


def compose_imported(
    review: Review,
    *,
    origin: ImportOrigin,
    evaluators: tuple[str, ...],
    scores: Iterable[ItemScore],
    report: ReportText,
) -> FinalDocument:
    """Return the document of an imported review: the sheet with all notes, and the origin instead of a signature.

    `evaluators` are the names in the imported file, `report` is the text of its report. No query: a review that is
    being imported has no ratings or remarks.
    """
    with translation.override(language_around(review.scale)):
        content = as_json(replace(sheet_of(review, origin, scores), evaluators=evaluators))
    content["scale"]["checksum"] = review.edition.checksum
    content |= {"ratings": [], "conditions": _conditions(review, {}), "report": _report_text(report), "remarks": []}
    content["handing_out"] = _handing_out(None, HandingOut())
    content["imported"] = {
        "by": origin.by,
        "code": origin.code,
        "at": content["review"]["finalised_at"],
        "file": origin.file,
        "sha256": origin.sha256,
    }
    if origin.original:
        content["imported"]["original"] = asdict(origin.original)
    return FinalDocument(content, digest(content), "")


def ratings_of(review: Review) -> list[dict[str, Any]]:
    """Return the submitted ratings of all evaluators. They are signed with the sheet but not printed on it."""
    return [
        {
            "by": str(evaluator.user.code),
            "number": rating.item_number,
            "score": rating.value,
            "sources": rating.sources,
            "evidence": rating.evidence,
            "recommendation": rating.recommendation,
            "observation": rating.observation,
            "departure": rating.departure,
            "awaiting": rating.awaiting,
            "awaited": rating.awaited,
            "awaited_from": rating.awaited_from,
            "awaited_by": rating.awaited_by and rating.awaited_by.isoformat(),
        }
        for evaluator in sorted(review.participations.all(), key=lambda evaluator: evaluator.pk)
        for rating in sorted(evaluator.ratings.all(), key=lambda rating: rating.item_number)
    ]


def conditions_of(review: Review) -> dict[str, Any]:
    """Return the method, the specialists, the period, and when each evaluator submitted their ratings."""
    submitted_at = {
        str(evaluator.user.code): evaluator.submitted_at.isoformat()
        for evaluator in review.participations.all()
        if evaluator.submitted_at
    }
    return _conditions(review, submitted_at)


def _conditions(review: Review, submitted_at: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "method": None if review.is_imported else review.method,
        "specialists": review.specialists,
        "period": [day and day.isoformat() for day in (review.period_start, review.period_end)],
        "handed_in": submitted_at,
    }


def report_text_of(review: Review) -> dict[str, str]:
    """Return the summary and the strengths in the report, "" where none were written."""
    return _report_text(getattr(review, "report_text", None) or ReportText())


def _report_text(text: ReportText) -> dict[str, str]:
    return {"summary": text.summary, "strengths": text.strengths}


def remarks_of(review: Review) -> list[dict[str, Any]]:
    """Return the remarks of the service on the draft report, with the answers."""
    return [
        {
            "number": remark.item_number,
            "kind": remark.kind,
            "text": remark.text,
            "by": str(remark.by.code),
            "at": remark.at.isoformat(),
            "answer": remark.answer,
            "answered_by": remark.answered_by and str(remark.answered_by.code),
            "answered_at": remark.answered_at and remark.answered_at.isoformat(),
        }
        for remark in sorted(review.remarks.all(), key=lambda remark: remark.pk)
    ]


def handing_out_part(review: Review) -> dict[str, Any]:
    """Return how the draft report was handed out: until when the service could remark, or why it was not asked."""
    return _handing_out(review.facts_until, handing_out_in(review.events.all()))


def _handing_out(facts_until: date | None, handing_out: HandingOut) -> dict[str, Any]:
    return {
        "facts_until": facts_until and facts_until.isoformat(),
        "no_check_reason": handing_out.no_check_reason,
        "told": list(handing_out.told or ()),
    }


# The parts of a record that the sheet does not have. verify_records compares each of them with the database: an object
# by the keys that the record has, a list of objects one by one. They read relations of the review, which verify_records
# fetches for many reviews at once.
PARTS: Mapping[str, Callable[[Review], Any]] = {
    "ratings": ratings_of,
    "conditions": conditions_of,
    "report": report_text_of,
    "remarks": remarks_of,
    "handing_out": handing_out_part,
}


def store(review: Review, document: FinalDocument, pdf: bytes) -> FinalRecord:
    """Write the final record and return it. The caller has locked the review and is about to make it final."""
    record = record_of(review, document, pdf)
    record.save(force_insert=True)
    return record


def record_of(review: Review, document: FinalDocument, pdf: bytes) -> FinalRecord:
    """Return the final record of a review, which is not written yet."""
    return FinalRecord(
        review=review,
        content=document.content,
        fingerprint=document.fingerprint,
        pdf=pdf,
        sha256=file_fingerprint(pdf),
    )


def pdf_of(review: Review) -> bytes:
    """Return the stored PDF of a final review that was signed here."""
    return bytes(FinalRecord.objects.values_list("pdf", flat=True).get(review=review))
