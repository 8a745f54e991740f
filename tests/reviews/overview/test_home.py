"""The first page: what waits for a person, what they wait for, and what was finished last."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reviews.actionplan.services import ActionFields, add_action
from reviews.conduct.submission import submit_ratings
from reviews.models import Organisation, PreparationStep, Review
from reviews.overview.home import HomePage
from reviews.schedule.timeline import add_step
from tests.builders import World, answer, fresh, rate, remark

pytestmark = pytest.mark.django_db
IN_TWO_WEEKS = timedelta(days=14)


def home(world: World, who: str) -> HomePage:
    return world.client_of(who).get(reverse("home")).context["page"]


def titles(world: World, who: str = "evaluator") -> list[str]:
    return [task.title for task in home(world, who).tasks]


def test_somebody_without_work_reads_that_nothing_waits(world: World) -> None:
    page = world.client_of("other_leader").get(reverse("home")).content.decode()
    assert "Ingenting venter på deg" in page
    assert "Du har ingen vurderinger ennå" in page


@pytest.mark.parametrize(
    ("who", "leads_to"), [("evaluator", "organisations"), ("coordinator", "organisations"), ("admin", "networks")]
)
def test_an_empty_page_names_the_next_step_for_each_role(world: World, who: str, leads_to: str) -> None:
    empty = home(world, who).empty
    assert empty is not None
    assert [action.url for action in empty.actions] == [reverse(leads_to)]


def test_a_visit_ahead_is_prepared_and_one_that_has_come_is_scored(world: World) -> None:
    today = timezone.localdate()
    review = world.plan_review(visit_start=today + IN_TWO_WEEKS, visit_end=today + IN_TWO_WEEKS)
    [task] = home(world, "evaluator").tasks
    assert (task.title, task.deadline) == ("Forbered besøket", review.visit_start)
    Review.objects.update(visit_start=today, visit_end=today)
    assert titles(world) == ["Skår 25 kriterier"]


def test_scoring_counts_what_is_left_and_ends_with_the_draft(world: World) -> None:
    world.score_review({1: 4, 2: 3})
    assert titles(world) == ["Skår 23 kriterier"]
    Review.objects.all()[0].scores.update(value=4)
    assert titles(world) == ["Del rapportutkastet"]


def test_each_evaluator_is_told_of_their_own_ratings_and_waits_for_the_other(world: World) -> None:
    review = world.apart_review()
    rate(review, world.evaluator, 4)
    rate(review, world.colleague, {1: 3})
    assert titles(world) == ["Lever skårene dine"]
    assert titles(world, "colleague") == ["Skår 24 kriterier"]
    submit_ratings(review=fresh(review), by=world.evaluator)
    page = home(world, "evaluator")
    assert page.tasks == ()
    assert [(wait.who, wait.url) for wait in page.waits] == [("Colleague (1/25)", review.get_absolute_url())]


def test_consensus_counts_the_items_without_a_common_score(world: World) -> None:
    world.consensus_review(4, {number: 3 if number < 3 else 4 for number in range(1, 26)})
    [task] = home(world, "evaluator").tasks
    assert task.title == "Bli enige om 25 kriterier"
    world.agreed_review(visit_start=date(2026, 1, 5), visit_end=date(2026, 1, 5))
    assert "Del rapportutkastet" in titles(world)


def test_the_factual_check_waits_for_the_service_then_for_the_evaluators(world: World) -> None:
    asked = world.asked_review()
    [task] = home(world, "team_leader").tasks
    assert (task.deadline, task.action.url) == (asked.facts_until, reverse("remarks", args=[asked.code]))
    assert [wait.who for wait in home(world, "evaluator").waits] == ["Tjenesten"]
    assert titles(world, "other_leader") == []
    written = remark(asked, world.team_leader)
    assert titles(world) == ["Svar på 1 merknad"]
    answer(written, world.evaluator)
    assert titles(world) == []
    Review.objects.update(facts_until=date(2026, 1, 1))
    assert titles(world) == ["Signer vurderingen"]


def test_the_deadline_of_a_task_is_the_next_step_of_the_preparation(world: World) -> None:
    review, today = world.score_review({1: 4}), timezone.localdate()
    add_step(network=world.network, by=world.coordinator, weeks=2, text="Skriv utkast")
    for days in (-3, 2, 20):
        PreparationStep.objects.create(review=review, due=today + timedelta(days=days), text="Et punkt")
    [task] = home(world, "evaluator").tasks
    assert task.days is not None
    assert (task.days.number, task.days.is_soon) == ("2", True)


def test_the_task_with_the_earliest_deadline_comes_first_and_has_the_only_primary_button(world: World) -> None:
    today = timezone.localdate()
    for days in (20, 4, 9):
        day = today + timedelta(days=days)
        world.plan_review(visit_start=day, visit_end=day)
    tasks = home(world, "evaluator").tasks
    assert [task.days and task.days.number for task in tasks] == ["4", "9", "20"]
    assert [task.action.is_primary for task in tasks] == [True, False, False]
    page = world.client_of("evaluator").get(reverse("home")).content.decode()
    assert page.partition("<main")[2].partition("</main>")[0].count("btn-primary") == 1


def test_a_coordinator_is_told_of_overdue_services_that_nobody_has_planned(world: World) -> None:
    world.final_review(visit_start=date(2024, 1, 8), visit_end=date(2024, 1, 8))
    assert Organisation.objects.filter(next_due__lt=timezone.localdate()).exists()
    [task] = home(world, "coordinator").tasks
    assert task.title == "Planlegg vurdering av 1 tjeneste"
    assert world.client_of("coordinator").get(task.action.url).context["page"].rows[0].name == "IPS Øyvær"
    world.plan_review()
    assert titles(world, "coordinator") == []


def test_a_team_leader_is_told_of_actions_that_are_due(world: World) -> None:
    final, today = world.final_review(3), timezone.localdate()
    for number, days in ((1, -2), (2, 1), (3, 40)):
        fields = ActionFields("Et møte til", due=today + timedelta(days=days))
        add_action(review=final, by=world.team_leader, code=uuid4(), item_number=number, fields=fields)
    [task] = home(world, "team_leader").tasks
    assert (task.title, task.action.url) == ("Følg opp 2 tiltak", reverse("plan", args=[final.code]))
    assert task.deadline == today - timedelta(days=2)


def test_finished_reviews_come_last_and_are_few(world: World, as_evaluator: Client) -> None:
    for year in range(2015, 2025):
        world.final_review(4, visit_start=date(year, 1, 1), visit_end=date(year, 1, 2))
    page = home(world, "evaluator")
    assert [row.visit[-4:] for row in page.finished] == ["2024", "2023", "2022", "2021", "2020"]
    assert reverse("reviews") in as_evaluator.get(reverse("home")).content.decode()


def test_a_team_leader_reads_the_last_result_on_the_first_page_and_opens_it_by_one_link(world: World) -> None:
    final = world.final_review(4)
    page = world.client_of("team_leader").get(reverse("home"))
    [row] = page.context["page"].finished
    assert (row.total, row.band, row.url) == ("100", "god kvalitet", final.get_absolute_url())
    assert f'href="{row.url}"' in page.content.decode()
