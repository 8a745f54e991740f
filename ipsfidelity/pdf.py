"""Render HTML as PDF. The renderer is imported on first use, because importing WeasyPrint takes most of a second."""

import hashlib
from functools import cache

from django.conf import settings
from django.core.cache import caches

KEPT_SECONDS = 30 * 24 * 3600
STYLES = ("tokens", "print")  # the style sheets of all PDFs, in static/css


def render_pdf(html: str) -> bytes:
    """Return an HTML document as a tagged PDF (PDF/UA-1) with embedded fonts."""
    from ipsfidelity.pdf_renderer import render

    return render(html)


def kept_pdf(html: str, seconds: int | None = KEPT_SECONDS) -> bytes:
    """Return the same from the cache of documents, and render and keep it first if it is not there.

    The key is the hash of the HTML and of the styles: a changed document has another key, and nothing needs to be
    invalidated. With None as `seconds`, it is kept for as long as the cache has room.
    """
    key = f"pdf-{hashlib.sha256(_styles() + html.encode()).hexdigest()}"
    pdf: bytes | None = caches["documents"].get(key)
    if pdf is None:
        pdf = render_pdf(html)
        caches["documents"].set(key, pdf, seconds)
    return pdf


@cache
def _styles() -> bytes:
    return b"".join((settings.BASE_DIR / "static" / "css" / f"{name}.css").read_bytes() for name in STYLES)
