"""Planning in the browser: five actions, as last time, who is free, a visit near at hand, and the network's evaluators.

An action is a click, a choice, or one field that is typed into.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, Route, expect

from reviews.models import Membership, Organisation, Review
from reviews.schedule.timeline import add_step
from reviews.workflow import Role
from tests.browser.test_every_page import RULES
from tests.builders import World, member

Window = Callable[..., Page]
TODAY = timezone.localdate()
SOON = TODAY + timedelta(days=60)


class Actions:
    """Does what a person does on a page, and counts it."""

    def __init__(self, page: Page) -> None:
        self.page, self.done = page, list[str]()

    def press(self, button: str) -> None:
        self.page.get_by_role("button", name=button).click()
        self.done.append(f"press {button}")

    def choose(self, field: str, option: str) -> None:
        self.page.get_by_label(field).select_option(option)
        self.done.append(f"choose {option}")

    def type(self, field: str, day: date) -> None:
        # As the date input asks in bokmål.
        self.page.get_by_label(field).press_sequentially(day.strftime("%d%m%Y"))
        self.done.append(f"type {field}")


def reason(page: Page, name: str) -> Locator:
    """Return the reason that the page shows for an evaluator, by what a screen reader reads for the box."""
    return page.locator(f"#{page.get_by_role('checkbox', name=name, exact=True).get_attribute('aria-describedby')}")


def planned(page: Page) -> Review:
    page.wait_for_url(re.compile(r"/reviews/[0-9a-f-]{36}/$"))
    return Review.objects.order_by("pk").last()  # type: ignore[return-value]


def test_a_review_is_planned_in_five_actions(world: World, window: Window) -> None:
    world.final_review(4, kind="peer", organisation=world.sister)
    page = window("coordinator")
    actions = Actions(page)
    page.goto(reverse("plan_review"))
    actions.done.append("press Planlegg en vurdering on the first page")
    actions.choose("Organisasjon", "IPS Øyvær")
    expect(page.get_by_label("Type")).to_have_value("peer")  # as the network's newest review
    actions.type("Første besøksdag", SOON)
    expect(page.get_by_label("Siste besøksdag")).to_have_value((SOON + timedelta(days=1)).isoformat())
    expect(reason(page, "Evaluator")).to_contain_text("ledig")
    actions.press("Velg de foreslåtte")
    expect(page.get_by_role("checkbox", name="Evaluator", exact=True)).to_be_checked()
    actions.press("Opprett vurdering")
    review = planned(page)
    assert (review.organisation, review.visit_start, review.kind) == (world.organisation, SOON, "peer")
    assert set(review.evaluators.all()) == {world.evaluator, world.colleague}
    assert len(actions.done) == 5, actions.done


def test_a_review_is_planned_as_last_time(world: World, window: Window) -> None:
    period = {"period_start": date(2025, 3, 1), "period_end": date(2026, 2, 28)}
    world.final_review(4, kind="peer", evaluators=[world.evaluator], **period)
    page = window("coordinator")
    actions = Actions(page)
    page.goto(reverse("plan_review"))
    actions.done.append("press Planlegg en vurdering on the first page")
    actions.choose("Organisasjon", "IPS Øyvær")
    expect(page.get_by_text("10.–11. mars 2026, kollegavurdering, av Evaluator")).to_be_visible()
    actions.type("Første besøksdag", date(2027, 3, 9))
    expect(reason(page, "Evaluator")).to_contain_text("ledig 9.–10. mars 2027")
    actions.press("Som sist")
    expect(page.get_by_label("Vurdert periode, fra")).to_have_value("2026-03-01")
    expect(page.get_by_role("checkbox", name="Evaluator", exact=True)).to_be_checked()
    actions.press("Opprett vurdering")
    review = planned(page)
    assert (review.visit_end, review.period_end, review.kind) == (date(2027, 3, 10), date(2027, 2, 28), "peer")
    assert list(review.evaluators.all()) == [world.evaluator]
    assert len(actions.done) == 5, actions.done


def test_a_busy_evaluator_is_shown_with_the_reason_and_follows_the_days(world: World, window: Window) -> None:
    world.plan_review(organisation=world.sister, visit_start=SOON, visit_end=SOON, evaluators=[world.evaluator])
    Membership.objects.filter(user=world.colleague).update(organisation=world.organisation)
    member("ida", Role.EVALUATOR, world.network)
    page = window("coordinator")
    page.goto(reverse("new_review", args=[world.organisation.code]))
    page.get_by_label("Første besøksdag").fill(SOON.isoformat())
    expect(reason(page, "Evaluator")).to_contain_text("også hos IPS Granlia")
    expect(reason(page, "Colleague")).to_contain_text("jobber i IPS Øyvær")
    expect(reason(page, "Ida")).to_contain_text("ledig")
    expect(page.get_by_role("checkbox").first).to_have_accessible_name("Ida")
    expect(page.locator("[data-plan-status]")).to_contain_text("1 av 3 evaluatorer er ledig")
    page.get_by_role("checkbox", name="Ida").check()
    page.get_by_label("Første besøksdag").fill((SOON + timedelta(days=7)).isoformat())
    expect(reason(page, "Evaluator")).to_contain_text("ledig")
    expect(page.get_by_label("Siste besøksdag")).to_have_value((SOON + timedelta(days=8)).isoformat())
    expect(page.get_by_role("checkbox", name="Ida")).to_be_checked()
    assert Axe().run(page, options=RULES).response["violations"] == []


def test_who_is_free_is_shown_without_scripts(world: World, window: Window) -> None:
    page = window("coordinator", java_script_enabled=False)
    page.goto(reverse("plan_review"))
    page.get_by_label("Organisasjon").select_option("IPS Øyvær")
    page.get_by_label("Første besøksdag").fill(SOON.isoformat())
    page.get_by_role("button", name="Vis hvem som er ledig").click()
    expect(reason(page, "Evaluator")).to_contain_text("ledig")
    expect(page.get_by_label("Organisasjon")).to_have_value(str(world.organisation.pk))
    page.get_by_role("button", name="Velg de foreslåtte").click()
    page.get_by_label("Type").select_option("independent")
    page.get_by_role("button", name="Opprett vurdering").click()
    assert planned(page).evaluators.count() == 2


@pytest.mark.parametrize("scripts", [True, False])
def test_an_organisation_of_a_large_network_is_found_by_name(world: World, window: Window, scripts: bool) -> None:
    names = (f"IPS {number:03}" for number in range(200))
    Organisation.objects.bulk_create(Organisation(network=world.network, name=name) for name in names)
    page = window("evaluator", java_script_enabled=scripts)
    page.goto(reverse("plan_review"))
    page.get_by_label("Finn en organisasjon").press_sequentially("IPS 01")
    if not scripts:
        page.get_by_role("button", name="Søk").click()
    expect(page.get_by_text("10 organisasjoner har dette i navnet.")).to_be_visible()
    page.get_by_role("radio", name="IPS 017").check()
    if not scripts:
        page.get_by_role("button", name="Vis hvem som er ledig").click()
    expect(page.get_by_role("checkbox", name="Evaluator", exact=True)).to_be_visible()
    expect(page.get_by_role("radio", name="IPS 017")).to_be_checked()
    if scripts:
        assert Axe().run(page, options=RULES).response["violations"] == []


def test_an_organisation_that_is_chosen_before_the_script_is_loaded_has_its_evaluators(
    world: World, window: Window
) -> None:
    page, held = window("evaluator"), list[Route]()

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/js/planning.js", hold)
    page.goto(reverse("plan_review"), wait_until="commit")
    page.get_by_label("Organisasjon").select_option("IPS Øyvær")
    expect(page.get_by_role("checkbox", name="Evaluator", exact=True)).to_have_count(0)
    held[0].continue_()
    expect(page.get_by_role("checkbox", name="Evaluator", exact=True)).to_be_visible()


def test_a_visit_near_at_hand_asks_what_becomes_of_its_steps(world: World, window: Window) -> None:
    for weeks, text in ((-8, "Pek ut to evaluatorer"), (-1, "Be om tall")):
        add_step(network=world.network, by=world.coordinator, weeks=weeks, text=text)
    page = window("coordinator")
    page.goto(reverse("new_review", args=[world.organisation.code]))
    page.get_by_label("Type").select_option("independent")
    page.get_by_label("Første besøksdag").fill((TODAY + timedelta(days=14)).isoformat())
    expect(page.get_by_text("1 punkt i forberedelsene skulle vært gjort før i dag.")).to_be_visible()
    page.get_by_role("button", name="Velg de foreslåtte").click()
    expect(page.get_by_role("checkbox", name="Evaluator", exact=True)).to_be_checked()
    page.get_by_role("button", name="Opprett vurdering").click()
    expect(page.get_by_text("Det er kort tid til besøket.").last).to_be_visible()
    page.get_by_label("De regnes fra i dag: Gjør dem nå").check()
    page.get_by_role("button", name="Opprett vurdering").click()
    page.get_by_role("link", name="0 av 2 ferdig").click()
    expect(page.locator("h2").first).to_contain_text("i dag")
    assert Review.objects.get().preparation.earliest("due").due == TODAY


def test_enter_saves_the_plan_and_the_plan_can_be_left(world: World, window: Window) -> None:
    review = world.plan_review(visit_start=SOON, visit_end=SOON)
    page = window("coordinator")
    page.goto(reverse("change_plan", args=[review.code]))
    page.get_by_role("link", name="Ikke nå").click()
    expect(page).to_have_url(re.compile(f"{review.get_absolute_url()}$"))
    page.goto(reverse("change_plan", args=[review.code]))
    page.get_by_label("Første besøksdag").press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Lagret")


def test_a_coordinator_sees_who_may_review_whom_and_plans_from_there(world: World, window: Window) -> None:
    world.final_review(4, organisation=world.sister, evaluators=[world.evaluator])
    Membership.objects.filter(user=world.colleague).update(organisation=world.organisation)
    page = window("coordinator")
    page.goto(world.network.get_absolute_url())
    page.get_by_role("link", name="Evaluatorer").click()
    expect(page.get_by_role("row", name="Colleague").first).to_contain_text("IPS Øyvær")
    never = page.get_by_role("row", name="IPS Øyvær").last
    expect(never).to_contain_text("aldri vurdert")
    expect(never.get_by_role("cell").nth(2)).to_have_text("Evaluator")
    never.get_by_role("link", name="Planlegg").click()
    expect(page.get_by_label("Organisasjon")).to_have_value(str(world.organisation.pk))
