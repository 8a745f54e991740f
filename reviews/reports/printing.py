"""The report as a PDF: the same page as on the screen, with a cover, contents with page numbers, a running header.

Making one takes a tenth of a second a page, so it is shown again for a day, while it is among the few hundred that are
kept, under the fingerprint of what it says: whatever changes in it has another fingerprint, and nothing needs to be
thrown away when it does.
"""

import hashlib

from django.core.cache import caches
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format

from ipsfidelity.pdf import render_pdf
from reviews.reports.report import Report

KEPT = 24 * 3600  # seconds


def as_pdf(report: Report) -> bytes:
    """Return a report as a tagged PDF (PDF/UA-1, A4), in the language that is spoken now."""
    made_on = date_format(timezone.localdate(), "DATE_FORMAT")
    html = render_to_string("reports/report_pdf.html", {"report": report, "made_on": made_on})
    key = f"report-{hashlib.sha256(html.encode()).hexdigest()}"
    kept: bytes | None = caches["documents"].get(key)
    return kept or _render(key, html)


def _render(key: str, html: str) -> bytes:
    pdf = render_pdf(html)
    caches["documents"].set(key, pdf, KEPT)
    return pdf
