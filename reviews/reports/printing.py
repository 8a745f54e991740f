"""The report as a PDF: the body of the page, with a cover, a table of contents and a running header.

Rendering takes about a tenth of a second a page, so PDFs are cached, and the queue makes reports ahead (ahead.py). The
key is the hash of the HTML: a changed report has another key, and nothing needs to be invalidated.
"""

import hashlib

from django.core.cache import caches
from django.template.loader import render_to_string
from django.utils import translation

from ipsfidelity.pdf import render_pdf
from reviews.reports.report import Report
from reviews.reports.wall import Wall

CACHE_SECONDS = 30 * 24 * 3600


def as_pdf(report: Report) -> bytes:
    """Return a report as a tagged PDF (PDF/UA-1, A4), in the active language.

    It names the day of the last change, not today: a report that is opened again on another day is the same file.
    """
    return _rendered(render_to_string("reports/report_pdf.html", {"report": report}))


def wall_as_pdf(wall: Wall) -> bytes:
    """Return the result for the wall as a tagged PDF, in its own language."""
    with translation.override(wall.language):
        return _rendered(render_to_string("reports/wall_pdf.html", {"wall": wall}))


def _rendered(html: str) -> bytes:
    key = f"tagged-report-{hashlib.sha256(html.encode()).hexdigest()}"
    pdf: bytes | None = caches["documents"].get(key)
    if pdf is None:
        pdf = render_pdf(html)
        caches["documents"].set(key, pdf, CACHE_SECONDS)
    return pdf
