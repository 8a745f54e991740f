"""Check that compiled catalogues match their sources. Runs at every start, so it must not import Babel.

A compiled file contains the hash of its source, because file times mean nothing after a clone.
"""

import re
import struct
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

SOURCE = "en"  # the language of the texts in code and templates
VERSION = re.compile(r"^Project-Id-Version: .*?(\w{64})$", re.MULTILINE)
TRANSLATED = tuple(code for code, _name in settings.LANGUAGES if code != SOURCE)


def catalogue_file(language: str, folder: int = 0) -> Path:
    """Return the path of a language's source in one of LOCALE_PATHS; the compiled file has the suffix `.mo`."""
    return Path(settings.LOCALE_PATHS[folder]) / language / "LC_MESSAGES" / "django.po"


def sources() -> list[tuple[str, Path]]:
    """Return the languages with the paths of their sources. Each has one of ours, few have one of sign-in."""
    ours = [(language, catalogue_file(language)) for language in TRANSLATED]
    others = [
        (language, catalogue_file(language, folder))
        for folder in range(1, len(settings.LOCALE_PATHS))
        for language in TRANSLATED
    ]
    return ours + [(language, path) for language, path in others if path.exists()]


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
    return list(dict.fromkeys(language for language, source in sources() if not _is_current(source)))


def remove_damaged() -> None:
    """Remove compiled files that cannot be read. They would stop Django before it can compile new ones."""
    for _language, source in sources():
        compiled = source.with_suffix(".mo")
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
        found = VERSION.search(_header(content))
    except (OSError, ValueError, struct.error):  # unreadable, or no compiled file
        return None
    return found[1] if found else ""


def _header(content: bytes) -> str:
    """Return the header of a compiled file: its first translation. Reading all of them would take ten times as long."""
    (table,) = struct.unpack_from("<I", content, 16)
    length, start = struct.unpack_from("<2I", content, table)
    return content[start : start + length].decode()
