"""The interface's texts in its languages: collect, check, compile. Uses Babel only, so that
nobody needs the gettext programs; the compiled files are made at build and not committed.

Whether the compiled files fit is asked elsewhere: ipsfidelity/compiled.py.
"""

import os
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

from ipsfidelity.compiled import TRANSLATED, catalogue_file, sealed, source_version

ROOMS = ("ipsfidelity", "reviews", "scales", "templates")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
# Django turns a template into calls amid a text of X's, which is not Python: keep the calls only.
_STRING = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
GETTEXT_CALL = re.compile(rf"\bn?p?gettext\({_STRING}(?:, {_STRING})*(?:, ?count)?\)")


class Unreadable(Exception):
    """The source of a catalogue is no catalogue. The message names the file and what is wrong with it."""


def collected() -> Catalog:
    """Return every text that code and templates mark for translation."""
    catalogue = Catalog()
    for path in _sources():
        place = path.relative_to(settings.BASE_DIR).as_posix()
        for _line, message, comments, context in _texts(path):
            catalogue.add(message, locations=[(place, 0)], auto_comments=comments, context=context)
    return catalogue


def stored(language: str) -> Catalog:
    """Return the catalogue of a language as it stands in the repository. Raises Unreadable."""
    path = catalogue_file(language)
    return _parsed(language, path.read_bytes()) if path.exists() else Catalog(locale=language)


def update(language: str) -> Catalog:
    """Bring a catalogue up to what the code says now, write it and return it."""
    catalogue = stored(language)
    catalogue.update(collected(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.header_comment = f"# The interface of IPS fidelity, {language}."
    catalogue.fuzzy = False
    path = catalogue_file(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    buffer = BytesIO()
    write_po(buffer, catalogue, sort_by_file=True, include_lineno=False, width=110)
    _replace(path, buffer.getvalue())
    return catalogue


def faults(language: str) -> list[str]:
    """Return what is missing, unsure or left over in a catalogue, one sentence each."""
    catalogue = stored(language)
    wanted = {(message.id, message.context) for message in collected() if message.id}
    known = {(message.id, message.context): message for message in catalogue if message.id}
    found = [f"{language}: missing {identity[0]!r}" for identity in wanted - known.keys()]
    found += [f"{language}: no longer used {identity[0]!r}" for identity in known.keys() - wanted]
    for message in known.values():
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.fuzzy or not all(strings):
            found.append(f"{language}: not translated {message.id!r}")
        found += [f"{language}: {message.id!r}: {error}" for error in message.check(catalogue)]
    return sorted(found)


def compile_all() -> None:
    """Write the binary catalogues that Django reads, each whole or not at all. Raises Unreadable."""
    for language in TRANSLATED:
        path = catalogue_file(language)
        source = path.read_bytes()
        catalogue = _parsed(language, source)
        catalogue.version = source_version(source)
        buffer = BytesIO()
        write_mo(buffer, catalogue)
        _replace(path.with_suffix(".mo"), sealed(buffer.getvalue()))


def _parsed(language: str, source: bytes) -> Catalog:
    try:
        return read_po(BytesIO(source), locale=language, abort_invalid=True)
    except (PoFileError, ValueError) as error:
        raise Unreadable(f"{catalogue_file(language)} cannot be read ({error})") from error


def _replace(path: Path, content: bytes) -> None:
    """Write a file beside its place and move it there: a process that starts meanwhile reads the old or the new one."""
    written = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        with written.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        written.replace(path)
    finally:
        written.unlink(missing_ok=True)


def _sources() -> Iterator[Path]:
    for room in ROOMS:
        folder = Path(settings.BASE_DIR) / room
        yield from sorted(path for path in folder.rglob("*") if path.suffix in (".py", ".html", ".txt"))


def _texts(path: Path) -> Iterator[tuple]:
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        code = templatize(source, origin=str(path))
        calls = GETTEXT_CALL.findall(code)
        if len(calls) != code.count("gettext("):
            raise ValueError(f"{path}: a text marked for translation could not be read")
        source = "\n".join(calls)
    yield from extract("python", BytesIO(source.encode()), KEYWORDS, options={"encoding": "utf-8"})
