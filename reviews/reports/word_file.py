"""Write a Word file: headings, text, tables, pictures and fields.

Only this module and word_style.py import python-docx. User input becomes plain text and never a field, a link or
markup. The module must not know reviews.
"""

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import pgettext
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from reviews.reports.text_runs import Text, TextRun, runs_of
from reviews.reports.word_style import CONTENTS, element, set_language, set_page, set_styles

LONGEST_PROPERTY = 255  # characters
NOT_IN_XML = re.compile("[\x00-\x08\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def language_tag(language: str) -> str:
    """Return a language with its country, such as nb-NO; without one if the interface is not in that language."""
    if language not in dict(settings.LANGUAGES):
        return language
    with translation.override(language):
        return pgettext("this language and its country, for spelling", "en-GB")


def clean(text: str) -> str:
    """Return a text without the characters that XML forbids.

    Every kind of line break becomes "\\n", including the vertical tabs and form feeds of pasted text.
    """
    return NOT_IN_XML.sub("", re.sub("\r\n?|[\x0b\x0c]", "\n", text))


class WordFile:
    """A file of A4 pages, written from top to bottom."""

    def __init__(self, *, language: str, scale_language: str, running_title: str, page_of: tuple[str, str]) -> None:
        """Begin a file.

        Languages are tags with a country, such as nb-NO, by which Word selects its dictionaries. `running_title` is the
        header of every page. The footer is "Page 3 of 12", with the two words in `page_of`.
        """
        self._file = Document()
        self._scale_tag = scale_language
        self._bookmarks = 0
        set_language(self._file, language)
        set_styles(self._file)
        set_page(self._file)
        section = self._file.sections[0]
        self._add_runs(section.header.paragraphs[0], running_title)
        footer = section.footer.paragraphs[0]
        footer.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        for word, field in zip(page_of, ("PAGE", "NUMPAGES"), strict=True):
            self._add_runs(footer, f"{word} ")
            _add_field(footer, field, "1")
            self._add_runs(footer, " ")

    def set_properties(self, *, title: str, author: str, subject: str, language: str, at: datetime) -> None:
        """Set the properties that file managers show. `at` is in UTC."""
        properties = self._file.core_properties
        properties.title = clean(title)[:LONGEST_PROPERTY]
        properties.author = properties.last_modified_by = clean(author)[:LONGEST_PROPERTY]
        properties.subject = clean(subject)[:LONGEST_PROPERTY]
        properties.comments = properties.keywords = ""
        properties.language = language
        properties.created = properties.modified = at.replace(tzinfo=None)  # the format stores UTC without a time zone

    def as_bytes(self) -> bytes:
        """Return the finished file."""
        out = io.BytesIO()
        self._file.save(out)
        return out.getvalue()

    def title(self, text: Text) -> None:
        """Write the title of the file."""
        self._add_runs(self._file.add_paragraph(style="Title"), text)

    def heading(self, level: int, text: Text, *, bookmark: str = "", on_new_page: bool = False) -> None:
        """Write a heading of level 1 to 4. The table of contents links to its `bookmark`."""
        paragraph = self._file.add_paragraph(style=f"Heading {level}")
        if on_new_page:
            paragraph.paragraph_format.page_break_before = True
        self._add_runs(paragraph, text)
        if bookmark:
            self._bookmarks += 1
            paragraph._p.get_or_add_pPr().addnext(element("w:bookmarkStart", id=self._bookmarks, name=bookmark))
            paragraph._p.append(element("w:bookmarkEnd", id=self._bookmarks))

    def paragraph(self, text: Text, style: str = "Normal") -> None:
        """Write one paragraph."""
        self._add_runs(self._file.add_paragraph(style=style), text)

    def free_text(self, text: str) -> None:
        """Write user input: a blank line ends a paragraph, and single line breaks are kept."""
        for paragraph in re.split(r"\n[^\S\n]*\n\s*", clean(text).strip("\n")):
            self.paragraph(paragraph)

    def bullets(self, texts: Iterable[Text]) -> None:
        """Write a bulleted list."""
        for text in texts:
            self.paragraph(text, "List Bullet")

    def fact_list(self, facts: Iterable[tuple[str, Text]], *, strong: Sequence[int] = ()) -> None:
        """Write a list of labels and values. The lines with an index in `strong` are bold."""
        for index, (label, value) in enumerate(facts):
            runs = [replace(run, strong=run.strong or index in strong) for run in runs_of(value)]
            self._add_runs(self._file.add_paragraph(style="Fact"), [TextRun(f"{label}\t", strong=True), *runs])

    def contents(self, heading: str, entries: Iterable[tuple[str, str]]) -> None:
        """Write the table of contents from pairs of bookmark and title.

        It is a field that Word updates with page numbers; other programs show the titles.
        """
        self.paragraph(heading, "TOC Heading")
        entries = list(entries)
        for number, (bookmark, title) in enumerate(entries):
            paragraph = self._file.add_paragraph(style=CONTENTS)
            if number == 0:
                _begin_field(paragraph, r'TOC \o "1-1" \h \z \u')
            link = element("w:hyperlink", anchor=bookmark, history=1)
            paragraph._p.append(link)
            self._add_runs(paragraph, title)
            link.append(paragraph.runs[-1]._r)
            if number == len(entries) - 1:
                _field_character(paragraph, "end")

    def picture(self, png: bytes, *, name: str, description: str, width: float) -> None:
        """Insert a picture, `width` mm wide. Screen readers read `description`."""
        shape = self._file.add_picture(io.BytesIO(png), width=Mm(width))
        properties = shape._inline.docPr
        properties.set("title", clean(name))
        properties.set("descr", clean(description))

    def table(
        self,
        caption: str,
        header: Sequence[str],
        rows: Iterable[Sequence[Text]],
        *,
        widths: Sequence[float],
        numbers: Sequence[int] = (),
        may_split: bool = False,
    ) -> None:
        """Write a table with a header row that is repeated on every page.

        `widths` are in mm. Columns with an index in `numbers` are aligned right. Rows break across pages only with
        `may_split`.
        """
        self._add_runs(self._file.add_paragraph(style="Caption"), caption)
        table = self._file.add_table(0, len(header), style="Table Grid")
        table.autofit = False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        table._tbl.tblPr.append(element("w:tblCaption", val=clean(caption)))
        self._row(table, [TextRun(title, strong=True) for title in header], widths, numbers, is_header=True)
        for row in rows:
            self._row(table, row, widths, numbers, may_split=may_split)
        self._file.add_paragraph(style="After Table")

    def _row(
        self,
        table: Table,
        texts: Sequence[Text],
        widths: Sequence[float],
        numbers: Sequence[int],
        *,
        is_header: bool = False,
        may_split: bool = False,
    ) -> None:
        row = table.add_row()
        properties = row._tr.get_or_add_trPr()
        if not may_split:
            properties.append(element("w:cantSplit"))
        if is_header:
            properties.append(element("w:tblHeader"))
        for column, (cell, text) in enumerate(zip(row._tr.tc_lst, texts, strict=True)):
            paragraph = Paragraph(cell.p_lst[0], _Cell(cell, table))
            paragraph.style = "Table Text"
            if column in numbers:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            cell.width = Mm(widths[column])
            self._add_runs(paragraph, text)

    def _add_runs(self, paragraph: Paragraph, text: Text) -> None:
        for text_run in runs_of(text):
            run = paragraph.add_run(clean(text_run.text))
            if text_run.strong:
                run.bold = True
            if tag := self._scale_tag if text_run.in_scale_language else text_run.language:
                run._r.get_or_add_rPr().append(element("w:lang", val=tag))


def _add_field(paragraph: Paragraph, instruction: str, placeholder: str) -> None:
    """Add a field, whose value Word computes and shows instead of `placeholder`."""
    _begin_field(paragraph, instruction)
    paragraph.add_run(placeholder)
    _field_character(paragraph, "end")


def _begin_field(paragraph: Paragraph, instruction: str) -> None:
    _field_character(paragraph, "begin")
    instruction_text = element("w:instrText")
    instruction_text.text = f" {instruction} "
    instruction_text.set(qn("xml:space"), "preserve")
    paragraph.add_run()._r.append(instruction_text)
    _field_character(paragraph, "separate")


def _field_character(paragraph: Paragraph, kind: str) -> None:
    paragraph.add_run()._r.append(element("w:fldChar", fldCharType=kind))
