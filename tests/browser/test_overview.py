"""The overview in the browser: a coordinator finds an overdue organisation, a team leader compares two reviews."""

from collections.abc import Callable
from datetime import date, timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.builders import World

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
    page.get_by_label("Frist for neste vurdering").select_option("fristen er ute")
    page.get_by_role("button", name="Vis").click()
    expect(table.get_by_role("rowheader")).to_have_text(["IPS Øyvær"])
    expect(table.get_by_text("over fristen siden")).to_be_visible()
    page.get_by_role("link", name="Totalskåre").click()
    expect(page.get_by_role("columnheader", name="Totalskåre")).to_have_attribute("aria-sort", "ascending")
    expect(table.get_by_role("rowheader")).to_have_text(["IPS Øyvær"])  # the filter stays
    page.get_by_role("link", name="Kriterium for kriterium").click()
    row = page.get_by_role("row", name="IPS Granlia")
    expect(row.get_by_role("cell").nth(4)).to_have_text("1")
    row.get_by_role("link").click()
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
    page.get_by_label("Første vurdering").select_option(index=2)
    page.get_by_role("button", name="Sammenlign").press("Enter")
    expect(page.get_by_role("row", name="Totalskåre")).to_contain_text("−23")
