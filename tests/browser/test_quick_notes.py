"""Quick notes on a phone during the visit, and sorting them afterwards; folded questions; an interview item by item."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from reviews.models import QuickNote, Review
from tests.builders import World, hold_interview, quick_note

Window = Callable[..., Page]
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


def status_of(page: Page) -> Locator:
    return page.get_by_role("region", name="Framdrift").get_by_role("status")


def new_note(page: Page) -> Locator:
    return page.get_by_label("Nytt notat")


def save_and_write_the_next(page: Page) -> None:
    """Save the note, and wait until the page of the next one saves by itself."""
    code = page.locator("[name=code]")
    saved = code.input_value()
    page.get_by_role("button", name="Lagre og skriv neste").tap()
    expect(code).not_to_have_value(saved)
    expect(new_note(page)).to_have_value("")
    expect_to_save_itself(page)


def expect_to_save_itself(page: Page) -> None:
    expect(page.locator("form.saves-itself")).to_be_visible()


def fits_the_window(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_an_evaluator_writes_three_quick_notes_on_a_phone_and_sorts_them_afterwards(
    review: Review, window: Window
) -> None:
    page = window("evaluator", **PHONE)
    page.goto(f"/reviews/{review.code}/interviews/")
    page.get_by_role("link", name="Hurtignotater").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hurtignotater")
    assert fits_the_window(page)
    expect(new_note(page)).to_be_focused()
    expect_to_save_itself(page)
    new_note(page).fill("Teammøte hver tirsdag")
    expect(status_of(page)).to_contain_text("Lagret")
    save_and_write_the_next(page)
    new_note(page).fill("Ringte 01019010046 om en jobb")
    expect(page.get_by_text("Dette ser ut som et fødselsnummer")).to_be_visible()
    expect(status_of(page)).to_contain_text("fødselsnummer")  # its own save has been refused
    with page.expect_response(lambda response: response.status == 422):
        page.get_by_role("button", name="Lagre og skriv neste").tap()
    expect(status_of(page)).to_contain_text("fødselsnummer")
    expect(new_note(page)).to_have_value("Ringte 01019010046 om en jobb")
    new_note(page).fill("Ringte en arbeidsgiver om en jobb")
    save_and_write_the_next(page)
    new_note(page).fill("Ingen prosedyre for inntak")
    save_and_write_the_next(page)
    expect(page.get_by_text("3 notater, 0 sortert")).to_be_visible()
    texts = ["Teammøte hver tirsdag", "Ringte en arbeidsgiver om en jobb", "Ingen prosedyre for inntak"]
    assert list(review.quick_notes.values_list("text", flat=True)) == texts

    page.get_by_role("link", name="Sorter notatene").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sorter notatene")
    assert fits_the_window(page)
    for n, number in enumerate((5, 12)):
        title = review.scale.by_number[number].title
        page.get_by_label("Hører til").nth(n).select_option(f"{number} {title}")
    page.get_by_role("button", name="Lagre").tap()
    expect(page.get_by_text("2 notater ble sortert.")).to_be_visible()
    assert list(review.quick_notes.values_list("item_number", flat=True)) == [5, 12, None]
    page.goto(f"/reviews/{review.code}/items/5/")
    page.get_by_text("Notater til dette kriteriet").tap()
    expect(page.get_by_text("Teammøte hver tirsdag")).to_be_visible()
    page.get_by_role("button", name="Sett inn som sitat").tap()
    expect(page.get_by_role("textbox", name="Dokumentasjon")).to_have_value(re.compile("«Teammøte hver tirsdag»"))


def test_without_a_network_a_quick_note_stays_in_its_field_and_is_saved_later(review: Review, window: Window) -> None:
    page = window("evaluator", **PHONE)
    page.goto(f"/reviews/{review.code}/quick-notes/")
    expect_to_save_itself(page)
    page.context.set_offline(True)
    new_note(page).fill("Skrevet i kjelleren")
    expect(status_of(page)).to_contain_text("Ingen nettforbindelse")
    page.get_by_role("button", name="Lagre og skriv neste").tap()
    expect(new_note(page)).to_have_value("Skrevet i kjelleren")
    page.context.set_offline(False)
    expect(page.get_by_text("1 notat, 0 sortert")).to_be_visible()
    save_and_write_the_next(page)
    assert review.quick_notes.get().text == "Skrevet i kjelleren"


def test_quick_notes_can_be_written_and_sorted_without_javascript(review: Review, window: Window) -> None:
    page = window("evaluator", java_script_enabled=False, **PHONE)
    page.goto(f"/reviews/{review.code}/quick-notes/")
    new_note(page).fill("Uten skript")
    page.get_by_role("button", name="Lagre og skriv neste").tap()
    expect(new_note(page)).to_have_value("")
    page.get_by_role("link", name=re.compile("^Endre.*Uten skript")).tap()
    page.get_by_label("Endre notatet").fill("Uten skript, rettet")
    page.get_by_role("button", name="Lagre og skriv neste").tap()
    page.get_by_role("link", name="Sorter notatene").tap()
    page.get_by_label("Hører til").select_option("item-4")
    page.get_by_role("button", name="Lagre").tap()
    expect(page.get_by_text("1 notat ble sortert.")).to_be_visible()
    note = QuickNote.objects.get()
    assert (note.text, note.item_number) == ("Uten skript, rettet", 4)


def test_two_people_who_change_one_quick_note_both_keep_their_texts(
    review: Review, world: World, window: Window
) -> None:
    note = quick_note(review, world.evaluator, "Først")
    mine, yours = window("evaluator"), window("colleague")
    for page in (mine, yours):
        page.goto(f"/reviews/{review.code}/quick-notes/?note={note.code}")
    yours.get_by_label("Endre notatet").fill("Din")
    expect(status_of(yours)).to_contain_text("Lagret")
    mine.get_by_label("Endre notatet").fill("Min")
    expect(status_of(mine)).to_contain_text("Colleague")
    mine.get_by_role("button", name="Sammenlign").click()
    expect(mine.get_by_role("alert")).to_contain_text("Din")
    mine.get_by_role("button", name="Lagre min").click()
    expect(new_note(mine)).to_have_value("")
    assert review.quick_notes.get().text == "Min"


def test_an_interview_without_a_guide_goes_from_item_to_item(review: Review, window: Window) -> None:
    page = window("evaluator", **PHONE)
    page.goto(f"/reviews/{review.code}/interviews/")
    page.get_by_label("Rolle").fill("pårørende")
    page.get_by_label("Intervjuguide").select_option("Ingen guide: kriterium for kriterium")
    page.get_by_role("button", name="Start intervjuet").tap()
    expect(page).to_have_url(re.compile("/1/$"))
    page.get_by_text("Hva kriteriet handler om").tap()
    expect(page.get_by_text(review.scale.by_number[1].description[:40])).to_be_visible()
    page.get_by_label("Det som ble sagt om dette kriteriet").fill("Vet ikke hvor mange")
    expect(page.get_by_text("1 av 1 notert på denne siden")).to_be_visible()
    page.get_by_role("button", name="Neste →").tap()
    expect(page).to_have_url(re.compile("/2/$"))
    expect(page.get_by_text("1 av 25 kriterier notert")).to_be_visible()
    assert fits_the_window(page)
    interview = review.interviews.get()
    assert (interview.guide, interview.informant_role) == (None, "pårørende")
    assert interview.notes.get(question="1").text == "Vet ikke hvor mange"


def test_folded_questions_stay_folded_on_the_next_step_and_the_notes_stay_in_sight(
    review: Review, world: World, window: Window
) -> None:
    interview = hold_interview(review, world.evaluator)
    page = window("evaluator", **PHONE)
    page.goto(f"/reviews/{review.code}/interviews/{interview.code}/5/")
    questions = page.locator(".asked")
    expect(questions).to_have_count(8)
    tall = questions.nth(0).bounding_box()
    page.get_by_role("button", name="Fold sammen spørsmålene").tap()
    expect(page.locator(".asked[open]")).to_have_count(0)
    low = questions.nth(0).bounding_box()
    assert tall
    assert low
    assert low["height"] < tall["height"]
    expect(page.locator('[name="note-5.1"]')).to_be_visible()
    questions.nth(1).locator("summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".asked[open]")).to_have_count(1)
    page.get_by_role("button", name="Neste →").tap()
    expect(page).to_have_url(re.compile("/6/$"))
    expect(page.locator(".asked")).to_have_count(4)
    expect(page.locator(".asked[open]")).to_have_count(0)
    page.get_by_role("button", name="← Forrige").tap()
    expect(page).to_have_url(re.compile("/5/$"))
    expect(page.locator(".asked[open]")).to_have_count(1)
    page.get_by_role("button", name="Vis spørsmålene").tap()
    expect(page.locator(".asked[open]")).to_have_count(8)
