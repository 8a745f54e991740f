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
from reviews.models import AccessEvent, DueDate, Network, Organisation, Review, ReviewInterval
from reviews.people.account_data import data_of
from reviews.records.writing import Stale
from reviews.schedule.next_review import due_after, next_due
from reviews.schedule.rhythm import months_after, rhythm_of
from reviews.schedule.services import rhythm_version, rule_words, set_due, set_rhythm
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
    assert "6 måneder etter besøket, fordi kvalitetsnivået er «tilfredsstillende kvalitet» (74–99)" in page


@pytest.mark.parametrize(
    ("score", "words"),
    [
        (3, "6 måneder etter besøket, fordi kvalitetsnivået er «tilfredsstillende kvalitet» (74–99)"),
        (4, "12 måneder etter besøket, fordi kvalitetsnivået er «god kvalitet» (100–114)"),
    ],
)
def test_the_rule_is_worded_by_the_band(world: World, score: int, words: str) -> None:
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


MONTHS = {4: 12, 3: 12, 2: 6, 1: 6}  # by the rank of the band: half-yearly until 100 points, then yearly


def rhythm(months: dict[int, object] | None = None, seen: dict[int, int] = MONTHS) -> dict[str, Any]:
    """Return the data of a POST by the page that showed the months `seen`, with other months for some bands."""
    fields = {f"ips-25-nb-band_{rank}": str(count) for rank, count in (MONTHS | (months or {})).items()}
    return fields | {"ips-25-nb-seen": rhythm_version(seen)}


def rhythm_url(world: World) -> str:
    return reverse("rhythm", args=[world.network.code])


def chosen(world: World) -> dict[int, int]:
    return dict(world.network.intervals.values_list("band_rank", "months"))


def test_the_page_asks_for_the_months_of_each_band(world: World, coordinator: Client) -> None:
    (form,) = coordinator.get(rhythm_url(world)).context["forms"]
    assert [(field.label, field.initial) for field in form.visible_fields()] == [
        ('<span lang="nb">svært god kvalitet</span>, 115–125', 12),
        ('<span lang="nb">god kvalitet</span>, 100–114', 12),
        ('<span lang="nb">tilfredsstillende kvalitet</span>, 74–99', 6),
        ('<span lang="nb">ikke IPS</span>, 25–73', 6),
    ]


def test_the_coordinator_changes_the_rhythm_and_every_date_follows(
    final: Review, world: World, coordinator: Client
) -> None:
    rules = reverse("timeline", args=[world.network.code])
    assert rhythm_url(world) in coordinator.get(rules).content.decode()
    assert coordinator.post(rhythm_url(world), rhythm({2: 9})).status_code == 302
    assert standing(final) == date(2026, 12, 10)
    assert chosen(world) == MONTHS | {2: 9}
    coordinator.post(rhythm_url(world), rhythm({2: 12}, seen=MONTHS | {2: 9}))
    assert standing(final) == date(2027, 3, 10)
    line = AccessEvent.objects.filter(action="rhythm_changed").first()
    assert (line.by, line.network, line.page) == (world.coordinator, world.network, "ips-25-nb")
    call_command("verify_records", stdout=StringIO(), stderr=StringIO())


def test_a_date_set_by_hand_stays_when_the_rhythm_changes(final: Review, world: World, coordinator: Client) -> None:
    coordinator.post(url(final), typed())
    coordinator.post(rhythm_url(world), rhythm({2: 9}))
    assert standing(final) == date(2026, 12, 1)


def test_the_second_of_two_coordinators_who_change_the_rhythm_sees_the_first_change(
    world: World, coordinator: Client
) -> None:
    coordinator.post(rhythm_url(world), rhythm({2: 9}))
    answer = coordinator.post(rhythm_url(world), rhythm({1: 3}))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "god kvalitet: 12, tilfredsstillende kvalitet: 9, ikke IPS: 6" in page
    assert 'value="3"' in page
    assert f'value="{rhythm_version(MONTHS | {2: 9})}"' in page  # both are shown, so the next press counts
    assert chosen(world) == MONTHS | {2: 9}


@pytest.mark.parametrize("sent", [{}, {"ips-25-nb-seen": ""}])
def test_a_rhythm_without_its_version_is_refused_in_words(
    world: World, coordinator: Client, sent: dict[str, str]
) -> None:
    answer = coordinator.post(rhythm_url(world), sent)
    assert answer.status_code == 422
    assert "Skjemaet er ufullstendig" in answer.content.decode()


def test_a_rhythm_takes_few_queries_for_any_number_of_organisations(
    world: World, django_assert_max_num_queries: Any
) -> None:
    last = {"last_visit": date(2026, 1, 1), "last_total": 50, "last_band_rank": 1, "last_edition": world.scale}
    for number in range(20):
        organisation = Organisation.objects.create(network=world.network, name=f"IPS {number}")
        Organisation.objects.filter(pk=organisation.pk).update(**last)
    rhythm_of(world.network).by_band(world.scale.pk)  # the process caches the scale
    with django_assert_max_num_queries(14):
        set_months(world.network, world, {1: 9})
    assert set(Organisation.objects.filter(last_total=50).values_list("next_due", flat=True)) == {date(2026, 10, 1)}


def set_months(network: Network, world: World, months: dict[int, int]) -> None:
    """Set the months of a network that has chosen none."""
    given = {"edition": world.scale, "by": world.coordinator, "seen": rhythm_version(MONTHS)}
    set_rhythm(network=network, months=MONTHS | months, **given)


def test_saving_the_unchanged_rhythm_records_nothing(world: World, coordinator: Client) -> None:
    coordinator.post(rhythm_url(world), rhythm())
    assert not AccessEvent.objects.filter(action="rhythm_changed").exists()
    assert not chosen(world)


@pytest.mark.parametrize("value", ["", "0", "-1", "61", "x", "2.5", "9" * 30])
def test_an_invalid_rhythm_is_refused(world: World, coordinator: Client, value: str) -> None:
    assert coordinator.post(rhythm_url(world), rhythm({3: value})).status_code == 422
    assert not chosen(world)


@pytest.mark.parametrize("fields", [{"months": 61}, {"months": 0}, {"band_rank": 0}])
def test_the_database_also_limits_the_months(world: World, fields: dict[str, int]) -> None:
    given = {"network": world.network, "edition": world.scale, "band_rank": 1, "months": 6}
    with pytest.raises(IntegrityError, match="within_five_years"), transaction.atomic():
        ReviewInterval.objects.create(**given | fields)
    ReviewInterval.objects.create(**given)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReviewInterval.objects.create(**given)


def test_the_rhythm_of_another_network_cannot_be_changed(world: World) -> None:
    assert world.client_of("stranger").get(rhythm_url(world)).status_code == 404


def test_the_rhythm_of_a_network_leaves_others_as_they_are(final: Review, world: World) -> None:
    set_months(world.others.network, world, dict.fromkeys(MONTHS, 1))
    assert standing(final) == BY_RULE


def test_a_total_that_was_no_limit_of_a_band_is_shown_until_the_coordinator_has_saved(
    world: World, coordinator: Client
) -> None:
    Network.objects.filter(pk=world.network.pk).update(former_good_total=90)
    assert "Til nå avgjorde en totalskåre på 90." in coordinator.get(rhythm_url(world)).content.decode()
    asks = "Kontroller når vurderinger skal være"
    assert asks in coordinator.get(reverse("overview")).content.decode()
    coordinator.post(rhythm_url(world), rhythm())
    assert "Til nå avgjorde" not in coordinator.get(rhythm_url(world)).content.decode()
    assert asks not in coordinator.get(reverse("overview")).content.decode()
