"""The overview in the browser: overdue organisations, two organisations that are one, two reviews side by side."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from scales.loading import load
from tests.browser.conftest import choose_in_menu
from tests.builders import SCALE, World, document_of

Window = Callable[..., Page]


def ago(days: int) -> dict[str, date]:
    day = timezone.localdate() - timedelta(days=days)
    return {"visit_start": day, "visit_end": day}


def test_a_coordinator_finds_an_overdue_organisation_and_opens_the_heat_map(world: World, window: Window) -> None:
    world.final_review(4, **ago(500))
    world.final_review(dict.fromkeys(range(1, 26), 3) | {4: 1}, organisation=world.sister, **ago(20))
    page = window("coordinator")
    page.goto("/")
    page.get_by_role("link", name="Oversikt").click()
    table = page.get_by_role("region", name="Organisasjoner")
    expect(table.get_by_role("rowheader")).to_have_text(["IPS Øyvær", "IPS Granlia"])
    page.get_by_label("Frist for neste vurdering").select_option("over fristen")
    page.get_by_role("button", name="Vis").click()
    expect(table.get_by_role("rowheader")).to_have_text(["IPS Øyvær"])
    expect(table.get_by_text("måneder over")).to_be_visible()
    page.get_by_role("link", name="Totalskåre").click()
    expect(page.get_by_role("columnheader", name="Totalskåre")).to_have_attribute("aria-sort", "ascending")
    expect(table.get_by_role("rowheader")).to_have_text(["IPS Øyvær"])  # the filter stays
    page.get_by_role("link", name="Kriterium for kriterium").click()
    row = page.get_by_role("row", name="IPS Granlia")
    expect(row.get_by_role("cell").nth(4)).to_have_text("1")
    row.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("IPS Granlia")


def test_a_coordinator_joins_two_organisations_sees_both_histories_and_undoes_it(world: World, window: Window) -> None:
    world.final_review(4, **ago(400))
    world.final_review(3, organisation=world.sister, **ago(20))
    page = window("coordinator")
    page.goto(world.organisation.get_absolute_url())
    choose_in_menu(page, "Mer", "Slå sammen med en annen organisasjon")
    page.get_by_role("link", name="IPS Granlia").click()
    expect(page.get_by_role("row", name="IPS Granlia").get_by_role("cell").first).to_have_text("1")
    page.get_by_role("button", name="Slå dem sammen").click()
    page.get_by_label("IPS Øyvær").check()
    page.get_by_role("button", name="Slå dem sammen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("IPS Øyvær")
    expect(page.get_by_role("status")).to_contain_text("er slått sammen med")
    reviews = page.get_by_role("region", name="Vurderinger")
    expect(reviews.locator(".total")).to_have_text(["75", "100"])
    page.goto(f"/organisations/{world.sister.code}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("IPS Øyvær")
    page.locator("summary", has_text="Opphev").click()
    page.get_by_role("button", name="Opphev sammenslåingen").click()
    expect(reviews.locator(".total")).to_have_text(["100"])
    page.goto(f"/organisations/{world.sister.code}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("IPS Granlia")


def test_a_team_leader_compares_two_reviews_without_a_mouse(world: World, window: Window) -> None:
    world.final_review(4, **ago(800))
    world.final_review(3, **ago(400))
    world.final_review(dict.fromkeys(range(1, 26), 3) | {7: 5}, **ago(10))
    page = window("team_leader", java_script_enabled=False)
    page.goto(world.organisation.get_absolute_url())
    expect(page.get_by_role("img", name="Skårene på kriterium 7 over tid")).to_be_visible()
    page.get_by_role("link", name="Sammenlign to vurderinger").press("Enter")
    expect(page.locator(".pair h3").first).to_have_text("7 Arbeidsrettet team")
    page.get_by_label("Vurdering 1").select_option(index=2)
    page.get_by_role("button", name="Sammenlign").press("Enter")
    expect(page.get_by_role("row", name="Totalskåre")).to_contain_text("−23")


def test_the_heat_map_joins_two_comparable_editions_and_says_so(world: World, window: Window) -> None:
    document = document_of(SCALE) | {"slug": "ips-25-next", "version": "2030", "comparable_with": ["ips-25-nb"]}
    document |= {"replaces": ["ips-25-nb"]}
    world.final_review(4, **ago(500))
    world.final_review(3, edition=load(document)[0], **ago(20))
    world.final_review(3, organisation=world.sister, **ago(10))
    planned = world.plan_review(**ago(-20))
    page = window("coordinator")
    page.goto("/overview/items/")
    expect(page.get_by_role("rowheader")).to_have_text(
        [re.compile("Granlia"), re.compile("Øyvær"), re.compile("Median")]
    )
    expect(page.get_by_text("2 utgaver av skalaen med de samme kriteriene og nivåene")).to_be_visible()
    page.get_by_role("link", name="IPS Øyvær").click()
    expect(page.get_by_text("2 utgaver av skalaen med de samme kriteriene og nivåene").first).to_be_visible()
    page.goto(world.network.get_absolute_url())
    page.get_by_role("link", name="Regler").click()
    page.get_by_role("link", name="Nyere utgaver").click()
    page.get_by_role("link", name=re.compile("Bytt utgave.*IPS Øyvær")).click()
    expect(page).to_have_url(re.compile(f"{planned.code}/change/"))


def test_a_list_that_becomes_cards_on_a_phone_is_still_a_table(world: World, window: Window) -> None:
    world.final_review(4)
    world.plan_review()
    page = window("coordinator", viewport={"width": 360, "height": 2000})
    page.goto(reverse("reviews"))
    expect(page.locator(".list-reviews tbody tr").first).to_have_css("display", "grid")
    told = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    roles = Counter(node["role"]["value"] for node in told if not node["ignored"])
    assert (roles["table"], roles["row"], roles["rowheader"], roles["columnheader"]) == (1, 3, 2, 6)
