"""Real threads with connections of their own, on the real database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from ipsfidelity.errors import WrongMoment
from reviews.conduct.finalising import finalise, state_of
from reviews.conduct.scoring import Conflict, Edit, save_scores
from reviews.models import Review
from tests.builders import World, build_world, fresh, instrument
from tests.reviews.test_planning import form_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return build_world(instrument())


def together(acts: list[Callable[[], object]]) -> list[str]:
    """Run all acts at the same moment; return the name of each outcome, "done" where none was raised."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        start.wait(10)
        try:
            act()
        except (Conflict, WrongMoment) as refused:
            return type(refused).__name__
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


def test_of_four_savers_of_one_item_one_wins_and_the_others_are_told(world: World) -> None:
    review = world.plan_review()

    def save(value: int) -> Callable[[], object]:
        edit = Edit(4, 0, {"value": value})
        return lambda: save_scores(review=review, by=world.evaluator, change=uuid4(), edits=[edit])

    assert together([save(value) for value in (1, 2, 3, 4)]) == ["Conflict", "Conflict", "Conflict", "done"]
    assert review.scores.get(item_number=4).version == 1


def test_savers_of_different_items_do_not_disturb_each_other(world: World) -> None:
    review = world.plan_review()

    def save(number: int) -> Callable[[], object]:
        edit = Edit(number, 0, {"value": 3})
        return lambda: save_scores(review=review, by=world.evaluator, change=uuid4(), edits=[edit])

    assert together([save(number) for number in range(1, 9)]) == ["done"] * 8


def test_a_save_and_finalising_never_both_count(world: World) -> None:
    """Either the save came first and finalising is told so, or the review closed first."""
    for _ in range(5):
        review = world.score_review(4)
        seen, version = state_of(review), review.scores.get(item_number=1).version
        outcome = together(
            [
                lambda review=review, seen=seen: finalise(review=review, by=world.evaluator, seen=seen),
                lambda review=review, version=version: save_scores(
                    review=review, by=world.colleague, change=uuid4(), edits=[Edit(1, version, {"value": 1})]
                ),
            ]
        )
        assert outcome == ["WrongMoment", "done"]
        review = fresh(review)
        total = sum(review.scores.values_list("value", flat=True))
        assert (review.status, review.total, total) in [("final", 100, 100), ("scoring", None, 97)]


def test_pressing_create_four_times_at_once_makes_one_review(world: World) -> None:
    sent = form_of(world)
    clients = [world.client_of("evaluator") for _ in range(4)]
    url = reverse("new_review", args=[world.organisation.code])
    places: list[str] = []

    def press(client: Client) -> Callable[[], object]:
        return lambda: places.append(client.post(url, sent).headers["Location"])

    assert together([press(client) for client in clients]) == ["done"] * 4
    assert set(places) == {Review.objects.get().get_absolute_url()}
