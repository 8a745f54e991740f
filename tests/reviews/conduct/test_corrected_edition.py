"""The corrected edition of a scale beside the one that reviews use: offered, explained, and without effect on these."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from reviews.conduct.changing_plans import change_plan, plan_version, review_plan
from reviews.conduct.correction import open_correction
from reviews.conduct.specialists import change_specialists
from reviews.conduct.submission import submit_ratings
from reviews.consensus.decisions import adopt_agreed
from reviews.models import Review
from reviews.reports.report import report_of
from scales.loading import load
from scales.models import ScaleEdition
from tests.builders import CORRECTED, World, document_of, fresh, item_post, rate, save

pytestmark = pytest.mark.django_db


@pytest.fixture
def corrected(world: World) -> ScaleEdition:
    """Load the corrected edition beside the one of the world."""
    edition, _outcome = load(document_of(CORRECTED))
    assert isinstance(edition, ScaleEdition)
    return edition


def text_of(client: Client, url: str) -> str:
    return " ".join(client.get(url).content.decode().split())


# --- Which edition is offered -------------------------------------------------------------


def test_a_new_review_is_scored_by_the_newest_edition(
    world: World, corrected: ScaleEdition, as_evaluator: Client
) -> None:
    form = as_evaluator.get(reverse("new_review", args=[world.organisation.code])).context["form"]
    assert list(form.fields["edition"].queryset) == [corrected]


def test_a_page_from_before_the_new_edition_is_refused_with_the_reason(
    world: World, corrected: ScaleEdition, as_evaluator: Client
) -> None:
    answer = as_evaluator.post(
        reverse("new_review", args=[world.organisation.code]), {"edition": world.scale.pk, "kind": "peer"}
    )
    assert "En nyere utgave har erstattet denne skalaen" in answer.content.decode()
    assert not Review.objects.exists()


def test_past_reviews_are_imported_by_either_edition_the_newest_first(world: World, corrected: ScaleEdition) -> None:
    page = world.client_of("coordinator").get(reverse("imports", args=[world.network.code]))
    assert list(page.context["form"].fields["edition"].queryset) == [corrected, world.scale]


def test_a_review_and_its_correction_keep_the_edition_by_which_it_was_scored(
    world: World, corrected: ScaleEdition
) -> None:
    review = world.final_review(4)
    correction = open_correction(review=review, by=world.evaluator, reason="Tallet gjaldt et annet team.")
    assert correction.edition == review.edition == world.scale


def test_records_are_verified_after_the_new_edition_is_loaded(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.final_review(4)
    call_command("load_scales")
    call_command("verify_records")
    said = capsys.readouterr().out
    assert "ips-25-nb.json: kept as it is here" not in said  # the shipped document is the one that is in use
    assert "1 reviews: chains, stored PDFs and totals are as they were." in said


def test_each_edition_names_the_other_and_lists_its_own_corrections(
    world: World, corrected: ScaleEdition, as_evaluator: Client
) -> None:
    old, new = (text_of(as_evaluator, edition.get_absolute_url()) for edition in (world.scale, corrected))
    assert "Nye vurderinger skåres etter en nyere utgave:" in old
    assert "Nye vurderinger skåres" not in new
    for page, other in ((old, corrected), (new, world.scale)):
        assert "kan sammenlignes med skårer etter:" in page
        assert f'<a href="{other.get_absolute_url()}" lang="nb"> Kvalitetsskalaen i IPS ({other.version})</a>' in page
    assert "utvalgsriterier" in old
    assert "utvalgsriterier" in new
    assert ("Reglene for forslag er rettet" in old, "Reglene for forslag er rettet" in new) == (False, True)


# --- A planned review that changes over ---------------------------------------------------


@pytest.fixture
def changed_over(world: World, corrected: ScaleEdition) -> Review:
    """Return a review in consensus that changed over before its first rating. Both evaluators wrote about item 4."""
    review = world.apart_review()
    plan = replace(review_plan(review), edition=corrected)
    change_plan(review=review, by=world.evaluator, seen=plan_version(review), plan=plan)
    for user, value, seen in ((world.evaluator, 4, "Sett."), (world.colleague, 3, "Hørt.")):
        rate(review, user, 4)
        save(fresh(review), user, {4: {"value": value, "evidence": seen, "sources": ["OBS"]}})
        submit_ratings(review=fresh(review), by=user)
    return fresh(review)


def test_after_changing_over_nothing_that_the_evaluators_wrote_is_lost(
    world: World, changed_over: Review, corrected: ScaleEdition, as_evaluator: Client
) -> None:
    assert changed_over.edition == corrected
    form = as_evaluator.get(reverse("agree", args=[changed_over.code, 4])).context["form"]
    assert form["evidence"].value() == "Sett.\n\nHørt."
    assert adopt_agreed(review=changed_over, by=world.evaluator, change=uuid4()) == 24
    save(changed_over, world.evaluator, {4: {"value": 3, "decision": "Vi så på planene."}})
    row = changed_over.scores.get(item_number=4)
    assert (row.value, row.evidence, row.sources) == (3, "Sett.\n\nHørt.", ["OBS"])


def test_after_changing_over_turning_the_page_without_scripts_does_not_begin_the_item(
    changed_over: Review, as_evaluator: Client
) -> None:
    url = reverse("agree", args=[changed_over.code, 4])
    form = as_evaluator.get(url).context["form"]
    sent = item_post(changed_over, 4, evidence=form["evidence"].value(), sources=form.shown_sources(), decision="")
    assert as_evaluator.post(url, sent | {"go": "next"}).status_code == 303
    assert changed_over.scores.get(item_number=4).saved_at is None


# --- What it suggests, in words -----------------------------------------------------------


@pytest.fixture
def review(world: World, corrected: ScaleEdition) -> Review:
    """Return a review by the corrected edition with the specialists A and B."""
    review = world.plan_review(edition=corrected)
    change_specialists(review=review, by=world.evaluator, action="add", label="B")
    return fresh(review)


def send(client: Client, review: Review, number: int, **fields: Any) -> str:
    """Save an item and return its page."""
    url = reverse("item", args=[review.code, number])
    assert client.post(url, item_post(review, number, **fields)).status_code == 303
    return text_of(client, url)


def test_page_and_sheet_say_who_is_left_out_of_the_mean(review: Review, as_evaluator: Client) -> None:
    page = send(as_evaluator, review, 17, **{"amount-A": "6", "amount-B": "1", "alternative-B": "0"})
    assert 'data-suggested="5"' in page
    assert (
        "Jobbspesialist B får ikke noe forslag og holdes utenfor gjennomsnittet: «Arbeidssøkende klienter» er 0."
        in page
    )
    sheet = text_of(as_evaluator, reverse("sheet", args=[review.code]) + "?notes=1")
    assert "B: 1 henvendelse per uke, Arbeidssøkende klienter: 0 → holdt utenfor gjennomsnittet" in sheet
    assert "Jobbspesialist B får ikke noe forslag" in sheet


def test_the_page_says_so_where_nobody_has_a_suggestion(review: Review, as_evaluator: Client) -> None:
    page = send(as_evaluator, review, 17, **{"alternative-A": "0", "alternative-B": "0"})
    assert "data-suggested" not in page
    assert "Ingen forslag.</b> Jobbspesialistene A, B får ikke noe forslag" in page


def test_referring_on_suggests_2_without_any_phase_noted(review: Review, as_evaluator: Client) -> None:
    assert "Ja: 2</i>" in send(as_evaluator, review, 3)
    page = send(as_evaluator, review, 3, caps=["refers_on"])
    assert 'data-suggested="2"' in page
    assert "er skåren 2." in page


def test_hours_just_below_a_limit_are_shown_below_it(review: Review, as_evaluator: Client) -> None:
    hours = {"whole-A": "99,99", "part-A": "64,99", "whole-B": "99,99", "part-B": "64,99"}
    assert 'data-suggested="4"' in send(as_evaluator, review, 24, **hours)


def test_the_report_names_the_least_changes_and_the_largest_gain(world: World, review: Review) -> None:
    observed = {
        1: (4, {"amount": "20.5"}),
        3: (2, {"met": [1, 2, 3, 4, 5, 6], "caps": ["refers_on"]}),
        24: (4, {"specialists": {label: {"whole": "40", "part": "25"} for label in "AB"}}),
    }
    rows = {number: {"value": value, "observation": seen} for number, (value, seen) in observed.items()}
    save(review, world.evaluator, rows)
    report = report_of(fresh(review))
    words = {near.number: [(step.score, step.changes[0][0]) for step in near.steps] for near in report.near_misses}
    assert words == {
        "1": [("5", "20 klienter i stedet for det som ble observert")],
        "3": [("5", "dette gjelder ikke lenger:")],
        "24": [("5", "Jobbspesialist A: 1 mer av 40 timer")],
    }
    assert report.largest_gain is not None
    assert (report.largest_gain.number, report.largest_gain.score, report.largest_gain.best_score) == ("3", "2", "5")
    page = text_of(world.client_of("evaluator"), reverse("report_text", args=[review.code]))
    assert "Den største gevinsten ved én endring:" in page
    assert "fra 2 til 5" in page
