"""Every page says everything in the reader's language, and marks what is in another one.

All pages are made once, in a language that puts brackets around each of its texts. What is outside of brackets is
neither translated nor, if it is the instrument's, marked with its language: it would be the same in every language.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.apps import apps
from django.db.models import CharField, JSONField, TextField
from django.utils.translation import trans_real

from ipsfidelity import alphabets
from ipsfidelity.compiled import TRANSLATED
from reviews.models import ReviewEvent, Upload, User
from tests.browser.test_every_page import pages_of
from tests.builders import World
from tests.recorded_texts import PageTexts, RecordedLanguage, recorded

pytestmark = pytest.mark.django_db

CODE = "eo"  # no language of the interface, so that nothing that is kept for one gets brackets
OPEN, CLOSE = "⟦⟧"
PARTS = re.compile(f"([{OPEN}{CLOSE}])")
WORD = re.compile(r"(?<!\w)(?![a-f]+\b)[^\W\d_]{3,40}(?!\w)")  # and no four signs of a fingerprint
# The same in every language: names, kinds of files, keys, codes of data sources.
NAMES = frozenset(
    [
        "esperanto",
        "postgresql",
        "wcag",
        "traficom",
        "saavutettavuus",  # in an address of mail
        "ips",
        "nav",
        "json",
        "xlsx",
        "csv",
        "pdf",
        "word",
        "excel",
        "sha",
        "enter",
        "esc",
        "adm",
        "dok",
        "int",
        "obs",
        "itp",
        "jisef",
        "sqlite",
        "https",
        "testserver",
        "source",
        "sans",
        "dejavu",
        "europe",
        "oslo",
        "bokmål",
        "nynorsk",
        "suomi",
        "svenska",
        "english",
        "example",
        "org",
    ]
)
SHORTEST = 100  # characters of the fields in which people write
# What a page shows of a file, or of what the reader looked for.
SHOWN = {
    "import, columns": "organisation kind independent evaluators",
    "search": "ordutenmellomrom eval uator",
}


@pytest.fixture
def bracketed(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[RecordedLanguage]:
    """Return a language of the interface whose texts are the English ones in brackets."""
    settings.LANGUAGES = [*settings.LANGUAGES, (CODE, "Esperanto")]
    monkeypatch.setitem(alphabets.OF_LANGUAGE, CODE, alphabets.ENGLISH)
    english = trans_real.translation("en")
    with recorded(RecordedLanguage(CODE, english, lambda text: f"{OPEN}{text}{CLOSE}")) as language:
        yield language


def test_every_text_of_every_page_is_translated_or_marked(world: World, bracketed: RecordedLanguage) -> None:
    pages = pages_of(world)
    User.objects.update(language=CODE)
    written = words_that_people_wrote() | NAMES
    found = {}
    for name, (who, address) in pages.items():
        answer = world.client_of(who).get(address, headers={"accept-language": CODE})
        shown = words_in(SHOWN.get(name.partition(",")[0], SHOWN.get(name, "")))
        if not answer.streaming and (words := words_outside(answer.content.decode()) - written - shown):
            found[name] = words
    assert found == {}
    assert [fault for language in TRANSLATED for fault in untranslated(bracketed, language)] == []


def untranslated(texts: RecordedLanguage, language: str) -> list[str]:
    """Return the texts that were used, also those of libraries, and that a language does not have."""
    catalogue = trans_real.translation(language)._catalog
    return [
        f"{language}: {text!r}"
        for text, context in texts.used
        if (key := f"{context}{trans_real.CONTEXT_SEPARATOR}{text}" if context else text)
        if key not in catalogue and (key, 0) not in catalogue
    ]


def words_outside(page: str) -> set[str]:
    """Return the words of a page that are in no brackets, and not marked as of another language."""
    words, depth = set[str](), 0
    for language, text in PageTexts(page).texts:
        for part in PARTS.split(text):
            depth += {OPEN: 1, CLOSE: -1}.get(part, 0)
            if not depth and language == CODE:
                words |= words_in(part)
    return words


def words_in(text: str) -> set[str]:
    return {word.casefold() for word in WORD.findall(text)}


def words_that_people_wrote() -> set[str]:
    """Return the words of names and texts in the database, except those of instruments."""
    words = set[str]()
    for model in apps.get_app_config("reviews").get_models():
        for field in model._meta.fields:
            is_document = isinstance(field, JSONField) and model in (
                ReviewEvent,
                Upload,
            )  # others repeat the instrument
            if (isinstance(field, CharField | TextField) and not field.choices) or is_document:
                for value in model._base_manager.values_list(field.attname, flat=True):
                    words |= words_in(" ".join(sentences_in(value, field.max_length or SHORTEST)))
    return words


def sentences_in(value: Any, length: int = SHORTEST) -> Iterator[str]:
    """Yield the texts of a value that a person wrote: of a long field, or with a space in a stored document."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        yield from (text for each in value for text in sentences_in(each) if " " in text)
    elif isinstance(value, str) and length >= SHORTEST:
        yield value
