"""Collect and compile the translations of the interface; catalogue_faults.py checks them.

Uses Babel, so that the gettext programs are not needed. Compiled files are built and not committed; compiled.py checks
that they are up to date.
"""

import os
import re
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

import allauth
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

from ipsfidelity.compiled import add_seal, catalogue_file, source_version, sources

LIBRARY = Path(allauth.__file__).parent
UNUSED = ("headless/", "idp/", "socialaccount/providers/", "templates/idp/", "templates/openid/")  # apps of allauth
HEADERS = {True: "The interface of IPS fidelity", False: "Sentences of allauth, which does not have this language"}
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
GETTEXT = r"\b(?:n?p?gettext|_)\("  # `_` stands in filters: {{ name|default:_("nobody") }}
GETTEXT_CALL = re.compile(rf"{GETTEXT}{_STRING}(?:, {_STRING})*(?:, ?count)?\)")


class UnreadableCatalogue(Exception):
    """The source of a catalogue cannot be parsed. The message names the file and the fault."""


@cache
def collect_texts() -> Catalog:
    """Return all texts that code and templates mark for translation."""
    catalogue = Catalog()
    for path in _sources():
        place = path.relative_to(settings.BASE_DIR).as_posix()
        for _line, message, comments, context in _texts(path):
            catalogue.add(message, locations=[(place, 0)], auto_comments=comments, context=context)
    return catalogue


def sign_in_texts() -> Catalog:
    """Return the texts of the apps of allauth that are in use, for a language that the library does not have.

    Without those that we translate ourselves (library_texts.py). A catalogue of the library lists them.
    """
    ours = {message.id for message in collect_texts()}
    texts = Catalog()
    for message in read_po(BytesIO((LIBRARY / "locale" / "sv" / "LC_MESSAGES" / "django.po").read_bytes())):
        places = [(path, 0) for path, _line in message.locations if not path.startswith(UNUSED)]
        if message.id and message.id not in ours and places:
            texts.add(message.id, locations=places, flags=message.flags - {"fuzzy"}, context=message.context)
    return texts


def wanted(language: str) -> Iterator[tuple[Path, Catalog]]:
    """Yield the sources that a language needs, each with the texts that belong into it."""
    yield catalogue_file(language), collect_texts()
    if not (LIBRARY / "locale" / language).is_dir():
        yield catalogue_file(language, folder=1), sign_in_texts()


def read_catalogue(language: str, path: Path | None = None) -> Catalog:
    """Return the source of a language's catalogue, empty if there is none. Raise UnreadableCatalogue."""
    path = path or catalogue_file(language)
    return _parsed(language, path, path.read_bytes()) if path.exists() else Catalog(locale=language)


def update(language: str) -> None:
    """Update the catalogues of a language with the texts in the code. Raise UnreadableCatalogue."""
    for path, texts in wanted(language):
        catalogue = read_catalogue(language, path)
        catalogue.update(texts, no_fuzzy_matching=True, update_creation_date=False)
        catalogue.obsolete.clear()
        catalogue.header_comment = f"# {HEADERS[path == catalogue_file(language)]}, {language}."
        catalogue.fuzzy = False
        path.parent.mkdir(parents=True, exist_ok=True)
        buffer = BytesIO()
        write_po(buffer, catalogue, sort_by_file=True, include_lineno=False, width=110)
        _replace(path, buffer.getvalue())


def compile_all() -> None:
    """Write the binary catalogues that Django reads, each one atomically. Raise UnreadableCatalogue."""
    for language, path in sources():
        source = path.read_bytes()
        catalogue = _parsed(language, path, source)
        catalogue.version = source_version(source)
        buffer = BytesIO()
        write_mo(buffer, catalogue)
        _replace(path.with_suffix(".mo"), add_seal(buffer.getvalue()))


def _parsed(language: str, path: Path, source: bytes) -> Catalog:
    try:
        return read_po(BytesIO(source), locale=language, abort_invalid=True)
    except (PoFileError, ValueError) as error:
        raise UnreadableCatalogue(f"{path} cannot be read ({error})") from error


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
        if len(calls) != len(re.findall(GETTEXT, code)):
            raise ValueError(f"{path}: a text marked for translation could not be read")
        source = "\n".join(calls)
    yield from extract("python", BytesIO(source.encode()), KEYWORDS, options={"encoding": "utf-8"})
