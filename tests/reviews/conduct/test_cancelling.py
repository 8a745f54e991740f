"""A review can be cancelled, and a correction withdrawn, until it is signed. It stays readable and counts nowhere."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ipsfidelity.errors import StateConflict
from reviews.conduct.cancelling import cancel
from reviews.conduct.changing_plans import change_plan, plan_version, review_plan
from reviews.conduct.correction import open_correction
from reviews.conduct.specialists import change_specialists
from reviews.conduct.submission import reopen_ratings, submit_ratings
from reviews.interviews.retention import delete_notes, due_notes
from reviews.models import InterviewNote, PreparationStep, Review, ReviewEvent
from reviews.records import chain
from reviews.reports.text_saving import save_text
from reviews.schedule.due_dates import DueKind, due_dates_of
from reviews.schedule.organisation_summary import summary_fields_of
from reviews.schedule.preparation import add_own_step, create_steps_later, move_step, set_done
from reviews.schedule.timeline import add_step
from tests.builders import World, answer, corrected, fresh, hand_over, hold_interview, note, rate, remark, save
from tests.work import working

pytestmark = pytest.mark.django_db
REASON = "Tjenesten er lagt ned."
TODAY = timezone.localdate()


def url_of(review: Review) -> str:
    return reverse("cancel", args=[review.code])


def cancelled(review: Review, world: World) -> Review:
    cancel(review=review, by=world.evaluator, seen=plan_version(fresh(review)), reason=REASON)
    return fresh(review)


def post(client: Client, review: Review, **fields: str) -> Any:
    """Open the page and press its button."""
    return client.post(url_of(review), {"seen": client.get(url_of(review)).context["seen"], "comment": REASON} | fields)


# --- Cancelling -----------------------------------------------------------------------


@pytest.mark.parametrize("who", ["evaluator", "coordinator"])
@pytest.mark.parametrize("status", ["planned", "scoring", "rating", "consensus", "draft"])
def test_a_review_is_cancelled_with_a_reason_from_any_status_before_the_signature(
    world: World, who: str, status: str
) -> None:
    review = {
        "planned": world.plan_review,
        "scoring": lambda: world.score_review({1: 3}),
        "rating": world.apart_review,
        "consensus": lambda: world.consensus_review(4, 3),
        "draft": lambda: world.draft_review(4),
    }[status]()
    if status == "rating":
        rate(review, world.evaluator, {1: 3})
    client = world.client_of(who)
    assert post(client, review).headers["Location"] == review.get_absolute_url()
    event = review.events.latest("pk")
    assert (event.type, event.comment, event.changes) == ("cancelled", REASON, {"status": [status, "cancelled"]})
    page = client.get(review.get_absolute_url()).content.decode()
    assert REASON in page
    assert "Avlyst av" in page


def test_a_reason_is_needed(world: World, as_evaluator: Client) -> None:
    review = world.plan_review()
    answered = post(as_evaluator, review, comment="  ")
    assert answered.status_code == 422
    assert "hvorfor" in answered.content.decode()
    with pytest.raises(ValueError, match="says why"):
        cancel(review=review, by=world.evaluator, seen=plan_version(review), reason=" ")
    assert fresh(review).status == "planned"


def test_a_page_that_is_out_of_date_cancels_nothing(world: World, as_evaluator: Client) -> None:
    review = world.score_review(4)
    seen = as_evaluator.get(url_of(review)).context["seen"]
    world.hand_out(review, by=world.colleague)
    answered = as_evaluator.post(url_of(review), {"seen": seen, "comment": REASON})
    assert answered.status_code == 409
    assert REASON in answered.content.decode()
    assert fresh(review).status == "draft"


def test_a_signed_review_cannot_be_cancelled(world: World, as_evaluator: Client) -> None:
    review = world.final_review(4)
    assert as_evaluator.post(url_of(review), {"comment": REASON}).status_code == 409
    with pytest.raises(StateConflict):
        cancel(review=review, by=world.evaluator, seen=plan_version(review), reason=REASON)
    assert fresh(review).status == "final"


# --- What it no longer does -----------------------------------------------------------


def test_it_is_in_no_figure_and_silences_no_due_date(world: World) -> None:
    final = world.final_review(4, visit_start=TODAY - timedelta(days=350), visit_end=TODAY - timedelta(days=349))
    start = TODAY + timedelta(days=20)
    add_step(network=world.network, by=world.coordinator, weeks=-1, text="Send plan")
    review = world.plan_review(visit_start=start, visit_end=start)
    assert {item.kind for item in due_dates_of(world.coordinator).items} == {DueKind.VISIT, DueKind.STEP}
    cancelled(review, world)
    assert {item.kind for item in due_dates_of(world.coordinator).items} == {DueKind.REVIEW}
    assert due_dates_of(world.evaluator).items == ()
    assert summary_fields_of(world.organisation)["last_review_id"] == final.pk


def test_steps_after_the_visit_are_not_due_either(world: World) -> None:
    add_step(network=world.network, by=world.coordinator, weeks=2, text="Skriv utkast")
    review = cancelled(world.plan_review(visit_start=TODAY, visit_end=TODAY), world)
    assert not PreparationStep.objects.to_do().exists()
    assert not any(step.matters(review) for step in review.preparation.all())


def test_lists_show_it_greyed_and_home_does_not_count_it(world: World, as_evaluator: Client) -> None:
    review = cancelled(world.score_review(4), world)
    home = as_evaluator.get(reverse("home"))
    assert [*home.context["page"].tasks, *home.context["page"].finished] == []
    for url in (reverse("reviews"), world.organisation.get_absolute_url()):
        page = as_evaluator.get(url).content.decode()
        assert 'class="cancelled"' in page
        assert review.get_absolute_url() in page
    only = as_evaluator.get(reverse("reviews"), {"status": "cancelled"}).context["page"].rows
    assert [row.url for row in only] == [review.get_absolute_url()]
    overview = world.client_of("coordinator").get(reverse("overview")).content.decode()
    assert review.get_absolute_url() not in overview


@pytest.mark.parametrize("was", ["score_review", "asked_review"])
def test_who_could_read_it_still_can_but_the_service_cannot(world: World, was: str) -> None:
    review = cancelled(getattr(world, was)(4), world)
    for name in ("review", "sheet", "history", "report", "evidence", "preparation", "sheet_json"):
        url = reverse(name, args=[review.code])
        assert {
            who: world.client_of(who).get(url).status_code for who in ("evaluator", "colleague", "coordinator")
        } == {
            "evaluator": 200,
            "colleague": 200,
            "coordinator": 200,
        }, name
        assert world.client_of("team_leader").get(url).status_code == 404
    sheet = world.client_of("evaluator").get(reverse("sheet", args=[review.code])).content.decode()
    assert "avlyst før den var endelig" in sheet


def test_ratings_that_were_hidden_stay_hidden(world: World) -> None:
    review = world.apart_review()
    rate(review, world.evaluator, 5, evidence="Hemmelig")
    submit_ratings(review=fresh(review), by=world.evaluator)
    cancelled(review, world)
    for who in ("colleague", "coordinator"):
        for name in ("review", "sheet", "history", "report", "evidence"):
            url = reverse(name, args=[review.code])
            assert "Hemmelig" not in world.client_of(who).get(url).content.decode()
        assert world.client_of(who).get(reverse("consensus", args=[review.code])).status_code == 409
    assert "Hemmelig" in world.client_of("evaluator").get(reverse("history", args=[review.code])).content.decode()


# --- Nothing can be written any more ---------------------------------------------------


def test_nothing_can_be_saved_in_a_cancelled_review(world: World) -> None:
    review = world.asked_review(4)
    about = remark(review, world.team_leader)
    interview = hold_interview(review, world.evaluator, {"5.3": "Sagt"})
    add_own_step(review=review, by=world.evaluator, due=TODAY, text="Ring")
    step = review.preparation.get()
    version = plan_version(fresh(review))
    cancelled(review, world)
    by = world.evaluator
    plan = review_plan(fresh(review))
    attempts = {
        "score": lambda: save(review, by, {1: {"value": 2}}),
        "specialists": lambda: change_specialists(review=review, by=by, action="add", label="B"),
        "evaluators": lambda: hand_over(review, by=world.coordinator, evaluators=[by]),
        "plan": lambda: change_plan(review=review, by=by, seen=version, plan=plan),
        "note": lambda: note(interview, by, {"5.3": "Noe annet"}),
        "interview": lambda: hold_interview(review, by),
        "text": lambda: save_text(
            review=review, by=by, change=uuid4(), based_on=0, fields={"summary": "Kort", "strengths": ""}
        ),
        "answer": lambda: answer(about, by),
        "remark": lambda: remark(review, world.team_leader, 6),
        "step done": lambda: set_done(step=step, by=by, done=True),
        "step moved": lambda: move_step(step=step, by=by, seen=step.due, due=TODAY + timedelta(days=1)),
        "step added": lambda: add_own_step(review=review, by=by, due=TODAY, text="Enda et"),
        "steps": lambda: create_steps_later(review=review, by=by),
        "correction": lambda: open_correction(review=review, by=by, reason=REASON),
        "again": lambda: cancel(review=review, by=by, seen=plan_version(fresh(review)), reason=REASON),
    }
    head = chain.head(review)
    for what, attempt in attempts.items():
        with pytest.raises(StateConflict), transaction.atomic():
            attempt()
        assert chain.head(review) == head, what


@pytest.mark.parametrize("attempt", [submit_ratings, reopen_ratings])
def test_ratings_of_a_cancelled_review_are_neither_handed_in_nor_taken_back(world: World, attempt: Any) -> None:
    review = world.apart_review()
    rate(review, world.evaluator, 4)
    if attempt is reopen_ratings:
        submit_ratings(review=fresh(review), by=world.evaluator)
    cancelled(review, world)
    with pytest.raises(StateConflict):
        attempt(review=fresh(review), by=world.evaluator)
    url = reverse("hand_in", args=[review.code])
    assert world.client_of("evaluator").get(url).status_code == 409


POSTS = ("change_plan", "cancel", "entry", "interviews", "hand_in", "lay_out", "correct", "report_text")


@pytest.mark.parametrize("name", POSTS)
def test_pages_that_write_answer_409_with_a_sentence(world: World, name: str) -> None:
    review = cancelled(world.score_review(4), world)
    client = world.client_of("evaluator")
    answered = client.post(reverse(name, args=[review.code]), {})
    assert answered.status_code == 409
    assert answered.content.decode().count("avlyst") or name == "correct"


def test_the_database_itself_keeps_a_cancelled_review(world: World) -> None:
    review = world.asked_review(4)
    answer(remark(review, world.team_leader), world.evaluator)
    hold_interview(review, world.evaluator, {"5.3": "Sagt"})
    cancelled(review, world)
    tables = ("itemscore", "reviewevaluator", "remark", "reporttext", "interview")
    statements = [f"UPDATE reviews_{table} SET review_id = review_id WHERE review_id = %s" for table in tables]
    statements += [f"DELETE FROM reviews_{table} WHERE review_id = %s" for table in tables]
    statements += [
        "UPDATE reviews_review SET status = 'draft', cancelled_at = NULL, cancelled_from = '' WHERE id = %s",
        "UPDATE reviews_review SET kind = 'self' WHERE id = %s",
        "DELETE FROM reviews_review WHERE id = %s",
        "UPDATE reviews_interviewnote SET text = 'x' WHERE interview_id IN"
        " (SELECT id FROM reviews_interview WHERE review_id = %s)",
    ]
    for sql in statements:
        with pytest.raises(IntegrityError, match="stay as they are"), transaction.atomic():
            connection.cursor().execute(sql, [review.pk])
    with pytest.raises(IntegrityError, match="stay as they are"), transaction.atomic():
        chain.append(fresh(review), ReviewEvent(by=world.evaluator, type="prepared"))
    call_command("verify_records")


def test_the_interview_notes_of_a_cancelled_review_are_deleted_too(world: World) -> None:
    review = world.score_review(4)
    hold_interview(review, world.evaluator, {"5.3": "Sagt i et intervju"})
    review = cancelled(review, world)
    due = review.cancelled_at + timedelta(weeks=world.network.keep_notes_weeks)
    assert [(kept.review, kept.count, kept.due) for kept in due_notes(due)] == [(review, 1, due)]
    assert delete_notes(review, at=due - timedelta(minutes=1)) == 0
    assert delete_notes(review, at=due) == 1
    assert not InterviewNote.objects.exists()
    assert review.events.latest("pk").by == world.evaluator
    call_command("verify_records")


def test_people_who_worked_on_it_or_read_its_draft_are_told(world: World) -> None:
    for review, leaders in ((world.score_review(4), set()), (world.draft_review(4), {"leader@example.org"})):
        mail.outbox.clear()
        with working():
            cancelled(review, world)
        told = {message.to[0] for message in mail.outbox}
        assert told == {"colleague@example.org", "coordinator@example.org"} | leaders


# --- Withdrawing a correction ----------------------------------------------------------


def test_after_a_correction_was_withdrawn_another_can_be_opened_and_signed(world: World, as_evaluator: Client) -> None:
    first = world.final_review(4)
    wrong = open_correction(review=first, by=world.evaluator, reason="Feil i kriterium 3.")
    page = as_evaluator.get(wrong.get_absolute_url()).content.decode()
    assert "Trekk rettelsen tilbake" in page
    post(as_evaluator, wrong)
    for review in (first, wrong):
        event = review.events.latest("pk")
        assert (event.type, event.comment) == ("withdrawn", REASON)
    assert "Rett en feil" in as_evaluator.get(first.get_absolute_url()).content.decode()
    history = as_evaluator.get(reverse("history", args=[first.code])).content.decode()
    assert wrong.get_absolute_url() in history
    assert as_evaluator.get(wrong.get_absolute_url()).status_code == 200
    second = corrected(first, world)
    assert fresh(first).status == "superseded"
    assert fresh(first).correction == second
    assert Review.objects.filter(supersedes=first).count() == 2
    call_command("verify_records")


def test_a_review_has_one_correction_at_a_time(world: World) -> None:
    first = world.final_review(4)
    open_correction(review=first, by=world.evaluator, reason=REASON)
    with pytest.raises(StateConflict):
        open_correction(review=first, by=world.evaluator, reason=REASON)
    world.plan_review()
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.filter(status="planned").update(supersedes=first)


def test_lists_say_that_a_review_is_a_correction_of_what_and_why(world: World) -> None:
    first = world.final_review(4)
    reason = "Tallene gjaldt feil år."
    open_correction(review=first, by=world.evaluator, reason=reason)
    assert "Rettelse av" in world.client_of("evaluator").get(reverse("home")).content.decode()
    for client, url in (
        (world.client_of("evaluator"), reverse("reviews")),
        (world.client_of("evaluator"), world.organisation.get_absolute_url()),
        (world.client_of("coordinator"), reverse("overview")),
    ):
        page = client.get(url).content.decode()
        assert "Rettelse av" in page, url
        assert reason in page, url
        assert f'href="{first.get_absolute_url()}">10.–11. mars 2026' in page, url
