"""The score sheet as plain data, for programs and for the record that is signed.

The names are a promise: add, never rename.
"""

from datetime import UTC
from typing import Any

from reviews.sheets.sheet import Sheet


def as_json(sheet: Sheet) -> dict[str, Any]:
    """Return the sheet as plain data; no score, total or band is None, nor is a method that nobody knows."""
    result, signed = sheet.result, sheet.signature
    done = signed or sheet.origin
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
            "finalised_at": done.at.astimezone(UTC).isoformat() if done else None,
            "corrects": sheet.corrects or None,
        },
        "signature": signed and {"by": signed.by, "code": signed.code, "chain": signed.chain},
        "items": [
            {
                "number": line.item.number,
                "section": line.section,
                "section_number": line.item.section_number,
                "title": line.item.sheet_title,
                "score": line.score,
                "anchor": line.anchor,
                "evidence": line.evidence,
                "sources": list(line.sources),
                "recommendation": line.recommendation,
                "observation": line.observation,
                "suggested": line.suggested,
                "departure": line.departure,
                "decision": line.decision,
            }
            for line in sheet.lines
        ],
        "sections": [
            {
                "name": part.name,
                "sum": part.sum,
                "max": part.max,
                "mean": None if part.mean is None else float(part.mean),
            }
            for part in sheet.parts
        ],
        "total": result.total,
        "max": result.max,
        "band": result.band and {"label": result.band.label, "min": result.band.min, "max": result.band.max},
        "missing": list(result.missing),
    }
