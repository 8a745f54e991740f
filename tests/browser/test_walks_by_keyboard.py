"""Each main task with the tab key, Enter, Space, arrows and letters alone, in a window of ordinary size.

`go_to` checks at every stop that the focus is seen and not covered.
"""

import re
from collections.abc import Callable

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import FilePayload, Locator, Page, expect

from reviews.models import Review, User
from reviews.queue.worker import run_due
from tests.browser.conftest import item_url
from tests.browser.keyboard import press, type_into
from tests.browser.test_focus import ORDINARY
from tests.builders import World, rate
from tests.import_files import csv_file

Window = Callable[..., Page]
URL_OF_REVIEW = re.compile(r"/reviews/[0-9a-f-]{36}/$")


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=re.compile(f"^{name}")).first


def link(page: Page, name: str) -> Locator:
    return page.locator("main").get_by_role("link", name=re.compile(f"^{name}")).first


def test_a_review_is_planned_and_an_item_scored_with_sources_and_evidence(world: World, window: Window) -> None:
    page = window("evaluator", viewport=ORDINARY)
    page.goto("/")
    press(link(page, "Planlegg en vurdering"))
    type_into(page.get_by_label("Organisasjon"), "IPS Ø")
    for day in ("Første besøksdag", "Siste besøksdag"):
        type_into(page.get_by_label(day), timezone.localdate().strftime("%d%m%Y"))
    press(page.get_by_role("checkbox", name="Evaluator", exact=True), "Space")
    type_into(page.get_by_label("Type"), "uav")
    press(button(page, "Opprett vurdering"))
    expect(page).to_have_url(URL_OF_REVIEW)
    press(link(page, "Start skåringen"))
    expect(page).to_have_url(re.compile("/items/1/$"))
    press(page.locator("[name=value]:checked"), "4")
    press(page.get_by_role("checkbox", name="INT"), "Space")
    page.keyboard.press("2")  # a digit in another group, an arrow on a box: no score changes
    page.keyboard.press("ArrowDown")
    type_into(page.get_by_label("Dokumentasjon"), "2 av 3 sa det samme.")
    type_into(page.get_by_label("Anbefaling"), "Møt teamet.")
    press(page.locator(".dock .btn-primary"))
    expect(page).to_have_url(re.compile("/items/2/$"))
    row = Review.objects.get().scores.get(item_number=1)
    assert (row.value, row.sources, row.evidence) == (4, ["INT"], "2 av 3 sa det samme.")


def test_page_keys_are_switched_off_in_the_account(world: World, window: Window) -> None:
    url = item_url(world.plan_review(), 1)
    page = window("evaluator", viewport=ORDINARY)
    page.goto("/")
    press(page.locator("details.menu.self summary"))
    press(page.locator("details.menu.self").get_by_role("link", name="Kontoen din"))
    press(page.get_by_role("link", name="Endre: Tastene"))
    box = page.get_by_role("checkbox", name="Tastene")
    press(box, "Space")
    press(page.locator("form").filter(has=box).get_by_role("button"))
    expect(page.locator("body")).to_have_attribute("data-page-keys", "off")
    assert not User.objects.get(pk=world.evaluator.pk).page_keys
    page.goto(url)
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.wait_for_timeout(200)
    expect(page).to_have_url(re.compile(f"{url}$"))


def test_ratings_are_handed_in_and_agreed_on(world: World, window: Window) -> None:
    review = world.apart_review()
    rate(review, world.evaluator, 4)
    rate(review, world.colleague, 4)
    rate(review, world.colleague, {3: 2})
    for who in ("evaluator", "colleague"):
        page = window(who, viewport=ORDINARY)
        page.goto(review.get_absolute_url())
        press(link(page, "Lever"))
        press(button(page, "Lever"))
        expect(page).not_to_have_url(re.compile("hand-in"))
    press(link(page, "Konsensus"))
    press(page.get_by_role("button", name="24 kriterier"))
    expect(page.locator("#item-3 .agree-scores :focus")).to_have_count(1)
    page.keyboard.press("4")
    type_into(page.get_by_label("Begrunnelse for beslutningen 3"), "Listen viste det.")
    page.keyboard.press("Enter")
    expect(page.locator("#item-3 [name=value]:checked")).to_have_value("4")
    press(page.locator("#item-3 summary"))
    type_into(page.get_by_label("Kommentar 3"), "Enig.")
    press(button(page, "Kommentar 3"))
    expect(page.locator("#item-3 .talk")).to_contain_text("Enig.")
    assert review.scores.get(item_number=3).value == 4


def test_a_draft_is_shared_remarked_on_answered_signed_and_downloaded(world: World, window: Window) -> None:
    review = world.score_review(4)
    review.scores.update(evidence="Sett i journalen.", sources=["DOK"])
    page, leader = window("evaluator", viewport=ORDINARY), window("team_leader", viewport=ORDINARY)
    page.goto(review.get_absolute_url())
    press(link(page, "Del ut"))
    press(button(page, "Del ut"))
    expect(page).to_have_url(URL_OF_REVIEW)
    leader.goto("/")
    press(link(leader, "Kontroller"))
    type_into(leader.get_by_role("textbox", name="Merknad"), "Vi har tre team.")
    press(button(leader, "Send merknaden"))
    expect(leader.get_by_text("Vi har tre team.").first).to_be_visible()
    page.goto(reverse("remarks", args=[review.code]))
    type_into(page.get_by_label("Svar", exact=False).first, "Det er rettet.")
    press(button(page, "Svar på merknaden"))
    expect(page.get_by_text("Det er rettet.").first).to_be_visible()
    page.goto(review.get_absolute_url())
    press(link(page, "Ferdigstill"))
    type_into(page.get_by_label("Passordet ditt"), "evaluator-pw")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Signert av Evaluator")).to_be_visible()
    press(link(page, "Skåringsskjema"))
    expect(page).to_have_url(re.compile("/sheet/$"))
    page.go_back()
    press(page.locator(".actions summary", has_text="Last ned"))
    with page.expect_download() as download:
        press(page.get_by_role("link", name="PDF Skåringsskjema"))
    assert download.value.suggested_filename.endswith(".pdf")


def test_a_report_is_read_and_an_action_added_and_followed_up(world: World, window: Window) -> None:
    review = world.final_review(3)
    page = window("team_leader", viewport=ORDINARY)
    page.goto(review.get_absolute_url())
    press(link(page, "Rapport"))
    expect(page).to_have_url(re.compile("/report/$"))
    page.go_back()
    press(link(page, "Handlingsplan"))
    press(link(page, "Legg til"))
    type_into(page.get_by_label("Hva som skal gjøres"), "Møt teamet hver uke")
    press(button(page, "Legg til tiltaket"))
    press(link(page, "Følg opp"))
    type_into(page.get_by_label("Nytt notat"), "Møtet er fast.")
    type_into(page.get_by_label("Status"), "ferdig")
    press(button(page, "Lagre"))
    expect(page.get_by_text("1 av 1 ferdig")).to_be_visible()


def test_a_file_is_imported_and_an_export_taken(world: World, window: Window) -> None:
    head = ["Virksomhet", "Dato", *(f"{n}. kriterium" for n in range(1, 25)), "Siste kriterium"]
    data = csv_file(["IPS Øyvær", "2024-03-10", *[4] * 25], head=head)
    page = window("coordinator", viewport=ORDINARY)
    page.goto(reverse("imports", args=[world.network.code]))
    with page.expect_file_chooser() as chooser:
        press(page.locator("input[type=file]").last)
    chooser.value.set_files(FilePayload(name="egne.csv", mimeType="text/csv", buffer=data))
    press(button(page, "Sjekk filen"))
    type_into(page.get_by_role("combobox", name="kolonne AA Siste kriterium", exact=True), "sk")
    type_into(page.get_by_role("combobox", name="Kriterium kolonne AA Siste kriterium"), "25")
    press(button(page, "Les filen slik"))
    type_into(page.get_by_label("Hvilken type er alle sammen?"), "kolle")
    press(button(page, "Importer 1 vurdering"))
    expect(page.get_by_role("status")).to_contain_text("Venter på tur siden")
    run_due()
    expect(page.get_by_role("status")).to_have_text("1 vurdering er importert.")
    assert Review.objects.get().scores.get(item_number=25).value == 4
    page.goto(reverse("exports", args=[world.network.code]))
    with page.expect_download() as download:
        press(button(page, "Last ned: Regneark"))
    assert download.value.suggested_filename.endswith(".xlsx")


def test_somebody_is_invited(world: World, window: Window) -> None:
    page = window("coordinator", viewport=ORDINARY)
    page.goto(reverse("network", args=[world.network.code]))
    press(link(page, "Inviter en person"))
    type_into(page.get_by_label("Navn"), "Kari Nymoen")
    type_into(page.get_by_label("E-postadresse"), "kari@example.org")
    type_into(page.get_by_label("Rolle"), "eval")
    press(button(page, "Send invitasjon"))
    expect(page.get_by_text("på vei til kari@example.org")).to_be_visible()


def test_the_menu_of_a_phone_opens_leads_on_and_closes(world: World, window: Window) -> None:
    page = window("evaluator", viewport={"width": 360, "height": 740})
    page.goto("/")
    menu, opener = page.locator("#site-nav"), page.locator(".site-menu")
    press(opener)
    expect(menu).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(opener).to_be_focused()
    page.keyboard.press("Enter")
    press(menu.get_by_role("link", name="Datoer"))
    expect(page).to_have_url(re.compile(reverse("dates") + "$"))
