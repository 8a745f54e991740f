"""The PDF renderer behind ipsfidelity/pdf.py. Only this module and pdf_structure.py import WeasyPrint.

Its fetcher serves only our own static files, by the private scheme `static:`. No text in a document can make the server
read another file or open a connection. A lock serialises rendering, because the font library is not thread-safe.
"""

import gc
from functools import cache
from pathlib import PurePosixPath
from threading import Lock
from typing import Any
from urllib.parse import unquote

import weasyprint.pdf
from django.contrib.staticfiles import finders
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from ipsfidelity.pdf import STYLES
from ipsfidelity.pdf_structure import add_structure

# A finisher comes too late: by then, nothing says which box a piece of marked content is from.
weasyprint.pdf.add_tags = add_structure

SCHEME = "static:"
_lock = Lock()


class OwnStaticFiles(URLFetcher):
    """Serves URLs such as `static:css/print.css` from the static files, and rejects all others with ValueError."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        name = unquote(url.removeprefix(SCHEME)).lstrip("/")
        if not url.startswith(SCHEME) or ".." in PurePosixPath(name).parts:
            raise ValueError(f"refused to fetch {url}")
        path = finders.find(name)
        if not isinstance(path, str):
            raise ValueError(f"no static file {name}")
        with open(path, "rb") as file:
            return URLFetcherResponse(url, file.read())


@cache
def _shared_resources() -> tuple[URLFetcher, FontConfiguration, list[CSS]]:
    """Return the fetcher, fonts and styles of all documents. Loading them takes longer than rendering a score sheet."""
    fetcher, fonts = OwnStaticFiles(), FontConfiguration()
    sheets = (CSS(url=f"{SCHEME}css/{name}.css", url_fetcher=fetcher, font_config=fonts) for name in STYLES)
    resources = fetcher, fonts, list(sheets)
    gc.collect()
    gc.freeze()  # collections while a document is rendered need not look at what stays
    return resources


def render(html: str) -> bytes:
    """Return an HTML document as a tagged PDF (PDF/UA-1) with embedded fonts."""
    with _lock:
        fetcher, fonts, styles = _shared_resources()
        document = HTML(string=html, base_url=SCHEME, url_fetcher=fetcher)
        _remove_repeated_languages(document.etree_element)
        options: dict[str, Any] = {"pdf_variant": "pdf/ua-1", "stylesheets": styles, "font_config": fonts}
        return document.write_pdf(**options)


def _remove_repeated_languages(element: Any, around: str = "") -> None:
    """Remove `lang` where it is the language around the element anyway. WeasyPrint shares no style with `lang`."""
    language = element.get("lang", around)
    if language == around:
        element.attrib.pop("lang", None)
    for child in element:
        _remove_repeated_languages(child, language)
