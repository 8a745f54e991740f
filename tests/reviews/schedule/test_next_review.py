"""The date of the next review: by the network's rule, or set by the coordinator with a reason."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from reviews.exports.rows import in_chunks, review_row
from reviews.models import AccessEvent, DueDate, Network, Organisation, Review
from reviews.people.account_data import data_of
from reviews.records.writing import Stale
from reviews.schedule.next_review import due_after, months_after, next_due
from reviews.schedule.services import rule_words, set_due, set_rhythm
from reviews.workflow import Kind
from tests.builders import World, corrected, fresh

pytestmark = pytest.mark.django_db
BY_RULE = date(2026, 9, 10)  # six months after the visit on 10 March


@pytest.fixture(autouse=True)
def _on_the_first_of_april() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 4, 1, 9, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def final(world: World) -> Review:
    """Return a final review with a total of 75."""
    return world.final_review(3)


@pytest.fixture
def coordinator(world: World) -> Client:
    return world.client_of("coordinator")


def url(review: Review) -> str:
    return reverse("due", args=[review.code])


def typed(**fields: str) -> dict[str, str]:
    return {"on": "2026-12-01", "reason": "Leder er i permisjon.", "seen": BY_RULE.isoformat()} | fields


def standing(review: Review) -> date | None:
    return Organisation.objects.get(pk=review.organisation_id).next_due


def test_the_page_shows_the_date_by_the_rule_and_why(final: Review, coordinator: Client) -> None:
    page = coordinator.get(url(final)).content.decode()
    assert "Fristen er 10. september 2026" in page
    assert "6 måneder etter besøket, fordi totalskåren er under 100" in page


@pytest.mark.parametrize(
    ("score", "words"), [(3, "under 100"), (4, "12 måneder etter besøket, fordi totalskåren er 100")]
)
def test_the_rule_is_worded_by_the_total(world: World, score: int, words: str) -> None:
    assert words in rule_words(world.final_review(score))


@pytest.mark.parametrize(
    ("day", "months", "due"),
    [
        (date(2026, 3, 10), 6, date(2026, 9, 10)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
    ],
)
def test_adding_months_stops_at_the_end_of_a_shorter_month(day: date, months: int, due: date) -> None:
    assert months_after(day, months) == due


def test_the_coordinator_sets_another_date_with_a_reason(final: Review, coordinator: Client, world: World) -> None:
    assert coordinator.post(url(final), typed()).status_code == 302
    assert next_due(fresh(final)) == standing(final) == date(2026, 12, 1)
    event = final.events.last()
    assert (event.type, event.comment) == ("due_set", "Leder er i permisjon.")
    assert event.changes == {"next_due": ["2026-09-10", "2026-12-01"]}
    page = coordinator.get(url(final)).content.decode()
    for words in ("satt for hånd", "Leder er i permisjon.", "ville det vært 10. september 2026", "Coordinator"):
        assert words in page
    assert [line["reason"] for line in data_of(world.coordinator)["due_dates_set"]] == ["Leder er i permisjon."]
    call_command("verify_records", stdout=StringIO(), stderr=StringIO())


def test_going_back_to_the_rule_is_recorded(final: Review, coordinator: Client) -> None:
    coordinator.post(url(final), typed())
    coordinator.post(url(final), {"go": "rule", "seen": "2026-12-01"})
    assert standing(final) == BY_RULE
    assert not DueDate.objects.exists()
    assert final.events.last().changes == {"next_due": ["2026-12-01", "2026-09-10"]}
    coordinator.post(url(final), {"go": "rule", "seen": "2026-09-10"})
    assert final.events.filter(type="due_set").count() == 2


def test_the_same_date_sent_twice_is_set_once(final: Review, coordinator: Client) -> None:
    for _ in range(2):  # as a double click does
        assert coordinator.post(url(final), typed()).status_code == 302
    coordinator.post(url(final), typed(seen="2026-12-01"))
    assert final.events.filter(type="due_set").count() == 1


def test_two_coordinators_at_once_lose_nothing(final: Review, coordinator: Client) -> None:
    coordinator.post(url(final), typed())
    answer = coordinator.post(url(final), typed(on="2027-01-15", reason="Flytter i januar."))
    page = answer.content.decode()
    assert answer.status_code == 409
    for words in (
        "satte fristen til 1. desember 2026",
        "Flytter i januar.",
        "2027-01-15",
        'name="seen" value="2026-12-01"',
    ):
        assert words in page
    assert standing(final) == date(2026, 12, 1)
    back = coordinator.post(url(final), {"go": "rule", "seen": "2026-09-10"})
    assert back.status_code == 409
    assert "satte fristen til 1. desember 2026" in back.content.decode()
    for words in ("Det du skrev", "Skriv hvorfor", "må fylles ut"):
        assert words not in back.content.decode()


def test_a_refused_form_does_not_hide_that_somebody_was_first(final: Review, coordinator: Client) -> None:
    """A corrected form that is sent again is still based on the version that the page first showed."""
    coordinator.post(url(final), typed())
    refused = coordinator.post(url(final), typed(on="2027-01-15", reason=""))
    assert refused.status_code == 422
    assert f'name="seen" value="{BY_RULE}"' in refused.content.decode()
    assert coordinator.post(url(final), typed(on="2027-01-15")).status_code == 409
    assert standing(final) == date(2026, 12, 1)


def test_a_date_set_by_hand_survives_a_correction_but_not_a_later_review(
    final: Review, coordinator: Client, world: World
) -> None:
    coordinator.post(url(final), typed())
    new = corrected(final, world)
    assert (standing(final), due_after(fresh(new))) == (date(2026, 12, 1), date(2026, 12, 1))
    page = coordinator.get(url(new)).content.decode()
    assert "Leder er i permisjon." in page
    coordinator.post(url(new), {"go": "rule", "seen": "2026-12-01"})
    assert standing(final) == BY_RULE
    assert not DueDate.objects.exists()


def test_a_reason_with_somebodys_number_is_saved_with_a_warning(final: Review, coordinator: Client) -> None:
    answer = coordinator.post(url(final), typed(reason="Ring Kari på 99 88 77 66."), follow=True)
    assert "kontaktopplysninger" in answer.content.decode()


@pytest.mark.parametrize(
    "fields",
    [
        {"on": ""},
        {"on": "2026-03-11"},
        {"on": "2026-03-31"},
        {"on": "2101-01-01"},
        {"on": "snart"},
        {"reason": ""},
        {"reason": "  "},
        {"reason": "x" * 1001},
        {"reason": "Om 010190 10046"},
        {"seen": ""},
        {"seen": "x"},
    ],
)
def test_an_invalid_date_or_reason_is_refused(final: Review, coordinator: Client, fields: dict[str, str]) -> None:
    answer = coordinator.post(url(final), typed(**fields))
    assert answer.status_code == 422
    assert not DueDate.objects.exists()


def test_the_review_page_says_when_the_next_is_due_and_only_the_coordinator_changes_it(
    final: Review, world: World, coordinator: Client
) -> None:
    for who in ("evaluator", "team_leader", "coordinator"):
        page = world.client_of(who).get(final.get_absolute_url()).content.decode()
        assert "10. september 2026" in page
        assert (url(final) in page) == (who == "coordinator")
    assert world.client_of("team_leader").post(url(final), typed()).status_code == 403
    assert world.client_of("evaluator").post(url(final), typed()).status_code == 403
    assert world.client_of("other_leader").post(url(final), typed()).status_code == 404


def test_an_older_review_shows_no_next_review(final: Review, world: World, coordinator: Client) -> None:
    world.final_review(4, visit_start=date(2026, 9, 8), visit_end=date(2026, 9, 9))
    assert "Frist for neste vurdering" not in coordinator.get(final.get_absolute_url()).content.decode()
    assert coordinator.post(url(final), typed()).status_code == 409


def test_a_later_review_is_counted_from_the_rule_again(final: Review, world: World, coordinator: Client) -> None:
    coordinator.post(url(final), typed())
    world.final_review(4, visit_start=date(2026, 10, 6), visit_end=date(2026, 10, 7))
    assert standing(final) == date(2027, 10, 6)
    with pytest.raises(Exception, match="En senere vurdering er endelig"):
        set_due(review=final, by=world.coordinator, seen=date(2026, 12, 1), on=None)


def test_an_old_report_and_export_name_no_next_review_once_there_is_a_later_one(final: Review, world: World) -> None:
    client, report = world.client_of("team_leader"), reverse("report", args=[final.code])
    assert "10. september 2026" in client.get(report).content.decode()
    assert due_after(fresh(final)) == date(2026, 9, 10)
    later = world.final_review(3, visit_start=date(2026, 4, 8), visit_end=date(2026, 4, 9))
    page = client.get(report).content.decode()
    assert "10. september 2026" not in page
    assert "Frist for neste vurdering sies" not in page
    assert (due_after(fresh(final)), due_after(fresh(later))) == (None, date(2026, 10, 8))
    assert [each["next_due"] for each in map(review_row, in_chunks([final.pk, later.pk]))] == [None, date(2026, 10, 8)]


def test_a_later_draft_does_not_change_the_date_of_the_last_valid_review(final: Review, world: World) -> None:
    world.draft_review(3, visit_start=date(2026, 4, 8), visit_end=date(2026, 4, 9))
    assert due_after(fresh(final)) == BY_RULE


def test_the_next_review_is_counted_from_the_last_valid_one_of_any_kind(
    final: Review, world: World, coordinator: Client
) -> None:
    """Decided in docs/decisions.md: a self-assessment also moves the date, and its kind is shown next to it."""
    world.final_review(3, kind=Kind.SELF, visit_start=date(2026, 6, 8), visit_end=date(2026, 6, 9))
    assert standing(final) == date(2026, 12, 8)
    (row,) = [row for row in coordinator.get(reverse("overview")).context["page"].rows if row.visit]
    assert row.kind == Kind.SELF.label


def test_set_due_requires_a_reason_and_the_current_date(final: Review, world: World) -> None:
    with pytest.raises(ValueError, match="says why"):
        set_due(review=final, by=world.coordinator, seen=BY_RULE, on=date(2026, 12, 1))
    with pytest.raises(Stale):
        set_due(review=final, by=world.coordinator, seen=date(2020, 1, 1), on=date(2026, 12, 1), reason="Permisjon.")


# --- The network's rhythm -----------------------------------------------------------------


def rhythm(**fields: Any) -> dict[str, Any]:
    """Return the data of a POST by the page, opened at a rhythm of 6 months, and 12 from a total of 100."""
    return {"months_between": "6", "months_when_good": "12", "good_total": "100", "seen": "6-12-100"} | fields


def rhythm_url(world: World) -> str:
    return reverse("rhythm", args=[world.network.code])


def test_the_coordinator_changes_the_rhythm_and_every_date_follows(
    final: Review, world: World, coordinator: Client
) -> None:
    assert rhythm_url(world) in coordinator.get(world.network.get_absolute_url()).content.decode()
    assert coordinator.post(rhythm_url(world), rhythm(months_between="9")).status_code == 302
    assert standing(final) == date(2026, 12, 10)
    coordinator.post(rhythm_url(world), rhythm(months_between="9", good_total="75", seen="9-12-100"))
    assert standing(final) == date(2027, 3, 10)
    line = AccessEvent.objects.filter(action="rhythm_changed").first()
    assert (line.by, line.network) == (world.coordinator, world.network)


def test_a_date_set_by_hand_stays_when_the_rhythm_changes(final: Review, world: World, coordinator: Client) -> None:
    coordinator.post(url(final), typed())
    coordinator.post(rhythm_url(world), rhythm(months_between="9"))
    assert standing(final) == date(2026, 12, 1)


def test_the_second_of_two_coordinators_who_change_the_rhythm_sees_the_first_change(
    world: World, coordinator: Client
) -> None:
    coordinator.post(rhythm_url(world), rhythm(months_between="9"))
    answer = coordinator.post(rhythm_url(world), rhythm(good_total="90"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "9 måneder, 12 måneder fra en totalskåre på 100" in page
    assert 'value="90"' in page
    assert 'value="9-12-100"' in page  # the page shows both versions, so the next press counts
    network = Network.objects.get(pk=world.network.pk)
    assert (network.months_between, network.good_total) == (9, 100)


def test_a_rhythm_without_its_version_is_refused_in_words(world: World, coordinator: Client) -> None:
    answer = coordinator.post(rhythm_url(world), rhythm(seen=""))
    assert answer.status_code == 422
    assert "Skjemaet er ufullstendig" in answer.content.decode()


def test_a_rhythm_takes_few_queries_for_any_number_of_organisations(
    world: World, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        organisation = Organisation.objects.create(network=world.network, name=f"IPS {number}")
        Organisation.objects.filter(pk=organisation.pk).update(last_visit=date(2026, 1, 1), last_total=50)
    given = {"months_between": 9, "months_when_good": 12, "good_total": 100}
    with django_assert_max_num_queries(10):
        set_rhythm(network=world.network, by=world.coordinator, seen="6-12-100", rhythm=given)
    assert set(Organisation.objects.filter(last_total=50).values_list("next_due", flat=True)) == {date(2026, 10, 1)}


def test_saving_the_unchanged_rhythm_records_nothing(world: World, coordinator: Client) -> None:
    coordinator.post(rhythm_url(world), rhythm())
    assert not AccessEvent.objects.filter(action="rhythm_changed").exists()


@pytest.mark.parametrize("name", ["months_between", "months_when_good", "good_total"])
@pytest.mark.parametrize("value", ["", "0", "-1", "126", "x", "2.5", "9" * 30])
def test_an_invalid_rhythm_is_refused(world: World, coordinator: Client, name: str, value: str) -> None:
    assert coordinator.post(rhythm_url(world), rhythm(**{name: value})).status_code == 422
    network = Network.objects.get(pk=world.network.pk)
    assert (network.months_between, network.months_when_good, network.good_total) == (6, 12, 100)


def test_the_database_also_limits_how_far_apart_reviews_are(world: World) -> None:
    with pytest.raises(IntegrityError, match="within_five_years"), transaction.atomic():
        Network.objects.filter(pk=world.network.pk).update(months_between=61)


def test_the_rhythm_of_another_network_cannot_be_changed(world: World) -> None:
    assert world.client_of("stranger").get(rhythm_url(world)).status_code == 404


def test_the_rhythm_of_a_network_leaves_others_as_they_are(final: Review, world: World) -> None:
    theirs = world.others.network
    given = {"months_between": 1, "months_when_good": 1, "good_total": 25}
    set_rhythm(network=theirs, by=world.coordinator, seen="6-12-100", rhythm=given)
    assert standing(final) == BY_RULE
