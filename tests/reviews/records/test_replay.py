"""The replay of events finds no fault in reviews that only the program has written, in every state."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from reviews.actionplan.services import ActionFields, add_action, begin_from_recommendations, change_action
from reviews.actionplan.services import remove_action as remove
from reviews.conduct.cancelling import cancel
from reviews.conduct.changing_plans import plan_version
from reviews.conduct.correction import open_correction
from reviews.conduct.specialists import change_specialists, next_label
from reviews.conduct.submission import reopen_ratings, submit_ratings
from reviews.consensus.comments import add_comment
from reviews.consensus.decisions import ask_third
from reviews.factcheck.deadline import set_deadline
from reviews.factcheck.remarks import change_remark, withdraw_remark
from reviews.models import Action, Remark, Review, ReviewEvent
from reviews.records import replay
from reviews.reports.text_saving import save_text
from tests.builders import World, answer, corrected, fresh, hand_over, note_on_action, rate, remark, save

pytestmark = pytest.mark.django_db


def planned_anew(world: World) -> None:
    review = world.plan_review()
    hand_over(review, by=world.coordinator, evaluators=[world.colleague])


def scored(world: World) -> None:
    review = world.score_review(3)
    save(
        review,
        world.evaluator,
        {4: {"value": None, "awaiting": True, "awaited": "Tall", "awaited_by": date(2026, 4, 1)}},
    )
    save(
        review,
        world.evaluator,
        {4: {"value": 5, "awaiting": False, "awaited": "", "awaited_by": None, "sources": ["x"]}},
    )
    change_specialists(review=fresh(review), by=world.evaluator, action="add", label=next_label(fresh(review)))
    save_text(
        review=fresh(review),
        by=world.evaluator,
        change=uuid4(),
        based_on=0,
        fields={"summary": "Bra.", "strengths": ""},
    )


def rated_by_somebody_who_left_and_came_back(world: World) -> None:
    review = world.apart_review()
    rate(review, world.colleague, 4)
    hand_over(review, by=world.coordinator, evaluators=[world.evaluator])
    hand_over(review, by=world.coordinator, evaluators=[world.evaluator, world.colleague])
    rate(review, world.colleague, {3: 2})


def handed_in_and_taken_back(world: World) -> None:
    review = world.apart_review()
    rate(review, world.evaluator, 4)
    submit_ratings(review=fresh(review), by=world.evaluator)
    reopen_ratings(review=fresh(review), by=world.evaluator)
    rate(review, world.evaluator, {1: 1})


def decided_by_a_third_person(world: World) -> None:
    review = world.consensus_review({**dict.fromkeys(range(1, 26), 4), 3: 2}, 4)
    add_comment(review=review, by=world.evaluator, code=uuid4(), number=3, text="Se planen.")
    ask_third(review=review, by=world.evaluator, number=3, person=world.coordinator)


def remarked(world: World) -> None:
    review = world.asked_review(4)
    first, second, third = (remark(fresh(review), world.team_leader) for _ in range(3))
    change_remark(remark=first, by=world.team_leader, version=0, kind=Remark.Kind.FACT, text="Et annet tall.")
    withdraw_remark(remark=second, by=world.team_leader)
    answer(third, world.evaluator)
    set_deadline(review=fresh(review), by=world.coordinator, until=timezone.localdate() + timedelta(days=3))


def being_corrected(world: World) -> None:
    review = world.final_review(4)
    correction = open_correction(review=review, by=world.evaluator, reason="Feil tall.")
    save(correction, world.evaluator, {3: {"value": 2}})


def replaced(world: World) -> None:
    corrected(world.final_review(4), world)


def cancelled(world: World) -> None:
    review = world.score_review(4)
    cancel(review=review, by=world.coordinator, seen=plan_version(review), reason="Flyttet.")


def planned_for(world: World) -> None:
    review = world.score_review(3)
    save(review, world.evaluator, {number: {"recommendation": "Øv."} for number in (1, 2, 3)})
    review = world.hand_out(fresh(review))
    world.sign(review)
    review = fresh(review)
    begin_from_recommendations(review=review, by=world.coordinator)
    first, second, _third = Action.objects.order_by("pk")
    done = ActionFields("Øv mer", "Teamleder", date(2026, 6, 1), Action.State.ONGOING)
    change_action(review=review, action=first, by=world.coordinator, seen=0, fields=done, note="Begynt")
    note_on_action(review=review, action=fresh_action(first), by=world.team_leader, note="Begynt")
    remove(review=review, action=second, by=world.coordinator, seen=0)
    add_action(review=review, by=world.coordinator, code=uuid4(), item_number=None, fields=done)


def fresh_action(action: Action) -> Action:
    return Action.objects.get(pk=action.pk)


@pytest.mark.parametrize(
    "course",
    [
        *(planned_anew, scored, rated_by_somebody_who_left_and_came_back, handed_in_and_taken_back),
        *(decided_by_a_third_person, remarked, being_corrected, replaced, cancelled, planned_for),
    ],
)
def test_rows_that_the_program_wrote_are_what_their_events_say(world: World, course: Callable[[World], None]) -> None:
    course(world)
    for review in Review.objects.all():
        events = list(ReviewEvent.objects.filter(review=review).select_related("by"))
        assert list(replay.faults(review, events)) == []


def test_reviews_of_earlier_versions_whose_first_event_names_nobody_are_in_order(world: World) -> None:
    review = world.score_review(4)
    events = list(ReviewEvent.objects.filter(review=review).select_related("by"))
    events[0].changes = {}
    assert list(replay.faults(review, events)) == []
