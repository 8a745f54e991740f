"""The check of the catalogues finds each kind of fault, in a copy in which one text is changed."""

import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from ipsfidelity import catalogue_faults
from ipsfidelity.catalogue_faults import faults, unmarked_in, unmarked_texts
from ipsfidelity.compiled import catalogue_file

SAVED_AT = "Saved %(time)s"
STEPS = ("%(steps)s step apart", "%(steps)s steps apart")
LONG = "You may see this, but your role does not let you change it."
LINK = (
    'This email confirmation link expired or is invalid. Please <a href="%(email_url)s">issue a new email '
    "confirmation request</a>."
)


@pytest.fixture
def faults_with(tmp_path: Path, settings: Any) -> Callable[..., list[str]]:
    """Return a function that gives a text another translation, and returns the faults that this adds."""
    settings.LOCALE_PATHS = [shutil.copytree(folder, tmp_path / folder.name) for folder in settings.LOCALE_PATHS]

    def change(language: str, text: Any, translation: Any, *, flags: tuple[str, ...] = ()) -> list[str]:
        path = catalogue_file(language)
        catalogue = read(path, language)
        message = catalogue.get(text)
        assert message
        message.string = translation
        message.flags |= set(flags)
        with path.open("wb") as file:
            write_po(file, catalogue, width=110)
        return sorted(set(faults(language)) - usual_faults(language))

    return change


@pytest.fixture(autouse=True)
def _forget_the_copy() -> Iterator[None]:
    usual_faults("nb"), usual_faults("nn"), usual_faults("sv")  # of the catalogues themselves
    yield
    catalogue_faults._strings.cache_clear()


@cache
def usual_faults(language: str) -> set[str]:
    return set(faults(language))


def read(path: Path, language: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language)


@pytest.mark.parametrize(
    ("language", "text", "translation", "fault"),
    [
        ("nb", "Home", "", "not translated"),
        ("nb", SAVED_AT, "Lagret", "other placeholders"),
        ("nb", SAVED_AT, "Lagret %(tid)s", "other placeholders"),
        ("nb", STEPS, ("%(steps)s trinn unna", "noen trinn unna"), "other placeholders"),
        ("nb", LINK, "Be om en ny lenke.", "other tags"),
        ("nb", "Home", "Hjem ", "other spaces at the edges"),
        ("nb", "Home", "HjemHjem", "the translation is there twice"),
        ("nb", "Home", "Heim, ikkje borte", "words of another language (ikkje)"),
        ("nn", "Home", "Hvor er du", "words of another language (hvor)"),
        ("sv", "Home", "Return to the start", "words of another language (the)"),
        ("sv", "Home", "Hem «hem»", "quotation marks of another language"),
        ("sv", "Skip to content", "Skip to content", "the same in en"),
    ],
)
def test_each_kind_of_fault_is_found(
    faults_with: Callable[..., list[str]], language: str, text: Any, translation: Any, fault: str
) -> None:
    assert any(found.startswith(f"{language}: {fault}") for found in faults_with(language, text, translation))


def test_a_fuzzy_text_is_not_translated(faults_with: Callable[..., list[str]]) -> None:
    assert faults_with("nb", "Home", "Hjem", flags=("fuzzy",)) == ["nb: not translated 'Home'"]


def test_a_text_of_several_words_that_another_language_has_too_is_found(
    faults_with: Callable[..., list[str]],
) -> None:
    theirs = next(message.string for message in read(catalogue_file("nb"), "nb") if message.id == LONG)
    assert f"sv: the same in nb {LONG!r}" in faults_with("sv", LONG, theirs)


def test_one_step_may_be_written_without_its_number(faults_with: Callable[..., list[str]]) -> None:
    assert faults_with("nb", STEPS, ("ett trinn unna", "%(steps)s trinn unna")) == []


def test_texts_of_templates_are_marked_for_translation() -> None:
    assert unmarked_texts() == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Save it</p>", ["Save it"]),
        ('<p>{% translate "Save it" %}</p>', []),
        ("<p>{% blocktranslate %}Save it{% endblocktranslate %}</p>", []),
        ('<button aria-label="Save it">+</button>', ["Save it"]),
        ('<button aria-label="{% translate "Save it" %}">+</button>', []),
        ("<p>IPS · {{ total }} <code>manage.py</code></p>{# a remark #}", []),
        ("{% block main_class %}page medium{% endblock %}", []),
    ],
)
def test_a_text_that_is_not_marked_for_translation_is_found(source: str, found: list[str]) -> None:
    assert unmarked_in(source) == found
