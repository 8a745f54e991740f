"""Render HTML as PDF. The renderer is imported on first use, because importing WeasyPrint takes most of a second."""


def render_pdf(html: str) -> bytes:
    """Return an HTML document as a tagged PDF (PDF/UA-1) with embedded fonts."""
    from ipsfidelity.pdf_renderer import render

    return render(html)
