"""Check that compiled catalogues match their sources. Runs at every start, so it must not import Babel.

A compiled file contains the hash of its source, because file times mean nothing after a clone.
"""

import struct
from gettext import GNUTranslations
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

SOURCE = "en"  # the language of the texts in code and templates
TRANSLATED = tuple(code for code, _name in settings.LANGUAGES if code != SOURCE)


def catalogue_file(language: str) -> Path:
    """Return the path of a language's source; the compiled file has the suffix `.mo`."""
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"


def source_version(source: bytes) -> str:
    """Return the version in the header of a compiled file: the hash of its source."""
    return sha256(source).hexdigest()


def add_seal(content: bytes) -> bytes:
    """Return the content of a compiled file followed by its hash, which gettext ignores."""
    return content + sha256(content).digest()


def split_seal(data: bytes) -> tuple[bytes, bytes]:
    """Return the content of a compiled file, and the hash that follows it."""
    return data[:-32], data[-32:]


def outdated_languages() -> list[str]:
    """Return the languages whose compiled file is missing, damaged or made from another source."""
    return [language for language in TRANSLATED if not _is_current(catalogue_file(language))]


def remove_damaged() -> None:
    """Remove compiled files that cannot be read. They would stop Django before it can compile new ones."""
    for language in TRANSLATED:
        compiled = catalogue_file(language).with_suffix(".mo")
        if _version_in(compiled) is None:
            compiled.unlink(missing_ok=True)


def require_compiled() -> None:
    """Raise ImproperlyConfigured if a catalogue is outdated. English text would end up in signed PDFs and mail."""
    if languages := outdated_languages():
        raise ImproperlyConfigured(
            f"The interface's texts are not compiled, or from another source ({', '.join(languages)}): "
            "run manage.py catalogues --compile, then try again."
        )


def _is_current(source: Path) -> bool:
    return source.exists() and _version_in(source.with_suffix(".mo")) == source_version(source.read_bytes())


def _version_in(compiled: Path) -> str | None:
    """Return the version in the header of a compiled file, None if it is missing or damaged."""
    try:
        content, seal = split_seal(compiled.read_bytes())
        if seal != sha256(content).digest():
            return None
        return GNUTranslations(BytesIO(content)).info().get("project-id-version", "").split(" ")[-1]
    except (OSError, ValueError, LookupError, struct.error):  # the library raises these for a damaged file
        return None
