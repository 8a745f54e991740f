"""For the network: a coordinator prepares training and downloads the year; a stranger checks a signed sheet."""

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, expect

from ipsfidelity.pdf import render_pdf
from reviews.models import Organisation
from reviews.sheets.archive import pdf_of
from scales.loading import load
from tests.browser.test_every_page import RULES
from tests.browser.test_exports import take
from tests.builders import World
from tests.reviews.sheets.test_qr_code import codes_in
from tests.scales.pocket import pocket_scale

Window = Callable[..., Page]


def assert_accessible(page: Page) -> None:
    assert Axe().run(page, options=RULES).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("width", [360, 1366])
def test_a_coordinator_reads_what_to_train_on_and_downloads_the_year(world: World, window: Window, width: int) -> None:
    pocket = load(pocket_scale())[0]
    for year in range(2010, 2020):
        world.final_apart({1: 4, 2: 3, 3: 2}, {1: 4, 2: 5, 3: 2}, year=year, edition=pocket)
    for number in range(4):
        organisation = Organisation.objects.create(network=world.network, name=f"IPS {number}")
        day = {"visit_start": date(2019, 2, 1), "visit_end": date(2019, 2, 1)}
        world.final_review({1: 5, 2: 4, 3: 1}, edition=pocket, organisation=organisation, **day)
    page = window("coordinator", viewport={"width": width, "height": 768})
    page.goto(reverse("network", args=[world.network.code]))
    page.get_by_role("link", name="Læring").click()
    page.get_by_role("link", name="Hva det bør øves på").click()
    evaluators = page.get_by_role("table", name="Øv med evaluatorene").get_by_role("row")
    services = page.get_by_role("table", name="Øv med tjenestene").get_by_role("row")
    expect(evaluators).to_have_count(2)
    expect(evaluators.nth(1).get_by_role("cell")).to_have_text(["2,00", "0 av 10", "10"])
    expect(services.nth(1)).to_contain_text("3 Pocket item 3")
    assert_accessible(page)
    page.go_back()
    page.get_by_role("link", name="Læring").click()
    page.get_by_role("link", name="Nettverkets år").click()
    expect(page.get_by_role("heading", name="Nettverkets år", level=1)).to_be_visible()
    assert_accessible(page)
    page.get_by_label("År").select_option("2019")
    year = docx.Document(io.BytesIO(take(page, "Last ned året")))
    assert [paragraph.text for paragraph in year.paragraphs if paragraph.style.name == "Title"] == ["Nordfjella: 2019"]
    assert len(year.tables[0].rows) == 6
    page.get_by_role("link", name="Data", exact=True).click()
    expect(page.get_by_role("table", name="Eksportert tidligere")).to_contain_text("nettverkets år (Word)")


def test_a_stranger_follows_the_qr_code_and_learns_whether_the_file_was_signed(
    world: World, window: Window, site: str, settings: Any, tmp_path: Path
) -> None:
    settings.PUBLIC_URL = site
    world.render = render_pdf
    pdf = pdf_of(world.final_review(4))
    (tmp_path / "changed.pdf").write_bytes(pdf.replace(b"%PDF-1.7", b"%PDF-1.6"))
    (address,) = codes_in(pdf, tmp_path)
    page = window("nobody", viewport={"width": 360, "height": 740})
    page.goto(address)
    assert_accessible(page)
    for name, answer in (
        ("sheet.pdf", "Ja: Dette er byte for byte det som ble signert."),
        ("changed.pdf", "Nei: Dette er ikke det som ble signert."),
    ):
        page.get_by_label("PDF-fil, eller dataene som JSON").set_input_files(tmp_path / name)
        page.get_by_role("button", name="Sammenlign").click()
        expect(page.get_by_role("status")).to_contain_text(answer)
        assert_accessible(page)
    assert "IPS Øyvær" not in page.content()
    page.get_by_role("button", name="Svenska").click()
    expect(page.get_by_role("heading", name="Är detta det som signerades?")).to_be_visible()
    expect(page).to_have_url(address)
