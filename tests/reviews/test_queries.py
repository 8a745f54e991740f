"""The number of queries of each page is fixed: it grows neither with items nor with reviews."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reviews.actionplan.services import ActionFields, add_action
from reviews.models import ItemScore, Organisation, Review
from reviews.people.invitations import invite
from reviews.workflow import Role
from tests.builders import World, hold_interview, item_post, member, note, note_on_action, quick_note, save, step_post
from tests.crowd import crowd

pytestmark = pytest.mark.django_db

SIGNED_IN = 2  # session and user


def test_the_scoring_page_takes_two_queries(
    world: World, as_evaluator: Client, django_assert_num_queries: Callable
) -> None:
    review = world.score_review(4)
    save(review, world.evaluator, {n: {"evidence": "x" * 600} for n in range(1, 26)})
    url = reverse("item", args=[review.code, 4])
    as_evaluator.get(url)  # the process caches scale and guides
    with django_assert_num_queries(SIGNED_IN + 2):
        as_evaluator.get(url)


def test_a_save_writes_two_statements(
    review: Review, as_evaluator: Client, django_assert_max_num_queries: Callable
) -> None:
    url = reverse("item", args=[review.code, 4])
    headers = {"Accept": "application/json"}
    as_evaluator.post(url, item_post(review, 4, value="3"), headers=headers)
    sent = item_post(review, 4, value="4")
    # review, row; savepoint, lock, update, last event of the chain, new event, release; values for the progress
    with django_assert_max_num_queries(SIGNED_IN + 9) as captured:
        as_evaluator.post(url, sent, headers=headers)
    writes = [query["sql"] for query in captured.captured_queries if query["sql"].startswith(("UPDATE", "INSERT"))]
    assert len(writes) == 2


def test_a_step_of_an_interview_takes_three_queries(
    world: World, as_evaluator: Client, django_assert_num_queries: Callable
) -> None:
    review = world.plan_review()
    interview = hold_interview(review, world.evaluator)
    note(interview, world.colleague, dict.fromkeys(interview.guide.guide.note_keys, "x" * 200))
    url = reverse("interview_step", args=[review.code, interview.code, 5])
    as_evaluator.get(url)  # the process caches the guide
    with django_assert_num_queries(SIGNED_IN + 3):
        as_evaluator.get(url)


def test_a_note_is_saved_by_one_statement(
    world: World, as_evaluator: Client, django_assert_max_num_queries: Callable
) -> None:
    interview = hold_interview(world.plan_review(), world.evaluator)
    url = reverse("interview_step", args=[interview.review.code, interview.code, 5])
    as_evaluator.get(url)
    sent = step_post(interview, 5, {"5.1": "a", "5.2": "b"})
    # review, interview, notes; savepoint, lock, notes, update, release; notes for the progress
    with django_assert_max_num_queries(SIGNED_IN + 9) as captured:
        as_evaluator.post(url, sent, headers={"Accept": "application/json"})
    writes = [query["sql"] for query in captured.captured_queries if query["sql"].startswith(("UPDATE", "INSERT"))]
    assert len(writes) == 1


@pytest.mark.parametrize(("name", "queries"), [("quick_notes", 3), ("quick_notes_sort", 4)])
def test_quick_notes_take_as_many_queries_for_one_as_for_many(
    world: World, as_evaluator: Client, django_assert_max_num_queries: Callable, name: str, queries: int
) -> None:
    review = world.plan_review()
    interview = hold_interview(review, world.evaluator)
    url = reverse(name, args=[review.code])
    quick_note(review, world.evaluator, "Sagt")
    as_evaluator.get(url)  # the access is logged
    with django_assert_max_num_queries(SIGNED_IN + queries) as few:
        as_evaluator.get(url)
    for number in range(1, 20):
        quick_note(review, world.colleague, "Sagt", item_number=number)
        quick_note(review, world.evaluator, "Sagt", interview=interview.pk)
    with django_assert_max_num_queries(len(few.captured_queries)):
        as_evaluator.get(url)


def test_the_scoring_page_takes_two_more_queries_with_notes_of_interviews(
    world: World, as_evaluator: Client, django_assert_num_queries: Callable
) -> None:
    review = world.score_review(4)
    for _ in range(3):
        quick_note(review, world.colleague, "Sagt", item_number=4)
        hold_interview(review, world.evaluator, {"4": "Sagt"}, is_blank=True, informant_role="pårørende")
    url = reverse("item", args=[review.code, 4])
    as_evaluator.get(url)  # the process caches scale and guides
    with django_assert_num_queries(SIGNED_IN + 4):
        as_evaluator.get(url)


def test_the_list_of_interviews_takes_as_many_queries_for_one_as_for_many(
    world: World, as_evaluator: Client, django_assert_max_num_queries: Callable
) -> None:
    review = world.plan_review()
    url = reverse("interviews", args=[review.code])
    hold_interview(review, world.evaluator)
    as_evaluator.get(url)
    with django_assert_max_num_queries(SIGNED_IN + 6) as few:
        as_evaluator.get(url)
    for _ in range(4):
        hold_interview(review, world.colleague, {"5.3": "x"})
    with django_assert_max_num_queries(len(few.captured_queries)):
        as_evaluator.get(url)


@pytest.mark.parametrize(
    ("name", "queries"),
    # two of them for a line in the access log: for each opening of the data and the first reading in an hour
    [("review", 7), ("entry", 3), ("sheet", 3), ("sheet_json", 6), ("history", 8), ("change_plan", 16)],
)
def test_pages_of_a_review_take_a_fixed_number_of_queries(
    world: World, as_evaluator: Client, django_assert_max_num_queries: Callable, name: str, queries: int
) -> None:
    url = reverse(name, args=[world.score_review(4).code])
    as_evaluator = world.client_of("coordinator") if name == "change_plan" else as_evaluator
    as_evaluator.get(url)
    with django_assert_max_num_queries(SIGNED_IN + queries):
        as_evaluator.get(url)


@pytest.mark.parametrize(
    ("name", "more", "queries"),
    [("consensus", (), 10), ("agree", (4,), 10), ("pulse", (), 2), ("evidence", (), 3), ("review", (), 8)],
)
def test_pages_of_a_consensus_take_a_fixed_number_of_queries(
    world: World,
    as_evaluator: Client,
    django_assert_max_num_queries: Callable,
    name: str,
    more: tuple[int, ...],
    queries: int,
) -> None:
    review = world.consensus_review(4, 3)
    url = reverse(name, args=[review.code, *more])
    as_evaluator.get(url)
    with django_assert_max_num_queries(SIGNED_IN + queries):
        as_evaluator.get(url)


def test_a_rating_takes_as_many_queries_as_a_common_score(
    world: World, as_evaluator: Client, django_assert_max_num_queries: Callable
) -> None:
    review = world.apart_review()
    url = reverse("item", args=[review.code, 4])
    as_evaluator.get(url)
    with django_assert_max_num_queries(SIGNED_IN + 2):
        as_evaluator.get(url)
    as_evaluator.post(url, item_post(review, 4, world.evaluator, value="3"), headers={"Accept": "application/json"})
    sent = item_post(review, 4, world.evaluator, value="4")
    # as above, and whether the person has submitted meanwhile
    with django_assert_max_num_queries(SIGNED_IN + 10):
        as_evaluator.post(url, sent, headers={"Accept": "application/json"})


@pytest.mark.parametrize(
    ("listing", "queries"),
    [("home", 7), ("reviews", 3), ("organisation", 8), ("organisations", 1), ("instruments", 3), ("inbox", 2)],
)
def test_lists_take_as_many_queries_for_one_row_as_for_many(
    world: World, django_assert_max_num_queries: Callable, listing: str, queries: int
) -> None:
    client = world.client_of("evaluator")

    def make(**fields: Any) -> None:
        world.score_review({1: 3}, **fields)
        world.final_review(4, **fields)

    make()
    url = world.organisation.get_absolute_url() if listing == "organisation" else reverse(listing)
    client.get(url)
    with django_assert_max_num_queries(SIGNED_IN + queries) as few:
        client.get(url)
    for year in range(2015, 2025):
        make(visit_start=date(year, 1, 1), visit_end=date(year, 1, 2))
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(url)


def test_the_guide_takes_one_query_and_none_for_people_who_are_not_signed_in(
    as_evaluator: Client, client: Client, django_assert_num_queries: Callable
) -> None:
    for url, queries in ((reverse("help"), 1), (reverse("help_page", args=["scoring"]), 0), (reverse("help_keys"), 0)):
        as_evaluator.get(url)
        with django_assert_num_queries(SIGNED_IN + queries):
            as_evaluator.get(url)
        with django_assert_num_queries(0):
            client.get(url)


@pytest.mark.parametrize("name", ["plan", "plan_csv", "review"])
def test_a_plan_takes_as_many_queries_for_one_action_as_for_many(
    world: World, django_assert_max_num_queries: Callable, name: str
) -> None:
    client, final = world.client_of("team_leader"), world.final_review(3)
    url = reverse(name, args=[final.code])

    def make(number: int) -> None:
        fields = ActionFields("Et møte til")
        action = add_action(review=final, by=world.team_leader, code=uuid4(), item_number=number, fields=fields)
        note_on_action(review=final, action=action, by=world.coordinator, note="Holdt")

    make(1)
    client.get(url)
    with django_assert_max_num_queries(SIGNED_IN + 9) as few:
        client.get(url)
    for number in range(1, 26):
        make(number)
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(url)


@pytest.mark.parametrize("name", ["wall", pytest.param("wall_pdf", marks=pytest.mark.pdf), "review"])
def test_a_final_review_takes_as_many_queries_after_many_others_as_after_one(
    world: World, as_evaluator: Client, django_assert_max_num_queries: Callable, name: str
) -> None:
    url = reverse(name, args=[world.final_review(4).code])
    world.final_review(3, visit_start=date(2025, 1, 1), visit_end=date(2025, 1, 2))
    as_evaluator.get(url)
    with django_assert_max_num_queries(SIGNED_IN + (14 if name == "review" else 8)) as few:
        as_evaluator.get(url)
    for year in range(2019, 2024):
        world.final_review(3, visit_start=date(year, 1, 1), visit_end=date(year, 1, 2))
    with django_assert_max_num_queries(len(few.captured_queries)):
        as_evaluator.get(url)


@pytest.mark.parametrize(("name", "queries"), [("overview", 4), ("heat_map", 6), ("benchmarks", 6)])
def test_the_overview_takes_as_many_queries_for_one_organisation_as_for_many(
    world: World, django_assert_max_num_queries: Callable, name: str, queries: int
) -> None:
    client = world.client_of("coordinator")
    world.final_review(4)
    client.get(reverse(name))  # the process caches the scale, and the access is logged
    with django_assert_max_num_queries(SIGNED_IN + queries):
        client.get(reverse(name))
    crowd(world.network, world.scale, world.coordinator, organisations=60, reviews=120)
    with django_assert_max_num_queries(SIGNED_IN + queries):
        client.get(reverse(name))


def test_what_to_train_on_takes_as_many_queries_for_one_organisation_as_for_many(
    world: World, django_assert_max_num_queries: Callable
) -> None:
    client, url = world.client_of("coordinator"), reverse("training", args=[world.network.code])
    world.final_review(4)
    client.get(url)
    with django_assert_max_num_queries(SIGNED_IN + 6):
        client.get(url)
    crowd(world.network, world.scale, world.coordinator, organisations=60, reviews=120)
    with django_assert_max_num_queries(SIGNED_IN + 6):
        client.get(url)


def test_the_year_takes_as_many_queries_for_one_organisation_as_for_many(
    world: World, django_assert_max_num_queries: Callable
) -> None:
    client, url = world.client_of("coordinator"), reverse("year", args=[world.network.code])
    world.final_review(4)
    client.get(url)
    # network, one for each year and two more; savepoint, reviews, export and access log with the head of each, release;
    # reviews, organisations, totals before, scores, five of the training, overdue actions
    with django_assert_max_num_queries(SIGNED_IN + 21):
        client.post(url, {"year": "2026"})
    crowd(world.network, world.scale, world.coordinator, organisations=60, reviews=120, scored=False)
    unscored = Review.objects.valid().exclude(scores__isnull=False)
    items = [item.number for item in world.scale.scale.items]
    ItemScore.objects.bulk_create(ItemScore(review=r, item_number=n, value=4) for r in unscored for n in items)
    with django_assert_max_num_queries(SIGNED_IN + 22):  # two years
        client.post(url, {"year": "2026"})


def test_the_public_check_takes_one_query_for_known_and_unknown_codes(
    world: World, django_assert_num_queries: Callable
) -> None:
    for code in (world.final_review(4).code, uuid4()):
        url = reverse("check_signed", args=[code])
        with django_assert_num_queries(0):
            Client().get(url)
        with CaptureQueriesContext(connection) as captured:
            Client().post(url, {"fingerprint": "0" * 64})
        ours = [query["sql"] for query in captured.captured_queries if "reviews_" in query["sql"]]
        assert len(ours) == 1


@pytest.mark.parametrize(("name", "queries"), [("evaluator_load", 11), ("new_review", 15)])
def test_planning_takes_as_many_queries_for_few_evaluators_and_organisations_as_for_many(
    world: World, django_assert_max_num_queries: Callable, name: str, queries: int
) -> None:
    client, last = world.client_of("coordinator"), world.final_review(4)
    url = reverse(name, args=[(world.network if name == "evaluator_load" else last.organisation).code])
    client.get(url)
    with django_assert_max_num_queries(SIGNED_IN + queries) as few:
        client.get(url)
    crowd(world.network, world.scale, world.coordinator, organisations=60, reviews=120, scored=False)
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(url)


def test_comparing_two_reviews_takes_a_fixed_number_of_queries(
    world: World, django_assert_max_num_queries: Callable
) -> None:
    client, url = world.client_of("coordinator"), reverse("compare", args=[world.organisation.code])
    for year in (2024, 2025):
        world.final_review(4, visit_start=date(year, 1, 1), visit_end=date(year, 1, 2))
    client.get(url)
    with django_assert_max_num_queries(SIGNED_IN + 3):
        client.get(url)
    for year in range(2015, 2020):
        world.final_review(4, visit_start=date(year, 1, 1), visit_end=date(year, 1, 2))
    with django_assert_max_num_queries(SIGNED_IN + 3):
        client.get(url)


@pytest.mark.parametrize(("name", "queries"), [("network", 5), ("network_organisations", 6), ("invite", 5)])
def test_pages_of_a_network_take_as_many_queries_for_one_row_as_for_many(
    world: World, django_assert_max_num_queries: Callable, name: str, queries: int
) -> None:
    client, url = world.client_of("coordinator"), reverse(name, args=[world.network.code])

    def make(number: int) -> None:
        organisation = Organisation.objects.create(network=world.network, name=f"IPS {number}")
        member(f"leader{number}", Role.TEAM_LEADER, world.network, organisation)
        fields = {"name": "Kari", "email": f"kari{number}@example.org", "role": Role.EVALUATOR, "organisation": None}
        invite(network=world.network, by=world.coordinator, **fields)

    make(0)
    client.get(url)
    with django_assert_max_num_queries(SIGNED_IN + queries):
        client.get(url)
    for number in range(1, 11):
        make(number)
    with django_assert_max_num_queries(SIGNED_IN + queries):
        client.get(url)
