"""The fact check in the browser: a team leader remarks on an item of the draft, an evaluator answers and signs."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from reviews.models import Review
from tests.builders import World, fresh, remark

Window = Callable[..., Page]
PHONE = {"viewport": {"width": 360, "height": 740}}


@pytest.fixture
def draft(world: World) -> Review:
    return world.asked_review(4)


def test_a_team_leader_remarks_on_an_item_an_evaluator_answers_and_signs(
    world: World, draft: Review, window: Window
) -> None:
    leader, evaluator = window("team_leader"), window("evaluator")
    leader.goto("/")
    leader.get_by_role("link", name=re.compile("^Kontroller")).click()
    leader.get_by_role("link", name="Utkast med notater").click()
    leader.locator("#item-5").get_by_role("link", name="Skriv en merknad til dette").click()
    expect(leader.get_by_label("Merknaden gjelder")).to_have_value("5")
    leader.get_by_label("Opplysning som mangler eller er feil").check()
    leader.get_by_role("textbox", name="Merknad").fill("D var i permisjon i september.")
    leader.get_by_role("button", name="Send merknaden").click()
    expect(leader.get_by_text("D var i permisjon i september.", exact=True).first).to_be_visible()

    evaluator.goto(draft.get_absolute_url())
    evaluator.get_by_role("link", name=re.compile("Ferdigstill")).click()
    evaluator.get_by_role("alert").get_by_role("link", name="Kriterium 5").click()
    evaluator.get_by_label("Svar", exact=False).first.fill("Takk, notatet sier det nå.")
    evaluator.get_by_role("button", name="Svar på merknaden").click()
    expect(evaluator.get_by_text("Ikke besvart ennå")).to_have_count(0)

    leader.reload()
    expect(leader.get_by_text("Takk, notatet sier det nå.")).to_be_visible()
    evaluator.goto(f"/reviews/{draft.code}/moves/finalise/")
    evaluator.get_by_label("Passordet ditt").fill("evaluator-pw")
    evaluator.get_by_role("button", name=re.compile("Signer")).click()
    expect(evaluator).to_have_url(re.compile(f"{draft.get_absolute_url()}$"))
    assert fresh(draft).is_final
    leader.reload()
    expect(leader.get_by_text("Takk, notatet sier det nå.")).to_be_visible()
    expect(leader.get_by_role("button", name="Send merknaden")).to_have_count(0)


def test_on_a_phone_without_javascript_a_remark_is_written_changed_and_withdrawn(
    world: World, draft: Review, window: Window
) -> None:
    page = window("team_leader", java_script_enabled=False, **PHONE)
    page.goto(f"/reviews/{draft.code}/remarks/")
    page.get_by_role("textbox", name="Merknad").fill("Vi har tre team.")
    page.get_by_role("button", name="Send merknaden").click()
    page.get_by_role("link", name=re.compile("^Endre Vi har")).click()
    page.get_by_role("textbox", name="Merknad").fill("Vi har fire team.")
    page.get_by_role("button", name="Lagre").click()
    expect(page.get_by_text("Vi har fire team.", exact=True).first).to_be_visible()
    page.get_by_role("button", name=re.compile("Trekk tilbake")).click()
    expect(page.get_by_text("Merknaden er trukket tilbake")).to_be_visible()
    assert not draft.remarks.exists()


def test_two_people_who_answer_at_once_both_keep_their_texts(world: World, draft: Review, window: Window) -> None:
    remark(draft, world.team_leader)
    mine, theirs = window("evaluator"), window("colleague")
    for page, text in ((mine, "Mitt svar"), (theirs, "Kollegaens svar")):
        page.goto(f"/reviews/{draft.code}/remarks/")
        page.locator("textarea[name=answer]").fill(text)
    theirs.get_by_role("button", name="Svar på merknaden").click()
    expect(theirs.locator(".remark-answer")).to_contain_text("Kollegaens svar")
    mine.get_by_role("button", name="Svar på merknaden").click()
    expect(mine.get_by_role("alert")).to_contain_text("En annen kom først")
    expect(mine.locator(".remark-answer")).to_contain_text("Kollegaens svar")
    expect(mine.locator("textarea[name=answer]")).to_have_value("Mitt svar")
    mine.get_by_role("button", name="Lagre svaret").click()
    expect(mine.locator(".remark-answer")).to_contain_text("Mitt svar")
