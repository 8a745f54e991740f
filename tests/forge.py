"""Faults of a Markdown document that a reader on a forge would notice."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import lxml.html
from lxml.html import HtmlElement
from markdown_it import MarkdownIt

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])  # additions of GitHub to the standard
MEANT_AS_TABLE = re.compile(r"^\||^[-: ]+\|[-:| ]+$", re.MULTILINE)
BETWEEN_CELLS = re.compile(r"(?<!\\)\|")
WITHOUT_TARGET = re.compile(r"\[[^\[\]]+\]\[[^\[\]]*\]")  # a reference without a definition is rendered as typed


def faults_of(document: Path, root: Path) -> list[str]:
    """Return the broken tables, dead links and pictures without file or alternative text of a document in `root`."""
    page = _rendered(document)
    return [*_faults_of_tables(document), *_faults_of_links(page, document, root), *_faults_of_pictures(page, document)]


@cache
def _rendered(document: Path) -> HtmlElement:
    return lxml.html.fromstring(f"<main>{MARKDOWN.render(document.read_text(encoding='utf-8'))}</main>")


def _faults_of_tables(document: Path) -> Iterator[str]:
    text = document.read_text(encoding="utf-8")
    lines = text.splitlines()
    for token in MARKDOWN.parse(text):
        if token.type == "inline" and MEANT_AS_TABLE.search(token.content):
            yield f"line {token.map[0] + 1}: a table that does not render"
        elif token.type == "table_open":
            start, end = token.map
            columns = _cells(lines[start])
            for number in range(start + 2, end):
                if _cells(lines[number]) != columns:
                    yield f"line {number + 1}: {_cells(lines[number])} cells below {columns} heads"


def _cells(line: str) -> int:
    row = line.strip().removeprefix("|")
    return len(BETWEEN_CELLS.findall(row)) + (not row.endswith("|"))


def _faults_of_links(page: HtmlElement, document: Path, root: Path) -> Iterator[str]:
    for link in page.iter("a"):
        href = link.get("href", "")
        if not urlsplit(href).scheme and not _has_target(href, document, root):
            yield f"dead link: {href}"
    for text in page.xpath("//text()[not(ancestor::code)]"):
        yield from (f"dead link: {reference}" for reference in WITHOUT_TARGET.findall(text))


def _has_target(href: str, document: Path, root: Path) -> bool:
    path, fragment = unquote(urlsplit(href).path), unquote(urlsplit(href).fragment)
    base = root / path.lstrip("/") if path.startswith("/") else document.parent / path
    target = base.resolve() if path else document
    if not href or not target.exists() or not target.is_relative_to(root):
        return False
    return not fragment or target.suffix != ".md" or fragment in _anchors(_rendered(target))


def _anchors(page: HtmlElement) -> set[str]:
    """Return the anchors of a page.

    The anchor of a heading is its text in lower case, without punctuation, with hyphens for spaces; repeated ones get a
    number.
    """
    repeats: dict[str, int] = {}
    for heading in page.xpath("//h1|//h2|//h3|//h4|//h5|//h6"):
        name = re.sub(r"[^\w\- ]", "", heading.text_content().strip().lower()).replace(" ", "-")
        repeats[name] = repeats.get(name, -1) + 1
        if repeats[name]:
            repeats[f"{name}-{repeats[name]}"] = 0
    return {*repeats, *page.xpath("//@id"), *page.xpath("//a/@name")}


def _faults_of_pictures(page: HtmlElement, document: Path) -> Iterator[str]:
    for picture in page.iter("img"):
        source = picture.get("src", "")
        if not urlsplit(source).scheme and not (document.parent / unquote(source)).is_file():
            yield f"missing picture: {source}"
        if not picture.get("alt", "").strip():
            yield f"picture without text: {source}"
