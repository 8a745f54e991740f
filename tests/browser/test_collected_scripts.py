"""The scripts as an installation collects them do what the modules do, which the other tests load."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import item_url, watch
from tests.builders import build_world, instrument
from tests.first_visit import collect_static_files
from tests.served import cookie_of, served, url_of_test_database


@pytest.mark.django_db(transaction=True)
def test_a_score_is_saved_and_the_next_item_is_shown_without_a_full_page_load(browser: Browser, tmp_path: Path) -> None:
    world = build_world(instrument())
    review, noise = world.score_review(4), []
    with served(url_of_test_database(), tmp_path, **collect_static_files(tmp_path / "static")) as server:
        context = browser.new_context(
            base_url=server.address, locale="nb-NO", extra_http_headers={"Cookie": cookie_of(world, "evaluator")}
        )
        page = context.new_page()
        watch(page, noise)
        page.goto(item_url(review, 1))
        page.get_by_label("Dokumentasjon").press_sequentially("Sett i journalen")
        expect(page.get_by_role("status")).to_have_text(re.compile(r"^Lagret kl. \d\d:\d\d$"))
        page.evaluate("window.isSamePage = true")
        page.locator("[data-anchors] input").first.focus()
        page.keyboard.press("3")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{item_url(review, 2)}")
        assert page.evaluate("window.isSamePage")
        context.close()
    score = review.scores.get(item_number=1)
    assert (score.value, score.evidence) == (3, "Sett i journalen")
    assert noise == []
