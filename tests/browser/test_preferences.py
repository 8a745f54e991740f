"""What people set in their system or browser: high contrast, more contrast, less motion, larger letters."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import item_url, sign_in
from tests.browser.test_focus import ORDINARY
from tests.builders import World

Window = Callable[..., Page]
SCHEMES = ("light", "dark")
LEGIBLE = 4.5  # to 1: text (WCAG 1.4.3)
SEEN = 3  # to 1: controls and marks (WCAG 1.4.11)

# Returns the contrast of two colours of an element's style, or of one and a system colour.
CONTRAST = """(element, [first, second]) => {
  const probe = document.createElement("i");
  document.body.append(probe);
  const light = (name) => {
    probe.style.color = name in getComputedStyle(element) ? getComputedStyle(element)[name] : name;
    const parts = getComputedStyle(probe).color.match(/[\\d.]+/g).slice(0, 3)
      .map((part) => part / 255).map((part) => part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4);
    return .2126 * parts[0] + .7152 * parts[1] + .0722 * parts[2];
  };
  probe.style.forcedColorAdjust = "none";
  const [low, high] = [light(first), light(second)].sort((a, b) => a - b);
  probe.remove();
  return (high + .05) / (low + .05);
}"""


def contrast(page: Page, selector: str, first: str, second: str) -> float:
    return float(page.locator(selector).first.evaluate(CONTRAST, [first, second]))


def assert_words_on_accent(page: Page, selector: str) -> None:
    """The browser leaves the colours alone, and they are legible: else it would paint a ground behind the words."""
    expect(page.locator(selector).first).to_have_css("forced-color-adjust", "none")
    assert contrast(page, selector, "color", "backgroundColor") >= LEGIBLE, selector
    assert contrast(page, selector, "backgroundColor", "Canvas") >= SEEN, selector


@pytest.mark.parametrize("scheme", SCHEMES)
def test_what_is_chosen_is_marked_in_forced_colours(world: World, window: Window, scheme: str) -> None:
    page = window("evaluator", forced_colors="active", color_scheme=scheme, viewport=ORDINARY)
    page.goto(item_url(world.plan_review(), 13))
    page.locator(".chip").first.click()
    page.locator(".anchor").nth(2).click()
    for selector in (".bench-items a[aria-current]", ".chip input:checked + span", ".dock .btn-primary"):
        assert_words_on_accent(page, selector)
    expect(page.locator(".anchor:has(:checked)")).to_have_css("outline-style", "solid")
    expect(page.locator(".form-check-input[type=checkbox]").first).to_have_css("appearance", "auto")
    bar = page.locator(".bar progress")
    expect(bar).to_have_css("border-top-style", "solid")
    assert contrast(page, ".bar progress", "borderTopColor", "backgroundColor") >= SEEN
    page.locator("[name=sources]").nth(1).focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    ring = ".chip input:focus-visible + span"
    expect(page.locator(ring)).to_have_css("outline-width", "3px")
    assert contrast(page, ring, "outlineColor", "Canvas") >= SEEN
    expect(page.locator(".dock")).to_have_css("border-top-style", "solid")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_charts_and_the_current_page_are_readable_in_forced_colours(world: World, window: Window, scheme: str) -> None:
    review = world.final_review(dict.fromkeys(range(1, 26), 3) | {1: 1, 2: 2, 4: 4, 5: 5})
    page = window("coordinator", forced_colors="active", color_scheme=scheme, viewport=ORDINARY)
    page.goto(reverse("heat_map"))
    for score in range(1, 6):
        cell = f".heat td.heat-{score}"
        expect(page.locator(cell).first).to_have_css("forced-color-adjust", "none")
        assert contrast(page, cell, "color", "backgroundColor") >= LEGIBLE, cell
    for entry in (".site-nav a[aria-current]", ".tabs a[aria-current]"):
        page.goto(reverse("overview"))
        assert contrast(page, entry, "borderBottomColor", "Canvas") >= SEEN, entry
    page.goto(review.get_absolute_url())
    assert contrast(page, ".score-bar .on", "fill", "Canvas") >= SEEN
    for outline in (".score-bar .off", ".bar-empty"):
        assert contrast(page, outline, "stroke", "fill") >= SEEN, outline
        assert contrast(page, outline, "fill", "Canvas") == 1, outline


def test_more_contrast_makes_second_lines_and_hairlines_stronger(world: World, window: Window) -> None:
    page = window("coordinator", contrast="more")
    page.goto(reverse("overview"))
    ink, soft, line = page.evaluate(
        "['--ink', '--ink-soft', '--line'].map((name) => getComputedStyle(document.body).getPropertyValue(name))"
    )
    assert ink == soft == line


def test_with_reduced_motion_nothing_moves(world: World, window: Window) -> None:
    page = window("evaluator", reduced_motion="reduce")
    page.goto(item_url(world.plan_review(), 4))
    moving = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter((each) => ["", "::before", "::after"].some((part) => {
          const { animationName, transitionDuration, scrollBehavior } = getComputedStyle(each, part || null);
          return animationName !== "none" || parseFloat(transitionDuration) > 0 || scrollBehavior !== "auto";
        })).map((each) => each.className)"""
    )
    assert moving == []


@pytest.mark.parametrize("who", ["evaluator", "coordinator"])
def test_letters_of_twice_the_size_need_no_sideways_scrolling(world: World, window: Window, who: str) -> None:
    """Zooming the text alone, which does not change the width that the style sheet asks about."""
    page = window(who, viewport=ORDINARY)
    wide = []
    review = world.final_review(4)
    urls = (
        "/",
        reverse("reviews"),
        review.get_absolute_url(),
        world.organisation.get_absolute_url(),
        reverse("search"),
    )
    for url in (*urls, *([item_url(world.plan_review(), 13)] if who == "evaluator" else [reverse("overview")])):
        page.goto(url)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(url)
    assert wide == []


def test_a_browser_whose_letters_are_twice_as_large_shows_the_menu_of_a_phone(
    world: World, browser_type_launch_args: dict[str, Any], site: str, browser: Browser
) -> None:
    args = [*browser_type_launch_args["args"], "--blink-settings=defaultFontSize=32"]
    enlarged = browser.browser_type.launch(**browser_type_launch_args | {"args": args})
    context = enlarged.new_context(base_url=site, ignore_https_errors=True, viewport={"width": 1280, "height": 720})
    sign_in(context, world, "coordinator", site)
    page = context.new_page()
    page.goto("/")
    expect(page.locator("html")).to_have_css("font-size", "32px")
    expect(page.locator(".site-menu")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    enlarged.close()
