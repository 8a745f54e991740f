"""Due dates: the page "Dates" and the read model behind it."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from reviews.models import Action, Membership, Organisation, PreparationStep, Review, User
from reviews.schedule.due_dates import MOST, DueKind, due_dates_of
from reviews.schedule.preparation import set_done
from reviews.schedule.timeline import add_step
from reviews.workflow import Role
from tests.builders import World, corrected, many_finals, query_plan

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 1)


@pytest.fixture(autouse=True)
def _on_the_first_of_march() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 3, 1, 9, tzinfo=UTC), tick=False):
        yield


def seen_by(user: User, **given: Any) -> list[tuple[str, date, str, str]]:
    return [(due.kind.value, due.on, due.organisation, due.text) for due in due_dates_of(user, **given).items]


def due_on(organisation: Organisation, day: date | None) -> None:
    Organisation.objects.filter(pk=organisation.pk).update(next_due=day)


def action_of(review: Review, due: date | None, **fields: Any) -> Action:
    given = {"what": "Avtal felles inntaksmøte", "saved_by": review.created_by, "saved_at": timezone.now()}
    return Action.objects.create(review=review, due=due, **given | fields)


def final_of(world: World, **fields: Any) -> Review:
    """Return a final review whose organisation has no date for the next one, so that tests can set it."""
    review = world.final_review(4, **fields)
    due_on(review.organisation, None)
    return review


def page_of(world: World, who: str) -> str:
    return world.client_of(who).get(reverse("dates")).content.decode()


def test_planned_reviews_are_found_by_the_index_of_open_reviews(world: World) -> None:
    """One query for each organisation would take seconds in a network of thousands."""
    many_finals(final_of(world), 500, pdf=b"")
    world.plan_review()
    with CaptureQueriesContext(connection) as asked:
        due_dates_of(world.coordinator)
    (sql,) = [each["sql"] for each in asked.captured_queries if '"next_due" <=' in each["sql"]]
    steps = query_plan(sql)
    assert "review_open" in steps
    assert "sqlite_autoindex_reviews_review_" not in steps


# --- Next reviews -------------------------------------------------------------------------


def test_the_coordinator_sees_all_organisations_of_the_network_and_the_leader_their_own(world: World) -> None:
    due_on(world.organisation, date(2026, 2, 20))
    due_on(world.sister, date(2026, 4, 1))
    due_on(world.others, date(2026, 4, 1))
    mine, sisters = ("review", date(2026, 2, 20), "IPS Øyvær", ""), ("review", date(2026, 4, 1), "IPS Granlia", "")
    assert seen_by(world.coordinator) == [mine, sisters]
    assert seen_by(world.team_leader) == [mine]
    assert seen_by(world.other_leader) == [sisters]
    for nobody in (world.evaluator, world.stranger, world.admin):
        assert seen_by(nobody) == []


def test_the_coordinator_sees_ninety_days_ahead_the_leader_a_year(world: World) -> None:
    for days, coordinators, leaders in ((90, 1, 1), (91, 0, 1), (366, 0, 1), (367, 0, 0)):
        due_on(world.organisation, TODAY + timedelta(days=days))
        assert len(seen_by(world.coordinator)) == coordinators, days
        assert len(seen_by(world.team_leader)) == leaders, days


def test_an_organisation_whose_next_review_is_planned_is_no_longer_due_for_the_coordinator(world: World) -> None:
    due_on(world.organisation, date(2026, 2, 20))
    world.plan_review()
    assert {what for what, *_ in seen_by(world.coordinator)} == {"visit"}
    assert {what for what, *_ in seen_by(world.team_leader)} == {"review"}  # they may not know of the planned review


# --- Visits -------------------------------------------------------------------------------


def test_participants_and_coordinators_see_coming_visits(world: World) -> None:
    world.plan_review(evaluators=[world.evaluator])
    visit = [("visit", date(2026, 3, 10), "IPS Øyvær", "uavhengig vurdering")]
    assert seen_by(world.evaluator) == visit
    assert seen_by(world.coordinator) == visit
    for other in (world.colleague, world.team_leader, world.stranger, world.admin):
        assert seen_by(other) == []


@pytest.mark.parametrize(("days", "count"), [(-31, 0), (-30, 1), (0, 1), (90, 1)])
def test_a_visit_stays_for_thirty_days_while_the_review_is_open(world: World, days: int, count: int) -> None:
    day = TODAY + timedelta(days=days)
    world.plan_review(visit_start=day, visit_end=day)
    assert len(seen_by(world.evaluator)) == count
    assert not any(due.is_overdue(TODAY) for due in due_dates_of(world.evaluator).items)


def test_a_final_review_has_no_coming_visit(world: World) -> None:
    final_of(world)
    assert seen_by(world.evaluator) == []


# --- Steps --------------------------------------------------------------------------------


def test_the_reviews_evaluators_and_the_coordinator_see_steps_that_are_not_done(world: World) -> None:
    add_step(network=world.network, by=world.coordinator, weeks=-4, text="Be om tall")
    review = world.plan_review(evaluators=[world.evaluator])
    step = ("step", date(2026, 2, 10), "IPS Øyvær", "Be om tall")
    assert step in seen_by(world.evaluator)
    assert step in seen_by(world.coordinator)
    assert seen_by(world.colleague) == []
    set_done(step=review.preparation.get(), by=world.evaluator, done=True)
    assert step not in seen_by(world.evaluator)


def test_steps_before_the_visit_are_not_due_once_the_review_is_final(world: World) -> None:
    for weeks, text in ((-4, "Be om tall"), (6, "Handlingsplan")):
        add_step(network=world.network, by=world.coordinator, weeks=weeks, text=text)
    final_of(world)
    assert [text for _what, _on, _name, text in seen_by(world.evaluator)] == ["Handlingsplan"]


# --- Actions and remarks ------------------------------------------------------------------


def test_the_leader_and_the_coordinator_see_open_actions(world: World) -> None:
    review = final_of(world)
    action_of(review, date(2026, 2, 1))
    action_of(review, None)
    action_of(review, date(2026, 2, 1), state=Action.State.DONE)
    action_of(review, date(2026, 2, 1), state=Action.State.DROPPED)
    expected = [("action", date(2026, 2, 1), "IPS Øyvær", "Avtal felles inntaksmøte")]
    assert seen_by(world.team_leader) == expected
    assert seen_by(world.coordinator) == expected
    for other in (world.evaluator, world.other_leader, world.stranger, world.admin):
        assert seen_by(other) == []


def test_the_leader_sees_the_deadline_for_remarks_until_it_has_passed(world: World) -> None:
    review = world.draft_review(4)
    for day, count in ((TODAY, 1), (TODAY + timedelta(days=9), 1), (TODAY - timedelta(days=1), 0)):
        Review.objects.filter(pk=review.pk).update(facts_until=day)
        assert [what for what, *_ in seen_by(world.team_leader)] == ["remarks"] * count
    Review.objects.filter(pk=review.pk).update(facts_until=TODAY)
    for other in (world.evaluator, world.coordinator, world.other_leader):
        assert "remarks" not in {what for what, *_ in seen_by(other)}


def test_remarks_on_a_report_that_was_sent_back_are_not_due(world: World) -> None:
    review = world.score_review(4)
    Review.objects.filter(pk=review.pk).update(facts_until=TODAY)
    assert seen_by(world.team_leader) == []


# --- The whole page -----------------------------------------------------------------------


def everything(world: World) -> None:
    """Create a date of each kind for the coordinator and the leader of IPS Øyvær."""
    add_step(network=world.network, by=world.coordinator, weeks=-1, text="Send timeplanen")
    action_of(final_of(world), date(2026, 2, 28))
    due_on(world.sister, date(2026, 4, 1))
    world.plan_review()
    Review.objects.filter(pk=world.draft_review(4).pk).update(facts_until=date(2026, 3, 5))


def test_dates_are_in_order_and_can_be_limited(world: World) -> None:
    everything(world)
    days = [on for _what, on, *_ in seen_by(world.coordinator)]
    assert days == sorted(days)
    assert {on for _what, on, *_ in seen_by(world.coordinator, until=date(2026, 3, 3))} == {
        date(2026, 2, 28),
        date(2026, 3, 3),
    }


def test_the_page_lists_overdue_dates_first_and_then_each_kind(world: World) -> None:
    everything(world)
    page = page_of(world, "coordinator")
    places = [page.index(words) for words in ("Over fristen", ">Besøk<", "Neste vurderinger", "Forberedelse av besøk")]
    assert places == sorted(places)
    for words in ("1 dag over fristen", "om 2 dager", "10.–11. mars 2026", "Send timeplanen", "aria-current"):
        assert words in page
    leader = page_of(world, "team_leader")
    assert "Merknader til rapportutkast, innen" in leader
    assert "om 4 dager" in leader
    assert "Send timeplanen" not in leader


def test_no_page_of_dates_holds_a_score(world: World) -> None:
    final_of(world)
    world.score_review(5)
    for who in ("coordinator", "evaluator", "team_leader"):
        content = page_of(world, who).split("<main")[1]
        assert "100" not in content
        assert "125" not in content


def test_a_person_with_nothing_due_is_informed(world: World) -> None:
    for who in ("evaluator", "admin"):
        assert "Du har ingen frister nå" in page_of(world, who)


def test_a_membership_that_ends_empties_the_page(world: World) -> None:
    everything(world)
    for user in (world.coordinator, world.team_leader, world.evaluator):
        assert seen_by(user)
    Membership.objects.all().delete()
    for user in (world.coordinator, world.team_leader, world.evaluator):
        assert seen_by(user) == []


def test_a_person_with_two_roles_sees_each_date_once(world: World) -> None:
    everything(world)
    Membership.objects.create(user=world.coordinator, network=world.network, role=Role.EVALUATOR)
    Membership.objects.create(
        user=world.coordinator, network=world.network, role=Role.TEAM_LEADER, organisation=world.organisation
    )
    abouts = [due.about for due in due_dates_of(world.coordinator).items]
    assert len(abouts) == len(set(abouts))
    assert {due.kind for due in due_dates_of(world.coordinator).items} == set(DueKind)


def test_typed_texts_are_shown_as_text(world: World) -> None:
    action_of(final_of(world), TODAY, what="<script>alert(1)</script>")
    page = page_of(world, "team_leader")
    assert "&lt;script&gt;alert" in page
    assert "<script>alert" not in page


def test_the_day_begins_at_midnight_in_oslo(world: World) -> None:
    due_on(world.organisation, date(2026, 3, 29))  # the night in which the clocks go forward
    for now, is_overdue in (
        (datetime(2026, 3, 29, 21, 59, tzinfo=UTC), False),
        (datetime(2026, 3, 29, 22, 1, tzinfo=UTC), True),
    ):
        with time_machine.travel(now, tick=False):
            assert ("over fristen" in page_of(world, "team_leader")) is is_overdue


def test_a_network_of_thousands_shows_the_first_of_a_kind_and_says_so_and_hides_nothing_else(
    world: World, django_assert_max_num_queries: Callable
) -> None:
    Organisation.objects.bulk_create(
        Organisation(network=world.network, name=f"IPS {n}", next_due=TODAY - timedelta(days=n % 200))
        for n in range(1000)
    )
    world.plan_review(visit_start=TODAY + timedelta(days=5), visit_end=TODAY + timedelta(days=5))
    with django_assert_max_num_queries(6):
        found = due_dates_of(world.coordinator)
    kinds = [due.kind for due in found.items]
    assert (kinds.count(DueKind.REVIEW), kinds.count(DueKind.VISIT)) == (MOST, 1)
    assert found.items[0].on == TODAY - timedelta(days=199)
    assert "Bare de første 50 vises av: Neste vurderinger" in page_of(world, "coordinator")


def test_exactly_as_many_as_are_shown_are_not_reported_as_more(world: World) -> None:
    Organisation.objects.bulk_create(
        Organisation(network=world.network, name=f"IPS {n}", next_due=TODAY) for n in range(MOST)
    )
    assert due_dates_of(world.coordinator).truncated == ()


@pytest.mark.parametrize("days", [-400, 300])
def test_an_open_review_whose_visit_is_not_shown_hides_no_overdue_organisation(world: World, days: int) -> None:
    due_on(world.organisation, TODAY - timedelta(days=20))
    world.plan_review(visit_start=TODAY + timedelta(days=days), visit_end=TODAY + timedelta(days=days))
    assert [what for what, *_rest in seen_by(world.coordinator)] == ["review"]


def test_a_shorter_period_returns_no_later_dates(world: World) -> None:
    due_on(world.organisation, TODAY + timedelta(days=50))
    world.plan_review(visit_start=TODAY + timedelta(days=70), visit_end=TODAY + timedelta(days=70))
    assert seen_by(world.coordinator, until=TODAY + timedelta(days=60)) == []


def test_a_date_links_to_its_action_even_after_a_correction(world: World) -> None:
    action = action_of(final_of(world), TODAY)
    corrected(action.review, world)
    (url,) = [due.url for due in due_dates_of(world.team_leader).items if due.kind == DueKind.ACTION]
    page = world.client_of("team_leader").get(url, follow=True)
    assert page.status_code == 200
    assert f'id="{url.partition("#")[2]}"' in page.content.decode()


def test_the_page_takes_as_many_queries_for_few_dates_as_for_many(
    world: World, django_assert_max_num_queries: Callable
) -> None:
    Membership.objects.create(
        user=world.coordinator, network=world.network, role=Role.TEAM_LEADER, organisation=world.organisation
    )
    everything(world)
    client = world.client_of("coordinator")
    client.get(reverse("dates"))
    with django_assert_max_num_queries(2 + 7):  # session and user; six for the dates, one for the calendar address
        client.get(reverse("dates"))
    review = world.plan_review()
    PreparationStep.objects.bulk_create(PreparationStep(review=review, due=TODAY, text=f"{n}") for n in range(50))
    final = world.final_review(4)
    for _ in range(10):
        action_of(final, TODAY)
    with django_assert_max_num_queries(2 + 7):
        client.get(reverse("dates"))
