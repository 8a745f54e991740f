"""A corrected edition in the browser: it is offered for the next review, and says what it leaves out of a mean."""

import re
from collections.abc import Callable

from django.urls import reverse
from playwright.sync_api import Page, expect

from reviews.models import Review
from scales.loading import load
from tests.builders import CORRECTED, World, document_of

Window = Callable[..., Page]


def test_a_new_review_uses_the_corrected_edition_while_an_open_one_keeps_its_own(world: World, window: Window) -> None:
    begun = world.plan_review()
    load(document_of(CORRECTED))
    page = window("evaluator")
    page.goto(reverse("new_review", args=[world.sister.code]))
    expect(page.get_by_label("Skala")).to_have_text(
        re.compile(r"^\s*Kvalitetsskalaen i IPS \(07.01.2008, rettet 2026\)\s*$")
    )
    page.get_by_label("Type").select_option(value="independent")
    page.get_by_label(re.compile("Første besøksdag")).fill("2026-05-04")
    page.get_by_label(re.compile("Siste besøksdag")).fill("2026-05-05")
    page.get_by_role("button", name="Opprett vurdering").click()
    page.wait_for_url(re.compile(r"/reviews/[0-9a-f-]+/$"))
    planned = Review.objects.exclude(pk=begun.pk).get()
    assert (planned.edition.slug, begun.edition.slug) == ("ips-25-nb-2026", "ips-25-nb")

    page.goto(reverse("item", args=[planned.code, 17]))
    page.locator("#amount-A").press_sequentially("6")
    page.get_by_role("button", name="Legg til spesialist B").click()
    page.locator("#alternative-B").press_sequentially("0")
    suggestion = page.locator(".suggestion")
    expect(suggestion).to_contain_text("Jobbspesialist B får ikke noe forslag og holdes utenfor gjennomsnittet")
    expect(page.locator("[data-suggested='5']")).to_be_visible()
    page.locator("#alternative-A").press_sequentially("0")
    expect(suggestion).to_contain_text("Ikke noe forslag. Jobbspesialistene A, B")
    expect(page.locator("[data-suggested]")).to_have_count(0)

    page.goto(reverse("scale", args=[begun.edition.slug]))
    page.get_by_role("link", name="07.01.2008, rettet 2026", exact=True).click()
    expect(page.get_by_role("table").last).to_contain_text("Reglene for forslag er rettet")
