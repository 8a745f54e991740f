"""Which static files are collected, and how long browsers keep them.

Imported by the settings, so this module must not read them on import.
"""

from importlib.util import find_spec
from pathlib import Path
from wsgiref.headers import Headers

from django.contrib.staticfiles.apps import StaticFilesConfig
from django.core.exceptions import ImproperlyConfigured


def cache_fonts(headers: Headers, _path: str, url: str) -> None:
    """Let browsers keep fonts for a day where file names have no hash, as in the demo.

    A page that must ask again shows the text in another font if the answer takes longer than a tenth of a second.
    """
    if url.endswith(".woff2") and "immutable" not in (headers["Cache-Control"] or ""):
        headers["Cache-Control"] = f"max-age={24 * 60 * 60}, public"


def package_folder(name: str) -> Path:
    """Return the folder of an installed package. Raise ImproperlyConfigured if it is not installed."""
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise ImproperlyConfigured(f"The package {name} is not installed: install requirements.lock.")
    return Path(spec.submodule_search_locations[0])


class UsedStaticFiles(StaticFilesConfig):
    """Leaves out files that no page asks for, four fifths of the bytes."""

    ignore_patterns: list[str] = [  # noqa: RUF012 - Django declares it as a list
        *StaticFilesConfig.ignore_patterns,
        "css/*.css",  # parts of the composed style sheet, whose finder lists what is served
        "js/*.js",  # modules, the same
        "*.otf",  # pages use the files of web_fonts.py
        "*.ttf",
        *(f"admin/*/{name}" for name in ("jquery.js", "select2.css", "select2.full.js", "xregexp.js")),  # as *.min.*
    ]
