"""The score sheet as PDF, read back: its text and structure, and that rendering fetches nothing."""

import io
import socket
import subprocess
from dataclasses import replace
from typing import Any

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from ipsfidelity.pdf import render_pdf
from ipsfidelity.pdf_renderer import OwnStaticFiles, _shared_resources
from reviews.conduct.signing import finalise
from reviews.models import FinalRecord, Review
from reviews.records import chain
from reviews.sheets.sheet import sheet_of
from tests.builders import World, save

pytestmark = [pytest.mark.django_db, pytest.mark.pdf]

HOSTILE = (
    "<img src=http://127.0.0.1:{port}/x><link rel=attachment href=file:///etc/passwd>"
    "<style>body{{display:none}}</style>{{{{ 7|add:1 }}}}"
)


def pdf_of(client: Client, review: Review, query: str = "") -> bytes:
    answer = client.get(reverse("sheet_pdf", args=[review.code]) + query)
    assert answer.headers["Content-Type"] == "application/pdf"
    return answer.content


def text_of(pdf: bytes, *options: str) -> str:
    """Return the text of a PDF with white space collapsed; `-l 1` returns the first page only."""
    run = subprocess.run(["pdftotext", "-layout", *options, "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(run.stdout.decode().split())


def opened(pdf: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(pdf))


def test_the_sheet_is_one_a4_page_with_all_25_rows(world: World, as_evaluator: Client) -> None:
    document = opened(pdf_of(as_evaluator, world.score_review(4)))
    assert len(document.pages) == 1
    assert [round(float(side)) for side in document.pages[0].MediaBox] == [0, 0, 595, 842]


def test_finalise_renders_the_pdf_unless_another_renderer_is_passed(world: World) -> None:
    review = world.draft_review(4)
    finalise(review=review, by=world.evaluator, seen=chain.head(review), confirmed=True, gaps_reason="x")
    record = FinalRecord.objects.get(review=review)
    assert f"Fingeravtrykk: {record.fingerprint}" in text_of(bytes(record.pdf))


def test_the_signed_sheet_is_the_first_page_and_the_notes_follow(world: World, as_evaluator: Client) -> None:
    review = world.final_review(4)
    pdf = pdf_of(as_evaluator, review)
    text = text_of(pdf, "-l", "1")
    assert f"Fingeravtrykk: {review.record.fingerprint}" in text
    assert f"Vurdering: {review.code}" in text
    assert "Signert av Evaluator" in text
    assert "Kriterium for kriterium" not in text
    assert "Kriterium for kriterium" in text_of(pdf)
    for item in world.scale.scale.items:
        assert item.sheet_title.split()[0] in text
    assert "IPS Øyvær" in text
    assert "100 av 125" in text
    assert "100–114 god kvalitet ← nivået i denne vurderingen" in text


def test_the_longest_names_still_fit_on_one_page(world: World, as_evaluator: Client) -> None:
    world.organisation.name = "Senter for arbeid og psykisk helse " * 4
    world.organisation.save()
    assert len(opened(pdf_of(as_evaluator, world.score_review({1: 3}))).pages) == 1
    final = pdf_of(as_evaluator, world.final_review(5))
    assert "Vurdering:" in text_of(final, "-l", "1")


def test_the_pdf_is_tagged_titled_and_declares_its_language(world: World, as_evaluator: Client) -> None:
    document = opened(pdf_of(as_evaluator, world.final_review(4)))
    assert document.Root.MarkInfo.Marked
    assert str(document.Root.Lang) == "nb"
    with document.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert "IPS Øyvær" in metadata["dc:title"]


def test_every_font_is_embedded(world: World, as_evaluator: Client) -> None:
    document = opened(pdf_of(as_evaluator, world.final_review(4), "?notes=1"))
    fonts = [font for page in document.pages for font in page.Resources.Font.values()]
    embedded = [font.DescendantFonts[0].FontDescriptor.get("/FontFile2") for font in fonts]
    assert embedded
    assert all(file is not None for file in embedded)
    assert all("Source-Sans" in str(font.BaseFont) for font in fonts)


def test_a_draft_says_so_across_the_top(world: World, as_evaluator: Client) -> None:
    text = text_of(pdf_of(as_evaluator, world.score_review({1: 3})))
    assert text.startswith("Utkast, ikke endelig")
    assert "1 av 25 skåret · sum så langt 3" in text


def test_notes_follow_the_sheet(world: World, as_evaluator: Client) -> None:
    review = world.score_review(4)
    save(review, world.evaluator, {4: {"evidence": "Sett i møtet.", "recommendation": "Ett team til."}})
    pdf = pdf_of(as_evaluator, review, "?notes=1")
    assert len(opened(pdf).pages) > 1
    assert "Sett i møtet." in text_of(pdf)
    assert "Ett team til." in text_of(pdf)


def test_a_hostile_note_is_printed_as_text_and_fetches_nothing(world: World, as_evaluator: Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as trap:
        note = HOSTILE.format(port=trap.getsockname()[1])
        review = world.score_review(4)
        save(review, world.evaluator, {1: {"evidence": note, "recommendation": note}})
        pdf = pdf_of(as_evaluator, review, "?notes=1")
        trap.setblocking(False)
        with pytest.raises(BlockingIOError):
            trap.accept()
    text = text_of(pdf)
    assert "<link rel=attachment href=file:///etc/passwd>" in text
    assert "{{7|add:1}}" in text.replace(" ", "")
    assert "root:x:" not in text
    assert "/Names" not in opened(pdf).Root or "/EmbeddedFiles" not in opened(pdf).Root.Names


def test_even_unescaped_markup_fetches_nothing() -> None:
    """The second line of defence, in case a template ever forgets to escape."""
    with socket.create_server(("127.0.0.1", 0)) as trap:
        address = f"http://127.0.0.1:{trap.getsockname()[1]}/"
        html = f'<html lang=nb><title>t</title><img src="{address}"><link rel=attachment href="file:///etc/passwd">x'
        pdf = render_pdf(html)
        trap.setblocking(False)
        with pytest.raises(BlockingIOError):
            trap.accept()
    assert b"EmbeddedFile" not in pdf


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "https://example.org/",
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "data:text/plain,x",
        "static:../ipsfidelity/settings.py",
        "static:%2e%2e/manage.py",
        "static:/etc/passwd",
        "static:css/none.css",
        "css/print.css",
    ],
)
def test_the_fetcher_serves_our_own_static_files_only(url: str) -> None:
    with pytest.raises(ValueError, match=r"refused|no static"):
        OwnStaticFiles().fetch(url)


def test_the_fetcher_serves_our_own_static_files() -> None:
    assert b"@page" in OwnStaticFiles().fetch("static:css/print.css").read()


@pytest.mark.parametrize(
    ("name", "plain", "written"),
    [
        ("IPS Øyvær", "ips-oeyvaer", "IPS%20%C3%98yv%C3%A6r"),
        ('A "B"; c=\r\nX', "a-b-c-x", "A%20%22B%22%3B%20c%3D%20X"),
        ("Åsgård æ", "aasgaard-ae", "%C3%85sg%C3%A5rd%20%C3%A6"),
        ("…", "ips", "%E2%80%A6"),
    ],
)
def test_the_file_name_is_sent_in_ascii_and_in_full(
    world: World, as_evaluator: Client, name: str, plain: str, written: str
) -> None:
    world.organisation.name = name
    world.organisation.save()
    answer: Any = as_evaluator.get(reverse("sheet_pdf", args=[world.plan_review().code]))
    assert answer.headers["Content-Disposition"] == (
        f'inline; filename="{plain}-2026-03-10-skaaringsskjema.pdf"; '
        f"filename*=UTF-8''{written}%202026-03-10%20sk%C3%A5ringsskjema.pdf"
    )


@pytest.mark.parametrize("reader", ["nb", "sv", "en"])
@pytest.mark.parametrize(
    ("language", "name", "plain"),
    [
        ("nb", "skåringsskjema", "skaaringsskjema"),
        ("sv", "poängblankett", "poangblankett"),
        ("en", "score sheet", "score-sheet"),
        ("da", "skåringsskjema", "skaaringsskjema"),  # not a language of the interface
    ],
)
def test_the_file_is_named_in_the_language_of_the_scale(
    world: World, reader: str, language: str, name: str, plain: str
) -> None:
    sheet = sheet_of(world.plan_review())
    sheet = replace(sheet, scale=replace(sheet.scale, language=language))
    with translation.override(reader):
        assert sheet.file_name == f"IPS Øyvær 2026-03-10 {name}.pdf"
        assert sheet.plain_file_name == f"ips-oeyvaer-2026-03-10-{plain}.pdf"


def test_the_same_sheet_is_the_same_file(world: World, as_evaluator: Client) -> None:
    review = world.final_review(4)
    assert pdf_of(as_evaluator, review) == pdf_of(as_evaluator, review)


def test_the_renderer_understands_every_rule_of_our_styles(caplog: pytest.LogCaptureFixture) -> None:
    _shared_resources.cache_clear()
    with caplog.at_level("WARNING", "weasyprint"):
        render_pdf("<html lang='nb'><title>x</title><p>x")
    assert caplog.messages == []
