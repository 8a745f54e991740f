"""Odd dates are asked about in words before they are taken; nothing that was typed is lost."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from reviews.conduct.cancelling import cancel
from reviews.conduct.changing_plans import plan_version
from reviews.conduct.correction import open_correction
from reviews.models import Review
from tests.builders import World, fresh
from tests.reviews.conduct.test_changing_plans import form_of as plan_form
from tests.reviews.conduct.test_changing_plans import url_of as change_url
from tests.reviews.conduct.test_planning import form_of, url_of

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def dates(start: date, days: int = 1) -> dict[str, str]:
    return {"visit_start": start.isoformat(), "visit_end": (start + timedelta(days=days - 1)).isoformat()}


def asked(answer: Any) -> list[str]:
    """Return the questions on the page."""
    return [sentence for _key, sentence in answer.context["form"].fields["confirmed"].choices]


def keys(answer: Any) -> list[str]:
    return [key for key, _sentence in answer.context["form"].fields["confirmed"].choices]


ODD = [
    (dates(TODAY + timedelta(days=9), 15), "varer i 15 dager"),
    (dates(TODAY - timedelta(days=1)), "første besøksdag har vært"),
    (dates(TODAY + timedelta(days=740)), "mer enn to år fram i tid"),
]


@pytest.mark.parametrize(("odd", "sentence"), ODD)
def test_an_odd_date_is_asked_about_and_taken_once_it_is_confirmed(
    world: World, as_evaluator: Client, odd: dict[str, str], sentence: str
) -> None:
    sent = form_of(world, period_start="2025-01-01", period_end="2025-12-31", **odd)
    answer = as_evaluator.post(url_of(world.organisation), sent)
    assert answer.status_code == 422
    assert len(asked(answer)) == 1
    assert sentence in asked(answer)[0]
    assert answer.context["form"]["period_end"].value() == "2025-12-31"
    assert re.search(r'<input type="checkbox"[^>]*name="confirmed"', answer.content.decode())
    assert not Review.objects.exists()
    assert as_evaluator.post(url_of(world.organisation), sent | {"confirmed": keys(answer)}).status_code == 302
    assert Review.objects.get().visit_start.isoformat() == odd["visit_start"]


@pytest.mark.parametrize(("odd", "sentence"), ODD)
def test_the_same_is_asked_when_a_plan_changes(
    world: World, as_evaluator: Client, odd: dict[str, str], sentence: str
) -> None:
    start = TODAY + timedelta(days=100)
    review = world.plan_review(visit_start=start, visit_end=start)
    sent = plan_form(review, **odd)
    answer = as_evaluator.post(change_url(review), sent)
    assert answer.status_code == 422
    assert sentence in asked(answer)[0]
    assert fresh(review).visit_start == start
    assert as_evaluator.post(change_url(review), sent | {"confirmed": keys(answer)}).status_code == 302


@pytest.mark.parametrize(
    "usual", [dates(TODAY), dates(TODAY + timedelta(days=9), 14), dates(TODAY + timedelta(days=729))]
)
def test_nothing_is_asked_about_usual_dates(world: World, as_evaluator: Client, usual: dict[str, str]) -> None:
    assert as_evaluator.post(url_of(world.organisation), form_of(world, **usual)).status_code == 302


def test_an_answer_counts_only_for_the_dates_that_were_asked_about(world: World, as_evaluator: Client) -> None:
    sent = form_of(world, **dates(TODAY - timedelta(days=1)))
    confirmed = keys(as_evaluator.post(url_of(world.organisation), sent))
    other = sent | dates(TODAY - timedelta(days=300)) | {"confirmed": confirmed}
    assert as_evaluator.post(url_of(world.organisation), other).status_code == 422


@pytest.mark.parametrize(("days", "is_asked"), [(7, True), (-7, True), (8, False), (-8, False)])
def test_a_second_review_of_the_same_kind_within_a_week_is_asked_about(
    world: World, as_evaluator: Client, days: int, is_asked: bool
) -> None:
    start = TODAY + timedelta(days=60)
    world.plan_review(visit_start=start, visit_end=start)
    sent = form_of(world, **dates(start + timedelta(days=days)))
    answer = as_evaluator.post(url_of(world.organisation), sent)
    assert (answer.status_code == 422) == is_asked
    if is_asked:
        assert "samme type innen en uke" in asked(answer)[0]
        assert as_evaluator.post(url_of(world.organisation), sent | {"confirmed": keys(answer)}).status_code == 302


def test_reviews_of_another_kind_or_organisation_and_cancelled_ones_are_not_asked_about(
    world: World, as_evaluator: Client
) -> None:
    start = TODAY + timedelta(days=60)
    world.plan_review(visit_start=start, visit_end=start, kind="self")
    world.plan_review(visit_start=start, visit_end=start, organisation=world.sister)
    gone = world.plan_review(visit_start=start, visit_end=start)
    cancel(review=gone, by=world.evaluator, seen=plan_version(gone), reason="Feil dag.")
    assert as_evaluator.post(url_of(world.organisation), form_of(world, **dates(start))).status_code == 302


def test_a_review_that_the_person_may_not_read_is_mentioned_without_its_dates(world: World) -> None:
    start = TODAY + timedelta(days=60)
    world.plan_review(visit_start=start, visit_end=start, evaluators=[world.evaluator])
    sent = form_of(world, **dates(start), evaluators=[world.colleague.pk])
    answer = world.client_of("colleague").post(url_of(world.organisation), sent)
    assert answer.status_code == 422
    assert "en som du ikke kan lese" in asked(answer)[0]


def test_a_correction_is_not_asked_about_the_review_that_it_corrects(world: World, as_evaluator: Client) -> None:
    first = world.final_review(4)
    correction = open_correction(review=first, by=world.evaluator, reason="Feil dag.")
    sent = plan_form(correction, **dates(first.visit_start + timedelta(days=2)))
    assert as_evaluator.post(change_url(correction), sent).status_code == 302
    assert fresh(correction).visit_start == first.visit_start + timedelta(days=2)


def test_what_stays_as_it_is_is_not_asked_about_again(world: World, as_evaluator: Client) -> None:
    review = world.plan_review(visit_start=TODAY - timedelta(days=40), visit_end=TODAY)
    sent = plan_form(review, period_start="2025-01-01", period_end="2025-12-31")
    assert as_evaluator.post(change_url(review), sent).status_code == 302
