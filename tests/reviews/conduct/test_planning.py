"""Planning a review of an organisation."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reviews.models import Organisation, Review, ReviewEvent
from tests.builders import World

SOON = timezone.localdate() + timedelta(days=30)
pytestmark = pytest.mark.django_db


def form_of(world: World, **fields: Any) -> dict[str, Any]:
    return {
        "edition": world.scale.pk,
        "kind": "independent",
        "method": "apart",
        "visit_start": SOON.isoformat(),
        "visit_end": (SOON + timedelta(days=1)).isoformat(),
        "period_start": "",
        "period_end": "",
        "evaluators": [world.evaluator.pk],
        "code": str(uuid4()),
    } | fields


def url_of(organisation: Organisation) -> str:
    return reverse("new_review", args=[organisation.code])


def test_an_evaluator_plans_a_review(world: World, as_evaluator: Client) -> None:
    answer = as_evaluator.post(
        url_of(world.organisation), form_of(world, evaluators=[world.evaluator.pk, world.colleague.pk])
    )
    review = Review.objects.get()
    assert answer.headers["Location"] == review.get_absolute_url()
    assert review.status == "planned"
    assert list(review.evaluators.order_by("pk")) == [world.evaluator, world.colleague]
    assert review.scores.filter(value=None).count() == 25
    assert [event.type for event in ReviewEvent.objects.filter(review=review)] == ["created"]


def test_the_form_offers_only_the_networks_evaluators_and_ticks_nobody(world: World, as_evaluator: Client) -> None:
    form = as_evaluator.get(url_of(world.organisation)).context["form"]
    assert {option.name for option in form.choice.shown} == {"Evaluator", "Colleague"}
    assert not any(option.is_chosen for option in form.choice.shown)


def test_a_coordinator_plans_for_the_evaluators(world: World) -> None:
    world.client_of("coordinator").post(url_of(world.sister), form_of(world))
    assert Review.objects.get().organisation == world.sister


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"visit_end": (SOON - timedelta(days=1)).isoformat()}, "Siste besøksdag kan ikke være før første besøksdag"),
        ({"visit_start": "2026-02-30"}, ""),
        ({"visit_start": "20266-01-01"}, ""),
        ({"visit_start": "0026-01-01"}, ""),
        ({"period_start": "2026-01-01"}, "Oppgi både start og slutt"),
        ({"period_start": "2026-02-01", "period_end": "2026-01-01"}, "Oppgi både start og slutt"),
        ({"kind": "audit"}, ""),
        ({"kind": ""}, ""),
        ({"edition": "999"}, ""),
        ({"evaluators": []}, ""),
        ({"evaluators": ["x"]}, ""),
    ],
)
def test_bad_input_is_refused_and_creates_nothing(
    world: World, as_evaluator: Client, fields: dict[str, Any], sentence: str
) -> None:
    answer = as_evaluator.post(url_of(world.organisation), form_of(world, **fields))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Review.objects.exists()


def test_an_evaluator_of_another_network_cannot_be_named(world: World, as_evaluator: Client) -> None:
    answer = as_evaluator.post(url_of(world.organisation), form_of(world, evaluators=[world.stranger.pk]))
    assert answer.status_code == 422
    assert not Review.objects.exists()


def test_forged_fields_are_ignored(world: World, as_evaluator: Client) -> None:
    forged = {
        "status": "final",
        "total": 125,
        "band": "x",
        "created_by": world.admin.pk,
    }
    as_evaluator.post(url_of(world.organisation), form_of(world, **forged))
    review = Review.objects.get()
    assert (review.status, review.total, review.created_by) == ("planned", None, world.evaluator)


def test_an_organisation_of_another_network_cannot_be_chosen(world: World, as_evaluator: Client) -> None:
    for url in (reverse("plan_review"), url_of(world.organisation)):
        assert as_evaluator.post(url, form_of(world, organisation=world.others.pk)).status_code == 422
    assert not Review.objects.exists()


def test_pressing_twice_makes_one_review(world: World, as_evaluator: Client) -> None:
    sent = form_of(world)
    first, second = (as_evaluator.post(url_of(world.organisation), sent) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"] == Review.objects.get().get_absolute_url()


@pytest.mark.parametrize("number", ["9" * 30, "-1", "１"])
def test_a_person_key_that_no_database_can_hold_is_refused(world: World, as_evaluator: Client, number: str) -> None:
    answer = as_evaluator.post(url_of(world.organisation), form_of(world, evaluators=[number]))
    assert answer.status_code == 422
    assert "Velg blant evaluatorene" in answer.content.decode()


def test_a_person_who_has_left_is_not_offered_as_an_evaluator(world: World, as_evaluator: Client) -> None:
    world.colleague.is_active = False
    world.colleague.save()
    form = as_evaluator.get(url_of(world.organisation)).context["form"]
    assert set(form.fields["evaluators"].queryset) == {world.evaluator}


def test_the_code_of_another_review_gives_no_access(world: World) -> None:
    """A forged code neither reveals that a review exists nor causes an error."""
    other = world.plan_review()
    answer = world.client_of("coordinator").post(url_of(world.organisation), form_of(world, code=str(other.code)))
    assert answer.status_code == 409
    assert Review.objects.get() == other
