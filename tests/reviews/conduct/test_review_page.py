"""The page of a review: its number, its course, and what each reader can do next."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import translation

from reviews.actionplan.plan_page import plan_summary
from reviews.components.links import Action
from reviews.conduct.cancelling import cancel
from reviews.conduct.changing_plans import plan_version
from reviews.conduct.review_page import ReviewPage, review_page
from reviews.conduct.submission import submit_ratings
from reviews.models import Review
from reviews.workflow import Kind
from tests.builders import World, fresh, post_transition, rate, remark, text_of
from tests.work import working

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english() -> Any:
    with translation.override("en"):
        yield


def page_of(world: World, review: Review, who: str = "evaluator") -> ReviewPage:
    """Return what the page shows a member of the cast. The page itself is read in Norwegian by the other tests."""
    user = getattr(world, who)
    readable = Review.objects.visible_to(user).for_page(user).get(pk=review.pk)
    return review_page(readable, user, plan_summary(readable, user))


def primary(page: ReviewPage) -> list[str]:
    return [action.label for action in page.bar.actions if action.is_primary]


def labels(actions: Sequence[Action]) -> list[str]:
    return [action.label for action in actions]


def earlier(world: World, scores: Any = 3, **fields: Any) -> Review:
    day = date(2025, 9, 1)
    return world.final_review(scores, visit_start=day, visit_end=day, **fields)


# --- The number ----------------------------------------------------------------------------------


def test_an_open_review_shows_its_progress_in_the_place_of_the_result(world: World) -> None:
    page = page_of(world, world.score_review({1: 4, 2: 5, 4: 3}))
    assert page.result is None
    assert page.progress
    assert page.progress.sentence == "3 of 25 scored"
    assert [(bar.done, bar.count) for bar in page.progress.bars] == [("2", "3"), ("1", "8"), ("0", "14")]


def test_others_see_only_who_has_handed_in_while_the_evaluators_rate_alone(world: World) -> None:
    review = world.apart_review()
    rate(review, world.evaluator, 4)
    submit_ratings(review=fresh(review), by=world.evaluator)
    page = page_of(world, review, "coordinator")
    assert page.result is None
    assert page.progress
    assert (page.progress.sentence, page.progress.lines) == ("1 of 2 handed in", ())
    assert sorted((bar.name, bar.done) for bar in page.progress.bars) == [("Colleague", "0"), ("Evaluator", "25")]


def test_a_result_is_compared_with_the_last_review_of_the_same_kind(world: World) -> None:
    earlier(world, 3)
    earlier(world, 5, kind=Kind.SELF)
    page = page_of(world, world.final_review(dict.fromkeys(range(1, 26), 4) | {1: 2}))
    assert page.result
    assert (page.result.total, page.result.last) == ("98", "75 in September 2025")
    assert page.result.change
    assert page.result.change.words == "23 points more"
    assert page.since == "September 2025"
    first, second, *_others = page.sections[0].items
    assert "1 point less" in first
    assert "1 point more" in second


def test_nothing_is_compared_before_every_item_has_a_score(world: World) -> None:
    earlier(world, 3)
    page = page_of(world, world.score_review(dict.fromkeys(range(1, 25), 4)))
    assert page.since == ""
    assert not any("change" in item for section in page.sections for item in section.items)


def test_without_an_earlier_review_of_its_kind_the_result_stands_alone(world: World) -> None:
    earlier(world, 5, kind=Kind.SELF)
    page = page_of(world, world.final_review(4))
    assert page.result
    assert (page.result.change, page.result.last) == (None, "")


# --- The course ----------------------------------------------------------------------------------


def test_the_course_says_when_each_step_was_and_who_was_told(world: World) -> None:
    told, untold = world.asked_review(4), world.final_review(4)
    steps = {step.name: step for step in page_of(world, told).course}
    assert list(steps) == ["planned", "scoring", "draft", "final"]
    assert [step.state for step in steps.values()] == ["done", "done", "now", "then"]
    assert steps["draft"].lines[1] == "to Leader"
    assert steps["draft"].lines[2].startswith("remarks until")
    assert steps["final"].lines == ["when it is signed"]
    steps = {step.name: step for step in page_of(world, untold).course}
    assert steps["draft"].lines[1] == "nobody told by mail"
    assert steps["final"].lines[1] == "signed by Evaluator"


def test_a_cancelled_review_has_no_course(world: World) -> None:
    review = world.plan_review()
    cancel(review=review, by=world.evaluator, seen=plan_version(review), reason="Besøket ble avlyst.")
    assert page_of(world, review).course == ()


def test_the_course_says_what_the_next_step_needs(world: World) -> None:
    planned = {step.name: step for step in page_of(world, world.plan_review()).course}
    assert (planned["planned"].state, planned["scoring"].state) == ("now", "then")
    assert planned["scoring"].lines == ["visit 10–11 March"]
    assert planned["draft"].lines == ["when every item has a score"]


def test_a_review_that_is_sent_back_has_no_draft_in_its_course(world: World) -> None:
    review = world.draft_review(4)
    post_transition(world.client_of("evaluator"), review, "reopen", comment="Tallet var fra i fjor.")
    steps = {step.name: step for step in page_of(world, review).course}
    assert (steps["scoring"].state, steps["draft"].state) == ("now", "then")
    assert steps["draft"].lines == ["when every item has a score"]


# --- What comes next -----------------------------------------------------------------------------


def test_there_is_one_primary_action_and_it_is_the_readers_next_step(world: World) -> None:
    planned, begun, scored = world.plan_review(), world.score_review({1: 4}), world.score_review(4)
    draft, final = world.draft_review(4), world.final_review(4)
    expected = {
        ("evaluator", planned): ["Start scoring"],
        ("coordinator", planned): [],
        ("evaluator", begun): ["Continue scoring"],
        ("evaluator", scored): ["Share as draft report …"],
        ("coordinator", scored): [],
        ("evaluator", draft): ["Finalise …"],
        ("team_leader", draft): [],
        ("evaluator", final): [],
        ("team_leader", final): ["Action plan"],
    }
    assert {key: primary(page_of(world, key[1], key[0])) for key in expected} == expected


def test_an_unanswered_remark_comes_before_signing(world: World) -> None:
    review = world.asked_review(4)
    assert primary(page_of(world, review, "team_leader"))[0].startswith("Check the facts until")
    remark(review, world.team_leader)
    page = page_of(world, review)
    assert primary(page) == ["Answer the remarks of the service"]
    assert page.to_do[0].label == "Answer the remarks of the service"


def test_files_are_in_download_and_rare_things_in_more(world: World) -> None:
    final = world.final_review(4)
    bar = page_of(world, final).bar
    assert [(each.format, each.label) for each in bar.downloads] == [
        ("PDF", "Report"),
        ("PDF", "Result for the wall"),
        ("PDF", "Score sheet"),
        ("Word", "Report to write on in"),
        ("JSON", "Data for programs"),
    ]
    assert {"Check a PDF", "Correct a mistake …", "Result for the wall"} <= set(labels(bar.more))
    assert "Correct a mistake …" not in labels(page_of(world, final, "team_leader").bar.more)
    assert "Result for the wall" not in [each.label for each in page_of(world, world.draft_review(4)).bar.downloads]


def test_the_pages_of_a_review_are_tabs_for_those_who_may_open_them(world: World) -> None:
    final = world.final_apart(4, 3, year=2025, edition=world.scale)
    tabs = {}
    for who in ("evaluator", "coordinator", "team_leader"):
        found = page_of(world, final, who).tabs
        assert {world.client_of(who).get(tab.url).status_code for tab in found} == {200}
        tabs[who] = [tab.label for tab in found]
    assert tabs["team_leader"] == ["Review", "Report", "Score sheet", "Evidence", "History"]
    assert set(tabs["coordinator"]) - set(tabs["team_leader"]) == {"Ratings and agreement"}
    # Those who keep the action plan have a button for it.
    assert set(tabs["evaluator"]) - set(tabs["coordinator"]) == {"Action plan", "Interviews"}


# --- Who is told ---------------------------------------------------------------------------------


@pytest.mark.pdf
def test_signing_says_before_and_after_who_gets_mail(world: World, as_evaluator: Client) -> None:
    review = world.draft_review(4)
    told = "E-post om dette går til Leader."
    assert told in text_of(as_evaluator.get(reverse("move", args=[review.code, "finalise"])))
    with working():
        assert post_transition(as_evaluator, review, "finalise", password="evaluator-pw").status_code == 302
    assert "E-post er på vei til Leader" in text_of(as_evaluator.get(review.get_absolute_url()))
    assert [message.to for message in mail.outbox] == [["leader@example.org"]]
