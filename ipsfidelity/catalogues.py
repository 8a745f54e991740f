"""Collect, check and compile the translations of the interface.

Uses Babel, so that the gettext programs are not needed. Compiled files are built and not committed; compiled.py checks
that they are up to date.
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

from ipsfidelity.compiled import TRANSLATED, add_seal, catalogue_file, source_version

ROOMS = ("ipsfidelity", "reviews", "scales", "templates")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
# `templatize` returns gettext calls among X characters, which is not valid Python. Only the calls are used.
_STRING = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
GETTEXT_CALL = re.compile(rf"\bn?p?gettext\({_STRING}(?:, {_STRING})*(?:, ?count)?\)")


class UnreadableCatalogue(Exception):
    """The source of a catalogue cannot be parsed. The message names the file and the fault."""


def collect_texts() -> Catalog:
    """Return all texts that code and templates mark for translation."""
    catalogue = Catalog()
    for path in _sources():
        place = path.relative_to(settings.BASE_DIR).as_posix()
        for _line, message, comments, context in _texts(path):
            catalogue.add(message, locations=[(place, 0)], auto_comments=comments, context=context)
    return catalogue


def read_catalogue(language: str) -> Catalog:
    """Return the source of a language's catalogue, empty if there is none. Raise UnreadableCatalogue."""
    path = catalogue_file(language)
    return _parsed(language, path.read_bytes()) if path.exists() else Catalog(locale=language)


def update(language: str) -> Catalog:
    """Update a catalogue with the texts in the code, write it and return it. Raise UnreadableCatalogue."""
    catalogue = read_catalogue(language)
    catalogue.update(collect_texts(), no_fuzzy_matching=True, update_creation_date=False)
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
    """Return the faults of a catalogue, one sentence each: missing, unused and untranslated texts, and doubled ones.

    Raise UnreadableCatalogue if its source cannot be parsed.
    """
    catalogue = read_catalogue(language)
    used = {(message.id, message.context) for message in collect_texts() if message.id}
    messages = {(message.id, message.context): message for message in catalogue if message.id}
    sentences = [f"{language}: missing {identity[0]!r}" for identity in used - messages.keys()]
    sentences += [f"{language}: no longer used {identity[0]!r}" for identity in messages.keys() - used]
    for message in messages.values():
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.fuzzy or not all(strings):
            sentences.append(f"{language}: not translated {message.id!r}")
        if any(string and string[: len(string) // 2] * 2 == string for string in strings):
            sentences.append(f"{language}: the translation is there twice {message.id!r}")
        sentences += [f"{language}: {message.id!r}: {error}" for error in message.check(catalogue)]
    return sorted(sentences)


def compile_all() -> None:
    """Write the binary catalogues that Django reads, each one atomically. Raise UnreadableCatalogue."""
    for language in TRANSLATED:
        path = catalogue_file(language)
        source = path.read_bytes()
        catalogue = _parsed(language, source)
        catalogue.version = source_version(source)
        buffer = BytesIO()
        write_mo(buffer, catalogue)
        _replace(path.with_suffix(".mo"), add_seal(buffer.getvalue()))


def _parsed(language: str, source: bytes) -> Catalog:
    try:
        return read_po(BytesIO(source), locale=language, abort_invalid=True)
    except (PoFileError, ValueError) as error:
        raise UnreadableCatalogue(f"{catalogue_file(language)} cannot be read ({error})") from error


def _replace(path: Path, content: bytes) -> None:
    """Replace a file atomically: a process that starts at that moment reads the old or the new content."""
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _sources() -> Iterator[Path]:
    """Yield the files that may have texts to translate."""
    for room in ROOMS:
        folder = Path(settings.BASE_DIR) / room
        yield from sorted(path for path in folder.rglob("*") if path.suffix in (".py", ".html", ".txt"))


def _texts(path: Path) -> Iterator[tuple]:
    """Yield the texts of a file as Babel extracts them: line, message, comments and context."""
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        code = templatize(source, origin=str(path))
        calls = GETTEXT_CALL.findall(code)
        if len(calls) != code.count("gettext("):
            raise ValueError(f"{path}: a text marked for translation could not be read")
        source = "\n".join(calls)
    yield from extract("python", BytesIO(source.encode()), KEYWORDS, options={"encoding": "utf-8"})
