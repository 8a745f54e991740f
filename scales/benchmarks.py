"""Parse the document of published figures. Pure: imports no Django.

Each figure needs a sample size, years, a kind of review, a scale and a source; otherwise `parse_benchmarks` rejects the
document and lists all faults. Years may be null if the source gives none, but then a note is required. The document
lists the languages of its texts, and every text is in all of them. English is always one of them, for readers of other
languages.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scales.document import DocumentFaults, Node

ENGLISH = "en"
NOT_STATED, TWO_KINDS = "not_stated", "two_kinds"
KINDS = ("independent", "peer", "guided_self", "self", TWO_KINDS, NOT_STATED)
SOURCE_LANGUAGES = ("nb", "nn", "sv", "da", "fi", "en")
YEARS = range(1995, 2101)
LONGEST = 500  # characters, of one text

Texts = Mapping[str, str]


@dataclass(frozen=True)
class PublishedFigure:
    """A published figure. `n` is the number of what `unit` names; `kind` is one of KINDS.

    `years` are those of the sample, or of the publication if `is_year_of_publication`; "" if the source gives none.
    `link` is the URL of the source, "" if there is none, and `source_language` the language of its title.
    """

    slug: str
    sample: Texts
    years: str
    is_year_of_publication: bool
    n: int
    unit: Texts
    kind: str
    scale: str
    value: Texts
    source: str
    source_language: str
    link: str
    note: Texts


def parse_benchmarks(document: Any) -> tuple[PublishedFigure, ...]:
    """Return the figures of a document. Raise DocumentFaults with all faults and their places."""
    root = Node(document, "", [])
    root.choice("kind", ("benchmarks",))
    languages = root.texts("languages")
    if ENGLISH not in languages:
        root.fault(f"must name {ENGLISH!r}", "languages")
    figures = tuple(_figure(node, languages) for node in root.nodes("figures"))
    root.nothing_else()
    slugs = [figure.slug for figure in figures if figure.slug]
    for slug in sorted({slug for slug in slugs if slugs.count(slug) > 1}):
        root.fault(f"the slug {slug!r} is used twice", "figures")
    if root.faults:
        raise DocumentFaults(root.faults)
    return figures


def _figure(node: Node, languages: Sequence[str]) -> PublishedFigure:
    years, is_year_of_publication = _years(node)
    figure = PublishedFigure(
        slug=node.slug("slug"),
        sample=_texts(node, "sample", languages),
        years=years,
        is_year_of_publication=is_year_of_publication,
        n=node.number("n"),
        unit=_texts(node, "unit", languages),
        kind=node.choice("review", KINDS),
        scale=node.text("scale", longest=LONGEST),
        value=_texts(node, "value", languages),
        source=node.text("source", longest=LONGEST),
        source_language=node.choice("source_language", SOURCE_LANGUAGES)
        if "source_language" in node.value
        else ENGLISH,
        link=node.text("link", required=False, longest=LONGEST),
        note=_texts(node, "note", languages) if "note" in node.value else dict.fromkeys(languages, ""),
    )
    if figure.n < 1 and "n" in node.value:
        node.fault("must be at least 1", "n")
    if figure.link and not figure.link.startswith("https://"):
        node.fault("must begin with https://", "link")
    node.nothing_else()
    return figure


def _years(node: Node) -> tuple[str, bool]:
    """Return "2012–2014" or "2020", and whether it is the year of publication; "" for null."""
    if "years" in node.value and node.value["years"] is None:
        node.read.add("years")
        if "note" not in node.value:
            node.fault("is due where no year is given", "note")
        return "", False
    years = node.node("years")
    first, last = years.number("from"), years.number("to", required=False)
    is_year_of_publication = years.flag("of_publication")
    years.nothing_else()
    if first and first not in YEARS:
        years.fault("is no year", "from")
    if last and (last not in YEARS or last <= first):
        years.fault("must be a later year", "to")
    return (f"{first}–{last}" if last else str(first)), is_year_of_publication


def _texts(node: Node, key: str, languages: Sequence[str]) -> Texts:
    child = node.node(key)
    texts = {language: child.text(language, longest=LONGEST) for language in languages}
    child.nothing_else()
    return texts
