"""The rendering behind ipsfidelity/pdf.py. The only module that imports WeasyPrint.

The fetcher is closed: it serves our own static files by the made-up scheme `static:` and nothing
else, so that no text in a note can make the server read a file or open a connection. Rendering
takes turns: the font library underneath does not bear two threads.
"""

from functools import cache
from pathlib import PurePosixPath
from threading import Lock
from typing import Any
from urllib.parse import unquote

from django.contrib.staticfiles import finders
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

SCHEME = "static:"
_turn = Lock()


class OwnStaticFiles(URLFetcher):
    """Answers `static:css/print.css` from the static files and refuses every other address."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        name = unquote(url.removeprefix(SCHEME)).lstrip("/")
        if not url.startswith(SCHEME) or ".." in PurePosixPath(name).parts:
            raise ValueError(f"refused to fetch {url}")
        found = finders.find(name)
        if not isinstance(found, str):
            raise ValueError(f"no static file {name}")
        with open(found, "rb") as file:
            return URLFetcherResponse(url, file.read())


@cache
def _print_shop() -> tuple[URLFetcher, FontConfiguration, CSS]:
    """Return what every document shares; reading fonts and style takes longer than a sheet."""
    fetcher, fonts = OwnStaticFiles(), FontConfiguration()
    return fetcher, fonts, CSS(url=f"{SCHEME}css/print.css", url_fetcher=fetcher, font_config=fonts)


def render(html: str) -> bytes:
    """Return an HTML document as a tagged PDF (PDF/UA-1) with embedded fonts."""
    with _turn:
        fetcher, fonts, style = _print_shop()
        document = HTML(string=html, base_url=SCHEME, url_fetcher=fetcher)
        options: dict[str, Any] = {"pdf_variant": "pdf/ua-1", "stylesheets": [style], "font_config": fonts}
        return document.write_pdf(**options)
