"""Exports in the browser: a coordinator downloads score sheets and a workbook and finds both recorded."""

import io
import zipfile
from collections.abc import Callable
from datetime import date

import openpyxl
from django.urls import reverse
from playwright.sync_api import Page, expect

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
