"""Read the structure tree of a PDF with pikepdf, and find what breaks PDF/UA-1 in it.

Each rule is a function that yields a sentence for every fault; RULES lists them. They cover what WeasyPrint and our own
templates and code could get wrong, not encryption, forms, media or other things that no PDF of ours has.
"""

import io
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pikepdf

MAY_HOLD = {  # by kind: the kinds of the elements directly in it
    "Table": {"Caption", "THead", "TBody"},
    "THead": {"TR"},
    "TBody": {"TR"},
    "TR": {"TH", "TD"},
    "L": {"LI"},
    "LI": {"Lbl", "LBody"},
    "TOC": {"TOCI"},
    "TOCI": {"Lbl", "Reference"},
}
ONLY_IN = {"Caption": {"Table"}, "LI": {"L"}, "LBody": {"LI"}, "TOCI": {"TOC"}} | {
    kind: {parent for parent, kinds in MAY_HOLD.items() if kind in kinds}
    for kind in ("THead", "TBody", "TR", "TH", "TD")
}
GROUPS = {"Document", "Sect", "Art", "Div"}
HEADINGS = {"H1", "H2", "H3", "H4", "H5", "H6"}
TEXTS = HEADINGS | {"P", "Caption", "TH", "TD", "Lbl", "LBody", "Reference", "Link", "Span", "Figure"}
PAINT = {"Tj", "TJ", "'", '"', "f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "Do", "BI"}


@dataclass(eq=False)
class Element:
    """A structure element: `content` has elements and marks, which are pairs of page and number."""

    entry: Any
    kind: str
    parent: Any = None  # an Element, None for the document
    content: list["Element | tuple[int, int]"] = field(default_factory=list)
    objects: list[Any] = field(default_factory=list)  # annotations
    language: str = ""

    def __iter__(self) -> Iterator["Element"]:
        yield self
        for kid in self.kids:
            yield from kid

    @property
    def kids(self) -> list["Element"]:
        return [each for each in self.content if isinstance(each, Element)]

    @property
    def marks(self) -> list[tuple[int, int]]:
        return [each for each in self.content if not isinstance(each, Element)]

    def is_within(self, kind: str) -> bool:
        return self.parent is not None and (self.parent.kind == kind or self.parent.is_within(kind))


@dataclass
class Marked:
    """A piece of marked content: its tag, its number unless it is an artifact, and the tags that it is within."""

    tag: str
    number: int | None
    within: tuple[str, ...]


class TaggedPdf:
    """A PDF with its structure tree as `top` and the texts of its marks."""

    def __init__(self, content: bytes) -> None:
        self.pdf = pikepdf.open(io.BytesIO(content))
        self.pages = {page.obj.objgen: number for number, page in enumerate(self.pdf.pages)}
        self.texts: dict[tuple[int, int], str] = defaultdict(str)
        self.heights: dict[tuple[int, int], float] = {}  # of the line that a mark is on
        self.marks: dict[int, list[Marked]] = {}
        self.artifacts = ""
        self.loose = Counter[int]()  # for each page, what is drawn outside marked content
        for number, page in enumerate(self.pdf.pages):
            self._read_page(number, page)
        root = self.pdf.Root.StructTreeRoot
        self.top = self._element(root.K[0] if isinstance(root.K, pikepdf.Array) else root.K, None)

    def _element(self, entry: Any, parent: Element | None) -> Element:
        element = Element(entry, str(entry.S).removeprefix("/"), parent)
        element.language = str(entry.get("/Lang", parent.language if parent else self.pdf.Root.get("/Lang", "")))
        page = self.pages[entry.Pg.objgen] if "/Pg" in entry else -1
        for kid in entry.K if isinstance(entry.K, pikepdf.Array) else [entry.K]:
            if isinstance(kid, int):
                element.content.append((page, kid))
            elif str(kid.get("/Type")) == "/MCR":
                element.content.append((self.pages[kid.Pg.objgen], int(kid.MCID)))
            elif str(kid.get("/Type")) == "/OBJR":
                element.objects.append(kid.Obj)
            else:
                element.content.append(self._element(kid, element))
        return element

    def _read_page(self, page_number: int, page: pikepdf.Page) -> None:
        fonts = {name: signs_of(font) for name, font in page.Resources.get("/Font", {}).items()}
        open_marks: list[Marked] = []
        signs: dict[str, str] = {}
        self.marks[page_number] = []
        for operands, operator in pikepdf.parse_content_stream(page):
            step = str(operator)
            if step in {"BMC", "BDC"}:
                properties = operands[1] if step == "BDC" else {}
                number = int(properties["/MCID"]) if "/MCID" in properties else None
                open_marks.append(Marked(str(operands[0])[1:], number, tuple(each.tag for each in open_marks)))
                self.marks[page_number].append(open_marks[-1])
            elif step == "EMC":
                open_marks.pop()
            elif step == "Tf":
                signs = fonts[str(operands[0])]
            elif step == "Tm" and open_marks and open_marks[-1].number is not None:
                self.heights[page_number, open_marks[-1].number] = float(operands[5])
            if step in PAINT:
                self.loose[page_number] += not open_marks
            if step == "TJ" and open_marks:
                codes = b"".join(bytes(each) for each in operands[0] if isinstance(each, pikepdf.String)).hex()
                text = "".join(signs.get(codes[at : at + 4], "�") for at in range(0, len(codes), 4))
                if open_marks[-1].number is None:
                    self.artifacts += text
                else:
                    self.texts[page_number, open_marks[-1].number] += text

    def text(self, element: Element) -> str:
        """Return the text of an element and all in it, in reading order. A new line or element ends a word."""
        pieces, line = [""], None
        for kid in element.content:
            if isinstance(kid, Element):
                pieces.append(f" {self.text(kid)} " if kid.kind != "Span" else self.text(kid))
            else:
                pieces.append(self.texts[kid] if self.heights.get(kid) == line else f" {self.texts[kid]}")
                line = self.heights.get(kid)
        return " ".join("".join(pieces).split())

    def all(self, *kinds: str) -> list[Element]:
        return [element for element in self.top if element.kind in kinds]


def signs_of(font: Any) -> dict[str, str]:
    """Return the text of each code of a font, both as hexadecimal, by its map to Unicode."""
    pairs = re.findall(r"<([0-9a-f]{4})> <([0-9a-f]+)>", font.ToUnicode.read_bytes().decode(), re.IGNORECASE)
    return {code.lower(): bytes.fromhex(text).decode("utf-16-be") for code, text in pairs}


def declarations(tagged: TaggedPdf) -> Iterator[str]:
    root = tagged.pdf.Root
    if not root.get("/MarkInfo", {}).get("/Marked"):
        yield "the file does not say that it is tagged"
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle"):
        yield "the window shows the name of the file instead of its title"
    if not re.fullmatch(r"[a-z]{2}(-[A-Z]{2})?", str(root.get("/Lang", ""))):
        yield "the document has no language"
    with tagged.pdf.open_metadata() as metadata:
        if metadata.get("pdfuaid:part") != "1":
            yield "the metadata does not name PDF/UA-1"
        if not metadata.get("dc:title"):
            yield "the document has no title"
    for number, page in enumerate(tagged.pdf.pages, start=1):
        if page.get("/Tabs") != "/S":
            yield f"page {number}: the tab key does not follow the structure"


def marks(tagged: TaggedPdf) -> Iterator[str]:
    """Everything drawn is an artifact or belongs to one element, and the parent tree says to which."""
    owners = Counter(mark for element in tagged.top for mark in element.marks)
    parents = dict(number_tree(tagged.pdf.Root.StructTreeRoot.ParentTree))
    for page, found in tagged.marks.items():
        if tagged.loose[page]:
            yield f"page {page + 1}: {tagged.loose[page]} times something is drawn without a mark"
        for mark in found:
            if mark.within:
                yield f"page {page + 1}: {mark.tag} is within {mark.within}"
            elif mark.number is None and mark.tag != "Artifact":
                yield f"page {page + 1}: {mark.tag} has no number"
            elif mark.number is not None and owners[page, mark.number] != 1:
                yield f"page {page + 1}: mark {mark.number} has {owners[page, mark.number]} elements"
    for element in tagged.top:
        for page, number in element.marks:
            if parents[int(tagged.pdf.pages[page].StructParents)][number].objgen != element.entry.objgen:
                yield f"page {page + 1}: the parent tree names another element for mark {number}"


def number_tree(node: Any) -> Iterator[tuple[int, Any]]:
    numbers = list(node.Nums)
    yield from ((int(key), value) for key, value in zip(numbers[::2], numbers[1::2], strict=True))


def places(tagged: TaggedPdf) -> Iterator[str]:
    """Each element is of a kind that we use, and where that kind may be."""
    known = GROUPS | TEXTS | set(MAY_HOLD)
    for element in tagged.top:
        kinds = [kid.kind for kid in element.kids]
        if element.kind not in known:
            yield f"{element.kind} is no kind that we use"
        if wrong := set(kinds) - MAY_HOLD.get(element.kind, known):
            yield f"{element.kind} holds {', '.join(sorted(wrong))}"
        parent = element.parent.kind if element.parent else ""
        if parent not in ONLY_IN.get(element.kind, {parent}):
            yield f"{element.kind} is in {parent}"
        if element.parent and element.entry.P.objgen != element.parent.entry.objgen:
            yield f"{element.kind} names another parent"
        if "Caption" in kinds[1:]:
            yield f"a caption is not the first in its {element.kind}"
        if element.kind == "Table" and (kinds.count("THead") > 1 or "TBody" not in kinds):
            yield "a table has two heads or no body"


def contents(tagged: TaggedPdf) -> Iterator[str]:
    """Each element has content, and text is in an element for text."""
    for element in tagged.top:
        if element.marks and element.kind not in TEXTS:
            yield f"{element.kind} has text of its own"
        if not (element.content or element.kind == "TD"):
            yield f"{element.kind} is empty"


def headings(tagged: TaggedPdf) -> Iterator[str]:
    found = tagged.all(*HEADINGS)
    levels = [int(heading.kind[1]) for heading in found]
    if levels[:1] != [1]:
        yield f"the first heading has level {levels[:1]}"
    for heading, (level, deeper) in zip(found[1:], pairwise(levels), strict=True):
        if deeper > level + 1:
            yield f"“{tagged.text(heading)}” has level {deeper} after {level}"


def tables(tagged: TaggedPdf) -> Iterator[str]:
    """All rows are equally wide; each head has a scope, and each cell names the heads of its table that it belongs to."""
    for table in tagged.all("Table"):
        rows = [row for row in table if row.kind == "TR"]
        heads = {bytes(cell.entry.ID): cell for cell in table if cell.kind == "TH"}
        widths = {sum(span_of(cell) for cell in row.kids) for row in rows}
        where = f"table “{tagged.text(rows[0])}”"
        if len(widths) > 1:
            yield f"{where}: rows of {sorted(widths)} cells"
        if len(heads) < sum(cell.kind == "TH" for cell in table):
            yield f"{where}: two heads have the same name"
        for cell in heads.values():
            if str(cell.entry.A.get("/Scope")) not in {"/Row", "/Column"}:
                yield f"{where}: head “{tagged.text(cell)}” has no scope"
        for cell in (each for row in rows for each in row.kids if each.kind == "TD"):
            named = [bytes(each) for each in cell.entry.A.get("/Headers", [])]
            if not set(named) <= heads.keys():
                yield f"{where}: “{tagged.text(cell)}” names a head of another table"
            elif named != [name for name, head in heads.items() if belongs(cell, head)]:
                yield f"{where}: “{tagged.text(cell)}” has the heads {[tagged.text(heads[name]) for name in named]}"


def belongs(cell: Element, head: Element) -> bool:
    """Whether a head is one of this cell: of its row, of its columns, or of its group of rows."""
    if str(head.entry.A.Scope) == "/Column":
        return bool(columns_of(cell) & columns_of(head))
    is_of_group = head.parent.kids[0] is head and span_of(head) > 1 and head.parent.parent is cell.parent.parent
    return head.parent is cell.parent or is_of_group


def span_of(cell: Element) -> int:
    return int(cell.entry.A.get("/ColSpan", 1))


def columns_of(cell: Element) -> set[int]:
    first = sum(span_of(each) for each in cell.parent.kids[: cell.parent.kids.index(cell)])
    return set(range(first, first + span_of(cell)))


def figures(tagged: TaggedPdf) -> Iterator[str]:
    for figure in tagged.all("Figure"):
        if not str(figure.entry.get("/Alt", "")).strip():
            yield "a figure has no text"
        left, bottom, right, top = map(float, figure.entry.A.BBox)
        if not (0 <= left < right <= 596 and 0 <= bottom < top <= 842):
            yield f"figure “{figure.entry.Alt}” is not on its page"


def links(tagged: TaggedPdf) -> Iterator[str]:
    parents = dict(number_tree(tagged.pdf.Root.StructTreeRoot.ParentTree))
    owners = {annotation.objgen: element for element in tagged.top for annotation in element.objects}
    for number, page in enumerate(tagged.pdf.pages, start=1):
        for annotation in page.get("/Annots", []):
            owner = owners.pop(annotation.objgen, None)
            if owner is None or owner.kind != "Link":
                yield f"page {number}: a link belongs to no element, or is named twice"
            elif parents[int(annotation.StructParent)].objgen != owner.entry.objgen:
                yield f"page {number}: the parent tree names another element for a link"
            elif str(annotation.Contents) != tagged.text(owner):
                yield f"page {number}: link “{tagged.text(owner)}” is described as “{annotation.Contents}”"
    for link in tagged.all("Link"):
        if link.is_within("Link"):
            yield f"link “{tagged.text(link)}” is within a link"
        if not link.objects:
            yield f"link “{tagged.text(link)}” leads nowhere"


def languages(tagged: TaggedPdf) -> Iterator[str]:
    for element in tagged.top:
        if not re.fullmatch(r"[a-z]{2}(-[A-Z]{2})?", element.language):
            yield f"{element.kind} is in “{element.language}”"


def fonts(tagged: TaggedPdf) -> Iterator[str]:
    found = {str(font.BaseFont): font for page in tagged.pdf.pages for font in page.Resources.get("/Font", {}).values()}
    for name, font in found.items():
        descendant = font.DescendantFonts[0]
        if not {"/FontFile2", "/FontFile3"} & set(descendant.FontDescriptor.keys()):
            yield f"{name} is not embedded"
    if "�" in "".join(tagged.texts.values()):
        yield "a sign has no value in Unicode"


RULES: tuple[Callable[[TaggedPdf], Iterator[str]], ...] = (
    declarations,
    marks,
    places,
    contents,
    headings,
    tables,
    figures,
    links,
    languages,
    fonts,
)


def faults_of(content: bytes) -> list[str]:
    """Return a sentence for each fault of a PDF, with the name of its rule."""
    tagged = TaggedPdf(content)
    return [f"{rule.__name__}: {fault}" for rule in RULES for fault in rule(tagged)]
