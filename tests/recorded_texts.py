"""Record which texts of the interface are used while a page is made, and read the texts of a page."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.utils.translation import trans_real

SPOKEN = ("alt", "aria-label", "aria-description", "placeholder", "title")  # attributes that are read to somebody
SILENT = ("script", "style", "template", "code", "title")  # a title cannot mark a part of itself
VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])


@dataclass
class RecordedLanguage:
    """A language that keeps each text it is asked for, as `used`, in the order of first use: msgid and translation.

    `mark` may change what is returned.
    """

    code: str
    translations: Any  # a DjangoTranslation
    mark: Callable[[str], str] = str
    used: dict[tuple[str, str], str] = field(default_factory=dict)

    def gettext(self, message: str) -> str:
        """Return the translation of a text, which Django gives together with its context."""
        return self._keep(message, self.translations.gettext(message))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """Return the translation of a text with a number."""
        return self._keep(singular, self.translations.ngettext(singular, plural, n))

    def to_language(self) -> str:
        """Return the code of the language, which Django asks for."""
        return self.code

    def _keep(self, message: str, translated: str) -> str:
        *context, text = message.split(trans_real.CONTEXT_SEPARATOR)
        translated = translated.rsplit(trans_real.CONTEXT_SEPARATOR, maxsplit=1)[-1]
        self.used.setdefault((text, "".join(context)), translated)
        return translated if context and text in WITHOUT_WORDS else self.mark(translated)


# Translated with a context, and no words: a format of days, and the tag of a language.
WITHOUT_WORDS = ("j", "en-GB")


@contextmanager
def recorded(language: RecordedLanguage) -> Iterator[RecordedLanguage]:
    """Let Django use a recorded language for its code."""
    before = trans_real._translations.get(language.code)  # type: ignore[attr-defined]
    trans_real._translations[language.code] = language  # type: ignore[attr-defined]
    try:
        yield language
    finally:
        del trans_real._translations[language.code]  # type: ignore[attr-defined]
        if before:
            trans_real._translations[language.code] = before  # type: ignore[attr-defined]


class PageTexts(HTMLParser):
    """The texts of a page with their languages, as `texts`: what is seen, and what is read to somebody."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[tuple[str, str]] = []
        self._open: list[tuple[str, str]] = [("", "")]  # elements with their languages
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        language = given.get("lang") or self._open[-1][1]
        self.texts += [(language, str(given[name])) for name in SPOKEN if given.get(name)]
        self.texts += [(language, str(value)) for name, value in attrs if name.startswith("data-text-")]
        if tag not in VOID:
            self._open.append((tag, language))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in {name for name, _language in self._open}:
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not any(name in SILENT for name, _language in self._open):
            self.texts.append((self._open[-1][1], data.strip()))
