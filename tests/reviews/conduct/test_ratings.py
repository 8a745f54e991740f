"""Independent ratings: nobody else sees a rating before all evaluators have submitted."""

import re
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from ipsfidelity.errors import StateConflict
from reviews.conduct.planning import HasSubmitted
from reviews.conduct.scoring import ScoreEdit, save_scores
from reviews.conduct.submission import reopen_ratings, submit_ratings
from reviews.conduct.transitions import Incomplete
from reviews.management.commands.verify_records import faults_of
from reviews.models import ItemScore, Membership, Rating, Review, ReviewEvent
from reviews.records import protection
from reviews.workflow import Role
from tests.builders import World, fresh, hand_over, headers_of, item_post, member, rate, save, text_of
from tests.reviews.conduct.test_changing_plans import form_of as plan_form
from tests.reviews.test_access import CAST, FILE, TABLE, address_of, crawl

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture
def apart(world: World) -> Review:
    return world.apart_review()


def url_of(review: Review, number: int = 4) -> str:
    return reverse("item", args=[review.code, number])


def own(review: Review, user: Any, number: int = 4) -> Rating:
    return Rating.objects.get(evaluator__review=review, evaluator__user=user, item_number=number)


def test_two_evaluators_save_the_same_item_without_a_conflict(apart: Review, world: World) -> None:
    for user, value in ((world.evaluator, "2"), (world.colleague, "5")):
        client = world.client_of("evaluator" if user == world.evaluator else "colleague")
        assert client.post(url_of(apart), item_post(apart, 4, user, value=value, evidence="Mitt")).status_code == 303
    assert (own(apart, world.evaluator).value, own(apart, world.colleague).value) == (2, 5)
    assert apart.scores.get(item_number=4).value is None
    assert fresh(apart).status == "rating"


def test_each_sees_their_own_ratings_again(apart: Review, world: World) -> None:
    rate(apart, world.evaluator, {4: 2}, evidence="Bare mitt notat")
    page = world.client_of("evaluator").get(url_of(apart)).content.decode()
    assert "Bare mitt notat" in page
    assert "1 av 25 skåret" in page
    assert "Bare mitt notat" not in world.client_of("colleague").get(url_of(apart)).content.decode()


def test_a_paper_sheet_is_entered_into_ones_own_ratings(apart: Review, world: World) -> None:
    sent = {f"score-{n}": "3" for n in range(1, 26)} | {f"was-{n}": "" for n in range(1, 26)}
    sent |= {f"version-{n}": "0" for n in range(1, 26)}
    assert world.client_of("evaluator").post(reverse("entry", args=[apart.code]), sent).status_code == 302
    assert set(Rating.objects.filter(evaluator__user=world.evaluator).values_list("value", flat=True)) == {3}
    assert not ItemScore.objects.filter(review=apart, value__isnull=False).exists()


MARKS = ("HEMMELIG", "OBSKUR", "RAADET", "FORBEHOLD", "SAVNET")  # in every text that one evaluator writes
TOKENS = re.compile(r'name="(csrfmiddlewaretoken|change|seen|code)" value="[^"]*"|value="[^"]*" name="code"')


def rate_in_secret(apart: Review, world: World, value: int) -> None:
    secret = {
        "evidence": "HEMMELIG", "recommendation": "RAADET", "departure": "FORBEHOLD", "sources": ["OBS"],
        "observation": {"amount": "87.65"},
    }  # fmt: skip
    rate(apart, world.evaluator, {4: value}, **secret)
    waits = {"value": None, "awaiting": True, "awaited": "SAVNET", "awaited_from": "OBSKUR"}
    save(fresh(apart), world.evaluator, {7: waits})


def addresses_of(review: Review, client: Client) -> list[str]:
    """Return every address of the review: those that a person reaches by links, and all others of the resolver."""
    found = {url for url in crawl(client) if str(review.code) in url}
    return sorted(found | {address_of(name, [review.code]) for name, thing in TABLE if thing == "open"})


def answers_to(client: Client, urls: list[str]) -> dict[str, bytes]:
    """Return the responses to a person at each address, as a page and, unless it is a file, as JSON."""
    seen = {}
    for url in urls:
        for headers in ({},) if FILE.search(url) else ({}, JSON):
            with transaction.atomic():
                answer = client.get(url, headers=headers)
                transaction.set_rollback(True)
            plain = TOKENS.sub("", text_of(answer))
            seen[f"{url} {headers}"] = f"{answer.status_code} {plain} {headers_of(answer)}".encode()
    return seen


OTHERS = ("colleague", "coordinator", "team_leader", "stranger", "admin")


@pytest.mark.pdf
@pytest.mark.parametrize("who", OTHERS)
def test_nobody_else_finds_a_trace_of_a_rating_anywhere(apart: Review, world: World, who: str) -> None:
    rate_in_secret(apart, world, 2)
    client = world.client_of(who)
    for url, answer in answers_to(client, addresses_of(apart, client)).items():
        assert not [mark for mark in (*MARKS, "87,65", "87.65") if mark.encode() in answer], url


@pytest.mark.pdf
@pytest.mark.parametrize("who", ["colleague", "coordinator"])
@time_machine.travel(
    datetime(2026, 3, 12, 9, tzinfo=UTC), tick=False
)  # office files contain the time of their creation
def test_what_others_see_does_not_depend_on_the_rating(apart: Review, world: World, who: str) -> None:
    """Only the number of rated items may be visible: other scores of the same items change no page of anybody else."""
    rate_in_secret(apart, world, 2)
    client = world.client_of(who)
    urls = addresses_of(apart, client)
    before = answers_to(client, urls)
    rate(apart, world.evaluator, {4: 5}, evidence="HEMMELIG, og lengre enn før", sources=["ADM", "DOK"])
    after = answers_to(client, urls)
    assert [url for url in before if before[url] != after[url] and "/access" not in url] == []


def test_progress_is_shown_as_n_of_25_and_nothing_else(apart: Review, world: World) -> None:
    rate(apart, world.evaluator, {1: 3, 2: 3, 3: 3})
    for who in ("colleague", "coordinator"):
        page = world.client_of(who).get(apart.get_absolute_url()).content.decode()
        assert "3 av 25" in page
    assert "0 av 25 skåret" not in page  # the coordinator has no total of their own


def test_the_history_shows_only_ones_own_ratings_until_all_have_submitted(apart: Review, world: World) -> None:
    rate(apart, world.colleague, 4)
    rate(apart, world.evaluator, 4)
    rate(apart, world.evaluator, {4: 2}, evidence="HEMMELIG")
    url = reverse("history", args=[apart.code])
    assert "HEMMELIG" in world.client_of("evaluator").get(url).content.decode()
    assert "HEMMELIG" not in world.client_of("coordinator").get(url).content.decode()
    submit_ratings(review=apart, by=world.evaluator)
    assert "HEMMELIG" not in world.client_of("colleague").get(url).content.decode()
    submit_ratings(review=apart, by=world.colleague)
    assert "HEMMELIG" in world.client_of("colleague").get(url).content.decode()
    assert "HEMMELIG" in world.client_of("coordinator").get(url).content.decode()


def test_a_refused_form_sent_to_the_consensus_shows_nobodys_rating(apart: Review, world: World) -> None:
    rate(apart, world.evaluator, 2, evidence="HEMMELIG")
    submit_ratings(review=apart, by=world.evaluator)
    client = world.client_of("colleague")
    answer = client.post(reverse("agree", args=[apart.code, 4]), item_post(apart, 4, value="9"))
    assert answer.status_code == 409
    assert "HEMMELIG" not in answer.content.decode()


def test_an_item_that_has_no_score_and_is_not_awaiting_blocks_submission(apart: Review, world: World) -> None:
    rate(apart, world.evaluator, dict.fromkeys(range(1, 25), 4))
    client = world.client_of("evaluator")
    answer = client.post(reverse("hand_in", args=[apart.code]))
    assert answer.status_code == 422
    assert "25 Aktiv involvering" in answer.content.decode()
    save(fresh(apart), world.evaluator, {25: {"awaiting": True, "awaited": "Tall fra fylket"}})
    assert client.post(reverse("hand_in", args=[apart.code])).status_code == 302


def test_a_score_that_departs_from_the_suggestion_needs_a_reason_before_submission(apart: Review, world: World) -> None:
    rate(apart, world.evaluator, 4)
    save(fresh(apart), world.evaluator, {4: {"observation": {"amount": "95"}}})
    with pytest.raises(Incomplete):
        submit_ratings(review=apart, by=world.evaluator)
    save(fresh(apart), world.evaluator, {4: {"departure": "Bare ett av teamene møter ukentlig."}})
    submit_ratings(review=apart, by=world.evaluator)


def test_ratings_can_be_withdrawn_until_the_last_evaluator_submits(apart: Review, world: World) -> None:
    rate(apart, world.evaluator, 4)
    rate(apart, world.colleague, 4)
    first, second = world.client_of("evaluator"), world.client_of("colleague")
    first.post(reverse("hand_in", args=[apart.code]))
    refused = first.post(url_of(apart), item_post(apart, 4, world.evaluator, value="1"))
    assert refused.status_code == 409
    assert "levert" in refused.content.decode()
    first.post(reverse("take_back", args=[apart.code]))
    assert first.post(url_of(apart), item_post(apart, 4, world.evaluator, value="1")).status_code == 303
    first.post(reverse("hand_in", args=[apart.code]))
    second.post(reverse("hand_in", args=[apart.code]))
    assert fresh(apart).status == "consensus"
    assert first.post(reverse("take_back", args=[apart.code])).status_code == 409


def test_a_page_opened_before_the_last_submission_saves_into_no_rating(apart: Review, world: World) -> None:
    rate(apart, world.evaluator, 4)
    rate(apart, world.colleague, 4)
    stale = fresh(apart)
    for user in (world.evaluator, world.colleague):
        submit_ratings(review=apart, by=user)
    with pytest.raises(StateConflict):
        save(stale, world.evaluator, {4: {"value": 1}})
    assert own(apart, world.evaluator).value == 4


def test_the_review_shows_which_evaluators_have_handed_in(apart: Review, world: World) -> None:
    rate(apart, world.evaluator, {4: 2})
    rate(apart, world.colleague, 4)
    submit_ratings(review=apart, by=world.colleague)
    for name in ("evaluator", "coordinator"):
        page = strip_tags(text_of(world.client_of(name).get(apart.get_absolute_url())))
        assert f"{world.evaluator} (1 av 25)" in page
        assert f"{world.colleague} (levert)" in page


def test_submitting_twice_is_harmless_and_recorded_once(apart: Review, world: World) -> None:
    rate(apart, world.evaluator, 4)
    submit_ratings(review=apart, by=world.evaluator)
    submit_ratings(review=apart, by=world.evaluator)
    assert ReviewEvent.objects.filter(review=apart, type="handed_in").count() == 1
    reopen_ratings(review=apart, by=world.evaluator)
    reopen_ratings(review=apart, by=world.evaluator)
    assert ReviewEvent.objects.filter(review=apart, type="taken_back").count() == 1


def test_an_evaluator_who_has_submitted_cannot_be_replaced(apart: Review, world: World) -> None:
    rate(apart, world.evaluator, 4)
    submit_ratings(review=apart, by=world.evaluator)
    with pytest.raises(HasSubmitted):
        hand_over(apart, by=world.coordinator, evaluators=[world.colleague])
    url = reverse("change_plan", args=[apart.code])
    answer = world.client_of("coordinator").post(url, plan_form(apart, evaluators=[world.colleague.pk]))
    assert answer.status_code == 422
    assert Rating.objects.filter(evaluator__user=world.evaluator).count() == 25


def test_the_ratings_open_when_the_only_evaluator_still_rating_leaves(apart: Review, world: World) -> None:
    rate(apart, world.evaluator, 4)
    rate(apart, world.colleague, {1: 2})
    submit_ratings(review=apart, by=world.evaluator)
    hand_over(apart, by=world.coordinator, evaluators=[world.evaluator])
    assert fresh(apart).status == "consensus"
    assert not Rating.objects.filter(evaluator__user=world.colleague).exists()


def test_a_new_evaluator_gets_rows_for_every_item(apart: Review, world: World) -> None:
    rate(apart, world.evaluator, {1: 3})
    hand_over(apart, by=world.coordinator, evaluators=[world.evaluator])
    hand_over(apart, by=world.coordinator, evaluators=[world.evaluator, world.colleague])
    assert Rating.objects.filter(evaluator__review=apart).count() == 50


def test_with_one_evaluator_there_is_one_common_scoring(world: World) -> None:
    assert world.apart_review(evaluators=[world.evaluator]).method == "together"


def test_ratings_are_signed_with_the_review_and_checked_afterwards(world: World) -> None:
    review = world.agreed_review(dict.fromkeys(range(1, 26), 4), {n: 4 if n > 6 else 3 for n in range(1, 26)})
    world.hand_out(review)
    world.sign(review)
    review = fresh(review)
    assert len(review.record.content["ratings"]) == 50
    assert list(faults_of(review)) == []
    answer = world.client_of("team_leader").get(reverse("sheet_json", args=[review.code]))
    assert "ratings" not in answer.json()
    protection.remove()
    Rating.objects.filter(evaluator__review=review, item_number=1).update(value=1)
    assert "its ratings are not those that were signed" in list(faults_of(review))


def test_a_review_being_rated_is_listed_with_ones_own_progress(apart: Review, world: World) -> None:
    rate(apart, world.evaluator, {1: 3, 2: 3})
    for who, told in (("evaluator", "2 av 25 skåret"), ("colleague", "0 av 25 skåret")):
        assert told in world.client_of(who).get(reverse("reviews")).content.decode()
    assert "av 25 skåret" not in world.client_of("coordinator").get(reverse("reviews")).content.decode()


def test_the_search_for_leaks_uses_the_cast_of_the_access_table() -> None:
    assert set(OTHERS) < set(CAST)


# --- Edge cases ---------------------------------------------------------------------------


def test_a_page_from_before_the_ratings_were_opened_never_touches_a_common_score(apart: Review, world: World) -> None:
    """The versions of ratings and of common scores both start at 0, but one must not be accepted for the other."""
    rate(apart, world.evaluator, 4)
    rate(apart, world.colleague, 4)
    stale = item_post(apart, 4, world.evaluator, value="1", evidence="mitt private notat")
    sheet = {f"score-{n}": "1" for n in range(1, 26)} | {f"was-{n}": "4" for n in range(1, 26)}
    sheet |= {f"version-{n}": "1" for n in range(1, 26)}
    for user in (world.evaluator, world.colleague):
        submit_ratings(review=apart, by=user)
    save(fresh(apart), world.colleague, {n: {"value": 3, "evidence": "FELLES"} for n in range(1, 26)})
    client = world.client_of("evaluator")
    assert client.post(url_of(apart), stale).status_code == 409
    assert client.post(reverse("entry", args=[apart.code]), sheet).status_code == 409
    assert set(apart.scores.values_list("value", "evidence")) == {(3, "FELLES")}


def test_removing_an_evaluator_opens_none_of_their_ratings(apart: Review, world: World) -> None:
    rate(apart, world.evaluator, {4: 2}, evidence="HEMMELIG")
    rate(apart, world.colleague, 4)
    submit_ratings(review=apart, by=world.colleague)
    hand_over(apart, by=world.coordinator, evaluators=[world.colleague])
    assert fresh(apart).status == "consensus"
    for who in ("colleague", "coordinator"):
        page = world.client_of(who).get(reverse("history", args=[apart.code])).content.decode()
        assert "HEMMELIG" not in page


def test_an_evaluator_who_is_removed_while_writing_is_informed(apart: Review, world: World) -> None:
    rate(apart, world.evaluator, {4: 2})
    stale = fresh(apart)
    hand_over(apart, by=world.coordinator, evaluators=[world.colleague])
    for act in (lambda: rate_stale(stale, world), lambda: submit_ratings(review=stale, by=world.evaluator)):
        with pytest.raises(StateConflict, match="ikke lenger evaluator"):
            act()


def rate_stale(review: Review, world: World) -> None:
    edits = [ScoreEdit(4, 1, {"value": 3})]
    save_scores(review=review, by=world.evaluator, change=uuid4(), edits=edits)


def test_a_page_from_before_an_evaluator_left_and_came_back_is_outdated(apart: Review, world: World) -> None:
    rate(apart, world.evaluator, {4: 2})
    sent = item_post(apart, 4, world.evaluator, value="5")
    hand_over(apart, by=world.coordinator, evaluators=[world.colleague])
    hand_over(apart, by=world.coordinator, evaluators=[world.evaluator, world.colleague])
    answer = world.client_of("evaluator").post(url_of(apart), sent, headers=JSON)
    assert answer.status_code == 409
    assert "None" not in answer.json()["error"]


def test_points_that_are_sent_twice_count_once(apart: Review, world: World) -> None:
    client = world.client_of("evaluator")
    sent = item_post(apart, 3, world.evaluator, met=["1"] * 30, caps=["refers_on"] * 9)
    assert client.post(url_of(apart, 3), sent).status_code == 303
    assert own(apart, world.evaluator, 3).observation == {"met": [1], "caps": ["refers_on"]}
    assert client.get(apart.get_absolute_url()).status_code == 200


def test_an_evaluator_who_joins_the_service_after_submitting_does_not_block_signing(world: World) -> None:
    review = world.agreed_review(4, 4)
    world.hand_out(review)
    Membership.objects.create(
        user=world.colleague, network=world.network, organisation=world.organisation, role=Role.TEAM_LEADER
    )
    third = member("third", Role.EVALUATOR, world.network)
    hand_over(review, by=world.coordinator, evaluators=[world.evaluator, world.colleague, third])
    world.sign(review)
    assert fresh(review).total == 100


def test_verification_covers_the_other_rows_of_a_signed_review(world: World) -> None:
    review = world.agreed_review(4, 4)
    world.hand_out(review)
    world.sign(review)
    protection.remove()
    for alter in (
        lambda: Review.objects.filter(pk=review.pk).update(specialists=[{"label": "Z"}]),
        lambda: Review.objects.filter(pk=review.pk).update(period_start="2020-01-01", period_end="2020-02-01"),
        lambda: review.participations.filter(user=world.colleague).update(submitted_at=None),
        lambda: Rating.objects.filter(evaluator__review=review, item_number=3).update(
            awaited_from="x", awaiting=True, value=None
        ),
    ):
        with transaction.atomic():
            alter()
            assert list(faults_of(fresh(review))) != []
            transaction.set_rollback(True)
    assert list(faults_of(fresh(review))) == []
