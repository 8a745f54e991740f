"""A network's timeline and the dated check list that each planned review gets from it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from reviews.conduct.correction import open_correction
from reviews.models import AccessEvent, PreparationStep, Review, TimelineStep
from reviews.records import chain
from reviews.schedule.preparation import MOST_STEPS, set_done
from reviews.schedule.timeline import (
    MOST_ROWS,
    PROPOSAL,
    add_step,
    begin_with_proposal,
    change_step,
    step_version,
    weeks_words,
)
from tests.builders import World

pytestmark = pytest.mark.django_db
NUMBER = "01019010046"  # a valid Norwegian identity number, as in tests/test_privacy.py


def timeline_url(world: World) -> str:
    return reverse("timeline", args=[world.network.code])


def page_url(review: Review) -> str:
    return reverse("preparation", args=[review.code])


def row(weeks: object = 4, text: str = "Be om tall", side: str = "before", **fields: Any) -> dict[str, Any]:
    return {"weeks": weeks, "side": side, "text": text} | fields


def rows_of(world: World) -> list[tuple[int, str]]:
    return list(world.network.timeline.values_list("weeks", "text"))


def fields_of(review: Review) -> PreparationStep:
    return review.preparation.earliest("due", "pk")


def tick_url(step: PreparationStep) -> str:
    return reverse("tick", args=[step.review.code, step.pk])


@pytest.fixture
def coordinator(world: World) -> Client:
    return world.client_of("coordinator")


@pytest.fixture
def prepared(world: World) -> Review:
    """Return a review with two steps: figures four weeks before the visit and a report four weeks after."""
    for weeks, text in ((-4, "Be om tall"), (4, "Send rapporten"), (0, "Besøket")):
        add_step(network=world.network, by=world.coordinator, weeks=weeks, text=text)
    return world.plan_review()


# --- The timeline -------------------------------------------------------------------------


def test_a_network_without_a_timeline_starts_with_the_proposal_in_the_readers_language(
    world: World, coordinator: Client
) -> None:
    assert "Begynn med et forslag" in coordinator.get(timeline_url(world)).content.decode()
    assert coordinator.post(reverse("timeline_proposal", args=[world.network.code])).status_code == 302
    assert [weeks for weeks, _text in rows_of(world)] == [weeks for weeks, _text in PROPOSAL]
    assert (-8, "Avtal dagene for besøket med tjenesten.") in rows_of(world)
    page = coordinator.get(timeline_url(world)).content.decode()
    assert "8 uker før besøket" in page
    assert "Begynn med et forslag" not in page


def test_the_proposal_has_the_usual_weeks_and_is_valid(world: World) -> None:
    assert sorted({weeks for weeks, _text in PROPOSAL}) == [-8, -4, -3, -2, 0, 4, 6]
    begin_with_proposal(network=world.network, by=world.coordinator)
    for step in world.network.timeline.all():
        step.full_clean()


def test_the_proposal_sends_nobody_to_read_the_previous_review() -> None:
    """New evaluators may not see the scores of the previous review, but the outcome of its plan."""
    with translation.override("en"):
        texts = [str(text) for _weeks, text in PROPOSAL]
    assert "Read what became of the last action plan." in texts
    assert not [text for text in texts if "last review" in text]


def test_the_proposal_is_never_added_to_an_existing_timeline(world: World, coordinator: Client) -> None:
    add_step(network=world.network, by=world.coordinator, weeks=-4, text="Vårt eget")
    assert coordinator.post(reverse("timeline_proposal", args=[world.network.code])).status_code == 409
    assert rows_of(world) == [(-4, "Vårt eget")]


def test_rows_are_added_changed_and_removed_and_each_change_is_recorded(world: World, coordinator: Client) -> None:
    coordinator.post(timeline_url(world), row(8, "  Avtal\n dager "))
    coordinator.post(timeline_url(world), row(6, "Handlingsplan", "after"))
    assert rows_of(world) == [(-8, "Avtal dager"), (6, "Handlingsplan")]
    step = world.network.timeline.first()
    url = reverse("timeline_step", args=[world.network.code, step.pk])
    assert coordinator.post(url, row(0, "Besøket", seen=step_version(step))).status_code == 302
    assert rows_of(world) == [(0, "Besøket"), (6, "Handlingsplan")]
    step.refresh_from_db()
    assert coordinator.post(url, {"act": "remove", "seen": step_version(step)}).status_code == 302
    assert rows_of(world) == [(6, "Handlingsplan")]
    lines = AccessEvent.objects.filter(action="timeline_changed")
    assert {(line.by, line.network) for line in lines} == {(world.coordinator, world.network)}
    assert lines.count() == 4


def test_pressing_the_button_twice_adds_one_row(world: World, coordinator: Client) -> None:
    for _ in range(2):
        assert coordinator.post(timeline_url(world), row()).status_code == 302
    assert rows_of(world) == [(-4, "Be om tall")]


@pytest.mark.parametrize(
    "fields",
    [
        *(row(weeks) for weeks in ("-1", "105", "x", "", "9" * 30)),
        *(row(text=text) for text in ("", " \n ", "x" * 201, f"Ring {NUMBER}")),
        row(side="beside"),
    ],
)
def test_empty_and_overlong_rows_are_refused_and_kept_on_the_page(
    world: World, coordinator: Client, fields: dict[str, Any]
) -> None:
    answer = coordinator.post(timeline_url(world), fields)
    assert answer.status_code == 422
    assert rows_of(world) == []


def test_the_farthest_rows_are_two_years_from_the_visit(world: World, coordinator: Client) -> None:
    coordinator.post(timeline_url(world), row(104, "x" * 200))
    coordinator.post(timeline_url(world), row(104, "Etter", "after"))
    assert [weeks for weeks, _text in rows_of(world)] == [-104, 104]
    for weeks in (-105, 105):
        with pytest.raises(IntegrityError), transaction.atomic():
            TimelineStep.objects.create(network=world.network, weeks=weeks, text="x")
    with pytest.raises(ValidationError, match="fødselsnummer"):
        TimelineStep(network=world.network, weeks=0, text=NUMBER).full_clean()


def test_a_timeline_has_at_most_sixty_rows(world: World, coordinator: Client) -> None:
    TimelineStep.objects.bulk_create(
        TimelineStep(network=world.network, weeks=0, text=f"{n}") for n in range(MOST_ROWS)
    )
    answer = coordinator.post(timeline_url(world), row())
    assert answer.status_code == 422
    assert "høyst 60 rader" in answer.content.decode()
    assert "Be om tall" in answer.content.decode()
    assert len(rows_of(world)) == 60


def test_two_people_who_change_one_row_lose_nothing(world: World, coordinator: Client) -> None:
    add_step(network=world.network, by=world.coordinator, weeks=-4, text="Først")
    step = world.network.timeline.get()
    seen, url = step_version(step), reverse("timeline_step", args=[world.network.code, step.pk])
    change_step(step=step, by=world.coordinator, seen=seen, weeks=-3, text="Den andres")
    answer = coordinator.post(url, row(2, "Min", seen=seen))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "3 uker før besøket: Den andres" in page
    assert "Min" in page
    assert rows_of(world) == [(-3, "Den andres")]
    assert coordinator.post(url, {"act": "remove", "seen": seen}).status_code == 409
    # The page shows both versions, so saving again is deliberate.
    assert coordinator.post(url, row(2, "Min", seen=answer.context["form"].data["seen"])).status_code == 302
    assert rows_of(world) == [(-2, "Min")]


def test_changing_a_row_twice_changes_it_once(world: World, coordinator: Client) -> None:
    add_step(network=world.network, by=world.coordinator, weeks=-4, text="Først")
    step = world.network.timeline.get()
    url = reverse("timeline_step", args=[world.network.code, step.pk])
    for _ in range(2):  # as a double click does
        assert coordinator.post(url, row(2, "Min", seen=step_version(step))).status_code == 302
    assert rows_of(world) == [(-2, "Min")]
    assert AccessEvent.objects.filter(action="timeline_changed", by=world.coordinator).count() == 2  # added, changed


def test_typed_text_is_shown_as_text(world: World, coordinator: Client) -> None:
    coordinator.post(timeline_url(world), row(text="<b>'; DROP TABLE reviews_review; --</b>"))
    page = coordinator.get(timeline_url(world)).content.decode()
    assert "&lt;b&gt;" in page
    assert "<b>&#x27;" not in page


@pytest.mark.parametrize("who", ["evaluator", "team_leader", "stranger", "admin"])
def test_only_the_coordinator_can_open_the_timeline(world: World, who: str) -> None:
    client = world.client_of(who)
    assert client.get(timeline_url(world)).status_code == 404
    assert client.post(timeline_url(world), row()).status_code == 404
    assert "timeline" not in client.get(world.network.get_absolute_url()).content.decode()


def test_the_networks_page_links_to_the_timeline(world: World, coordinator: Client) -> None:
    assert timeline_url(world) in coordinator.get(world.network.get_absolute_url()).content.decode()


def test_weeks_are_written_in_words() -> None:
    assert [weeks_words(weeks) for weeks in (-8, -1, 0, 1, 6)] == [
        "8 uker før besøket",
        "1 uke før besøket",
        "Under besøket",
        "1 uke etter besøket",
        "6 uker etter besøket",
    ]


# --- Creating the steps -------------------------------------------------------------------


def test_a_planned_review_gets_its_steps_with_dates_counted_from_the_visit(prepared: Review) -> None:
    assert list(prepared.preparation.values_list("due", "text")) == [
        (date(2026, 2, 10), "Be om tall"),
        (date(2026, 3, 10), "Besøket"),
        (date(2026, 4, 8), "Send rapporten"),  # from the last day of the visit
    ]
    assert [event.type for event in prepared.events.all()] == ["created"]


def test_weeks_are_exact_across_leap_days_and_changes_of_the_clocks(world: World) -> None:
    for weeks in (-1, 4):
        add_step(network=world.network, by=world.coordinator, weeks=weeks, text="x")
    leap = world.plan_review(visit_start=date(2028, 3, 7), visit_end=date(2028, 3, 7))
    assert leap.preparation.earliest("due").due == date(2028, 2, 29)
    spring = world.plan_review(visit_start=date(2026, 3, 24), visit_end=date(2026, 3, 25))
    assert spring.preparation.latest("due").due == date(2026, 4, 22)


def test_a_changed_timeline_leaves_planned_reviews_alone(prepared: Review, world: World) -> None:
    world.network.timeline.all().delete()
    assert prepared.preparation.count() == 3
    assert world.plan_review().preparation.count() == 0


def test_a_correction_has_no_steps(prepared: Review, world: World) -> None:
    final = world.final_review(4)
    new = open_correction(review=final, by=world.evaluator, reason="Tallet gjaldt et annet team.")
    assert new.preparation.count() == 0


def test_the_form_of_a_new_review_announces_its_steps(prepared: Review, world: World) -> None:
    page = world.client_of("evaluator").get(reverse("new_review", args=[world.organisation.code])).content.decode()
    assert "De 3 punktene blir lagt ut" in page
    world.network.timeline.filter(pk__gt=world.network.timeline.earliest("pk").pk).delete()
    page = world.client_of("evaluator").get(reverse("new_review", args=[world.organisation.code])).content.decode()
    assert "tidslinje: 1 punkt blir lagt ut" in page
    other = world.client_of("stranger").get(reverse("new_review", args=[world.others.code])).content.decode()
    assert "tidslinje" not in other


def test_the_steps_of_an_older_review_are_created_later_once(world: World, as_evaluator: Client) -> None:
    review = world.plan_review()
    url = reverse("lay_out", args=[review.code])
    assert "Legg ut tidslinjen" in as_evaluator.get(page_url(review)).content.decode()
    refused = as_evaluator.post(url)
    assert refused.status_code == 409
    assert "ingen tidslinje ennå" in refused.content.decode()
    begin_with_proposal(network=world.network, by=world.coordinator)
    assert as_evaluator.post(url).status_code == 302
    assert review.preparation.count() == len(PROPOSAL)
    assert as_evaluator.post(url).status_code == 409
    assert review.events.last().changes == {"steps": [0, len(PROPOSAL)]}


# --- Ticking ------------------------------------------------------------------------------


def test_a_step_is_ticked_by_a_button_and_shows_by_whom_and_when(prepared: Review, as_evaluator: Client) -> None:
    step = fields_of(prepared)
    with time_machine.travel(datetime(2026, 2, 9, 12, tzinfo=UTC)):
        as_evaluator.force_login(prepared.created_by, backend="reviews.people.sign_in.PasswordBackend")
        answer = as_evaluator.post(tick_url(step), {"done": "yes"})
        assert answer.status_code == 303
        assert answer.headers["Location"] == f"{page_url(prepared)}#step-{step.pk}"
        page = as_evaluator.get(page_url(prepared)).content.decode()
    assert "gjort av Evaluator 09.02.2026" in page
    assert 'aria-pressed="true"' in page
    assert "1 av 3 ferdig" in page


def test_a_tick_is_removed_and_both_are_recorded(prepared: Review, world: World, coordinator: Client) -> None:
    step = fields_of(prepared)
    coordinator.post(tick_url(step), {"done": "yes"})
    coordinator.post(tick_url(step), {"done": "no"})
    step.refresh_from_db()
    assert (step.done_at, step.done_by) == (None, None)
    told = [event.changes for event in prepared.events.filter(type="prepared")]
    assert told == [
        {"step": ["Be om tall", "Be om tall"], "step_done": [False, True]},
        {"step": ["Be om tall", "Be om tall"], "step_done": [True, False]},
    ]
    assert list(chain.breaks(prepared.events.select_related("by", "review"))) == []
    history = coordinator.get(reverse("history", args=[prepared.code])).content.decode()
    assert "krysset av et punkt i forberedelsene" in history
    assert "tok bort krysset" in history
    assert "Be om tall" in history


def test_ticking_a_ticked_step_writes_nothing(prepared: Review, world: World) -> None:
    step = fields_of(prepared)
    set_done(step=step, by=world.evaluator, done=True)
    events = prepared.events.count()
    set_done(step=step, by=world.colleague, done=True)
    step.refresh_from_db()
    assert (step.done_by, prepared.events.count()) == (world.evaluator, events)


def test_invalid_input_ticks_nothing(prepared: Review, as_evaluator: Client) -> None:
    assert as_evaluator.post(tick_url(fields_of(prepared)), {"done": "maybe"}).status_code == 303
    assert not prepared.preparation.exclude(done_at=None).exists()


def test_steps_can_be_ticked_after_the_review_is_final(world: World, as_evaluator: Client) -> None:
    add_step(network=world.network, by=world.coordinator, weeks=6, text="Handlingsplan")
    final = world.final_review(4)
    assert as_evaluator.post(tick_url(fields_of(final)), {"done": "yes"}).status_code == 303
    assert final.preparation.exclude(done_at=None).count() == 1
    call_command("verify_records", stdout=StringIO(), stderr=StringIO())


def test_the_service_does_not_see_the_preparation_nor_its_history(prepared: Review, world: World) -> None:
    leader = world.client_of("team_leader")
    assert leader.get(page_url(prepared)).status_code == 404
    final = world.final_review(4)
    step = fields_of(final)
    set_done(step=step, by=world.evaluator, done=True)
    for method, url in (("get", page_url(final)), ("post", page_url(final)), ("post", tick_url(step))):
        answer = getattr(leader, method)(url)
        assert answer.status_code == 403
        assert "arbeidsmateriale" in answer.content.decode()
    assert page_url(final) not in leader.get(final.get_absolute_url()).content.decode()
    assert "Be om tall" not in leader.get(reverse("history", args=[final.code])).content.decode()


def test_a_step_of_another_review_is_not_found_there(prepared: Review, world: World, as_evaluator: Client) -> None:
    other = world.plan_review()
    url = reverse("tick", args=[prepared.code, fields_of(other).pk])
    assert as_evaluator.post(url, {"done": "yes"}).status_code == 404
    assert as_evaluator.post(reverse("tick", args=[prepared.code, 10**25]), {"done": "yes"}).status_code == 404


# --- Other dates and own steps ------------------------------------------------------------


def test_a_step_is_moved_to_another_date_and_the_history_shows_it(prepared: Review, as_evaluator: Client) -> None:
    step = fields_of(prepared)
    url = reverse("preparation_step", args=[prepared.code, step.pk])
    assert "2026-02-10" in as_evaluator.get(url).content.decode()
    assert as_evaluator.post(url, {"due": "2026-02-17", "seen": "2026-02-10"}).status_code == 302
    assert fields_of(prepared).due == date(2026, 2, 17)
    history = as_evaluator.get(reverse("history", args=[prepared.code])).content.decode()
    assert "flyttet et punkt i forberedelsene" in history
    assert "10.02.2026" in history


def test_the_second_of_two_people_who_move_one_step_is_informed(prepared: Review, as_evaluator: Client) -> None:
    url = reverse("preparation_step", args=[prepared.code, fields_of(prepared).pk])
    as_evaluator.post(url, {"due": "2026-02-17", "seen": "2026-02-10"})
    answer = as_evaluator.post(url, {"due": "2026-02-20", "seen": "2026-02-10"})
    assert answer.status_code == 409
    assert "17. februar 2026" in answer.content.decode()
    assert "2026-02-20" in answer.content.decode()
    assert fields_of(prepared).due == date(2026, 2, 17)


def test_moving_a_step_twice_records_one_move(prepared: Review, as_evaluator: Client) -> None:
    url = reverse("preparation_step", args=[prepared.code, fields_of(prepared).pk])
    for _ in range(2):  # as a double click does
        assert as_evaluator.post(url, {"due": "2026-02-17", "seen": "2026-02-10"}).status_code == 302
    assert as_evaluator.post(url, {"due": "2026-02-17", "seen": "2026-02-17"}).status_code == 302
    assert prepared.events.filter(type="prepared").count() == 1


@pytest.mark.parametrize("due", ["", "i morgen", "1994-12-31", "2101-01-01"])
def test_invalid_dates_are_refused(prepared: Review, as_evaluator: Client, due: str) -> None:
    url = reverse("preparation_step", args=[prepared.code, fields_of(prepared).pk])
    assert as_evaluator.post(url, {"due": due, "seen": "2026-02-10"}).status_code == 422
    assert as_evaluator.post(page_url(prepared), {"due": due, "text": "Mer"}).status_code == 422
    assert as_evaluator.post(url, {"due": "2026-02-11"}).status_code == 422
    assert fields_of(prepared).due == date(2026, 2, 10)


def test_a_review_gets_a_step_of_its_own_once(prepared: Review, as_evaluator: Client) -> None:
    for _ in range(2):
        assert as_evaluator.post(page_url(prepared), {"due": "2026-02-20", "text": "Bestill båt"}).status_code == 302
    assert prepared.preparation.filter(text="Bestill båt", due=date(2026, 2, 20)).count() == 1
    assert prepared.events.filter(type="prepared").count() == 1
    history = as_evaluator.get(reverse("history", args=[prepared.code])).content.decode()
    assert "la til et punkt i forberedelsene" in history


@pytest.mark.parametrize("text", ["", "x" * 201, f"Ring {NUMBER}"])
def test_empty_and_overlong_own_steps_are_refused(prepared: Review, as_evaluator: Client, text: str) -> None:
    assert as_evaluator.post(page_url(prepared), {"due": "2026-02-20", "text": text}).status_code == 422
    assert prepared.preparation.count() == 3


def test_a_review_has_at_most_a_hundred_steps(prepared: Review, as_evaluator: Client) -> None:
    PreparationStep.objects.bulk_create(
        PreparationStep(review=prepared, due=date(2026, 1, 1), text=f"{n}") for n in range(MOST_STEPS - 3)
    )
    answer = as_evaluator.post(page_url(prepared), {"due": "2026-02-20", "text": "En til"})
    assert answer.status_code == 422
    assert "høyst 100 punkter" in answer.content.decode()


# --- Progress -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "words"),
    [
        # The day ends at midnight in Oslo, which is 23:00 UTC in winter.
        (datetime(2026, 2, 10, 22, 59, tzinfo=UTC), "0 av 3 ferdig"),
        (datetime(2026, 2, 10, 23, 1, tzinfo=UTC), "0 av 3 ferdig, 1 over fristen"),
        (datetime(2026, 3, 12, 12, tzinfo=UTC), "0 av 3 ferdig, 2 over fristen"),
    ],
)
def test_the_reviews_page_shows_the_progress_of_the_preparation(
    prepared: Review, world: World, now: datetime, words: str
) -> None:
    with time_machine.travel(now, tick=False):
        page = world.client_of("coordinator").get(prepared.get_absolute_url()).content.decode()
    assert f'<a href="{page_url(prepared)}">{words}</a>' in page


def test_overdue_steps_are_marked_in_words(prepared: Review, world: World) -> None:
    with time_machine.travel(datetime(2026, 2, 12, 12, tzinfo=UTC), tick=False):
        page = world.client_of("evaluator").get(page_url(prepared)).content.decode()
    assert "2 dager over fristen" in page
    assert page.count(">Over fristen<") == 1


def test_steps_before_the_visit_are_not_overdue_once_the_review_is_final(prepared: Review, world: World) -> None:
    final = world.final_review(4)
    with time_machine.travel(datetime(2026, 5, 1, 12, tzinfo=UTC), tick=False):
        page = world.client_of("evaluator").get(final.get_absolute_url()).content.decode()
    assert "0 av 3 ferdig, 1 over fristen" in page  # the report


def test_reading_is_logged_and_takes_as_many_queries_for_few_steps_as_for_many(
    prepared: Review, world: World, as_evaluator: Client, django_assert_max_num_queries: Callable
) -> None:
    as_evaluator.get(page_url(prepared))
    assert AccessEvent.objects.filter(action="read", page="preparation", review=prepared).count() == 1
    with django_assert_max_num_queries(4):
        as_evaluator.get(page_url(prepared))
    PreparationStep.objects.bulk_create(
        PreparationStep(
            review=prepared, due=date(2026, 1, 1), text="x", done_at=prepared.created_at, done_by=world.colleague
        )
        for _ in range(40)
    )
    with django_assert_max_num_queries(4):
        as_evaluator.get(page_url(prepared))
