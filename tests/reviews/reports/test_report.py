"""The report as a page, PDF and Word file, read back and compared with each other and with the score sheet."""

import html
import io
import re
import subprocess
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import docx
import pikepdf
import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from docx.table import Table
from PIL import Image

from ipsfidelity.pdf import render_pdf
from reviews.models import Action, ActionNote, Organisation, Remark, ReportText, Review, User
from reviews.reports.docx import as_docx
from reviews.reports.report import Report, report_of
from reviews.schedule.next_review import next_due
from reviews.schedule.services import set_due
from reviews.workflow import Kind
from scales.definition import Scale
from scales.loading import load
from tests.builders import SCALE, World, build_world, document_of, fresh, hold_interview, instrument, save
from tests.tagged import TaggedPdf

pytestmark = [pytest.mark.django_db, pytest.mark.pdf]

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
ALL = range(1, 26)
FIRST = {number: number % 4 + 1 for number in ALL}
SECOND = FIRST | {1: 5, 7: 2}
BEFORE = {number: (number + 1) % 5 + 1 for number in ALL}
HOSTILE = (
    '<w:p><w:r><w:t>x</w:t></w:r></w:p> =cmd|"/c calc"!A1 {{ 7|add:1 }} {% now %} <b onclick=x>fet</b> &lt; '
    "HYPERLINK https://evil.example שלום مرحبا 👩‍💻 \u202eRTL"
)


@pytest.fixture(autouse=True)
def _in_bokmal() -> Iterator[None]:
    with translation.override("nb"):
        yield


@dataclass
class FullReport:
    """A final review with everything that a report can contain: the typed texts and the downloaded files."""

    scale: Scale
    report: Report
    band: str
    scores: dict[int, int]
    decisions: dict[int, str]
    files: dict[str, bytes]

    @property
    def total(self) -> int:
        return sum(self.scores.values())

    @property
    def texts(self) -> dict[str, str]:
        return texts_of(self.files)


EVIDENCE = {n: f"Sett på besøket, sak {n}.\n\nSamtale med lederen, notat {n}." for n in ALL}
ADVICE = {n: f"Forslag {n}: ta det opp i teammøtet." for n in ALL}


@pytest.fixture(scope="module")
def whole(django_db_setup: None, django_db_blocker: Any) -> FullReport:
    """Build the report once for all tests that only read it. The database is rolled back before they start."""
    with django_db_blocker.unblock(), transaction.atomic(), translation.override("nb"):
        found = whole_of(build_world(instrument(), render=render_pdf))
        transaction.set_rollback(True)
    return found


def whole_of(world: World) -> FullReport:
    for kind, day, scores in ((Kind.INDEPENDENT, date(2025, 3, 4), BEFORE), (Kind.SELF, date(2025, 9, 2), 3)):
        world.final_review(scores, kind=kind, visit_start=day, visit_end=day)
    review = world.agreed_review(FIRST, SECOND, period_start=date(2025, 9, 1), period_end=date(2026, 2, 28))
    Review.objects.filter(pk=review.pk).update(specialists=[{"label": "A"}, {"label": "B"}])
    notes = {n: {"evidence": EVIDENCE[n], "recommendation": ADVICE[n], "sources": ["ADM", "INT"]} for n in ALL}
    notes[8] |= {"observation": {"met": [1]}}
    notes[10] |= {"observation": {"met": [1, 2, 3, 4, 5]}, "departure": "Lederen er ny."}
    notes[13] |= {"value": 3, "decision": "Vi telte på nytt."}
    save(review, world.evaluator, notes)
    ReportText.objects.filter(review=review).update(summary="Et godt år.\nMed ett unntak.", strengths="Godt samarbeid.")
    for label, role in (("A", "jobbspesialist"), ("B", "jobbspesialist"), ("C", "teamleder")):
        hold_interview(review, world.evaluator, label=label, informant_role=role)
    world.hand_out(review)
    for number, answer in ((None, "Takk."), (4, "Rettet i notatet.")):
        told = {"by": world.team_leader, "answered_by": world.evaluator, "answered_at": "2026-03-20T10:00Z"}
        text = f"Merknad til {number or 'helheten'}."
        Remark.objects.create(review=review, item_number=number, kind="fact", text=text, answer=answer, **told)
    world.sign(review)
    add_actions(world, review, 3)
    review = fresh(review)
    return FullReport(
        scale=review.scale,
        report=report_of(review),
        band=review.band,
        scores=dict(review.scores.values_list("item_number", "value")),
        decisions=dict(review.scores.values_list("item_number", "decision")),
        files=files_of(world.client_of("evaluator"), review, "sheet", "sheet_pdf"),
    )


def add_actions(world: World, review: Review, count: int) -> None:
    for number in range(1, count + 1):
        action = Action.objects.create(
            review=review,
            item_number=number if number % 3 else None,
            what=f"Tiltak nummer {number}",
            who=f"teamleder {number}",
            due=date(2026, 5, number % 28 + 1),
            state=Action.State.ONGOING if number % 2 else Action.State.DONE,
            saved_by=world.team_leader,
            saved_at="2026-04-01T10:00Z",
        )
        ActionNote.objects.create(action=action, by=world.team_leader, text=f"Fulgt opp, gang {number}.")


# --- Reading the formats ---------------------------------------------------------------------


def fetch(client: Client, name: str, review: Review) -> bytes:
    answer = client.get(reverse(name, args=[review.code]))
    assert answer.status_code == 200
    return answer.content


def on_page(content: bytes) -> str:
    """Return the text of a page, without pictures."""
    text = re.sub(r"<(script|svg|head)\b.*?</\1>", " ", content.decode(), flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", " ", text))


def in_pdf(content: bytes, *options: str) -> str:
    """Return the text between header and footer, in reading order."""
    area = ["-x", "0", "-y", "44", "-W", "595", "-H", "764"]
    run = subprocess.run(["pdftotext", "-raw", *area, *options, "-", "-"], input=content, capture_output=True)
    return run.stdout.decode().replace("\f", "\n")


def opened(content: bytes) -> Any:
    return docx.Document(io.BytesIO(content))


def in_word(content: bytes) -> str:
    lines = []
    for block in opened(content).iter_inner_content():
        if isinstance(block, Table):
            lines += [cell.text for row in block.rows for cell in row.cells]
        else:
            lines.append(block.text)
    return "\n".join(lines)


def files_of(client: Client, review: Review, *more: str) -> dict[str, bytes]:
    return {name: fetch(client, name, review) for name in ("report", "report_pdf", "report_docx", *more)}


def texts_of(files: dict[str, bytes]) -> dict[str, str]:
    """Return the text of each file by name."""
    readers = {"pdf": in_pdf, "docx": in_word}
    return {name: readers.get(name.rpartition("_")[2], on_page)(content) for name, content in files.items()}


def texts(client: Client, review: Review) -> dict[str, str]:
    return texts_of(files_of(client, review))


def tight(text: str) -> str:
    """Return a text without white space, because line ends are not compared."""
    return "".join(text.split())


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text))


def assert_in_order(text: str, expected: list[str], where: str) -> None:
    rest, at = tight(text), 0
    for each in expected:
        found = rest.find(tight(each), at)
        assert found >= 0, f"{where} lacks “{each}” or has it too early; there stands: {rest[at : at + 200]}"
        at = found + len(tight(each))


def rows_of_sheet(whole: FullReport) -> list[str]:
    """Return the rows of the score sheet, computed from scale and scores."""
    rows = []
    for section in whole.scale.sections:
        reached = sum(whole.scores[item.number] for item in section.items)
        rows.append(f"{section.name} {reached}/{5 * len(section.items)}")
        rows += [f"{item.section_number}. {item.sheet_title} {whole.scores[item.number]}" for item in section.items]
    return [*rows, f"{_('Total')} {whole.total}/125"]


def rows_of_sections(whole: FullReport) -> list[str]:
    rows = []
    for section in whole.scale.sections:
        found = [whole.scores[item.number] for item in section.items]
        mean = f"{sum(found) / len(found):.2f}".replace(".", ",")
        rows.append(f"{section.name} {sum(found)} {5 * len(found)} {mean}")
    return rows


def rows_of_change(whole: FullReport) -> list[str]:
    rows = []
    for item in whole.scale.items:
        now, last = whole.scores[item.number], BEFORE[item.number]
        signed = f"+{now - last}" if now > last else f"−{last - now}" if now < last else "±0"
        rows.append(f"{item.number} {item.sheet_title} {now} {last} {signed}")
    return rows


def item_by_item(whole: FullReport) -> list[str]:
    told = []
    for item in whole.scale.items:
        score = whole.scores[item.number]
        told += [
            f"{item.number} {item.sheet_title}",
            f"{_('Score')} {score}. {item.anchor(score)}",
            _("Before: %(last)s (%(change)s).").split("%")[0] + str(BEFORE[item.number]),
            "Lederen er ny." if item.number == 10 else "",
            whole.decisions[item.number],
            f"{_('Data sources')}: ADM, INT",
            f"{_('Evidence')} {EVIDENCE[item.number]}",
            f"{_('Recommendation')} {ADVICE[item.number]}",
        ]
    return [each for each in told if each]


def expected_of(whole: FullReport) -> list[str]:
    """Return the texts that a report must contain, in order."""
    report, total = whole.report, whole.total
    return [
        f"{_('Organisation')} IPS Øyvær",
        f"{_('Kind')} {Kind.INDEPENDENT.label}",
        "Evaluator, Colleague",
        "jobbspesialist (2), teamleder (1)",
        f"{_('Employment specialists')} 2",
        f"{_('Total score')} {total} {_('of %(max)s') % {'max': 125}}: {whole.band}",
        f"{report.next_band}: {report.to_next}",
        f"{_('Mean item score')} {total / 25:.2f}".replace(".", ","),
        f"{report.previous.visit}: {sum(BEFORE.values())} ({_('change')} {report.change.signed})",
        report.comparison_note,
        *rows_of_sections(whole),
        "Et godt år. Med ett unntak.",
        "Godt samarbeid.",
        *rows_of_sheet(whole),
        *rows_of_change(whole),
        f"{report.totals[0].kind} {sum(BEFORE.values())} {report.totals[0].band}",
        f"{report.totals[1].kind} 75 {report.totals[1].band}",
        f"({_('this review')}) {report.totals[2].kind} {total} {whole.band}",
        *[f"{near.number} {near.item.sheet_title}" for near in report.near_misses],
        *item_by_item(whole),
        *["Merknad til helheten.", "Takk.", "Merknad til 4.", "Rettet i notatet."],
        "23 / 25",
        _("Next review due: %(date)s.") % {"date": "10. september 2026"},
        *["Tiltak nummer 1", "Fulgt opp, gang 1.", "teamleder 1", "Tiltak nummer 2", "Tiltak nummer 3"],
        *[each.corrected for each in whole.scale.corrections],
    ]


# --- Agreement between the formats -----------------------------------------------------------


@pytest.mark.parametrize("name", ["report", "report_pdf", "report_docx"])
def test_each_format_contains_the_scores_and_the_texts(whole: FullReport, name: str) -> None:
    assert [near.number for near in whole.report.near_misses] == ["8"]
    assert_in_order(whole.texts[name], expected_of(whole), name)


@pytest.mark.parametrize("name", ["sheet", "sheet_pdf"])
def test_the_signed_sheet_says_the_same(whole: FullReport, name: str) -> None:
    assert_in_order(whole.texts[name], rows_of_sheet(whole), name)


def test_the_notes_of_the_signed_sheet_are_those_of_the_report(whole: FullReport) -> None:
    sheet = tight(whole.texts["sheet_pdf"])
    for text in (*EVIDENCE.values(), *ADVICE.values(), "Lederen er ny.", "Vi telte på nytt."):
        assert tight(text) in sheet


def test_no_word_of_the_page_is_missing_in_pdf_or_word(whole: FullReport) -> None:
    page = whole.files["report"].decode()
    body = words(on_page(page[page.index('id="in-short"') : page.index("</main>")].split(">", 1)[1].encode()))
    assert body - words(whole.texts["report_pdf"]) == Counter()
    # The Word file has the two tables of facts as lines, and the meaning of the markers only in the picture.
    markers = " ".join(line.kind_label for line in whole.report.trend.series)
    only_here = words(f"{_('The review')} {_('The review')} {markers}")
    assert body - words(whole.texts["report_docx"]) - only_here == Counter()


def test_the_word_file_has_nothing_that_the_pdf_lacks(whole: FullReport) -> None:
    assert words(whole.texts["report_docx"]) - words(whole.texts["report_pdf"]) == Counter()


@pytest.mark.parametrize("language", ["fi", "en"])  # one of those that put endings to words, and the source
def test_all_three_formats_agree_in_every_language(world: World, language: str) -> None:
    world.evaluator.language = language
    world.evaluator.save()
    review = world.final_review(4)
    with translation.override(language):
        expected = [_("In short"), report_of(review).next_due, _("Corrections to the printed source")]
        expected.insert(1, f"{_('Total score')} 100 {_('of %(max)s') % {'max': 125}}")
    for where, text in texts(world.client_of("evaluator"), review).items():
        assert_in_order(text, expected, where)


def test_a_final_report_names_the_signed_file_and_its_fingerprints(world: World) -> None:
    review = world.final_review(4)
    client = world.client_of("evaluator")
    name = client.get(reverse("sheet_pdf", args=[review.code])).headers["Content-Disposition"]
    assert "IPS%20%C3%98yv%C3%A6r%202026-03-10%20sk%C3%A5ringsskjema.pdf" in name
    for where, text in texts(client, review).items():
        assert tight(_("From the signed review with the fingerprint") + review.record.fingerprint) in tight(text), where
        assert tight("“IPS Øyvær 2026-03-10 skåringsskjema.pdf”") in tight(text).replace("«", "“").replace("»", "”")
        assert review.record.sha256 in tight(text), where


def test_a_draft_says_that_it_is_one(world: World) -> None:
    review = world.draft_review(4)
    told = _("Draft, not final (%(status)s). Scores may still change.") % {"status": review.get_status_display()}
    for where, text in texts(world.client_of("evaluator"), review).items():
        assert tight(told) in tight(text), where
        assert tight(_("From a review that is not final.")) in tight(text), where
        assert tight(_("The action plan begins when the review is final.")) in tight(text), where


def test_an_unfinished_report_shows_progress_and_no_total(world: World) -> None:
    world.final_review(4, visit_start=date(2025, 3, 4), visit_end=date(2025, 3, 4))
    review = world.score_review({1: 3})
    nothing = _("There is no final review by this edition of the scale yet, so there is nothing to draw.")
    for where, text in texts(world.client_of("evaluator"), review).items():
        assert "–/125" in tight(text), where
        assert tight(nothing) not in tight(text), where
        assert tight(
            _("%(scored)s of %(count)s scored · sum so far %(sum)s") % {"scored": 1, "count": 25, "sum": 3}
        ) in tight(text)
        assert tight(_("The due date of the next review is shown once there is a total.")) in tight(text), where
        assert tight(text).count(tight(_("No score yet"))) == 24, where


def test_a_first_report_says_that_there_is_no_review_to_compare_with(world: World) -> None:
    told = _(
        "Bar: score of this review. There is no earlier review of the same kind and by the same scale to compare with."
    )
    no_plan = _("There is no action plan yet. The service’s team leader begins it from the recommendations.")
    for where, text in texts(world.client_of("evaluator"), world.final_review(4)).items():
        assert tight(told) in tight(text), where
        assert tight(no_plan) in tight(text), where


def test_another_kind_and_another_edition_are_named_and_not_compared(world: World) -> None:
    document = document_of(SCALE) | {"slug": "ips-25-old", "version": "1997"}
    day = date(2025, 3, 4)
    world.final_review(3, kind=Kind.SELF, visit_start=day, visit_end=day)
    kind = report_of(world.score_review(4, organisation=world.organisation))
    world.final_review(
        3, edition=load(document)[0], visit_start=day + timedelta(days=90), visit_end=day + timedelta(days=90)
    )
    review = world.final_review(4)
    report = report_of(review)
    assert str(Kind.SELF.label) in kind.comparison_note
    assert "1997" in report.comparison_note
    for where, text in texts(world.client_of("evaluator"), review).items():
        assert tight(report.comparison_note) in tight(text), where
        assert tight(report.left_out) in tight(text), where


def test_a_date_set_by_hand_is_in_every_format(world: World) -> None:
    review = world.final_review(4)
    told = {"seen": next_due(review), "on": date(2027, 1, 15), "reason": "Omorganisering."}
    set_due(review=review, by=world.coordinator, **told)
    for where, text in texts(world.client_of("evaluator"), review).items():
        assert tight(_("Next review due: %(date)s.") % {"date": "15. januar 2027"}) in tight(text), where


def test_typed_text_is_text_in_every_format(world: World) -> None:
    review = world.score_review(4)
    save(review, world.evaluator, {1: {"evidence": HOSTILE, "recommendation": HOSTILE}})
    ReportText.objects.filter(review=review).update(summary=HOSTILE, strengths=HOSTILE)
    shown = tight(HOSTILE.partition("שלום")[0])
    for where, text in texts(world.client_of("evaluator"), review).items():
        assert tight(text).count(shown) == 4, where
    assert "שלום مرحبا 👩‍💻" in in_word(fetch(world.client_of("evaluator"), "report_docx", review))


# --- The Word file ---------------------------------------------------------------------------


def word_of(review: Review) -> bytes:
    return as_docx(report_of(review))


def parts_of(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert file.testzip() is None
        return {name: file.read(name).decode() for name in file.namelist() if name.endswith((".xml", ".rels"))}


def test_the_word_file_has_real_headings_in_order(whole: FullReport) -> None:
    paragraphs = opened(whole.files["report_docx"]).paragraphs
    headings = [p for p in paragraphs if p.style.name.startswith("Heading")]
    levels = [int(p.style.name.removeprefix("Heading ")) for p in headings]
    assert [p.text for p in headings if p.style.name == "Heading 1"] == [each.title for each in whole.report.chapters]
    assert [p.text for p in paragraphs if p.style.name == "Title"] == [whole.report.title]
    assert all(deeper <= level + 1 for level, deeper in pairwise(levels))
    assert sum(level == 3 for level in levels) >= 25


def test_headings_of_notes_hold_no_data_in_pdf_and_word(whole: FullReport) -> None:
    wanted = {_("Observed"), _("Why not the suggestion?"), _("Agreed in consensus"), _("Evidence"), _("Recommendation")}
    paragraphs = opened(whole.files["report_docx"]).paragraphs
    tagged = TaggedPdf(whole.files["report_pdf"])
    assert {p.text for p in paragraphs if p.style.name == "Heading 4"} == wanted
    assert {tagged.text(heading) for heading in tagged.all("H5")} == wanted


def test_the_contents_of_the_word_file_link_to_every_chapter(whole: FullReport) -> None:
    parts = parts_of(whole.files["report_docx"])
    document = ElementTree.fromstring(parts["word/document.xml"])
    marks = [mark.get(f"{W}name") for mark in document.iter(f"{W}bookmarkStart")]
    links = [link.get(f"{W}anchor") for link in document.iter(f"{W}hyperlink")]
    assert marks == links
    assert len(marks) == len(whole.report.chapters) == 11
    assert [told.text.split()[0] for told in document.iter(f"{W}instrText")] == ["TOC"]
    assert "updateFields" in parts["word/settings.xml"]
    kinds = [each.get(f"{W}fldCharType") for each in document.iter(f"{W}fldChar")]
    assert kinds == ["begin", "separate", "end"]


def test_tables_of_the_word_file_repeat_their_header_rows(whole: FullReport) -> None:
    tables = opened(whole.files["report_docx"]).tables
    assert len(tables) == 6
    for table in tables:
        head = table.rows[0]._tr.trPr
        assert head.find(f"{W}tblHeader") is not None
        assert all(cell.text for cell in table.rows[0].cells)
        assert table._tbl.tblPr.find(f"{W}tblCaption").get(f"{W}val")
        assert table.style.name == "Table Grid"


def test_pictures_of_the_word_file_have_names_and_texts_and_are_not_blank(whole: FullReport) -> None:
    content = whole.files["report_docx"]
    described = [shape._inline.docPr for shape in opened(content).inline_shapes]
    assert [each.get("title") for each in described] == [_("The score of every item"), _("Total over time")]
    assert all(len(each.get("descr")) > 40 for each in described)
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        pictures = [Image.open(file.open(name)) for name in file.namelist() if name.endswith(".png")]
        assert sorted(picture.width for picture in pictures) == [1440, 1920]
        assert all(len(picture.convert("RGB").getcolors(100_000)) > 8 for picture in pictures)


@pytest.mark.parametrize(("language", "tag"), [("nb", "nb-NO"), ("nn", "nn-NO"), ("fi", "fi-FI"), ("en", "en-GB")])
def test_the_word_file_declares_its_language_and_marks_that_of_the_scale(world: World, language: str, tag: str) -> None:
    with translation.override(language):
        content = word_of(world.final_review(4))
    file = opened(content)
    default = next(file.styles.element.iter(f"{W}lang"))
    assert default.get(f"{W}val") == tag
    assert file.core_properties.language == tag
    title = next(p for p in file.paragraphs if p.style.name == "Heading 3" and p.text.startswith("1 "))
    assert [each.get(f"{W}val") for each in title._p.iter(f"{W}lang")] == ["nb-NO"]


def test_the_word_file_names_its_authors_and_numbers_its_pages(world: World) -> None:
    review = world.final_review(4)
    file = opened(word_of(review))
    about, section = file.core_properties, file.sections[0]
    assert (about.author, about.title, about.comments) == ("Evaluator, Colleague", report_of(review).title, "")
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert "IPS Øyvær" in section.header.paragraphs[0].text
    assert review.get_status_display() in section.header.paragraphs[0].text
    fields = [told.text.strip() for told in section.footer._element.iter(f"{W}instrText")]
    assert fields == ["PAGE", "NUMPAGES"]
    page, of = pgettext("page 3 of 12", "Page"), pgettext("page 3 of 12", "of")
    assert section.footer.paragraphs[0].text.split() == [page, "1", of, "1"]


def test_the_word_file_refers_to_nothing_outside_itself(world: World) -> None:
    review = world.score_review(4)
    save(review, world.evaluator, {1: {"evidence": HOSTILE}})
    for name, text in parts_of(word_of(review)).items():
        ElementTree.fromstring(text)
        if name.endswith(".rels"):
            assert "External" not in text, name


def test_typed_text_creates_no_field_and_no_link_in_the_word_file(world: World) -> None:
    review = world.score_review(4)
    plain = parts_of(word_of(review))["word/document.xml"]
    save(review, world.evaluator, {1: {"evidence": HOSTILE + "\n" + ' { HYPERLINK "https://evil.example" }'}})
    hostile = parts_of(word_of(fresh(review)))["word/document.xml"]
    for tag in ("<w:hyperlink", "<w:fldChar", "<w:instrText", "<w:tbl>"):
        assert hostile.count(tag) == plain.count(tag)


def test_characters_that_xml_forbids_are_left_out_and_line_breaks_stay(world: World) -> None:
    review = world.score_review(4)
    typed = "Første\x0blinje\r\nandre\x01\x1f\x08 linje\ufffe\n\nNytt avsnitt\tmed tabulator\x0c"
    save(review, world.evaluator, {1: {"evidence": typed}})
    paragraphs = [p.text for p in opened(word_of(fresh(review))).paragraphs]
    at = paragraphs.index("Første\nlinje\nandre linje")
    assert paragraphs[at + 1] == "Nytt avsnitt\tmed tabulator"


def test_names_too_long_for_a_property_do_not_break_the_word_file(world: World) -> None:
    Organisation.objects.filter(pk=world.organisation.pk).update(name="Senter for arbeid\x0b" * 8)
    User.objects.filter(pk__in=(world.evaluator.pk, world.colleague.pk)).update(name="å" * 150)
    about = opened(word_of(fresh(world.score_review(4)))).core_properties
    assert about.title.startswith("Rapport: Senter for arbeid")
    assert len(about.author) == 255


def test_the_longest_report_is_complete_in_every_format(world: World) -> None:
    review = world.score_review(4)
    Review.objects.filter(pk=review.pk).update(specialists=[{"label": chr(65 + n)} for n in range(12)])
    line = "En linje til om hva som ble sett og sagt. "
    note = "\n".join([line * 3] * 60)[:5000]
    save(review, world.evaluator, {n: {"evidence": note, "recommendation": note} for n in ALL})
    world.hand_out(review)
    world.sign(review)
    add_actions(world, review, 40)
    for where, text in texts(world.client_of("team_leader"), fresh(review)).items():
        said = tight(text)
        assert said.count(tight(note)) == 50, where
        assert sum(tight(f"Tiltak nummer {n}") in said for n in range(1, 41)) == 40, where
        assert tight("Jobbspesialister 12") in said, where


# --- The PDF ---------------------------------------------------------------------------------


def test_the_pdf_is_tagged_and_has_a_title_an_author_and_a_language(whole: FullReport) -> None:
    pdf = pikepdf.open(io.BytesIO(whole.files["report_pdf"]))
    assert pdf.Root.MarkInfo.Marked
    assert str(pdf.Root.Lang) == "nb"
    with pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert "IPS Øyvær" in metadata["dc:title"]
        assert metadata["dc:creator"] == ["Evaluator, Colleague"]
    fonts = [font for page in pdf.pages for font in page.Resources.Font.values()]
    assert all(font.DescendantFonts[0].FontDescriptor.get("/FontFile2") is not None for font in fonts)


def test_the_contents_of_the_pdf_link_to_the_chapters(whole: FullReport) -> None:
    content = whole.files["report_pdf"]
    pdf = pikepdf.open(io.BytesIO(content))
    pages = [in_pdf(content, "-f", str(n), "-l", str(n)) for n in range(1, len(pdf.pages) + 1)]
    with pdf.open_outline() as outline:
        marks = {entry.title: page_of(pdf, entry) for entry in every_entry(outline.root)}
    contents = " ".join(pages[1].split())  # after the cover
    for chapter in whole.report.chapters:
        told = re.search(re.escape(chapter.title) + r"[ .]{3,}(\d+)\b", contents)
        assert told, (chapter.title, contents[-900:])
        page = int(told[1])
        assert marks[chapter.title] == page, chapter.title
        assert chapter.title in [line.strip() for line in pages[page - 1].splitlines()], chapter.title


def every_entry(entries: Any) -> Iterator[Any]:
    for entry in entries:
        yield entry
        yield from every_entry(entry.children)


def page_of(pdf: pikepdf.Pdf, entry: Any) -> int:
    place = entry.destination if entry.destination is not None else entry.action.D
    return pikepdf.Page(place[0]).index + 1


def test_every_page_of_the_pdf_has_its_number_and_the_total(whole: FullReport) -> None:
    content = whole.files["report_pdf"]
    count = len(pikepdf.open(io.BytesIO(content)).pages)
    assert count > 5
    for number in range(1, count + 1):
        run = subprocess.run(
            ["pdftotext", "-f", str(number), "-l", str(number), "-", "-"], input=content, capture_output=True
        )
        told = f"{pgettext('page 3 of 12', 'Page')} {number} {pgettext('page 3 of 12', 'of')} {count}"
        text = " ".join(run.stdout.decode().split())
        assert told in text
        assert ("IPS Øyvær" if number == 1 else "IPS Øyvær · 10.–11. mars 2026") in text
