"""Blank forms, read back from their PDFs: the whole instrument, room to write, and nothing about any review."""

import subprocess

import pikepdf
import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from weasyprint import HTML

from reviews.queue.worker import run_due
from scales.loading import load
from scales.models import ScaleEdition
from tests.builders import World, guide
from tests.reviews.sheets.test_sheet_pdf import opened, text_of
from tests.scales.pocket import pocket_guide, pocket_item, pocket_scale

pytestmark = [pytest.mark.django_db, pytest.mark.pdf]

FORMS = {"blank_scale": "ips-25-nb", "blank_guide": "ips-25-specialist-sv", "blank_sheet": "ips-25-nb"}


def form(client: Client, name: str, slug: str = "") -> bytes:
    answer = client.get(reverse(name, args=[slug or FORMS[name]]))
    assert answer.headers["Content-Type"] == "application/pdf"
    return answer.content


def squeezed(text: str) -> str:
    """Return a text without white space, because line breaks do not matter."""
    return "".join(text.split())


def words_of(pdf: bytes) -> str:
    """Return all text in reading order."""
    run = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    return squeezed(run.stdout.decode())


def strokes_in(document: pikepdf.Pdf) -> int:
    """Return the number of lines that are drawn."""
    drawn = (str(step.operator) for page in document.pages for step in pikepdf.parse_content_stream(page))
    return sum(operator == "f*" for operator in drawn)


def test_the_guide_holds_every_question_with_its_notes_and_conditions(world: World, as_evaluator: Client) -> None:
    whole, text = guide().guide, words_of(form(as_evaluator, "blank_guide"))
    wanted = [whole.title, whole.opening_question, whole.rights]
    for criterion in whole.criteria:
        wanted += [f"{criterion.number}. {criterion.title}", criterion.note]
        wanted += [
            f"({asked.condition}) {asked.text}" if asked.condition else asked.text for asked in criterion.questions
        ]
    assert [words for words in wanted if squeezed(words) not in text] == []


def test_three_lines_follow_each_question(world: World, as_evaluator: Client) -> None:
    questions = 1 + sum(len(criterion.questions) for criterion in guide().guide.criteria)
    fields, notes = 5, 2
    assert strokes_in(opened(form(as_evaluator, "blank_guide"))) == 3 * questions + fields + notes


def test_the_head_of_a_guide_asks_for_a_role_and_forbids_names(world: World, as_evaluator: Client) -> None:
    text = text_of(form(as_evaluator, "blank_guide"), "-l", "1")
    for words in ("Organisation", "Datum", "Plats", "Informant: roll och beteckning", "Intervjuare", "Skriv inga namn"):
        assert words in text


def test_the_scale_holds_every_item_anchor_component_and_source(world: World, as_evaluator: Client) -> None:
    whole, text = world.scale.scale, words_of(form(as_evaluator, "blank_scale"))
    wanted = [whole.title, whole.instruction, whole.rights, *(source.name for source in whole.sources)]
    for item in whole.items:
        wanted += [f"{item.section_number}. {item.title}", item.description, ", ".join(item.sources)]
        wanted += [anchor.text for anchor in item.anchors]
        wanted += item.checklist.components if item.checklist else ()
    assert [words for words in wanted if squeezed(words) not in text] == []


def test_each_item_has_a_page_of_its_own_with_room_for_evidence_and_recommendation(
    world: World, as_evaluator: Client
) -> None:
    pdf = form(as_evaluator, "blank_scale")
    assert len(opened(pdf).pages) == 1 + 25
    for number, item in enumerate(world.scale.scale.items, start=2):
        text = text_of(pdf, "-f", str(number), "-l", str(number))
        assert f"{item.section_number}. {item.title.split()[0]}" in text
        assert ("Dokumentasjon" in text, "Anbefaling" in text) == (True, True)
        assert ("A B C D E F G H Gjennomsnitt" in text) == item.per_specialist


def test_an_item_longer_than_a_page_continues_on_the_next_and_loses_nothing(world: World, as_evaluator: Client) -> None:
    long = " ".join(f"word{n}" for n in range(500))
    anchors = [{"score": score, "text": f"Anchor {score}: {long}"} for score in range(1, 6)]
    sections = [{"name": "Kitchen", "items": [pocket_item(1, 1, anchors=anchors), pocket_item(2, 2)]}]
    load(pocket_scale(sections=sections, bands=[{"label": "all", "min": 2, "max": 10}]))
    pdf = form(as_evaluator, "blank_scale", "pocket")
    text = words_of(pdf)
    assert len(opened(pdf).pages) > 1 + 2
    assert [text.count(word) for word in ("word0word1word2", "word499", "Evidence", "Recommendation")] == [5, 5, 2, 2]
    assert squeezed("Anchor 5 of item 2.") in text


def test_the_sheet_is_one_page_with_25_rows_and_no_score(world: World, as_evaluator: Client) -> None:
    pdf = form(as_evaluator, "blank_sheet")
    assert len(opened(pdf).pages) == 1
    text = words_of(pdf)
    for section, best in zip(world.scale.scale.sections, (15, 40, 70), strict=True):
        rows = "".join(f"{item.section_number}. {item.sheet_title}" for item in section.items)
        assert squeezed(f"{section.name}/{best}{rows}") in text
    assert "Totalskåre/125Kvalitetsnivåer115–125svært" in text
    assert squeezed("73 og under ikke IPS") in text


def test_the_sheet_leaves_the_head_empty_and_calls_nothing_a_draft(world: World, as_evaluator: Client) -> None:
    text = words_of(form(as_evaluator, "blank_sheet"))
    assert "EvaluatorOrganisasjonDatoTotalskåreSkårerNr.KriteriumSkåreAnsatte" in text
    assert "Utkast" not in text
    assert "25skåret" not in text


@pytest.mark.parametrize(("name", "language"), [("blank_scale", "nb"), ("blank_guide", "sv"), ("blank_sheet", "nb")])
def test_each_form_is_tagged_titled_and_in_the_language_of_its_document(
    world: World, as_evaluator: Client, name: str, language: str
) -> None:
    document = opened(form(as_evaluator, name))
    assert document.Root.MarkInfo.Marked
    assert str(document.Root.Lang) == language
    assert {tuple(round(float(side)) for side in page.MediaBox) for page in document.pages} == {(0, 0, 595, 842)}
    with document.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert "IPS" in metadata["dc:title"]


@pytest.mark.parametrize("name", FORMS)
def test_every_font_of_a_form_is_embedded(world: World, as_evaluator: Client, name: str) -> None:
    document = opened(form(as_evaluator, name))
    fonts = [font for page in document.pages for font in page.Resources.Font.values()]
    assert fonts
    assert all(font.DescendantFonts[0].FontDescriptor.get("/FontFile2") is not None for font in fonts)
    assert all("Source-Sans" in str(font.BaseFont) for font in fonts)


def test_the_fixed_words_are_in_the_language_of_the_document_for_every_reader(
    world: World, as_evaluator: Client
) -> None:
    world.evaluator.language = "en"
    world.evaluator.save()
    load(pocket_guide())
    assert "Interviewer" in words_of(form(as_evaluator, "blank_guide", "pocket-guide"))
    assert "Intervjuare" in words_of(form(as_evaluator, "blank_guide"))
    assert "Anbefaling" in words_of(form(as_evaluator, "blank_scale"))


def test_a_document_in_an_unsupported_language_gets_fixed_words_in_the_default_language(
    world: World, as_evaluator: Client
) -> None:
    load(pocket_guide(slug="pocket-da", language="da"))
    pdf = form(as_evaluator, "blank_guide", "pocket-da")
    assert str(opened(pdf).Root.Lang) == "da"
    assert "Intervjuer" in words_of(pdf)


def test_no_request_renders_a_form_that_the_queue_has_made(
    world: World, as_evaluator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    call_command("load_scales")
    run_due()
    monkeypatch.delattr(HTML, "write_pdf")
    for name in FORMS:
        assert form(as_evaluator, name).startswith(b"%PDF")


@pytest.mark.parametrize("name", FORMS)
def test_a_second_download_renders_nothing(
    world: World, as_evaluator: Client, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    first = form(as_evaluator, name)
    monkeypatch.delattr(HTML, "write_pdf")
    assert form(world.client_of("stranger"), name) == first


def test_a_changed_document_is_rendered_again(world: World, as_evaluator: Client) -> None:
    load(pocket_scale())
    assert "Pocketitem3" in words_of(form(as_evaluator, "blank_sheet", "pocket"))
    load(pocket_scale(title="Another title"))
    assert ScaleEdition.objects.filter(slug="pocket").count() == 1
    assert "Anothertitle" in words_of(form(as_evaluator, "blank_sheet", "pocket"))


def test_the_files_have_download_names(world: World, as_evaluator: Client) -> None:
    names = [
        as_evaluator.get(reverse(name, args=[slug])).headers["Content-Disposition"] for name, slug in FORMS.items()
    ]
    assert names == [
        'inline; filename="ips-25-nb-blank.pdf"',
        'inline; filename="ips-25-specialist-sv-blank.pdf"',
        'inline; filename="ips-25-nb-sheet.pdf"',
    ]


@pytest.mark.parametrize(("page", "names"), [("scale", ["blank_scale", "blank_sheet"]), ("guide", ["blank_guide"])])
def test_the_pages_of_the_instruments_link_to_their_forms(
    world: World, as_evaluator: Client, page: str, names: list[str]
) -> None:
    slug = FORMS[names[0]]
    text = as_evaluator.get(reverse(page, args=[slug])).content.decode()
    assert [name for name in names if f'href="{reverse(name, args=[slug])}"' not in text] == []


def test_there_is_no_form_of_an_instrument_that_is_not_loaded(world: World, as_evaluator: Client) -> None:
    assert {as_evaluator.get(reverse(name, args=["none"])).status_code for name in FORMS} == {404}
