"""The style of the Word file: A4, one typeface, and Word's built-in styles for headings and tables."""

from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

FONT = "Arial"  # every system has it or a font with the same metrics
WIDTH, SIDE = 174, 18  # mm: width of the text, and of each margin
LABEL = 48  # mm: width of the labels in a list of facts
ACCENT, INK, SOFT = RGBColor(0x0D, 0x5C, 0x63), RGBColor(0x1D, 0x26, 0x29), RGBColor(0x55, 0x63, 0x6A)
SIZES = {"Title": 22, "Heading 1": 16, "Heading 2": 13, "Heading 3": 11.5, "Heading 4": 10, "TOC Heading": 16}
LINES = "C3CCD0"
CONTENTS = "toc 1"  # a built-in style of Word that the template of python-docx lacks


def element(tag: str, **attributes: object) -> Any:
    """Return a new XML element. The names of its attributes are in the namespace `w`."""
    created = OxmlElement(tag)
    for name, value in attributes.items():
        created.set(qn(f"w:{name}"), str(value))
    return created


def set_page(file: Any) -> None:
    """Set the page to A4 with our margins."""
    section = file.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(SIDE)
    section.top_margin, section.bottom_margin = Mm(22), Mm(20)
    section.header_distance = section.footer_distance = Mm(10)


def set_language(file: Any, tag: str) -> None:
    """Set the language for speech and spelling, and let Word update all fields when it opens the file."""
    for lang in file.styles.element.iter(qn("w:lang")):
        lang.set(qn("w:val"), tag)
    settings = file.settings.element
    settings.find(qn("w:themeFontLang")).set(qn("w:val"), tag)
    settings.find(qn("w:compat")).addprevious(element("w:updateFields", val="true"))


def set_styles(file: Any) -> None:
    """Set fonts, sizes, colours and spacing of all styles in use, and add our own."""
    styles = file.styles
    for fonts in styles.element.iter(qn("w:rFonts")):
        fonts.attrib.clear()
        for kind in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{kind}"), FONT)
    for name, size in SIZES.items():
        font = styles[name].font
        font.size, font.bold, font.italic = Pt(size), True, False
        font.color.rgb = SOFT if name == "Heading 4" else INK if name == "Heading 3" else ACCENT
    styles["Normal"].font.size = Pt(10)
    styles["Normal"].paragraph_format.space_after = Pt(6)
    styles["Normal"].paragraph_format.line_spacing = 1.15
    styles["List Bullet"].paragraph_format.space_after = Pt(3)
    for name in ("Header", "Footer"):
        styles[name].font.size, styles[name].font.color.rgb = Pt(8), SOFT
    caption = styles["Caption"]
    caption.font.size, caption.font.color.rgb = Pt(10), INK
    caption.paragraph_format.space_before, caption.paragraph_format.space_after = Pt(8), Pt(3)
    caption.paragraph_format.keep_with_next = True
    for name, before, after in (("Fact", 0, 2), ("Table Text", 1, 1), ("After Table", 0, 4), (CONTENTS, 0, 3)):
        added = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=name == CONTENTS)
        added.base_style = styles["Normal"]
        added.paragraph_format.space_before, added.paragraph_format.space_after = Pt(before), Pt(after)
    styles["After Table"].font.size = Pt(4)
    styles["Table Text"].font.size = Pt(9)
    fact = styles["Fact"].paragraph_format
    fact.left_indent, fact.first_line_indent = Mm(LABEL), -Mm(LABEL)
    fact.tab_stops.add_tab_stop(Mm(LABEL))
    styles[CONTENTS].paragraph_format.tab_stops.add_tab_stop(Mm(WIDTH), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
    for edge in styles["Table Grid"].element.iter(*(qn(f"w:{side}") for side in ("top", "bottom", "insideH"))):
        edge.set(qn("w:color"), LINES)
    for edge in list(styles["Table Grid"].element.iter(*(qn(f"w:{side}") for side in ("left", "right", "insideV")))):
        if edge.getparent().tag == qn("w:tblBorders"):
            edge.getparent().remove(edge)
