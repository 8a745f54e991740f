"""Finding and being told in the browser: search by key and by mouse, the inbox, and a person's own choices."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from reviews.models import Review, User
from tests.builders import World, hand_over, rate, save

Window = Callable[..., Page]
PAGES_WITH_THE_FIELD = ("inbox", "search")


@pytest.mark.parametrize("name", PAGES_WITH_THE_FIELD)
def test_the_slash_key_leads_from_a_page_to_a_hit(world: World, review: Review, window: Window, name: str) -> None:
    page = window("evaluator")
    page.goto(reverse(name))
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Søk")).to_be_focused()
    page.keyboard.type("oyvaer 2026")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="IPS Øyvær, 10.–11. mars 2026").click()
    page.wait_for_url(f"**{review.get_absolute_url()}")


def test_a_word_in_a_note_is_found_by_mouse_without_scripts(world: World, window: Window) -> None:
    review = world.score_review({4: 3})
    save(review, world.evaluator, {4: {"evidence": "Teamet møtes hver uke på Åsgård."}})
    page = window("evaluator", java_script_enabled=False)
    page.goto(reverse("search"))
    page.get_by_role("searchbox", name="Søk").fill("asgard")
    page.get_by_role("search").get_by_role("button", name="Søk").click()
    expect(page.locator("mark")).to_have_text("Åsgård")
    page.get_by_role("link", name="4. ").click()
    expect(page.get_by_text("Teamet møtes hver uke på Åsgård.").first).to_be_visible()


def test_the_slash_key_is_a_sign_in_a_field_and_does_nothing_for_who_switched_it_off(
    world: World, window: Window
) -> None:
    page = window("evaluator")
    page.goto(reverse("search"))
    field = page.get_by_role("searchbox", name="Søk")
    field.fill("a")
    field.press("/")
    expect(field).to_have_value("a/")
    page.goto(reverse("notifications"))
    page.get_by_label("Tastene / og ? virker på alle sider").uncheck()
    page.get_by_role("button", name="Lagre").click()
    page.goto(reverse("search"))
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Søk")).not_to_be_focused()


def test_the_inbox_shows_what_others_did_and_clears(world: World, window: Window) -> None:
    review = world.apart_review()
    rate(review, world.evaluator, 4)
    first = window("evaluator")
    first.goto(reverse("hand_in", args=[review.code]))
    first.get_by_role("button", name="Lever").click()
    expect(first.get_by_role("status")).to_contain_text("Konsensus begynner når Colleague også har levert")
    page = window("colleague")
    page.goto(reverse("inbox"))
    line = page.get_by_role("listitem").filter(has_text="leverte skårene sine")
    expect(line).to_contain_text("Nytt")
    expect(line).to_contain_text("Evaluator")
    page.get_by_role("button", name="Merk alt som lest").click()
    expect(line).not_to_contain_text("Nytt")
    expect(page.get_by_role("button", name="Merk alt som lest")).to_have_count(0)
    line.get_by_role("link").click()
    page.wait_for_url(f"**{review.get_absolute_url()}")


def test_who_no_longer_evaluates_a_review_reads_it_and_is_led_to_the_first_page(world: World, window: Window) -> None:
    hand_over(world.plan_review(), by=world.coordinator, evaluators=[world.colleague])
    page = window("evaluator")
    page.goto(reverse("inbox"))
    line = page.get_by_role("listitem").filter(has_text="Coordinator fjernet deg som evaluator i en vurdering")
    line.get_by_role("link", name="IPS Øyvær").click()
    page.wait_for_url(f"**{reverse('home')}")


def test_a_person_changes_their_name_and_the_mails_they_get(world: World, window: Window) -> None:
    page = window("evaluator")
    page.goto(reverse("account"))
    page.get_by_role("link", name="Endre: Navn", exact=True).click()
    page.get_by_label("Navn").fill("Tor-Erik Lunde")
    page.get_by_role("button", name="Lagre").click()
    expect(page.get_by_role("banner")).to_contain_text("Tor-Erik Lunde")
    page.get_by_role("link", name="Endre: Send meg e-post med en gang når").click()
    signed = page.get_by_role("group", name="En vurdering ble signert")
    signed.get_by_label("én gang om dagen").check()
    page.get_by_role("group", name="Planen for en vurdering").get_by_label("aldri").check()
    page.get_by_role("button", name="Lagre").click()
    expect(page.get_by_text("en vurdering ble signert")).to_be_visible()
    assert User.objects.get(pk=world.evaluator.pk).mail_choices == {"plans": "never", "signed": "daily"}
    page.get_by_role("link", name="Endre: Send meg e-post med en gang når").click()
    expect(signed.get_by_label("én gang om dagen")).to_be_checked()
