"""A Word file, piece by piece: headings, text, tables, pictures, fields. With word_style.py the only
module that imports python-docx.

What people wrote goes in as text and nothing else: no field, no link, no mark-up is ever made from it. Knows
nothing of reviews.
"""

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from reviews.reports.word_style import CONTENTS, LABEL, WIDTH, made, set_language, set_page, set_styles

__all__ = ["LABEL", "WIDTH", "Paper", "Said", "Words", "clean", "of_scale"]

LONGEST_PROPERTY = 255  # characters
NOT_IN_XML = re.compile("[\x00-\x08\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Said:
    """A piece of text, in the language of the scale or, as all else, of the reader."""

    text: str
    of_scale: bool = False
    strong: bool = False


Words = str | Said | Sequence[str | Said]


def of_scale(text: str | None, *, strong: bool = False) -> Said:
    return Said(text or "", of_scale=True, strong=strong)


def clean(text: str) -> str:
    """Return a text without what XML forbids. A vertical tab or form feed, as pasted text has them, ends a line."""
    return NOT_IN_XML.sub("", re.sub("\r\n?|[\x0b\x0c]", "\n", text))


class Paper:
    """One file of A4 pages, written from top to bottom."""

    def __init__(self, *, language: str, scale_language: str, running: str, page_of: tuple[str, str]) -> None:
        """Languages are tags with a country, such as nb-NO: by these Word finds its dictionaries.

        `running` stands above every page, "Page 3 of 12" below it, with the words of `page_of`.
        """
        self._file = Document()
        self._scale_tag = scale_language
        self._marks = 0
        set_language(self._file, language)
        set_styles(self._file)
        set_page(self._file)
        section = self._file.sections[0]
        self._say(section.header.paragraphs[0], running)
        footer = section.footer.paragraphs[0]
        footer.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        for word, field in zip(page_of, ("PAGE", "NUMPAGES"), strict=True):
            self._say(footer, f"{word} ")
            _field(footer, field, "1")
            self._say(footer, " ")

    def describe(self, *, title: str, author: str, subject: str, language: str, at: datetime) -> None:
        """Fill in what a file manager shows of the file."""
        about = self._file.core_properties
        about.title, about.author, about.subject = (clean(text)[:LONGEST_PROPERTY] for text in (title, author, subject))
        about.last_modified_by, about.comments, about.keywords = about.author, "", ""
        about.language = language
        # The format keeps them in universal time without saying so.
        about.created = about.modified = at.replace(tzinfo=None)

    def as_bytes(self) -> bytes:
        out = io.BytesIO()
        self._file.save(out)
        return out.getvalue()

    def title(self, words: Words) -> None:
        self._say(self._file.add_paragraph(style="Title"), words)

    def heading(self, level: int, words: Words, *, mark: str = "", on_new_page: bool = False) -> None:
        """Write a heading of level 1 to 4; `mark` is what the contents refer to it by."""
        paragraph = self._file.add_paragraph(style=f"Heading {level}")
        if on_new_page:
            paragraph.paragraph_format.page_break_before = True
        self._say(paragraph, words)
        if mark:
            self._marks += 1
            start, end = made("w:bookmarkStart", id=self._marks, name=mark), made("w:bookmarkEnd", id=self._marks)
            paragraph._p.get_or_add_pPr().addnext(start)
            paragraph._p.append(end)

    def say(self, words: Words, style: str = "Normal") -> None:
        self._say(self._file.add_paragraph(style=style), words)

    def text(self, written: str) -> None:
        """Write what people wrote: a blank line ends a paragraph, other line breaks stay what they are."""
        for part in re.split(r"\n[^\S\n]*\n\s*", clean(written).strip("\n")):
            self.say(part)

    def bullets(self, every: Iterable[Words]) -> None:
        for words in every:
            self.say(words, "List Bullet")

    def facts(self, every: Iterable[tuple[str, Words]], *, strong: Sequence[int] = ()) -> None:
        """Write label and value line by line, the lines of `strong` bold."""
        for number, (label, words) in enumerate(every):
            paragraph = self._file.add_paragraph(style="Fact")
            self._say(paragraph, [Said(f"{label}\t", strong=True)])
            for one in [words] if isinstance(words, str | Said) else words:
                said = Said(one) if isinstance(one, str) else one
                self._say(paragraph, Said(said.text, said.of_scale, said.strong or number in strong))

    def contents(self, heading: str, entries: Iterable[tuple[str, str]]) -> None:
        """Write the contents: a field that Word fills with page numbers, till then a list of mark and title."""
        self.say(heading, "TOC Heading")
        entries = list(entries)
        for number, (mark, title) in enumerate(entries):
            paragraph = self._file.add_paragraph(style=CONTENTS)
            if number == 0:
                _begin(paragraph, r'TOC \o "1-1" \h \z \u')
            link = made("w:hyperlink", anchor=mark, history=1)
            paragraph._p.append(link)
            self._say(paragraph, title)
            link.append(paragraph.runs[-1]._r)
            if number == len(entries) - 1:
                _char(paragraph, "end")

    def picture(self, png: bytes, *, name: str, description: str, width: float) -> None:
        """Place a picture, `width` mm wide; `description` is read out in its place."""
        shape = self._file.add_picture(io.BytesIO(png), width=Mm(width))
        about = shape._inline.docPr
        about.set("title", clean(name))
        about.set("descr", clean(description))

    def table(
        self,
        caption: str,
        head: Sequence[str],
        rows: Iterable[Sequence[Words]],
        *,
        widths: Sequence[float],
        numbers: Sequence[int] = (),
        may_split: bool = False,
    ) -> None:
        """Write a table whose head is repeated on every page. `widths` in mm; columns of `numbers` stand right."""
        self._say(self._file.add_paragraph(style="Caption"), caption)
        table = self._file.add_table(0, len(head), style="Table Grid")
        table.autofit = False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        about = table._tbl.tblPr
        about.append(made("w:tblCaption", val=clean(caption)))
        self._row(table, [Said(word, strong=True) for word in head], widths, numbers, is_head=True)
        for row in rows:
            self._row(table, row, widths, numbers, may_split=may_split)
        self._file.add_paragraph(style="After Table")

    def _row(
        self,
        table: Table,
        words: Sequence[Words],
        widths: Sequence[float],
        numbers: Sequence[int],
        *,
        is_head: bool = False,
        may_split: bool = False,
    ) -> None:
        row = table.add_row()
        about = row._tr.get_or_add_trPr()
        if not may_split:
            about.append(made("w:cantSplit"))
        if is_head:
            about.append(made("w:tblHeader"))
        for column, (cell, said) in enumerate(zip(row._tr.tc_lst, words, strict=True)):
            paragraph = Paragraph(cell.p_lst[0], _Cell(cell, table))
            paragraph.style = "Table Text"
            if column in numbers:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            cell.width = Mm(widths[column])
            self._say(paragraph, said)

    def _say(self, paragraph: Paragraph, words: Words) -> None:
        for one in [words] if isinstance(words, str | Said) else words:
            said = Said(one) if isinstance(one, str) else one
            run = paragraph.add_run(clean(said.text))
            if said.strong:
                run.bold = True
            if said.of_scale:
                run._r.get_or_add_rPr().append(made("w:lang", val=self._scale_tag))


def _field(paragraph: Paragraph, instruction: str, shown: str) -> None:
    """Write a field of ours: what Word works out in place of `shown`."""
    _begin(paragraph, instruction)
    paragraph.add_run(shown)
    _char(paragraph, "end")


def _begin(paragraph: Paragraph, instruction: str) -> None:
    _char(paragraph, "begin")
    told = made("w:instrText")
    told.text = f" {instruction} "
    told.set(qn("xml:space"), "preserve")
    paragraph.add_run()._r.append(told)
    _char(paragraph, "separate")


def _char(paragraph: Paragraph, kind: str) -> None:
    paragraph.add_run()._r.append(made("w:fldChar", fldCharType=kind))
