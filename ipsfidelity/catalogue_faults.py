"""Find what is wrong in the catalogues, as far as a program can tell. A native reader finds the rest.

Missing and unused texts, untranslated, fuzzy and doubled ones, broken placeholders, tags and plurals, and texts that
look as if they were in another language. Reads only.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from django.conf import settings

from ipsfidelity.catalogues import collect_texts, read_catalogue, wanted
from ipsfidelity.compiled import SOURCE, TRANSLATED

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%([sd])|\{(\w*)\}")
TAG = re.compile(r"<[^<>]+>")
WORD = re.compile(r"(?<![\w-])[^\W\d_]{2,}")  # not the ending of "PDF-en"
EDGES = re.compile(r"^\s*|\s*$")
# A text of so many words that is the same in two languages was probably never translated. Bokmål and nynorsk, and
# sometimes Swedish, have sentences in common.
ALIKE = {frozenset({"nb", "nn"}): 12, frozenset({"nb", "sv"}): 6, frozenset({"nn", "sv"}): 6}
ALIKE_OTHERS = 3
# Texts that are the same in two languages, and right in both.
SAME = frozenset({"You are about to deactivate authenticator app based authentication. Are you sure?"})
# Words that do not exist in a language, but in one that is easily mistaken for it.
ENGLISH = "the of you your with which this are"
FOREIGN = {
    "nb": "ikkje kva korleis eit frå nokon noko vere dykk och inte för från är",
    "nn": "ikke hva hvem hvor hvordan hvilke hvilken hvis jeg noe noen en et fra være ble mer kun deres selv"
    " disse flere vurderinger vurderingen organisasjoner evaluatorer kriteriene ukene och inte för är",
    "sv": "ikke og jeg hva være fra ikkje eit frå vurdering vurderingen",
    "fi": "och inte för från är og ikke ikkje til med som det den",
}
QUOTES = {"nb": "«»", "nn": "«»", "sv": "”", "fi": "”"}
ALL_QUOTES = frozenset("«»“”„‟")
# What is no text in a template or is translated there, in the order in which it is left out.
LEFT_OUT = (
    r"{%\s*blocktranslate\b.*?{%\s*endblocktranslate\s*%}",
    r"{%\s*comment\b.*?{%\s*endcomment\s*%}|{#.*?#}|<code>.*?</code>",
    r"{%\s*block (?:\w*class|classes)\s*%}.*?{%\s*endblock\s*%}",
    r"{%.*?%}|{{.*?}}",
    r"\b(?:data-[\w-]+|lang)(?:=\"[^\"]*\")?",
)
SPOKEN = re.compile(r'\s(?:alt|aria-label|aria-description|placeholder|title)="([^"]*)"')
FOR_DEVELOPERS = frozenset({Path("templates/components/style.html")})
NAMES = frozenset({"IPS", "NAV", "PDF", "Excel", "Word", "JSON", "CSV", "XLSX", "SHA"})  # the same in all languages


def faults(language: str) -> list[str]:
    """Return the faults of a language's catalogues, one sentence each. Raise UnreadableCatalogue."""
    sentences = []
    for path, texts in wanted(language):
        catalogue = read_catalogue(language, path)
        used = {(message.id, message.context) for message in texts if message.id}
        messages = {(message.id, message.context): message for message in catalogue if message.id}
        sentences += [f"missing {identity[0]!r}" for identity in used - messages.keys()]
        sentences += [f"no longer used {identity[0]!r}" for identity in messages.keys() - used]
        for message in messages.values():
            found = _faults_of(message, catalogue, language)
            sentences += [f"{fault} {message.id!r}" for fault in dict.fromkeys(found)]
        if texts is collect_texts():
            sentences += _alike(language, messages)
    return sorted(f"{language}: {sentence}" for sentence in sentences)


def unmarked_texts() -> list[str]:
    """Return the texts in templates that are not marked for translation, one sentence each."""
    return [
        f"{path.relative_to(settings.BASE_DIR)}: not marked for translation {text!r}"
        for path in sorted((settings.BASE_DIR / "templates").rglob("*"))
        if path.suffix in (".html", ".txt") and path.relative_to(settings.BASE_DIR) not in FOR_DEVELOPERS
        for text in unmarked_in(path.read_text(encoding="utf-8"))
    ]


def unmarked_in(source: str) -> list[str]:
    """Return the texts in the source of a template that are not marked for translation."""
    bare = source
    for pattern in LEFT_OUT:
        bare = re.sub(pattern, " ", bare, flags=re.DOTALL)
    spoken = [text for tag in TAG.findall(bare) for text in SPOKEN.findall(tag)]
    texts = [text.strip() for text in [*TAG.split(bare), *spoken]]
    return [text for text in texts if set(WORD.findall(text)) - NAMES]


def _faults_of(message: Message, catalogue: Catalog, language: str) -> Iterator[str]:
    """Yield the faults of one message."""
    ids, strings = forms(message.id), forms(message.string)
    if message.fuzzy or not all(strings):
        yield "not translated"
        return
    if len(strings) != (catalogue.num_plurals if len(ids) > 1 else 1):
        yield "wrong number of plurals"
    yield from (str(error) for error in message.check(catalogue))
    known = placeholders(ids[0]) | placeholders(ids[-1])
    for number, string in enumerate(strings):
        lost = placeholders(ids[-1 if number else 0]) - placeholders(string)
        may_lose = 1 if len(strings) > 1 and number == 0 else 0  # "one step" instead of "1 step"
        if len(lost) > may_lose or placeholders(string) - known:
            yield "other placeholders"
        if _tags(string) not in map(_tags, ids):
            yield "other tags"
        if EDGES.findall(string) not in map(EDGES.findall, ids):
            yield "other spaces at the edges"
        if string[: len(string) // 2] * 2 == string:
            yield "the translation is there twice"
        if foreign := sorted(
            {word.casefold() for word in words_of(string) if not word.isupper()} & _foreign_words(language)
        ):
            yield f"words of another language ({', '.join(foreign)})"
        if (ALL_QUOTES - set(QUOTES.get(language, ALL_QUOTES))) & set(TAG.sub("", string)):
            yield "quotation marks of another language"


def forms(text: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return the forms of a text: one, or one for each plural."""
    return (text or "",) if text is None or isinstance(text, str) else tuple(text)


def placeholders(text: str) -> set[str]:
    """Return the placeholders of a text, by name where they have one."""
    return {next(filter(None, match), "{}") for match in PLACEHOLDER.findall(text)}


def words_of(text: str) -> list[str]:
    """Return the words of a text, without tags and placeholders."""
    return WORD.findall(PLACEHOLDER.sub(" ", TAG.sub(" ", text)))


@cache
def _foreign_words(language: str) -> frozenset[str]:
    return frozenset(f"{ENGLISH} {FOREIGN.get(language, '')}".split())


def _tags(text: str) -> Counter[str]:
    return Counter(TAG.findall(text))


def _alike(language: str, messages: Mapping[tuple, Message]) -> Iterator[str]:
    """Yield the texts that are the same as in another language, and too long for that."""
    for other in (SOURCE, *TRANSLATED):
        least = ALIKE.get(frozenset({language, other}), ALIKE_OTHERS)
        theirs = _strings(other) if other != SOURCE else {}
        for identity, message in messages.items():
            mine = forms(message.string)[0]
            same = (forms(message.id)[0] if other == SOURCE else theirs.get(identity, "")) == mine
            if other != language and same and message.id not in SAME and len(words_of(mine)) >= least:
                yield f"the same in {other} {message.id!r}"


@cache
def _strings(language: str) -> dict[tuple, str]:
    return {
        (message.id, message.context): forms(message.string)[0] for message in read_catalogue(language) if message.id
    }
