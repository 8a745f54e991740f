"""Final means: complete, asked for, seen, and never changed again."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from reviews.models import Review, ReviewEvent
from tests.builders import World, fresh, save

pytestmark = pytest.mark.django_db


def url_of(review: Review) -> str:
    return reverse("finalise", args=[review.code])


def confirm(client: Client, review: Review) -> object:
    """Open the page and press its button."""
    return client.post(url_of(review), {"seen": client.get(url_of(review)).context["seen"]})


def test_the_sheet_is_shown_once_more_before_the_question(world: World, as_evaluator: Client) -> None:
    page = as_evaluator.get(url_of(world.score_review(4))).content.decode()
    assert "Ferdigstill med totalskåre 100" in page
    assert "god kvalitet" in page


def test_finalising_freezes_total_band_and_who(world: World, as_evaluator: Client) -> None:
    review = world.score_review(4)
    confirm(as_evaluator, review)
    review = fresh(review)
    assert (review.status, review.total, review.band) == ("final", 100, "god kvalitet")
    assert review.finalised_by == world.evaluator
    assert ReviewEvent.objects.filter(review=review).last().happening == "finalised"


def test_24_scores_are_not_enough(world: World, as_evaluator: Client) -> None:
    review = world.score_review(dict.fromkeys(range(1, 25), 4))
    answer = as_evaluator.post(url_of(review), {"seen": "24"})
    assert answer.status_code == 422
    assert "1 kriterium" in answer.content.decode()
    assert reverse("item", args=[review.code, 25]) in answer.content.decode()
    assert fresh(review).status == "scoring"


def test_a_score_changed_after_the_page_was_opened_stops_it(world: World, as_evaluator: Client) -> None:
    review = world.score_review(4)
    seen = as_evaluator.get(url_of(review)).context["seen"]
    save(review, world.colleague, {1: {"value": 1}})
    assert as_evaluator.post(url_of(review), {"seen": seen}).status_code == 409
    assert fresh(review).status == "scoring"


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 5000, "²"])
def test_a_forged_state_is_not_the_state_that_was_seen(world: World, as_evaluator: Client, seen: str) -> None:
    review = world.score_review(4)
    assert as_evaluator.post(url_of(review), {"seen": seen}).status_code == 409
    assert fresh(review).status == "scoring"


def test_twice_is_refused(world: World, as_evaluator: Client) -> None:
    review = world.score_review(4)
    seen = as_evaluator.get(url_of(review)).context["seen"]
    answers = [as_evaluator.post(url_of(review), {"seen": seen}).status_code for _ in range(2)]
    assert answers == [302, 409]
    assert ReviewEvent.objects.filter(review=review, happening="finalised").count() == 1


def test_a_planned_review_says_that_scoring_comes_first(review: Review, as_evaluator: Client) -> None:
    answer = as_evaluator.get(url_of(review))
    assert answer.status_code == 409
    assert review.get_absolute_url() in answer.content.decode()


def test_no_page_changes_a_final_review(world: World, as_evaluator: Client) -> None:
    review = world.final_review(4)
    before = list(review.scores.values())
    for name, arguments in (("item", [review.code, 4]), ("entry", [review.code]), ("finalise", [review.code])):
        for method in ("get", "post", "put", "patch", "delete"):
            answer = getattr(as_evaluator, method)(reverse(name, args=arguments))
            assert answer.status_code in (405, 409), (name, method)
    assert list(review.scores.values()) == before
    assert fresh(review).total == 100


@pytest.mark.parametrize("fields", [{"total": None}, {"band": ""}, {"finalised_at": None}])
def test_the_database_knows_no_final_review_without_its_result(world: World, fields: dict[str, object]) -> None:
    review = world.final_review(4)
    with pytest.raises(IntegrityError, match="review_final_has_result"), transaction.atomic():
        Review.objects.filter(pk=review.pk).update(**fields)


def test_the_database_knows_no_total_before_the_end(review: Review) -> None:
    with pytest.raises(IntegrityError, match="review_final_has_result"), transaction.atomic():
        Review.objects.filter(pk=review.pk).update(total=100)
