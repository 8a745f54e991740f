"""Entry of a finished paper sheet on one page."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from reviews.models import Review, ReviewEvent
from tests.builders import World, save

pytestmark = pytest.mark.django_db


def url_of(review: Review) -> str:
    return reverse("entry", args=[review.code])


def sheet_post(review: Review, scores: dict[int, Any]) -> dict[str, Any]:
    """Return the data of a POST by the page: every row with its version, and these scores."""
    sent: dict[str, Any] = {"change": str(uuid4())}
    for number, value, version in review.scores.values_list("item_number", "value", "version"):
        was = value if value is not None else ""
        sent[f"was-{number}"], sent[f"score-{number}"] = was, scores.get(number, was)
        sent[f"version-{number}"] = version
    return sent


def test_25_scores_are_entered_at_once(review: Review, as_evaluator: Client) -> None:
    answer = as_evaluator.post(url_of(review), sheet_post(review, {n: (n % 5) + 1 for n in range(1, 26)}))
    assert answer.headers["Location"] == review.get_absolute_url()
    assert dict(review.scores.values_list("item_number", "value")) == {n: (n % 5) + 1 for n in range(1, 26)}


def test_only_rows_that_changed_are_written(review: Review, as_evaluator: Client, world: World) -> None:
    save(review, world.evaluator, {1: {"value": 4, "evidence": "Behold meg"}})
    as_evaluator.post(url_of(review), sheet_post(review, {2: 5}))
    assert dict(review.scores.values_list("item_number", "version"))[1] == 1
    assert review.scores.get(item_number=1).evidence == "Behold meg"
    assert ReviewEvent.objects.filter(type="scored").count() == 2


def test_an_emptied_row_removes_the_score(review: Review, as_evaluator: Client, world: World) -> None:
    save(review, world.evaluator, {1: {"value": 4}})
    as_evaluator.post(url_of(review), sheet_post(review, {1: ""}))
    assert review.scores.get(item_number=1).value is None


@pytest.mark.parametrize("value", ["0", "6", "4.5", "x", "33"])
def test_one_bad_row_saves_nothing_and_is_marked(review: Review, as_evaluator: Client, value: str) -> None:
    answer = as_evaluator.post(url_of(review), sheet_post(review, {1: 4, 2: value}))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count('aria-invalid="true"') == 1
    assert f'value="{value}"' in page
    assert not review.scores.exclude(value=None).exists()


def test_a_row_that_somebody_else_changed_stops_the_whole_sheet(
    review: Review, world: World, as_evaluator: Client
) -> None:
    sent = sheet_post(review, {1: 4, 2: 5})
    save(review, world.colleague, {2: {"value": 1}})
    answer = as_evaluator.post(url_of(review), sent)
    assert answer.status_code == 409
    assert "Colleague" in answer.content.decode()
    assert dict(review.scores.exclude(value=None).values_list("item_number", "value")) == {2: 1}


def test_rows_that_others_changed_to_the_same_score_cause_no_conflict(
    review: Review, world: World, as_evaluator: Client
) -> None:
    sent = sheet_post(review, {1: 4, 2: 5})
    save(review, world.colleague, {2: {"value": 5}})
    assert as_evaluator.post(url_of(review), sent).status_code == 302
    assert review.scores.get(item_number=1).value == 4


def test_a_row_that_only_a_colleague_changed_keeps_the_colleagues_score(
    review: Review, world: World, as_evaluator: Client
) -> None:
    sent = sheet_post(review, {1: 4})
    save(review, world.colleague, {3: {"value": 5}})
    assert as_evaluator.post(url_of(review), sent).status_code == 302
    assert dict(review.scores.exclude(value=None).values_list("item_number", "value")) == {1: 4, 3: 5}


def test_after_a_conflict_the_page_shows_the_colleagues_rows_and_saving_keeps_them(
    review: Review, world: World, as_evaluator: Client
) -> None:
    sent = sheet_post(review, {1: 4, 2: 5})
    save(review, world.colleague, {2: {"value": 1}, 3: {"value": 2}})
    rows = as_evaluator.post(url_of(review), sent).context["sections"][0][1]
    assert [(row["typed"], row["was"]) for row in rows] == [("4", ""), ("5", "1"), ("2", "2")]


def test_a_row_that_was_not_sent_is_not_emptied(review: Review, world: World, as_evaluator: Client) -> None:
    save(review, world.evaluator, {1: {"value": 4}})
    sent = sheet_post(review, {2: 5})
    del sent["score-1"], sent["was-1"]
    assert as_evaluator.post(url_of(review), sent).status_code == 302
    assert review.scores.get(item_number=1).value == 4


def test_the_whole_sheet_sent_twice_is_written_once(review: Review, as_evaluator: Client) -> None:
    sent = sheet_post(review, dict.fromkeys(range(1, 26), 3))
    assert [as_evaluator.post(url_of(review), sent).status_code for _ in range(2)] == [302, 302]
    assert set(review.scores.values_list("version", flat=True)) == {1}


def test_the_module_gets_the_version_of_every_row_it_wrote(review: Review, as_evaluator: Client) -> None:
    answer = as_evaluator.post(url_of(review), sheet_post(review, {1: 4}), headers={"Accept": "application/json"})
    assert answer.json()["fields"] == {"version-1": 1, "was-1": 4}


def test_a_final_review_takes_no_entry(world: World, as_evaluator: Client) -> None:
    review = world.final_review(4)
    assert as_evaluator.post(url_of(review), sheet_post(review, {1: 1})).status_code == 409
    assert review.scores.get(item_number=1).value == 4
