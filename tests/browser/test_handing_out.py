"""Handing out and signing in the browser: an organisation without a team leader, and items without evidence."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from reviews.models import Membership
from tests.builders import World, fresh

Window = Callable[..., Page]


def test_a_draft_is_handed_out_where_there_is_no_team_leader_and_the_report_says_why_nobody_checked_it(
    world: World, window: Window
) -> None:
    Membership.objects.team_leaders().filter(organisation=world.organisation).delete()
    review = world.score_review(4)
    review.scores.update(evidence="Sett i journalen.", sources=["DOK"])
    page = window("evaluator")
    page.goto(review.get_absolute_url())
    page.get_by_role("link", name=re.compile("Del ut")).click()
    expect(page.get_by_text("har ingen teamleder her")).to_be_visible()
    expect(page.get_by_text("Spør Coordinator")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Last ned rapportutkastet (PDF)").click()
    assert download.value.suggested_filename.endswith("rapport.pdf")
    expect(page.get_by_label("Hvorfor opplysningene ikke blir kontrollert")).to_be_hidden()
    page.get_by_label("Gå videre uten kontroll av opplysningene").check()
    expect(page.get_by_label("Frist for merknader")).to_be_hidden()
    page.get_by_label("Hvorfor opplysningene ikke blir kontrollert").fill("Teamlederen har sluttet.")
    page.get_by_role("button", name="Del ut som rapportutkast").click()
    expect(page.get_by_text("Ingen fikk")).to_be_visible()
    page.get_by_role("link", name="Rapport", exact=True).click()
    expect(page.get_by_text("Ingen: Teamlederen har sluttet.")).to_be_visible()


def test_gaps_are_listed_before_signing_and_a_sentence_lets_the_signature_pass(world: World, window: Window) -> None:
    review = world.score_review(4)
    review.scores.update(evidence="Sett i journalen.", sources=["DOK"])
    review.scores.filter(item_number__in=(3, 7)).update(evidence="", sources=[])
    world.hand_out(review, gaps_reason="Vi venter på notatene.")
    page = window("evaluator")
    page.goto(f"/reviews/{review.code}/moves/finalise/")
    expect(page.get_by_role("heading", name="2 kriterier mangler dokumentasjon eller datakilde")).to_be_visible()
    expect(page.locator(".incomplete-items li")).to_have_count(2)
    page.locator(".incomplete-items").get_by_role("link", name=re.compile("^7 ")).click()
    expect(page).to_have_url(re.compile("#item-7$"))
    sentence = page.get_by_label("Hvorfor dette mangler")
    expect(sentence).to_have_value("Vi venter på notatene.")
    sentence.fill("Notatene gikk tapt.")
    page.get_by_label("Passordet ditt").fill("evaluator-pw")
    page.get_by_role("button", name=re.compile("Signer")).click()
    expect(page).to_have_url(re.compile(f"{review.get_absolute_url()}"))
    expect(page.get_by_text("signert og endelig")).to_be_visible()
    assert fresh(review).is_final
    page.goto(f"/reviews/{review.code}/report/")
    expect(page.get_by_text("Kriterier uten dokumentasjon: 3, 7.", exact=False)).to_contain_text("Notatene gikk tapt.")
