"""The structure tree of our PDFs: what a screen reader reads, and in which order and language.

WeasyPrint builds a tree of the boxes on each page. It knows one language, takes the head of a group of rows for that of
a column, and starts paragraphs and tables again on the next page. This module builds a tree of the HTML elements
instead, from the boxes and the marks that WeasyPrint drew them with. Marks that no element owns become artifacts:
margins, repeated heads of tables, whatever is `aria-hidden`, and signs that a style adds. Decides nothing about layout.
"""

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import Any

import pydyf
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

SVG = "{http://www.w3.org/2000/svg}"
KINDS = {tag: tag.upper() for tag in ("h1", "h2", "h3", "h4", "h5", "h6", "p", "tr", "th", "td")} | {
    "a": "Link",
    "article": "Art",
    "caption": "Caption",
    "dd": "LBody",
    "dl": "L",
    "dt": "Lbl",
    "figcaption": "P",
    "nav": "Sect",
    "ol": "L",
    "section": "Sect",
    f"{SVG}svg": "Figure",
    "table": "Table",
    "tbody": "TBody",
    "thead": "THead",
    "ul": "L",
}
POINTS = 0.75  # a CSS pixel
PRINTED = 4  # the flag of an annotation that is there on paper too


def add_structure(pdf: pydyf.PDF, document: Any, _version: str, streams: Iterable[Any]) -> None:
    """Write the structure tree of a document into its PDF, in the place of WeasyPrint's `add_tags`."""
    tree = _Tree(pdf, document)
    for page, reference, stream in zip(document.pages, pdf.page_references, streams, strict=True):
        tree.add_page(page, reference, stream)
    tree.finish()
    pdf.catalog["Lang"] = pydyf.String(document.metadata.lang)
    pdf.catalog["MarkInfo"] = pydyf.Dictionary({"Marked": "true"})
    pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})


class _Node:
    """The place of an HTML element in the tree. Only its first content makes it a structure element: none is empty."""

    def __init__(self, pdf: pydyf.PDF, kind: str, parent: "_Node | None", element: Any = None, lang: str = "") -> None:
        self.pdf, self.kind, self.parent, self.element = pdf, kind, parent, element
        self.lang: str = lang or (parent.lang if parent else "")

    @cached_property
    def entry(self) -> pydyf.Dictionary:
        """The structure element, which follows those that its parent has already."""
        entry = pydyf.Dictionary({"Type": "/StructElem", "S": f"/{self.kind}", "K": pydyf.Array()})
        self.pdf.add_object(entry)
        if self.parent:
            self.parent.entry["K"].append(entry.reference)
            entry["P"] = self.parent.entry.reference
            if self.lang != self.parent.lang:
                entry["Lang"] = pydyf.String(self.lang)
        return entry

    def add_mark(self, number: int, page: bytes) -> None:
        """Add the marked content with a number on a page."""
        is_first_page = self.entry.setdefault("Pg", page) == page
        elsewhere = pydyf.Dictionary({"Type": "/MCR", "Pg": page, "MCID": number})
        self.entry["K"].append(number if is_first_page else elsewhere)


class _Tree:
    """The tree of one document, which grows page by page."""

    def __init__(self, pdf: pydyf.PDF, document: Any) -> None:
        self.pdf = pdf
        self.top = _Node(pdf, "Document", None, lang=document.metadata.lang)
        self.nodes: dict[Any, _Node] = {}
        self.heads: dict[Any, bytes] = {}  # the first page of each head of a table
        self.identifiers: list[Any] = []
        self.owners: list[Any] = []  # for each page, the structure element of each mark
        self.links: list[tuple[pydyf.Dictionary, bytes]] = []

    def add_page(self, page: Any, reference: bytes, stream: Any) -> None:
        self.page, self.height, self.marks = reference, page.height, stream._tags
        self.owners.append(pydyf.Array(["null"] * len(self.marks)))
        self._add(page._page_box, self.top)
        unowned = {number for number, owner in enumerate(self.owners[-1]) if owner == "null"}
        for place, step in enumerate(stream.stream):
            if isinstance(step, pydyf.Dictionary) and step.get("MCID") in unowned:
                stream.stream[place - 1] = "/Artifact"
                step.clear()

    def _add(self, box: Any, parent: _Node) -> None:
        if isinstance(box, AbsolutePlaceholder):
            box = box._box
        if self._is_decoration(box):
            return
        node = self._node_of(box, parent)
        if box.link_annotation:
            self._add_link(box.link_annotation, node)
        if mark := self.marks.get(box):
            node.add_mark(mark["mcid"], self.page)
            self.owners[-1][mark["mcid"]] = node.entry.reference
        for child in box.children:
            self._add(child, node)

    def _is_decoration(self, box: Any) -> bool:
        if isinstance(box, boxes.MarginBox):
            return True
        if box.element is None:
            return False
        if box.element_tag == "thead" and self.heads.setdefault(box.element, self.page) != self.page:
            return True
        if isinstance(box, boxes.TextBox) and box.element_tag.endswith(("::before", "::after")):
            return not any(sign.isalnum() for sign in box.text)
        return box.element.get("aria-hidden") == "true"

    def _node_of(self, box: Any, parent: _Node) -> _Node:
        element = box.element
        if element is not None and box.element_tag.endswith("::marker"):
            return parent if parent.kind == "Lbl" else _Node(self.pdf, "Lbl", parent.parent, element)
        if element is None or element is parent.element:
            return parent
        if element not in self.nodes:
            self.nodes[element] = self._new_node(box, element, parent)
        return self.nodes[element]

    def _new_node(self, box: Any, element: Any, parent: _Node) -> _Node:
        kind, lang = KINDS.get(element.tag), element.get("lang", parent.lang)
        if element.tag == "ol" and parent.element is not None and parent.element.tag == "nav":
            kind = "TOC"
        elif element.tag == "li":
            kind, item = ("Reference", "TOCI") if parent.kind == "TOC" else ("LBody", "LI")
            parent = _Node(self.pdf, item, parent, lang=lang)
        elif element.tag == "div" and parent.kind == "L":
            kind = "LI"
        elif element.tag == "div" and box.children and isinstance(box.children[0], boxes.LineBox):
            kind = "P"
        if kind is None:  # has no meaning but its language
            if lang == parent.lang:
                return parent
            kind = "Div" if isinstance(box, boxes.BlockLevelBox) else "Span"
        node = _Node(self.pdf, kind, parent, element, lang)
        if kind == "Figure":
            self._describe_figure(node.entry, box)
        elif kind in {"TH", "TD"}:
            node.entry["A"] = pydyf.Dictionary({"O": "/Table"})  # a cell may be empty
        return node

    def _describe_figure(self, entry: pydyf.Dictionary, box: Any) -> None:
        x, y = box.content_box_x() * POINTS, (self.height - box.content_box_y()) * POINTS
        around = pydyf.Array((x, y - box.height * POINTS, x + box.width * POINTS, y))
        entry["A"] = pydyf.Dictionary({"O": "/Layout", "BBox": around})
        entry["Alt"] = pydyf.String(_alternative(box.element))

    def _add_link(self, annotation: pydyf.Dictionary, node: _Node) -> None:
        reference = pydyf.Dictionary({"Type": "/OBJR", "Pg": self.page, "Obj": annotation.reference})
        node.entry["K"].append(reference)
        annotation["Contents"], annotation["F"] = pydyf.String(_words(node.element)), PRINTED
        self.links.append((annotation, node.entry.reference))

    def finish(self) -> None:
        for element in self.nodes:
            if element.tag == "table":
                self._relate_cells(element)
        for number, (annotation, _owner) in enumerate(self.links, start=len(self.owners)):
            annotation["StructParent"] = number
        owners = [*self.owners, *(owner for _annotation, owner in self.links)]
        numbers = pydyf.Array([each for pair in enumerate(owners) for each in pair])
        root = pydyf.Dictionary(
            {
                "Type": "/StructTreeRoot",
                "K": self.top.entry.reference,
                "ParentTree": pydyf.Dictionary({"Nums": numbers}),
                "IDTree": pydyf.Dictionary({"Names": pydyf.Array(self.identifiers)}),
            }
        )
        self.pdf.add_object(root)
        self.top.entry["P"] = self.pdf.catalog["StructTreeRoot"] = root.reference

    def _relate_cells(self, table: Any) -> None:
        """Name the heads of each cell: those of its columns, of its group of rows and of its row."""
        of_columns = defaultdict[int, list[Any]](list)
        for group in table:
            of_group: list[Any] = []
            for row in group.iter("tr"):
                self._relate_row(row, of_columns, of_group)

    def _relate_row(self, row: Any, of_columns: defaultdict[int, list[Any]], of_group: list[Any]) -> None:
        of_row: list[Any] = []
        cells, column = [], 0
        for cell in (each for each in row if each.tag in {"th", "td"}):
            attributes, span = self.nodes[cell].entry["A"], int(cell.get("colspan", "1"))
            columns = [of_columns[column + each] for each in range(span)]
            column += span
            if span > 1:
                attributes["ColSpan"] = span
            if cell.tag == "td":
                cells.append((attributes, columns))
                continue
            scope = cell.get("scope")
            attributes["Scope"] = "/Row" if scope in {"row", "rowgroup"} else "/Column"
            identifier = self._identify(self.nodes[cell].entry)
            for heads in {"row": [of_row], "rowgroup": [of_group]}.get(scope, columns):
                heads.append(identifier)
        for attributes, columns in cells:
            of_cell = pydyf.Array(dict.fromkeys(head for heads in (*columns, of_group, of_row) for head in heads))
            if of_cell:
                attributes["Headers"] = of_cell

    def _identify(self, entry: pydyf.Dictionary) -> pydyf.String:
        entry["ID"] = identifier = pydyf.String(f"{len(self.identifiers) // 2:05}")
        self.identifiers += [identifier, entry.reference]
        return identifier


def _alternative(svg: Any) -> str:
    """Return the text of a drawing: its label, or its title and description."""
    texts = (svg.find(f"{SVG}{name}") for name in ("title", "desc"))
    return svg.get("aria-label") or ". ".join(_words(text).rstrip(".") for text in texts if text is not None)


def _words(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())
