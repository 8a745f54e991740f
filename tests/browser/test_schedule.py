"""The schedule in the browser: a coordinator starts the timeline, plans a review and reads the dates in a calendar."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from icalendar import Calendar
from playwright.sync_api import Page, expect

from reviews.models import Review
from reviews.schedule.timeline import add_step
from tests.browser.test_every_page import RULES
from tests.builders import World

Window = Callable[..., Page]


def test_a_coordinator_starts_a_timeline_plans_a_review_and_ticks_a_step(world: World, window: Window) -> None:
    page = window("coordinator")
    page.goto("/")
    page.get_by_role("link", name="Nettverk").click()
    page.get_by_role("link", name="Regler").click()
    page.get_by_role("link", name="Forberedelser").click()
    page.get_by_role("button", name="Begynn med et forslag").click()
    expect(page.get_by_role("heading", name="8 uker før besøket")).to_be_visible()
    page.get_by_label("Uker").fill("1")
    page.get_by_label("Hva som skal gjøres").fill("Bestill båt til øya")
    page.get_by_role("button", name="Legg til").click()
    expect(page.get_by_role("heading", name="1 uke før besøket")).to_be_visible()

    visit = timezone.localdate() + timedelta(days=10)
    page.goto(f"/organisations/{world.organisation.code}/")
    page.get_by_role("link", name="Planlegg en vurdering").click()
    expect(page.get_by_text("De 16 punktene blir lagt ut")).to_be_visible()
    page.get_by_label("Type").select_option("independent")
    page.get_by_label("Første besøksdag").fill(visit.isoformat())
    page.get_by_label("Siste besøksdag").fill(visit.isoformat())
    page.get_by_label("Evaluator", exact=True).check()
    page.get_by_label("La datoene stå: De er over fristen").check()
    page.get_by_role("button", name="Opprett vurdering").click()

    page.get_by_role("link", name="0 av 16 ferdig, 8 over fristen").click()
    page.get_by_role("button", name="Pek ut to evaluatorer").click()
    expect(page.get_by_role("button", name="Pek ut to evaluatorer", pressed=True)).to_be_visible()
    expect(page.get_by_text("gjort av Coordinator")).to_be_visible()
    expect(page.get_by_text("1 av 16 ferdig, 7 over fristen")).to_be_visible()
    assert Review.objects.get().preparation.get(done_at__isnull=False).done_by == world.coordinator

    page.get_by_role("link", name="Datoer").click()
    expect(page.get_by_role("heading", name="Over fristen")).to_be_visible()
    expect(page.get_by_text("Bestill båt til øya")).to_be_visible()
    expect(page.get_by_text("Pek ut to evaluatorer")).to_have_count(0)


def test_a_calendar_address_is_read_by_a_client_that_is_not_signed_in(world: World, window: Window) -> None:
    visit = timezone.localdate() + timedelta(days=10)
    world.plan_review(visit_start=visit, visit_end=visit)
    page = window("evaluator")
    page.goto("/dates/")
    page.get_by_role("button", name="Lag en adresse").click()
    expect(page.get_by_label("Adresse")).to_be_visible()
    assert Axe().run(page, options=RULES).response["violations"] == []
    address = page.get_by_label("Adresse").input_value()
    calendar = window("nobody").request.get(address)
    (event,) = Calendar.from_ical(calendar.body()).walk("VEVENT")
    assert (str(event["SUMMARY"]), event["DTSTART"].dt) == ("Besøk: IPS Øyvær", visit)

    page.get_by_role("link", name="Jeg har kopiert den").click()
    page.get_by_role("button", name="Trekk tilbake adressen").click()
    expect(page.get_by_text("Kalenderadressen er trukket tilbake")).to_be_visible()
    assert window("nobody").request.get(address).status == 404


@pytest.mark.parametrize("script", [True, False])
def test_on_a_phone_a_step_is_ticked_moved_and_unticked(world: World, window: Window, script: bool) -> None:
    add_step(network=world.network, by=world.coordinator, weeks=-4, text="Be om tall")
    review = world.plan_review()
    page = window("evaluator", viewport={"width": 360, "height": 740}, java_script_enabled=script)
    page.goto(f"/reviews/{review.code}/preparation/")
    page.get_by_role("link", name="Annen dato").click()
    page.get_by_label("Frist").fill("2026-02-17")
    page.get_by_role("button", name="Lagre").click()
    expect(page.get_by_role("heading", name="17. februar 2026")).to_be_visible()
    page.get_by_role("button", name="Be om tall").click()
    expect(page.get_by_text("1 av 1 ferdig")).to_be_visible()
    page.get_by_role("button", name="Be om tall", pressed=True).click()
    expect(page.get_by_text("0 av 1 ferdig")).to_be_visible()
    page.get_by_label("Frist").fill("2026-02-20")
    page.get_by_label("Hva som skal gjøres").fill("Bestill båt")
    page.get_by_role("button", name="Legg til punktet").click()
    expect(page.get_by_role("button", name="Bestill båt", pressed=False)).to_be_visible()


def test_a_coordinator_chooses_months_for_each_band_and_the_due_date_follows(world: World, window: Window) -> None:
    review = world.final_review(3, **long_ago())
    page = window("coordinator")
    page.goto(world.network.get_absolute_url())
    page.get_by_role("link", name="Regler").click()
    page.get_by_role("link", name="Frister").click()
    expect(page.get_by_role("spinbutton")).to_have_count(4)
    expect(page.get_by_role("spinbutton", name=re.compile("^god kvalitet, 100–114"))).to_have_value("12")
    months = page.get_by_label("tilfredsstillende kvalitet, 74–99")
    expect(months).to_have_value("6")
    months.fill("9")
    months.press("Enter")
    expect(page.get_by_text("Lagret.")).to_be_visible()
    expect(months).to_have_value("9")
    assert Axe().run(page, options=RULES).response["violations"] == []
    page.goto(f"{review.get_absolute_url()}due/")
    expect(page.get_by_text("9 måneder etter besøket, fordi kvalitetsnivået er «tilfredsstillende")).to_be_visible()


def long_ago() -> dict[str, date]:
    day = timezone.localdate() - timedelta(days=30)
    return {"visit_start": day, "visit_end": day}
