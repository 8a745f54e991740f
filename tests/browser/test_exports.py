"""Exports in the browser: a coordinator downloads files and finds them recorded; long ones are made meanwhile."""

import io
import zipfile
from collections.abc import Callable
from datetime import date

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, expect

from reviews.exports import services
from reviews.models import Export
from reviews.queue.worker import run_due
from reviews.workflow import Kind
from tests.builders import World, many_finals

Window = Callable[..., Page]


def take(page: Page, name: str) -> bytes:
    """Press a button and return the downloaded file."""
    with page.expect_download() as download:
        page.get_by_role("button", name=name).click()
    assert download.value.failure() is None
    return download.value.path().read_bytes()


def test_a_coordinator_filters_downloads_and_finds_the_recorded_export(world: World, window: Window) -> None:
    world.final_review(4)
    peer = world.final_review(3, kind=Kind.PEER, visit_start=date(2025, 3, 1), visit_end=date(2025, 3, 2))
    page = window("coordinator")
    page.goto(reverse("network", args=[world.network.code]))
    page.get_by_role("link", name="Data", exact=True).click()
    expect(page.get_by_text("2 vurderinger", exact=True)).to_be_visible()
    page.get_by_label("Type").select_option(label="kollegavurdering")
    page.get_by_role("button", name="Vis", exact=True).click()
    expect(page.get_by_text("1 vurdering", exact=True)).to_be_visible()
    names = zipfile.ZipFile(io.BytesIO(take(page, "Last ned: Skåringsskjemaer (ZIP)"))).namelist()
    assert names == ["contents.csv", f"2025-03-01_ips-oeyvaer_peer_75_{str(peer.code)[:8]}.pdf"]
    book = openpyxl.load_workbook(io.BytesIO(take(page, "Last ned: Regneark (XLSX)")))
    assert book["reviews"]["A2"].value == str(peer.code)
    assert book["items"].max_row == 26
    page.reload()
    past = page.get_by_role("table", name="Eksportert tidligere").get_by_role("row")
    expect(past).to_have_count(3)
    expect(past.nth(1)).to_contain_text("regneark (XLSX)")
    expect(past.nth(2)).to_contain_text("kollegavurdering")


def test_many_score_sheets_are_downloaded_in_parts_by_keyboard_on_a_phone(world: World, window: Window) -> None:
    many_finals(world.final_review(4), 203, pdf=b"%PDF-1.7 stub")
    page = window("coordinator", viewport={"width": 360, "height": 740})
    page.goto(reverse("exports", args=[world.network.code]))
    expect(page.get_by_text("200 vurderinger: ")).to_be_visible()
    button = page.get_by_role("button", name="Last ned: Del 2")
    button.focus()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert len(zipfile.ZipFile(download.value.path()).namelist()) == 5
    assert download.value.suggested_filename.endswith("_sheets-2-of-2.zip")


@pytest.fixture
def _everything_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    for form in services.AT_ONCE:
        monkeypatch.setitem(services.AT_ONCE, form, 0)


@pytest.mark.usefixtures("_everything_is_long")
def test_a_long_file_is_made_while_its_page_is_open_or_left(world: World, window: Window) -> None:
    world.final_review(4)
    page = window("coordinator", viewport={"width": 360, "height": 740})
    page.goto(reverse("exports", args=[world.network.code]))
    page.get_by_role("button", name="Lag filen: Kriterieskårer (CSV)").click()
    expect(page.get_by_role("status")).to_have_text("Filen venter på tur.")
    expect(page.get_by_role("progressbar", name="Vurderinger som er lest")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("link", name="Se hvor langt").focus()
    run_due()
    expect(page.get_by_role("status")).to_have_text("Filen er klar.")
    download = page.get_by_role("link", name="Last ned", exact=True)
    expect(download).to_be_focused()
    assert Axe().run(page).response["violations"] == []
    page.goto("/")
    page.goto(reverse("exports", args=[world.network.code]))
    files = page.get_by_role("table", name="Filene dine")
    expect(files.get_by_role("row").nth(1)).to_contain_text("Filen er klar.")
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    files.get_by_role("link", name="kriterieskårer som tabell (CSV)").click()
    with page.expect_download() as taken:
        download.click()
    assert taken.value.path().read_bytes().count(b"\r\n") == 26
    page.get_by_role("button", name="Slett filen").click()
    expect(page.get_by_text("Filen er slettet.")).to_be_visible()
    expect(files).to_have_count(0)
    expect(page.get_by_role("table", name="Eksportert tidligere").get_by_role("row")).to_have_count(2)
    assert Export.objects.count() == 1


@pytest.mark.usefixtures("_everything_is_long")
def test_a_long_file_needs_no_javascript(world: World, window: Window) -> None:
    world.final_review(4)
    page = window("coordinator", java_script_enabled=False)
    page.goto(reverse("exports", args=[world.network.code]))
    page.get_by_role("button", name="Lag filen: Data (JSON-linjer)").click()
    run_due()
    page.get_by_role("link", name="Se hvor langt den er kommet nå").click()
    with page.expect_download() as taken:
        page.get_by_role("link", name="Last ned", exact=True).click()
    assert taken.value.path().read_bytes().startswith(b"{")
