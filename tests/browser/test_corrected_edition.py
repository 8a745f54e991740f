"""A corrected edition in the browser: it is offered for the next review, says what it leaves out of a mean, and a planned one
changes over to it.
"""

import re
from collections.abc import Callable
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from reviews.models import Review
from scales.loading import load
from tests.builders import CORRECTED, World, document_of, fresh

Window = Callable[..., Page]


def test_a_new_review_uses_the_corrected_edition_while_an_open_one_keeps_its_own(world: World, window: Window) -> None:
    begun, visit = world.plan_review(), (timezone.localdate() + timedelta(days=40)).isoformat()
    load(document_of(CORRECTED))
    page = window("evaluator")
    page.goto(reverse("new_review", args=[world.sister.code]))
    expect(page.get_by_label("Skala")).to_have_text(
        re.compile(r"^\s*Kvalitetsskalaen i IPS \(07.01.2008, rettet 2026\)\s*$")
    )
    page.get_by_label("Type").select_option(value="independent")
    page.get_by_label(re.compile("Første besøksdag")).fill(visit)
    page.get_by_label(re.compile("Siste besøksdag")).fill(visit)
    page.get_by_role("checkbox", name="Evaluator", exact=True).check()
    page.get_by_role("button", name="Opprett vurdering").click()
    page.wait_for_url(re.compile(r"/reviews/[0-9a-f-]+/$"))
    planned = Review.objects.exclude(pk=begun.pk).get()
    assert (planned.edition.slug, begun.edition.slug) == ("ips-25-nb-2026", "ips-25-nb")

    page.goto(reverse("item", args=[planned.code, 17]))
    page.locator("#amount-A").press_sequentially("6")
    page.get_by_role("button", name="Legg til jobbspesialist B").click()
    page.locator("#alternative-B").press_sequentially("0")
    suggestion = page.locator(".suggestion")
    expect(suggestion).to_contain_text("Jobbspesialist B får ikke noe forslag og holdes utenfor gjennomsnittet")
    expect(page.locator("[data-suggested='5']")).to_be_visible()
    page.locator("#alternative-A").press_sequentially("0")
    expect(suggestion).to_contain_text("Ingen forslag. Jobbspesialistene A, B")
    expect(page.locator("[data-suggested]")).to_have_count(0)

    page.goto(reverse("scale", args=[begun.edition.slug]))
    page.get_by_role("link", name="07.01.2008, rettet 2026", exact=True).click()
    expect(page.get_by_role("table").last).to_contain_text("Reglene for forslag er rettet")


def test_a_planned_review_changes_over_and_is_scored_by_the_corrected_edition(world: World, window: Window) -> None:
    review = world.plan_review()
    load(document_of(CORRECTED))
    page = window("coordinator")
    page.goto(review.get_absolute_url())
    notice = page.get_by_text("En nyere utgave av skalaen kan brukes")
    expect(notice).to_be_visible()
    page.get_by_role("link", name="Bytt utgave").click()
    page.get_by_label("Skala").select_option(label="Kvalitetsskalaen i IPS (07.01.2008, rettet 2026)")
    page.get_by_role("button", name="Lagre planen").click()
    expect(page.get_by_role("status")).to_contain_text("Lagret")
    expect(notice).to_have_count(0)

    page = window("evaluator")
    page.goto(reverse("item", args=[review.code, 1]))
    page.get_by_role("radio", name="21 – 25 klienter per jobbspesialist").check()
    page.get_by_role("button", name=re.compile("^Neste: ")).click()
    page.wait_for_url(re.compile("/items/2/"))
    stored = fresh(review)
    assert stored.edition.slug == "ips-25-nb-2026"
    assert stored.scores.get(item_number=1).value == 4
