"""Retention of interview notes: they are deleted some weeks after a review becomes final; the evidence stays."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse

from reviews.conduct.correction import open_correction
from reviews.interviews.item_notes import item_notes, quotation_of
from reviews.interviews.retention import delete_notes, deletion_due, due_notes
from reviews.models import AccessEvent, Interview, InterviewNote, Network, QuickNote, Review, ReviewEvent
from reviews.records import chain
from tests.builders import World, fresh, hold_interview, item_questions, note, quick_note

pytestmark = pytest.mark.django_db
SIGNED = datetime(2026, 3, 20, 13, tzinfo=UTC)
WEEK = timedelta(weeks=1)


@pytest.fixture
def final(world: World) -> Review:
    """Return a review with two interviews and three notes, signed on 20 March."""
    review = world.draft_review(4)
    hold_interview(review, world.evaluator, {"5.3": "Hemmelig", "other": "Også hemmelig"})
    hold_interview(review, world.colleague, {"7.1": "Mer"})
    world.sign(review, at=SIGNED)
    return fresh(review)


def run(*options: str, after: timedelta = 2 * WEEK) -> str:
    """Run the command that long after the signature; return its output."""
    told = StringIO()
    with time_machine.travel(SIGNED + after, tick=False):
        call_command("delete_interview_notes", *options, stdout=told)
    return told.getvalue()


def test_nothing_is_deleted_before_the_weeks_are_over(final: Review) -> None:
    assert run(after=2 * WEEK - timedelta(seconds=1)) == "Interview notes of 0 reviews deleted.\n"
    assert InterviewNote.objects.exclude(text="").count() == 3


def test_after_the_weeks_the_notes_are_deleted_and_the_findings_stay(final: Review) -> None:
    scores = list(final.scores.values_list("item_number", "value", "evidence"))
    assert run() == "IPS Øyvær, 2026-03-10: 3 notes, due 2026-04-03\nInterview notes of 1 reviews deleted.\n"
    assert not InterviewNote.objects.exists()
    assert {interview.notes_deleted_at for interview in final.interviews.all()} == {SIGNED + 2 * WEEK}
    assert list(final.scores.values_list("item_number", "value", "evidence")) == scores
    call_command("verify_records", stdout=StringIO(), stderr=StringIO())


def test_a_dry_run_lists_what_would_be_deleted_and_deletes_nothing(final: Review) -> None:
    assert run("--dry-run") == (
        "IPS Øyvær, 2026-03-10: 3 notes, due 2026-04-03\nInterview notes of 1 reviews would be deleted.\n"
    )
    assert InterviewNote.objects.exclude(text="").count() == 3


def test_running_again_does_nothing(final: Review) -> None:
    run()
    events = ReviewEvent.objects.count()
    assert run() == "Interview notes of 0 reviews deleted.\n"
    assert delete_notes(final, at=SIGNED + 9 * WEEK) == 0
    assert ReviewEvent.objects.count() == events


def test_nobody_can_delete_notes_early(final: Review) -> None:
    assert delete_notes(final, at=SIGNED + WEEK) == 0
    assert InterviewNote.objects.exclude(text="").count() == 3


def test_one_event_records_the_deletion_without_a_text(final: Review, world: World) -> None:
    run()
    event = final.events.last()
    assert (event.type, event.changes, event.comment) == ("notes_deleted", {"notes": [3, 0], "weeks": ["", 2]}, "")
    assert list(chain.breaks(final.events.select_related("by", "review"))) == []
    for who in ("evaluator", "coordinator", "team_leader"):
        page = world.client_of(who).get(reverse("history", args=[final.code])).content.decode()
        assert "<b>Regelen om sletting</b> slettet intervjunotatene" in page
        assert "3 <span" in page
        assert "emmelig" not in page


def test_an_open_review_keeps_its_notes_however_old(world: World) -> None:
    review = world.draft_review(4)
    hold_interview(review, world.evaluator, {"5.3": "Ikke ferdig"})
    assert "0 reviews" in run(after=100 * WEEK)
    with pytest.raises(ValueError, match="was closed"):
        deletion_due(review)
    assert delete_notes(review, at=SIGNED + 100 * WEEK) == 0
    assert InterviewNote.objects.exclude(text="").count() == 1


def test_quick_notes_are_deleted_with_the_others_and_counted(world: World) -> None:
    review = world.draft_review(4)
    quick_note(review, world.evaluator, "Hemmelig", item_number=4)
    quick_note(review, world.colleague, "Ikke sortert")
    hold_interview(review, world.evaluator, {"5.3": "Sagt", "5.4": "Også sagt"})
    world.sign(review, at=SIGNED)
    assert "4 notes" in run("--dry-run")
    assert QuickNote.objects.count() == 2
    run()
    assert not QuickNote.objects.exists()
    assert fresh(review).events.last().changes["notes"] == [4, 0]
    assert item_notes(review, 4).free == ()
    page = world.client_of("evaluator").get(reverse("quick_notes", args=[review.code])).content.decode()
    assert "Den har ingen hurtignotater" in page


def test_quick_notes_are_deleted_where_there_was_no_interview(world: World) -> None:
    review = world.draft_review(4)
    quick_note(review, world.evaluator, "Hemmelig")
    world.sign(review, at=SIGNED)
    page = world.client_of("evaluator").get(reverse("quick_notes", args=[review.code])).content.decode()
    assert "blir slettet etter 3. april 2026" in page
    assert "1 notes" in run()
    assert not QuickNote.objects.exists()
    assert delete_notes(review, at=SIGNED + 9 * WEEK) == 0


def test_a_superseded_review_counts_from_its_own_signature(final: Review, world: World) -> None:
    open_correction(review=final, by=world.evaluator, reason="Tallet gjaldt et annet team.")
    assert [kept.due for kept in due_notes(SIGNED + 2 * WEEK)] == [SIGNED + 2 * WEEK]
    run()
    assert not InterviewNote.objects.exists()


def test_an_interview_in_which_nothing_was_noted_is_cleared_too(world: World) -> None:
    review = world.draft_review(4)
    hold_interview(review, world.evaluator)
    world.sign(review, at=SIGNED)
    assert "0 notes" in run()
    assert not InterviewNote.objects.exists()


def test_after_the_deletion_the_list_says_when_and_the_steps_are_gone(final: Review, world: World) -> None:
    interview = final.interviews.first()
    run()
    client = world.client_of("evaluator")
    page = client.get(reverse("interviews", args=[final.code])).content.decode()
    assert page.count("Notatene ble slettet 3. april 2026") == 2
    for name, more in (("interview", ()), ("interview_step", (5,))):
        answer = client.get(reverse(name, args=[final.code, interview.code, *more]))
        assert answer.status_code == 409
        assert "ble slettet 3. april 2026" in answer.content.decode()
    url = reverse("interview_step", args=[final.code, interview.code, 5])
    sent = {"note-5.3": "Ny", "was-5.3": ""} | {f"version-5.{n}": "1" for n in range(1, 9)}
    assert client.post(url, sent).status_code == 409
    assert all(not asked.notes for asked in item_questions(final, 5))
    assert quotation_of(final, "1") is None


def test_before_the_deletion_the_list_says_until_when_notes_can_be_read(final: Review, world: World) -> None:
    page = world.client_of("evaluator").get(reverse("interviews", args=[final.code])).content.decode()
    assert "blir slettet etter 3. april 2026" in page


# --- The network's rule -------------------------------------------------------------------


def url_of(network: Network) -> str:
    return reverse("notes_retention", args=[network.code])


def test_the_coordinator_sees_which_notes_are_deleted_when(final: Review, world: World) -> None:
    client = world.client_of("coordinator")
    assert url_of(world.network) in client.get(reverse("timeline", args=[world.network.code])).content.decode()
    page = client.get(url_of(world.network)).content.decode()
    for words in ("IPS Øyvær", "10.–11. mars 2026", "03.04.2026", "slettet 2 uker etter"):
        assert words in page
    assert "emmelig" not in page


def test_the_administrator_may_change_the_rule_and_sees_no_review(final: Review, world: World) -> None:
    page = world.client_of("admin").get(url_of(world.network)).content.decode()
    assert "IPS Øyvær" not in page


def test_a_changed_rule_takes_effect_at_once_and_is_recorded(final: Review, world: World) -> None:
    client = world.client_of("coordinator")
    assert client.post(url_of(world.network), {"keep_notes_weeks": "4"}).status_code == 302
    world.network.refresh_from_db()
    assert world.network.keep_notes_weeks == 4
    line = AccessEvent.objects.get(action="notes_rule_changed")
    assert (line.by, line.network) == (world.coordinator, world.network)
    assert "0 reviews" in run()
    assert "1 reviews" in run(after=4 * WEEK)


def test_saving_the_unchanged_rule_records_nothing(world: World) -> None:
    world.client_of("coordinator").post(url_of(world.network), {"keep_notes_weeks": "2"})
    assert not AccessEvent.objects.filter(action="notes_rule_changed").exists()


@pytest.mark.parametrize("weeks", ["", "-1", "53", "x", "2.5", "9" * 30])
def test_an_invalid_number_of_weeks_is_refused(world: World, weeks: str) -> None:
    assert world.client_of("coordinator").post(url_of(world.network), {"keep_notes_weeks": weeks}).status_code == 422
    assert Network.objects.get(pk=world.network.pk).keep_notes_weeks == 2


def test_the_database_also_limits_how_long_notes_are_kept(world: World) -> None:
    with pytest.raises(IntegrityError, match="a_year_at_most"), transaction.atomic():
        Network.objects.filter(pk=world.network.pk).update(keep_notes_weeks=53)


def test_with_zero_weeks_notes_are_deleted_at_the_next_run(final: Review, world: World) -> None:
    Network.objects.filter(pk=world.network.pk).update(keep_notes_weeks=0)
    assert "1 reviews" in run(after=timedelta(seconds=1))


def test_the_number_of_queries_does_not_grow_with_reviews(
    final: Review, world: World, django_assert_max_num_queries: object
) -> None:
    client = world.client_of("coordinator")
    client.get(url_of(world.network))
    with django_assert_max_num_queries(8) as few:  # type: ignore[operator]
        client.get(url_of(world.network))
    other = world.draft_review(4)
    note(hold_interview(other, world.evaluator), world.evaluator, {"5.1": "x"})
    world.sign(other, at=SIGNED)
    assert Interview.objects.count() == 3
    with django_assert_max_num_queries(len(few.captured_queries)):  # type: ignore[operator]
        client.get(url_of(world.network))
