"""The QR code of a signed sheet: read back from the PDF as a phone reads it, and followed."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pikepdf
import pytest
import zxingcpp
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from reviews.models import Review
from reviews.sheets.archive import compose_signed, pdf_of
from reviews.sheets.qr_code import qr_code_of
from tests.builders import World
from tests.reviews.sheets.test_sheet_pdf import opened, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.pdf]


def codes_in(pdf: bytes, folder: Path) -> list[str]:
    """Return the texts of the QR codes on the first page of a PDF, as printed with 150 dots an inch."""
    (folder / "sheet.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "150", "-l", "1", "-png", "sheet.pdf", "page"], cwd=folder, check=True)
    (page,) = folder.glob("page*.png")
    with Image.open(page) as image:
        return [found.text for found in zxingcpp.read_barcodes(image)]


def figures_of(document: pikepdf.Pdf) -> Iterator[str]:
    """Yield the alternative text of every figure."""
    for thing in document.objects:
        if isinstance(thing, pikepdf.Dictionary) and thing.get("/S") == pikepdf.Name.Figure:
            yield str(thing.get("/Alt", ""))


def test_the_code_on_a_signed_sheet_leads_to_the_page_that_recognises_the_file(world: World, tmp_path: Path) -> None:
    pdf = pdf_of(world.final_review(4))
    (address,) = codes_in(pdf, tmp_path)
    assert address.startswith("https://testserver/verify/")
    page = urlsplit(address).path
    for data, sentence in ((pdf, "Ja: Dette er byte for byte"), (pdf + b"\n", "Nei: Dette er ikke")):
        answer = Client().post(page, {"file": SimpleUploadedFile("ark.pdf", data)})
        assert sentence in answer.content.decode()


def test_the_address_stands_on_the_sheet_as_text_too(world: World) -> None:
    review = world.final_review(4)
    assert f"https://testserver{reverse('check_signed', args=[review.code])}" in text_of(pdf_of(review), "-l", "1")


def test_the_code_is_a_drawing_with_alternative_text(world: World) -> None:
    document = opened(pdf_of(world.final_review(4)))
    assert list(document.pages[0].get_images()) == []
    (description,) = figures_of(document)
    assert description.startswith("QR-kode")


def test_a_sheet_that_is_not_signed_has_no_code(world: World, as_evaluator: Client, tmp_path: Path) -> None:
    pdf = as_evaluator.get(reverse("sheet_pdf", args=[world.score_review(4).code])).content
    assert codes_in(pdf, tmp_path) == []
    assert "/verify/" not in text_of(pdf)


def test_an_installation_that_does_not_know_its_address_prints_none(world: World, settings: Any) -> None:
    settings.PUBLIC_URL = ""
    pdf = pdf_of(world.final_review(4))
    assert "/verify/" not in text_of(pdf)
    assert list(figures_of(opened(pdf))) == []


def test_the_same_review_has_the_same_code(review: Review) -> None:
    first, second = qr_code_of(review.code), qr_code_of(review.code)
    assert first == second
    assert first is not None
    assert re.fullmatch(r"(M\d+ \d+h\d+v1h-\d+z)+", first.path)


def test_the_code_does_not_change_what_is_fingerprinted(world: World, settings: Any) -> None:
    review = world.draft_review(4)
    given: dict[str, Any] = {"by": world.evaluator, "at": review.created_at, "chain": "x"}
    with_code = compose_signed(review, **given)
    settings.PUBLIC_URL = ""
    without = compose_signed(review, **given)
    assert with_code.fingerprint == without.fingerprint
    assert with_code.html != without.html
