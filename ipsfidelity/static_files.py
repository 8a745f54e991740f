"""The collection of static files, and their names by content hash, also in imports between modules.

Imported by the settings, so this module must not read them on import.
"""

import re
from importlib.util import find_spec
from pathlib import Path
from wsgiref.headers import Headers

from django.contrib.staticfiles.apps import StaticFilesConfig
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile, File
from whitenoise.storage import CompressedManifestStaticFilesStorage

# With lines of its own, or a type within one.
_COMMENT = re.compile(rb"^[ \t]*(?://.*|/\*[\s\S]*?\*/[ \t]*)\n|/\*\* @.*?\*/ ?", re.MULTILINE)


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
        "*.otf",  # pages use the files of web_fonts.py
        "*.ttf",
        *(f"admin/*/{name}" for name in ("jquery.js", "select2.css", "select2.full.js", "xregexp.js")),  # as *.min.*
    ]


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Leaves out the comments of scripts, a third of their bytes, and rewrites imports to the hashed names too.

    Otherwise a module could be loaded twice under two names.
    """

    support_js_module_import_aggregation = True
    max_post_process_passes = 10  # a chain of imports may need one pass for each of its modules

    def _save(self, name: str, content: File) -> str:
        if name.startswith("js/"):
            content = ContentFile(_COMMENT.sub(b"", b"".join(content.chunks())))
        return super()._save(name, content)
