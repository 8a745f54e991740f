"""Finished reviews as rows of tables and as JSON objects: what was signed, and the current status.

Read-only. Reviews are fetched in chunks, one query each, and no more than one chunk is in memory. columns.py and
json_keys.py define all names of cells and keys.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import batched
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, TextField
from django.db.models.functions import Cast
from django.utils import translation

from ipsfidelity.prepared import prepared
from ipsfidelity.tables import Cell
from reviews.models import Review
from reviews.records.corrections import REASON
from reviews.schedule.next_review import due_after
from scales.explanations import observation_words
from scales.printing import language_around
from scales.scoring import mean_of

CHUNK = 20
ExportRow = dict[str, Cell]
Report = Callable[[int], None]  # is told how many reviews have been read


def in_chunks(keys: Sequence[int], report: Report | None = None, *, as_text: bool = False) -> Iterator[Review]:
    """Yield the reviews with these keys in this order, with everything that their rows need, without the PDFs.

    `report` is called after each chunk. With `as_text`, what was signed is not decoded: it is JSON in `signed_text`.
    """
    read = 0
    for chunk in batched(keys, CHUNK):
        reviews = {review.pk: review for review in _reviews(*chunk, as_text=as_text)}
        yield from (reviews[key] for key in chunk)
        read += len(chunk)
        if report:
            report(read)


@prepared
def _reviews(*keys: int, as_text: bool) -> QuerySet[Review]:
    corrections = Review.objects.finished().filter(supersedes=OuterRef("pk")).values("code")
    reviews = (
        Review.objects.filter(pk__in=keys)
        .select_related("organisation__network", "organisation__joined_to", "edition", "supersedes", "record")
        .annotate(corrected_by=Subquery(corrections[:1]), correction_reason=REASON)
        .defer("edition__document", "record__pdf")
        .order_by()
    )
    if as_text:
        reviews = reviews.annotate(signed_text=Cast("record__content", TextField())).defer("record__content")
    return reviews


def review_row(review: Review) -> ExportRow:
    """Return the row of a review in the table of reviews."""
    signed, organisation = review.record.content, review.organisation.current
    conditions, report = signed.get("conditions", {}), signed.get("report", {})
    original = (signed.get("imported") or {}).get("original") or {}
    scores = {item["number"]: item["score"] for item in signed["items"]}
    row = _identity(review) | {
        "organisation_now": organisation.name,
        "network": organisation.network.name,
        "edition_title": review.edition.title,
        "edition_version": review.edition.version,
        "method": "" if review.is_imported else review.method,
        "visit_end": review.visit_end,
        "period_start": review.period_start,
        "period_end": review.period_end,
        "status": review.status,
        "imported": int(review.is_imported),
        "corrects": str(review.supersedes.code) if review.supersedes else "",
        "corrected_by": _corrected_by(review) or "",
        "evaluators": "; ".join(signed["review"]["evaluators"]),
        "evaluator_count": len(signed["review"]["evaluators"]),
        "specialist_count": _specialist_count(review, conditions),
        "finalised_at": review.finalised_at,
        "total": review.total,
        "total_max": signed["max"],
        "mean": float(mean_of(review.total or 0, len(scores))),
        "band": review.band,
        "next_due": due_after(review),
        "summary": report.get("summary", ""),
        "strengths": report.get("strengths", ""),
        "fingerprint": review.record.fingerprint,
        "pdf_sha256": _pdf_sha256(review) or "",
        "correction_reason": review.correction_reason or "",
        "specialists": _as_json(conditions.get("specialists")),
        "original": original.get("code", ""),
        "original_fingerprint": original.get("fingerprint", ""),
    }
    row |= {f"section_{number}_sum": section["sum"] for number, section in enumerate(signed["sections"], start=1)}
    return row | {f"item_{number}": score for number, score in scores.items()}


def item_rows(review: Review) -> Iterator[ExportRow]:
    """Yield the rows of a review in the table of items."""
    identity = _identity(review)
    scale, labels = review.scale, review.labels
    with translation.override(language_around(scale)):
        observations = [
            observation_words(scale.by_number[item["number"]], item["observation"], labels)
            for item in review.record.content["items"]
        ]
    for item, observation in zip(review.record.content["items"], observations, strict=True):
        yield identity | {
            "item": item["number"],
            "section": item["section"],
            "number_in_section": item["section_number"],
            "title": item["title"],
            "score": item["score"],
            "anchor": item["anchor"],
            "sources": "; ".join(item["sources"]),
            "observed": observation,
            "suggested": item["suggested"],
            "departure": item["departure"],
            "evidence": item["evidence"],
            "recommendation": item["recommendation"],
            "decision": item["decision"],
            "observation": _as_json(item["observation"]),
        }


def remark_rows(review: Review) -> Iterator[ExportRow]:
    """Yield the rows of a review in the table of remarks."""
    identity = _identity(review)
    for remark in review.record.content.get("remarks", ()):
        yield identity | {
            "item": remark["number"],
            "remark_kind": remark["kind"],
            "remark": remark["text"],
            "remarked_at": _moment(remark["at"]),
            "answer": remark["answer"],
            "answered_at": _moment(remark["answered_at"]),
        }


def json_line(review: Any) -> str:
    """Return a review as one object: the content of its sheet.json as it was signed, and its current status.

    The review is one of `in_chunks` with `as_text`.
    """
    due = due_after(review)
    added = {
        "fingerprint": review.record.fingerprint,
        "valid": review.is_valid,
        "current": {
            "status": review.status,
            "organisation_code": str(review.organisation.current.code),
            "organisation": str(review.organisation),
            "network": review.organisation.network.name,
            "imported": review.is_imported,
            "corrected_by": _corrected_by(review),
            "next_due": due and due.isoformat(),
            "pdf_sha256": _pdf_sha256(review),
        },
    }
    return f"{review.signed_text[:-1]}, {json.dumps(added, ensure_ascii=False)[1:]}"


def in_order(row: ExportRow, names: Sequence[str]) -> tuple[Cell, ...]:
    """Return the cells of a row in the order of a header, None for cells that the row does not have."""
    return tuple(map(row.get, names))


def _identity(review: Review) -> ExportRow:
    """Return the cells that all tables have in common (columns.IDENTITY)."""
    return {
        "review": str(review.code),
        "organisation_code": str(review.organisation.current.code),
        "organisation": review.record.content["review"]["organisation"],
        "kind": review.kind,
        "edition": review.edition.slug,
        "visit_start": review.visit_start,
        "valid": int(review.is_valid),
    }


def _specialist_count(review: Review, conditions: Mapping[str, Any]) -> int | None:
    """Return the number of specialists that were scored, None if it is unknown, as for most imported reviews."""
    if review.is_imported and not review.specialists:
        return None
    return sum(not specialist.get("gone") for specialist in conditions.get("specialists", review.specialists))


def _corrected_by(review: Review) -> str | None:
    """Return the code of the correction that has replaced the review. An open correction is not disclosed."""
    return str(review.corrected_by) if review.corrected_by else None


def _pdf_sha256(review: Review) -> str | None:
    return None if review.is_imported else review.record.sha256


def _as_json(value: Any) -> str:
    """Return plain data as JSON, "" for what is empty."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if value else ""


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
