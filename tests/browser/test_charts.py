"""Charts in the browser: values for those who point or use the keyboard, in forced colours too, with a table beside."""

import re
from collections.abc import Callable
from datetime import date

from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, expect

from reviews.models import Organisation
from tests.browser.keyboard import go_to, press
from tests.browser.test_every_page import RULES
from tests.browser.test_focus import ORDINARY
from tests.builders import World

Window = Callable[..., Page]
BRIGHTNESS = """svg => {
    const [mark, page] = [svg.querySelector(".mark"), document.body].map(
        (each, place) => getComputedStyle(each)[place ? "backgroundColor" : "fill"].match(/[\\d.]+/g).slice(0, 3));
    return Math.abs(mark.reduce((sum, value) => sum + Number(value), 0) - page.reduce((sum, value) => sum + Number(value), 0));
}"""


def assert_accessible(page: Page) -> None:
    assert Axe().run(page, options=RULES).response["violations"] == []


def two_reviews(world: World) -> None:
    for year, scores in ((2024, 3), (2026, 4)):
        world.final_review(scores, visit_start=date(year, 3, 10), visit_end=date(year, 3, 10))


def test_the_charts_of_an_organisation_say_their_values_to_keyboard_and_pointer(world: World, window: Window) -> None:
    two_reviews(world)
    page = window("coordinator")
    page.goto(world.organisation.get_absolute_url())
    point = page.get_by_role("link", name="75, 10. mars 2024")
    point.focus()
    expect(point.locator(".point-words")).to_have_css("opacity", "1")
    small = page.locator(".multiples li").first
    values = small.locator(".multiples-values")
    expect(values).to_be_hidden()
    small.locator("svg").focus()
    expect(values).to_be_visible()
    expect(values).to_have_text("3, 4")
    page.get_by_text("De samme tallene som tabell").click()
    expect(page.get_by_role("table", name="Skårene på hvert kriterium, vurdering for vurdering")).to_be_visible()
    assert_accessible(page)


def test_the_lines_of_a_chart_are_seen_in_forced_colours(world: World, window: Window) -> None:
    two_reviews(world)
    for scheme in ("light", "dark"):
        page = window("coordinator", forced_colors="active", color_scheme=scheme)
        page.goto(world.organisation.get_absolute_url())
        assert page.locator(".trend svg[role=group]").evaluate(BRIGHTNESS) > 500, scheme


def test_the_spread_of_a_network_is_drawn_beside_its_figures(world: World, window: Window) -> None:
    for number, scores in enumerate((2, 3, 4, 5)):
        organisation = Organisation.objects.create(network=world.network, name=f"IPS {number}")
        world.final_review(scores, organisation=organisation)
    world.final_review(5)
    page = window("team_leader")
    page.goto(reverse("benchmarks"))
    row = page.get_by_role("row", name=re.compile("^25 "))
    box, own, cell = (row.locator(name) for name in (".box", ".box-own", ".box-mark"))
    frame, drawn = cell.bounding_box(), box.bounding_box()
    assert frame
    assert drawn
    assert abs(drawn["x"] - frame["x"] - frame["width"] / 2) < 5  # the lower quartile, 3, on an axis from 1 to 5
    assert own.count() == 1
    expect(row.get_by_role("cell").nth(3)).to_have_text("3")
    assert_accessible(page)


def test_a_tap_says_the_full_names_of_a_heat_map_and_the_values_of_a_small_chart(world: World, window: Window) -> None:
    two_reviews(world)
    page = window("coordinator", has_touch=True, viewport={"width": 360, "height": 740})
    page.goto(reverse("heat_map"))
    cell = page.locator(".heat tbody td").nth(5)
    cell.tap()
    tip = page.locator("[data-heat-tip]")
    expect(tip).to_have_text(re.compile("IPS Øyvær: 4.*5 Integrering av arbeidsrettede tjenester med psykiske"))
    expect(tip).to_be_in_viewport(ratio=1)
    expect(cell).to_have_class(re.compile("cross-cell"))
    page.goto(world.organisation.get_absolute_url())
    small = page.locator(".multiples li").nth(4)
    expect(small).to_contain_text("Integrering av arbeidsrettede tjenester")
    small.locator("svg").tap()
    expect(small.locator(".multiples-values")).to_be_visible()


def test_the_arrow_keys_say_the_full_names_of_a_heat_map(world: World, window: Window) -> None:
    two_reviews(world)
    page = window("coordinator", viewport=ORDINARY)
    page.goto(reverse("heat_map"))
    press(page.locator(".heat tbody td[tabindex='0']"), "ArrowRight")
    expect(page.locator("[data-heat-tip]")).to_contain_text("2 Ansatte som yter arbeidsrettede tjenester")


def test_each_dot_of_the_overview_has_a_ring_while_it_has_the_focus(world: World, window: Window) -> None:
    two_reviews(world)
    page = window("coordinator", viewport=ORDINARY)
    page.goto(reverse("overview"))
    column = page.locator(".strip-column").first
    ring = "dot => { const { stroke, strokeWidth, fill } = getComputedStyle(dot); return [stroke, strokeWidth, fill]; }"
    before = column.locator(".strip-dot").evaluate(ring)
    go_to(column)
    stroke, width, fill = column.locator(".strip-dot").evaluate(ring)
    assert (width, fill) == ("4px", before[2])
    assert stroke not in (before[0], fill)
