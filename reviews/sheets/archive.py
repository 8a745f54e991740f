"""The archive of final reviews: what each said when it was signed, and the one PDF of it.

`draw_up` composes, `store` writes once, `pdf_of` and `recognise` read. The file is in the language
of the scale, with all notes, whoever signs.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from reviews.models import FinalRecord, Rating, Remark, ReportText, Review, User
from reviews.records.chain import digest
from reviews.sheets.as_json import as_json
from reviews.sheets.sheet import Origin, Signature, sheet_of
from scales.printing import language_around

NO_TEXT = {"summary": "", "strengths": ""}  # of the report


@dataclass(frozen=True)
class Document:
    """A review as it is being signed: plain data, the fingerprint of it, and the page to print."""

    content: dict[str, Any]
    fingerprint: str
    html: str


def draw_up(review: Review, *, by: User, at: datetime, chain: str) -> Document:
    """Return what is signed: the sheet with every note, all ratings before consensus, who signs when, and the
    chain's head."""
    with translation.override(language_around(review.scale)):
        sheet = sheet_of(review, Signature(by=str(by), code=str(by.code), at=at, chain=chain))
        content = as_json(sheet)
        content["scale"]["checksum"] = review.edition.checksum
        content["ratings"] = ratings_of(review)
        content["conditions"] = conditions_of(review)
        content["report"] = report_text_of(review)
        content["remarks"] = remarks_of(review)
        sheet = replace(sheet, fingerprint=digest(content))
        html = render_to_string("sheets/sheet_pdf.html", {"sheet": sheet, "with_notes": True})
    return Document(content, sheet.fingerprint, html)


def draw_up_imported(review: Review, *, origin: Origin, evaluators: tuple[str, ...]) -> Document:
    """Return what is kept of a review that was done elsewhere: the sheet with every note, who imported it when and
    from which file. Nobody signs it here, so there is no page to print; `evaluators` are as the file names them.

    No query, if the scores are at hand: a review that was just made of a row has nothing beside its sheet."""
    with translation.override(language_around(review.scale)):
        content = as_json(replace(sheet_of(review, origin), evaluators=evaluators))
    content["scale"]["checksum"] = review.edition.checksum
    content |= {"ratings": [], "conditions": _conditions(review, {}), "report": NO_TEXT, "remarks": []}
    content["imported"] = {
        "by": origin.by,
        "code": origin.code,
        "at": content["review"]["finalised_at"],
        "file": origin.file,
        "sha256": origin.sha256,
    }
    return Document(content, digest(content), "")


def ratings_of(review: Review) -> list[dict[str, Any]]:
    """Return what each evaluator handed in before consensus: signed with the sheet, and not printed on it."""
    return [
        {
            "by": str(rating.evaluator.user.code),
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
        for rating in Rating.objects.filter(evaluator__review=review)
        .select_related("evaluator__user")
        .order_by("evaluator", "item_number")
    ]


def conditions_of(review: Review) -> dict[str, Any]:
    """Return what else the scores rest on: the specialists, the period, and when whose ratings were handed in."""
    handed_in = review.participations.filter(submitted_at__isnull=False).order_by("pk").select_related("user")
    at = {str(one.user.code): one.submitted_at and one.submitted_at.isoformat() for one in handed_in}
    return _conditions(review, at)


def _conditions(review: Review, handed_in: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "method": None if review.is_imported else review.method,
        "specialists": review.specialists,
        "period": [day and day.isoformat() for day in (review.period_start, review.period_end)],
        "handed_in": handed_in,
    }


def report_text_of(review: Review) -> dict[str, str]:
    """Return what the evaluators wrote in the report beside the items."""
    found = ReportText.objects.filter(review=review).first() or ReportText()
    return {"summary": found.summary, "strengths": found.strengths}


def remarks_of(review: Review) -> list[dict[str, Any]]:
    """Return what the service remarked on the draft, and what was answered."""
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
        for remark in Remark.objects.filter(review=review).select_related("by", "answered_by").order_by("pk")
    ]


def store(held: Review, document: Document, pdf: bytes) -> FinalRecord:
    """Write the record and return it. The caller holds the review and is about to make it final."""
    return FinalRecord.objects.create(
        review=held,
        content=document.content,
        fingerprint=document.fingerprint,
        pdf=pdf,
        sha256=hashlib.sha256(pdf).hexdigest(),
    )


def pdf_of(review: Review) -> bytes:
    """Return the stored PDF of a final review that was signed here."""
    return bytes(FinalRecord.objects.values_list("pdf", flat=True).get(review=review))


def is_stored_pdf(review: Review, data: bytes) -> bool:
    """Return whether these bytes are the final review's stored PDF, to the last one."""
    return FinalRecord.objects.filter(review=review, sha256=hashlib.sha256(data).hexdigest()).exists()
