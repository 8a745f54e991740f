"""Finished reviews as rows of tables and as lines of JSON: from what was signed, with what is known today.

Reads; never writes. Reviews are fetched a chunk at a time, one query each, however many there are:
nothing here holds more than a chunk. Every name of a cell stands in columns.py or line_keys.py.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import batched
from typing import Any

from django.utils import translation

from reviews.models import Review
from reviews.schedule.next_review import due_after
from scales.printing import language_around
from scales.scoring import mean_of
from scales.wording import observed

CHUNK = 20
Cell = str | int | float | date | datetime | None
Row = dict[str, Cell]


def in_chunks(keys: Sequence[int]) -> Iterator[Review]:
    """Yield the reviews with these keys in this order, with all that their rows need but the PDF."""
    for chunk in batched(keys, CHUNK):
        found = (
            Review.objects.filter(pk__in=chunk)
            .select_related("organisation__network", "edition", "supersedes", "record", "correction")
            .defer("edition__document", "record__pdf")
            .in_bulk()
        )
        yield from (found[key] for key in chunk)


def review_row(review: Review) -> Row:
    """Return the row of a review in the table of reviews."""
    signed, organisation = review.record.content, review.organisation
    conditions, report = signed.get("conditions", {}), signed.get("report", {})
    scores = {item["number"]: item["score"] for item in signed["items"]}
    row = _which(review) | {
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
    }
    row |= {f"section_{place}_sum": part["sum"] for place, part in enumerate(signed["sections"], start=1)}
    return row | {f"item_{number}": score for number, score in scores.items()}


def item_rows(review: Review) -> Iterator[Row]:
    """Yield the row of each item of a review, with every note."""
    which = _which(review)
    with translation.override(language_around(review.scale)):
        seen = [_observed(review, item) for item in review.record.content["items"]]
    for item, what in zip(review.record.content["items"], seen, strict=True):
        yield which | {
            "item": item["number"],
            "section": item["section"],
            "number_in_section": item["section_number"],
            "title": item["title"],
            "score": item["score"],
            "anchor": item["anchor"],
            "sources": "; ".join(item["sources"]),
            "observed": what,
            "suggested": item["suggested"],
            "departure": item["departure"],
            "evidence": item["evidence"],
            "recommendation": item["recommendation"],
            "decision": item["decision"],
        }


def remark_rows(review: Review) -> Iterator[Row]:
    """Yield the row of each remark of the service on the draft report."""
    which = _which(review)
    for remark in review.record.content.get("remarks", ()):
        yield which | {
            "item": remark["number"],
            "remark_kind": remark["kind"],
            "remark": remark["text"],
            "remarked_at": _moment(remark["at"]),
            "answer": remark["answer"],
            "answered_at": _moment(remark["answered_at"]),
        }


def line_of(review: Review) -> dict[str, Any]:
    """Return a review as one object: what was signed, as sheet.json says it, and what is known today."""
    due = due_after(review)
    return review.record.content | {
        "fingerprint": review.record.fingerprint,
        "valid": review.is_valid,
        "current": {
            "status": review.status,
            "organisation_code": str(review.organisation.code),
            "organisation": review.organisation.name,
            "network": review.organisation.network.name,
            "imported": review.is_imported,
            "corrected_by": _corrected_by(review),
            "next_due": due and due.isoformat(),
            "pdf_sha256": _pdf_sha256(review),
        },
    }


def in_order(row: Row, names: Sequence[str]) -> tuple[Cell, ...]:
    """Return a row's cells in the order of a header; what the row does not have is empty."""
    return tuple(row.get(name) for name in names)


def as_text(cell: Cell) -> str | int:
    """Return a cell as a table of text says it: ISO 8601, UTC, a point in decimal numbers, nothing where it is empty.

    Text and whole numbers stay what they are, for text may have to be kept from being read as a formula.
    """
    match cell:
        case None:
            return ""
        case datetime():
            return cell.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        case date():
            return cell.isoformat()
        case float():
            return f"{cell:.2f}"
    return cell


def _which(review: Review) -> Row:
    return {
        "review": str(review.code),
        "organisation_code": str(review.organisation.code),
        "organisation": review.record.content["review"]["organisation"],
        "kind": review.kind,
        "edition": review.edition.slug,
        "visit_start": review.visit_start,
        "valid": int(review.is_valid),
    }


def _specialist_count(review: Review, conditions: Mapping[str, Any]) -> int | None:
    """Return how many specialists were scored, None where the file that a review came from says nothing of them."""
    if review.is_imported:
        return None
    return sum(not each.get("gone") for each in conditions.get("specialists", review.specialists))


def _corrected_by(review: Review) -> str | None:
    """Return which correction has replaced the review. One that is still open is nobody's business yet."""
    return None if review.is_valid else str(review.correction.code)


def _pdf_sha256(review: Review) -> str | None:
    return None if review.is_imported else review.record.sha256


def _observed(review: Review, item: Mapping[str, Any]) -> str:
    return observed(review.scale.by_number[item["number"]], item["observation"], review.labels)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
