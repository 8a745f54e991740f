"""What a reader on a forge would find broken in a Markdown document of the repository."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import lxml.html
from lxml.html import HtmlElement
from markdown_it import MarkdownIt

MARKDOWN = MarkdownIt("commonmark").enable(
    ["table", "strikethrough"]
)  # what the dialect of GitHub adds to the standard
MEANT_AS_TABLE = re.compile(r"^\||^[-: ]+\|[-:| ]+$", re.MULTILINE)
BETWEEN_CELLS = re.compile(r"(?<!\\)\|")
WITHOUT_TARGET = re.compile(r"\[[^\[\]]+\]\[[^\[\]]*\]")  # a reference that is defined nowhere stays as it was typed


def faults_of(document: Path, root: Path) -> list[str]:
    """Return each broken table, dead link and picture without file or text of a document below `root`."""
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
            head, end = token.map
            columns = _cells(lines[head])
            for number in range(head + 2, end):
                if _cells(lines[number]) != columns:
                    yield f"line {number + 1}: {_cells(lines[number])} cells below {columns} heads"


def _cells(line: str) -> int:
    row = line.strip().removeprefix("|")
    return len(BETWEEN_CELLS.findall(row)) + (not row.endswith("|"))


def _faults_of_links(page: HtmlElement, document: Path, root: Path) -> Iterator[str]:
    for link in page.iter("a"):
        href = link.get("href", "")
        if not urlsplit(href).scheme and not _leads_somewhere(href, document, root):
            yield f"dead link: {href}"
    for shown in page.xpath("//text()[not(ancestor::code)]"):
        yield from (f"dead link: {found}" for found in WITHOUT_TARGET.findall(shown))


def _leads_somewhere(href: str, document: Path, root: Path) -> bool:
    path, fragment = unquote(urlsplit(href).path), unquote(urlsplit(href).fragment)
    base = root / path.lstrip("/") if path.startswith("/") else document.parent / path
    target = base.resolve() if path else document
    if not href or not target.exists() or not target.is_relative_to(root):
        return False
    return not fragment or target.suffix != ".md" or fragment in _anchors(_rendered(target))


def _anchors(page: HtmlElement) -> set[str]:
    """Return the names of a page's headings: small letters, hyphens for spaces, no punctuation, numbered when equal."""
    found: dict[str, int] = {}
    for heading in page.xpath("//h1|//h2|//h3|//h4|//h5|//h6"):
        name = re.sub(r"[^\w\- ]", "", heading.text_content().strip().lower()).replace(" ", "-")
        found[name] = found.get(name, -1) + 1
        if found[name]:
            found[f"{name}-{found[name]}"] = 0
    return {*found, *page.xpath("//@id"), *page.xpath("//a/@name")}


def _faults_of_pictures(page: HtmlElement, document: Path) -> Iterator[str]:
    for picture in page.iter("img"):
        source = picture.get("src", "")
        if not urlsplit(source).scheme and not (document.parent / unquote(source)).is_file():
            yield f"missing picture: {source}"
        if not picture.get("alt", "").strip():
            yield f"picture without text: {source}"
