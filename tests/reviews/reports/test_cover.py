"""The cover of the report: the result first, on the page and as the first page of the PDF."""

import io
import subprocess
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Any

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse

from reviews.models import Review
from reviews.reports.report import report_of
from tests.builders import World

pytestmark = [pytest.mark.django_db, pytest.mark.pdf]


def pdf_of(client: Client, review: Review) -> bytes:
    return client.get(reverse("report_pdf", args=[review.code])).content


def text_of(pdf: bytes, *options: str) -> str:
    """Return the text of some pages; `-f 2 -l 2` selects the second."""
    run = subprocess.run(["pdftotext", "-layout", *options, "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(run.stdout.decode().split())


def headings(node: Any) -> Iterator[str]:
    """Yield the heading tags below a node of a PDF's structure, in order."""
    if not isinstance(node, pikepdf.Dictionary):
        return
    tag = str(node.get("/S", ""))
    if tag.startswith("/H") and tag[2:].isdigit():
        yield tag[1:]
    children = node.get("/K", [])
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        yield from headings(child)


def test_the_first_page_is_the_result_and_fingerprints_are_on_the_last(world: World, as_evaluator: Client) -> None:
    world.final_review(3, visit_start=date(2025, 9, 1), visit_end=date(2025, 9, 1))
    review = world.final_review(4)
    pdf = pdf_of(as_evaluator, review)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        last = str(len(document.pages))
    first_page, last_page = text_of(pdf, "-l", "1"), text_of(pdf, "-f", last)
    for words in (
        "IPS Øyvær",
        "10.–11. mars 2026",
        "100 av 125",
        "god kvalitet",
        "75 i september 2025",
        "Mest å hente",
    ):
        assert words in first_page
    assert "Innhold" not in first_page
    assert review.record.fingerprint[:20] not in text_of(pdf, "-l", str(int(last) - 1))
    assert review.record.fingerprint[:20] in last_page


def test_headings_of_the_pdf_begin_with_h1_and_skip_no_level(world: World, as_evaluator: Client) -> None:
    with pikepdf.open(io.BytesIO(pdf_of(as_evaluator, world.final_review(4)))) as document:
        levels = [int(tag[1:]) for tag in headings(document.Root.StructTreeRoot)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert max(after - before for before, after in pairwise(levels)) == 1


def test_the_cover_names_what_is_strongest_and_what_has_most_to_gain(world: World) -> None:
    world.final_review(4, visit_start=date(2025, 9, 1), visit_end=date(2025, 9, 1))
    scores = dict.fromkeys(range(1, 26), 4) | {1: 5, 2: 5, 3: 5, 13: 5, 9: 3, 17: 2}
    report = report_of(world.final_review(scores))
    assert report.strongest == ("Ansatte: 15 / 15", "13 Åpenhet")
    assert report.most_to_gain[:2] == (
        "17 Jobbutvikling – hyppig kontakt med arbeidsgivere: 4 → 2",
        "9 Ingen ekskludering: 4 → 3",
    )


def test_an_open_review_has_its_progress_on_the_cover(world: World, as_evaluator: Client) -> None:
    pdf = pdf_of(as_evaluator, world.score_review({1: 4}))
    assert "1 av 25 skåret" in text_of(pdf, "-l", "1")
    assert "Sterkest" not in text_of(pdf, "-l", "1")
