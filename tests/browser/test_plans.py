"""Plans in the browser: a visit is moved, a review cancelled, a correction withdrawn, a wrong organisation put right."""

from collections.abc import Callable
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from reviews.conduct.correction import open_correction
from reviews.models import Organisation, Review
from reviews.schedule.timeline import add_step
from tests.browser.conftest import choose_in_menu
from tests.builders import World, fresh

Window = Callable[..., Page]
REASON = "Besøket ble lagt til feil sted."


def test_a_visit_is_moved_and_its_steps_move_with_it(world: World, window: Window) -> None:
    add_step(network=world.network, by=world.coordinator, weeks=-2, text="Be om tall")
    start = timezone.localdate() + timedelta(days=40)
    review = world.plan_review(visit_start=start, visit_end=start)
    page = window("coordinator")
    page.goto(review.get_absolute_url())
    choose_in_menu(page, "Mer", "Endre planen")
    later = start + timedelta(days=7)
    page.get_by_label("Første besøksdag").fill(later.isoformat())
    page.get_by_label("Siste besøksdag").fill((later + timedelta(days=20)).isoformat())
    page.get_by_role("button", name="Lagre planen").click()
    page.get_by_label("Ja, besøket varer i 21 dager.").check()
    page.get_by_role("button", name="Lagre planen").click()
    expect(page.get_by_role("status")).to_contain_text("Lagret")
    stored = fresh(review)
    assert (stored.visit_start, stored.visit_end) == (later, later + timedelta(days=20))
    assert stored.preparation.get().due == later - timedelta(weeks=2)
    page.get_by_role("link", name="Historikk").click()
    expect(page.get_by_role("listitem").filter(has_text="endret planen for vurderingen")).to_be_visible()


def test_a_review_is_cancelled_and_stays_readable_with_the_reason(world: World, window: Window) -> None:
    start = timezone.localdate() + timedelta(days=40)
    review = world.plan_review(visit_start=start, visit_end=start)
    page = window("evaluator")
    page.goto(review.get_absolute_url())
    choose_in_menu(page, "Mer", "Avlys vurderingen")
    page.get_by_label("Begrunnelse").fill(REASON)
    page.get_by_role("button", name="Avlys vurderingen").click()
    expect(page.get_by_text(REASON)).to_be_visible()
    expect(page.get_by_text("Avlyst av Evaluator")).to_be_visible()
    expect(page.get_by_role("link", name="Historikk")).to_be_visible()
    expect(page.get_by_role("link", name="Endre planen")).to_have_count(0)
    page.goto("/")
    expect(page.get_by_text("Du har ingen vurderinger ennå")).to_be_visible()
    page.goto(world.organisation.get_absolute_url())
    expect(page.get_by_role("cell", name="avlyst")).to_be_visible()


def test_a_correction_is_withdrawn_and_another_one_opened(world: World, window: Window) -> None:
    first = world.final_review(4)
    page = window("evaluator")
    for _ in range(2):
        page.goto(first.get_absolute_url())
        choose_in_menu(page, "Mer", "Rett en feil")
        page.get_by_label("Begrunnelse").fill("Feil i kriterium 3.")
        page.get_by_role("button", name="Opprett rettelsen").click()
        expect(page.get_by_text("Feil i kriterium 3.")).to_be_visible()
        if Review.objects.filter(supersedes=first).count() == 1:
            choose_in_menu(page, "Mer", "Trekk rettelsen tilbake")
            page.get_by_label("Begrunnelse").fill(REASON)
            page.get_by_role("button", name="Trekk rettelsen tilbake").click()
            expect(page.get_by_text(REASON)).to_be_visible()
    assert sorted(Review.objects.filter(supersedes=first).values_list("status", flat=True)) == ["cancelled", "scoring"]
    page.goto(reverse("history", args=[first.code]))
    page.get_by_role("link", name="10.–11. mars 2026").last.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_a_review_of_the_wrong_organisation_is_put_right_by_a_correction(world: World, window: Window) -> None:
    first = world.final_review(4)
    correction = open_correction(review=first, by=world.evaluator, reason="Vurderingen gjaldt IPS Granlia.")
    page = window("evaluator")
    page.goto(correction.get_absolute_url())
    choose_in_menu(page, "Mer", "Endre planen")
    page.get_by_label("Organisasjon").select_option("IPS Granlia")
    page.get_by_role("button", name="Lagre planen").click()
    expect(page.get_by_text("Rettelse av IPS Øyvær, 10.–11. mars 2026")).to_be_visible()
    page.get_by_role("link", name="Del ut").click()
    page.get_by_label("Hvorfor dette mangler").fill("Notatene er på papir.")
    page.get_by_role("button", name="Del ut").click()
    page.get_by_role("link", name="Ferdigstill").click()
    page.get_by_label("Passordet ditt").fill("evaluator-pw")
    page.get_by_role("button", name="Signer og ferdigstill").click()
    expect(page.get_by_text("Signert av Evaluator")).to_be_visible()
    for review in (first, correction):
        page.goto(reverse("history", args=[review.code]))
        expect(page.get_by_text("IPS Granlia").first).to_be_visible()
    assert Organisation.objects.get(pk=world.organisation.pk).last_review is None
    assert Organisation.objects.get(pk=world.sister.pk).last_review == correction
