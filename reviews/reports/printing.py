"""The report as a PDF: the body of the page, with a cover, a table of contents and a running header.

Rendering takes most of a tenth of a second a page, so PDFs are kept, and the queue makes reports ahead (ahead.py).
"""

from django.template.loader import render_to_string
from django.utils import translation

from ipsfidelity.pdf import kept_pdf
from reviews.reports.report import Report
from reviews.reports.wall import Wall


def as_pdf(report: Report) -> bytes:
    """Return a report as a tagged PDF (PDF/UA-1, A4), in the active language.

    It names the day of the last change, not today: a report that is opened again on another day is the same file.
    """
    return kept_pdf(render_to_string("reports/report_pdf.html", {"report": report}))


def wall_as_pdf(wall: Wall) -> bytes:
    """Return the result for the wall as a tagged PDF, in its own language."""
    with translation.override(wall.language):
        return kept_pdf(render_to_string("reports/wall_pdf.html", {"wall": wall}))
