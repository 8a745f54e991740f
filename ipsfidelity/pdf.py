"""HTML to PDF. Loads the renderer when the first PDF is asked for: importing WeasyPrint takes most of a second."""


def render_pdf(html: str) -> bytes:
    """Return an HTML document as a tagged PDF (PDF/UA-1) with embedded fonts."""
    from ipsfidelity.pdf_renderer import render

    return render(html)
