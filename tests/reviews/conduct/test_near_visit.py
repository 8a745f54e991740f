"""A visit near at hand: the form asks what becomes of the steps whose dates have passed."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reviews.models import PreparationStep, Review
from reviews.schedule.preparation import set_done
from reviews.schedule.timeline import add_step
from tests.builders import World
from tests.reviews.conduct.test_changing_plans import form_of as plan_form
from tests.reviews.conduct.test_changing_plans import moved
from tests.reviews.conduct.test_changing_plans import url_of as change_url
from tests.reviews.conduct.test_planning import form_of, url_of

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
VISIT = TODAY + timedelta(weeks=3)
SENTENCE = "1 punkt i forberedelsene skulle vært gjort før i dag"


@pytest.fixture(autouse=True)
def _timeline(world: World) -> None:
    for weeks, text in ((-8, "Pek ut to evaluatorer"), (-2, "Be om tall"), (4, "Send rapporten")):
        add_step(network=world.network, by=world.coordinator, weeks=weeks, text=text)


def near(world: World, **fields: Any) -> dict[str, Any]:
    days = {"visit_start": VISIT.isoformat(), "visit_end": VISIT.isoformat()}
    return form_of(world, organisation=world.organisation.pk, **days, **fields)


def steps() -> list[tuple[str, int, bool]]:
    """Return text, days from today and whether it is done, of each step."""
    rows = PreparationStep.objects.order_by("weeks")
    return [(row.text, (row.due - TODAY).days, row.done_at is not None) for row in rows]


def test_the_form_asks_and_saves_nothing_before_it_is_answered(world: World, as_evaluator: Client) -> None:
    answer = as_evaluator.post(reverse("plan_review"), near(world))
    assert answer.status_code == 422
    assert SENTENCE in answer.content.decode()
    assert not Review.objects.exists()


def test_it_asks_as_soon_as_the_days_are_known(world: World, as_evaluator: Client) -> None:
    answer = as_evaluator.post(reverse("plan_review"), near(world, act="show"))
    assert answer.status_code == 200
    assert SENTENCE in answer.content.decode()


@pytest.mark.parametrize(("past", "first"), [("today", (0, False)), ("done", (-35, True)), ("leave", (-35, False))])
def test_past_steps_count_from_today_are_done_or_stay(
    world: World, as_evaluator: Client, past: str, first: tuple[int, bool]
) -> None:
    assert as_evaluator.post(reverse("plan_review"), near(world, past_steps=past)).status_code == 302
    assert steps() == [
        ("Pek ut to evaluatorer", *first),
        ("Be om tall", 7, False),
        ("Send rapporten", 49, False),
    ]
    assert {step.done_by for step in PreparationStep.objects.filter(done_at__isnull=False)} <= {world.evaluator}
    history = as_evaluator.get(reverse("history", args=[Review.objects.get().code])).content.decode()
    assert "Punkter med dato som har vært" in history


@pytest.mark.parametrize("days", [-1, 57])
def test_nothing_is_asked_about_a_visit_that_has_begun_or_is_far_ahead(
    world: World, as_evaluator: Client, days: int
) -> None:
    start = (TODAY + timedelta(days=days)).isoformat()
    sent = form_of(world, visit_start=start, visit_end=start, past_steps="done")
    answer = as_evaluator.post(url_of(world.organisation), sent | {"confirmed": [f"past:{start}"]})
    assert answer.status_code == 302
    assert not any(is_done for _text, _days, is_done in steps())


def test_a_visit_that_is_moved_near_asks_too(world: World, as_evaluator: Client) -> None:
    far = TODAY + timedelta(weeks=20)
    review = world.plan_review(visit_start=far, visit_end=far)
    sent = plan_form(review, **moved(review, -7 * 17))
    assert as_evaluator.post(change_url(review), sent).status_code == 422
    assert as_evaluator.post(change_url(review), sent | {"past_steps": "today"}).status_code == 302
    assert [row[1:] for row in steps()] == [(0, False), (7, False), (49, False)]


def test_a_step_that_is_done_is_not_asked_about_and_other_changes_move_nothing(
    world: World, as_evaluator: Client
) -> None:
    as_evaluator.post(reverse("plan_review"), near(world, past_steps="today"))
    review = Review.objects.get()
    assert as_evaluator.post(change_url(review), plan_form(review, kind="peer")).status_code == 302
    assert [row[1] for row in steps()] == [0, 7, 49]
    set_done(step=review.preparation.get(weeks=-8), by=world.evaluator, done=True)
    assert as_evaluator.post(change_url(review), plan_form(review, **moved(review, -1))).status_code == 302
    assert [row[1:] for row in steps()] == [(0, True), (6, False), (48, False)]


def test_an_unknown_answer_is_refused(world: World, as_evaluator: Client) -> None:
    assert as_evaluator.post(reverse("plan_review"), near(world, past_steps="x")).status_code == 422


@pytest.mark.parametrize(("past", "first"), [("today", (0, False)), ("done", (-35, True)), ("leave", (-35, False))])
def test_a_timeline_that_is_laid_out_later_asks_too(
    world: World, as_evaluator: Client, past: str, first: tuple[int, bool]
) -> None:
    review = world.plan_review(visit_start=VISIT, visit_end=VISIT)
    review.preparation.all().delete()
    url = reverse("lay_out", args=[review.code])
    assert SENTENCE in as_evaluator.get(reverse("preparation", args=[review.code])).content.decode()
    refused = as_evaluator.post(url)
    assert refused.status_code == 422
    assert "Det er kort tid til besøket" in refused.content.decode()
    assert steps() == []
    assert as_evaluator.post(url, {"past_steps": past}).status_code == 302
    assert [row[1:] for row in steps()] == [first, (7, False), (49, False)]
    assert review.events.last().changes == {"steps": [0, 3], "past_steps": ["", past]}
    assert as_evaluator.post(url).status_code == 409


def test_a_timeline_that_is_laid_out_for_a_far_visit_asks_nothing(world: World, as_evaluator: Client) -> None:
    far = TODAY + timedelta(weeks=20)
    review = world.plan_review(visit_start=far, visit_end=far)
    review.preparation.all().delete()
    assert SENTENCE not in as_evaluator.get(reverse("preparation", args=[review.code])).content.decode()
    assert as_evaluator.post(reverse("lay_out", args=[review.code]), {"past_steps": "done"}).status_code == 302
    assert not any(is_done for _text, _days, is_done in steps())
