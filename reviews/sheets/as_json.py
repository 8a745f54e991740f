"""The score sheet as plain data, for programs and for the record that is signed.

The keys are a public format: add keys, never rename or remove one.
"""

from datetime import UTC
from typing import Any

from reviews.sheets.sheet import Sheet, SheetItem


def as_json(sheet: Sheet) -> dict[str, Any]:
    """Return the sheet as plain data. A missing score, total or band is None, and so is an unknown method."""
    result, signature = sheet.result, sheet.signature
    finalisation = signature or sheet.origin
    return {
        "scale": {"slug": sheet.scale.slug, "title": sheet.scale.title, "version": sheet.scale.version},
        "review": {
            "code": sheet.code,
            "organisation": sheet.organisation,
            "evaluators": list(sheet.evaluators),
            "kind": sheet.kind,
            "method": sheet.method or None,
            "status": sheet.status,
            "visit_start": sheet.visit_start.isoformat(),
            "visit_end": sheet.visit_end.isoformat(),
            "finalised_at": finalisation.at.astimezone(UTC).isoformat() if finalisation else None,
            "corrects": sheet.corrects or None,
        },
        "signature": signature
        and {
            "by": signature.by,
            "code": signature.code,
            "chain": signature.chain,
            "gaps_reason": signature.gaps_reason,
        },
        "items": [_item(entry) for entry in sheet.items],
        "sections": [
            {
                "name": section.name,
                "sum": section.sum,
                "max": section.max,
                "mean": None if section.mean is None else float(section.mean),
            }
            for section in sheet.sections
        ],
        "total": result.total,
        "max": result.max,
        "band": result.band and {"label": result.band.label, "min": result.band.min, "max": result.band.max},
        "missing": list(result.missing),
    }


def _item(entry: SheetItem) -> dict[str, Any]:
    return {
        "number": entry.item.number,
        "section": entry.section,
        "section_number": entry.item.section_number,
        "title": entry.item.sheet_title,
        "score": entry.score,
        "anchor": entry.anchor,
        "evidence": entry.evidence,
        "sources": list(entry.sources),
        "recommendation": entry.recommendation,
        "observation": entry.observation,
        "suggested": entry.suggested,
        "departure": entry.departure,
        "decision": entry.decision,
    }
