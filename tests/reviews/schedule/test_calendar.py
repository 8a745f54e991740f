"""The calendar: a secret address at which a calendar program reads a person's dates, and nothing else."""

import hashlib
import logging
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from icalendar import Calendar, Event

from reviews.models import AccessEvent, CalendarFeed, Organisation, PreparationStep, Review, User
from reviews.people.memberships import delete_account
from reviews.schedule.calendar_feed import make_feed
from tests.builders import World, headers_of
from tests.reviews.schedule.test_due_dates import action_of, due_on, everything, final_of

pytestmark = pytest.mark.django_db
CODES = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")  # they are random and may contain any number


@pytest.fixture(autouse=True)
def _on_the_first_of_march() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 3, 1, 9, tzinfo=UTC), tick=False):
        yield


def url_of(user: User) -> str:
    return reverse("calendar_feed", args=[make_feed(user)])


def read(user: User, url: str = "") -> Calendar:
    """Return the response to a calendar program, which is not signed in."""
    answer = Client().get(url or url_of(user))
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    return Calendar.from_ical(answer.content)


def entries(calendar: Calendar) -> list[tuple[str, date, date]]:
    found = [(str(event["SUMMARY"]), event["DTSTART"].dt, event["DTEND"].dt) for event in calendar.walk("VEVENT")]
    return sorted(found, key=lambda entry: (entry[1], entry[0]))


def events_of(user: User) -> list[Event]:
    return list(read(user).walk("VEVENT"))


def test_the_calendar_holds_a_persons_dates_as_whole_days(world: World) -> None:
    everything(world)
    assert entries(read(world.coordinator)) == [
        ("Frist for tiltak: IPS Øyvær", date(2026, 2, 28), date(2026, 3, 1)),
        ("Punkt i forberedelsene: IPS Øyvær", date(2026, 3, 3), date(2026, 3, 4)),
        ("Punkt i forberedelsene: IPS Øyvær", date(2026, 3, 3), date(2026, 3, 4)),
        ("Besøk: IPS Øyvær", date(2026, 3, 10), date(2026, 3, 12)),
        ("Besøk: IPS Øyvær", date(2026, 3, 10), date(2026, 3, 12)),
        ("Frist for neste vurdering: IPS Granlia", date(2026, 4, 1), date(2026, 4, 2)),
    ]
    assert ("Merknader til rapportutkastet: IPS Øyvær", date(2026, 3, 5), date(2026, 3, 6)) in entries(
        read(world.team_leader)
    )


def test_the_calendar_declares_its_name_refresh_interval_and_language(world: World) -> None:
    world.coordinator.language = "sv"
    world.coordinator.save()
    due_on(world.organisation, date(2026, 3, 20))
    answer = Client().get(url_of(world.coordinator))
    calendar = Calendar.from_ical(answer.content)
    assert (str(calendar["VERSION"]), str(calendar["NAME"])) == ("2.0", "IPS-programtrohet: datum")
    assert calendar["REFRESH-INTERVAL"].dt == timedelta(hours=6)
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT6H" in answer.content
    assert [summary for summary, *_ in entries(calendar)] == ["Nästa granskning senast: IPS Øyvær"]
    assert answer.headers["Content-Language"] == "sv"


def test_an_entry_keeps_its_identity_and_links_to_its_page(world: World) -> None:
    review = world.plan_review()
    (first,) = events_of(world.evaluator)
    with time_machine.travel(datetime(2026, 3, 2, 9, tzinfo=UTC), tick=False):
        (second,) = events_of(world.evaluator)
    assert first["UID"] == second["UID"]
    assert first["DTSTAMP"].dt < second["DTSTAMP"].dt
    assert str(first["URL"]) == f"https://testserver{review.get_absolute_url()}"


def test_the_steps_of_one_day_are_one_entry(world: World) -> None:
    review = world.plan_review()
    PreparationStep.objects.bulk_create(
        PreparationStep(review=review, due=date(2026, 3, 3), text=f"Hemmelig {n}") for n in range(3)
    )
    assert ("3 punkter i forberedelsene: IPS Øyvær", date(2026, 3, 3), date(2026, 3, 4)) in entries(
        read(world.evaluator)
    )


def test_the_calendar_contains_no_score_and_nothing_that_somebody_wrote(world: World) -> None:
    everything(world)
    action_of(final_of(world), date(2026, 3, 1), what="Hemmelig tiltak", who="Hemmelig rolle")
    review = world.score_review(5)
    PreparationStep.objects.create(review=review, due=date(2026, 3, 1), text="Hemmelig punkt")
    for user in (world.coordinator, world.evaluator, world.team_leader):
        content = CODES.sub("", Client().get(url_of(user)).content.decode().replace("\r\n ", ""))
        for words in ("Hemmelig", "Send timeplanen", "inntaksmøte", "125", "100"):
            assert words not in content


def test_a_name_that_looks_like_an_entry_creates_none(world: World) -> None:
    Organisation.objects.filter(pk=world.organisation.pk).update(
        name="IPS\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:x, y; z", next_due=date(2026, 3, 20)
    )
    assert len(events_of(world.coordinator)) == 1


def test_a_coordinators_calendar_never_holds_another_network(world: World) -> None:
    world.plan_review(organisation=world.others, by=world.stranger, evaluators=[world.stranger])
    due_on(world.others, date(2026, 3, 20))
    assert entries(read(world.coordinator)) == []
    assert [summary for summary, *_ in entries(read(world.stranger))] == ["Besøk: IPS Lyngmo"]


# --- The address --------------------------------------------------------------------------


def make(client: Client) -> str:
    answer = client.post(reverse("make_calendar"))
    assert answer.status_code == 200
    assert answer.context["url"] in answer.content.decode()
    return answer.context["url"].removeprefix("https://testserver")


def test_the_address_is_shown_once_and_stored_only_as_a_hash(world: World, as_evaluator: Client) -> None:
    assert "Lag en adresse" in as_evaluator.get(reverse("dates")).content.decode()
    url = make(as_evaluator)
    secret = url.removeprefix("/calendar/").removesuffix(".ics")
    assert len(secret) >= 40
    feed = CalendarFeed.objects.get()
    assert feed.secret_hash == hashlib.sha256(secret.encode()).hexdigest()
    page = as_evaluator.get(reverse("dates")).content.decode()
    assert secret not in page
    assert "Du laget en adresse 1. mars 2026" in page
    read(world.evaluator, url)


def test_a_new_address_makes_the_old_one_useless_and_revoking_the_last(as_evaluator: Client) -> None:
    old, new = make(as_evaluator), make(as_evaluator)
    assert (Client().get(old).status_code, Client().get(new).status_code) == (404, 200)
    assert as_evaluator.post(reverse("revoke_calendar")).status_code == 302
    assert Client().get(new).status_code == 404
    as_evaluator.post(reverse("revoke_calendar"))
    acts = AccessEvent.objects.filter(action__startswith="feed").order_by("pk").values_list("action", flat=True)
    assert list(acts) == ["feed_made", "feed_made", "feed_revoked"]


def test_unknown_revoked_and_closed_addresses_answer_alike(world: World, as_evaluator: Client) -> None:
    revoked, closed = make(as_evaluator), url_of(world.colleague)
    as_evaluator.post(reverse("revoke_calendar"))
    User.objects.filter(pk=world.colleague.pk).update(is_active=False)
    answers = [Client().get(url) for url in (revoked, closed, "/calendar/x.ics", "/calendar/%C3%A5%00.ics")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert len({tuple(headers_of(answer)) for answer in answers}) == 1


def test_a_membership_that_ends_leaves_an_empty_calendar(world: World) -> None:
    world.plan_review()
    url = url_of(world.evaluator)
    assert len(entries(read(world.evaluator, url))) == 1
    world.evaluator.memberships.all().delete()
    assert entries(read(world.evaluator, url)) == []


def test_a_program_that_has_the_calendar_gets_304_until_a_date_changes(world: World) -> None:
    url, review = url_of(world.evaluator), world.plan_review()
    etag = Client().get(url).headers["ETag"]
    with time_machine.travel(datetime(2026, 3, 1, 15, tzinfo=UTC), tick=False):
        unchanged = Client().get(url, headers={"If-None-Match": etag})
    assert (unchanged.status_code, unchanged.content, unchanged.headers["ETag"]) == (304, b"", etag)
    assert unchanged.headers["Cache-Control"] == "private, no-cache"
    PreparationStep.objects.create(review=review, due=date(2026, 3, 3), text="Send timeplanen")
    changed = Client().get(url, headers={"If-None-Match": etag})
    assert changed.status_code == 200
    assert len(entries(Calendar.from_ical(changed.content))) == 2


def test_the_etag_differs_by_language_and_by_name(world: World) -> None:
    url = url_of(world.evaluator)
    world.plan_review()
    etags = [Client().get(url).headers["ETag"]]
    User.objects.filter(pk=world.evaluator.pk).update(language="sv")
    etags.append(Client().get(url).headers["ETag"])
    Organisation.objects.filter(pk=world.organisation.pk).update(name="IPS Storvik")
    etags.append(Client().get(url).headers["ETag"])
    assert len(set(etags)) == 3


def test_nobody_learns_by_an_etag_whether_a_revoked_address_was_right(world: World) -> None:
    url = url_of(world.evaluator)
    etag = Client().get(url).headers["ETag"]
    make_feed(world.evaluator)
    assert Client().get(url, headers={"If-None-Match": etag}).status_code == 404


def test_the_calendar_is_asked_for_again_each_time_and_answers_head_requests(world: World) -> None:
    url = url_of(world.evaluator)
    assert Client().get("/calendar/x.ics").headers["Cache-Control"] == "private, no-store"
    for answer in (Client().get(url), Client().head(url)):
        assert answer.headers["Cache-Control"] == "private, no-cache"
    assert Client().head(url).content == b""
    assert Client().post(url).status_code == 405
    assert not Client().get(url).cookies


def test_the_secret_reaches_no_log(world: World, as_evaluator: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="django.request")
    url = make(as_evaluator)
    secret = url.removeprefix("/calendar/").removesuffix(".ics")
    as_evaluator.get(url)
    User.objects.filter(pk=world.evaluator.pk).update(is_active=False)
    world.client_of("colleague").get(url)
    assert secret not in caplog.text
    lines = AccessEvent.objects.filter(page__contains="calendar")
    assert {(line.action, line.page) for line in lines} == {("refused", "calendar_feed")}
    assert not AccessEvent.objects.filter(page__contains=secret).exists()


def test_only_a_button_creates_an_address(as_evaluator: Client) -> None:
    assert as_evaluator.get(reverse("make_calendar")).status_code == 405
    assert as_evaluator.get(reverse("revoke_calendar")).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = as_evaluator.cookies
    assert strict.post(reverse("make_calendar")).status_code == 403
    assert not CalendarFeed.objects.exists()


def test_the_data_of_a_person_show_since_when_there_is_an_address_and_not_which(
    world: World, as_evaluator: Client
) -> None:
    answer = as_evaluator.get(reverse("account_data"))
    assert (answer.json()["calendar_address_since"], answer.json()["reminders"]) == (None, [])
    url = make(as_evaluator)
    answer = as_evaluator.get(reverse("account_data"))
    assert answer.json()["calendar_address_since"].startswith("2026-03-01T09:00")
    secret = url.removeprefix("/calendar/").removesuffix(".ics")
    assert secret not in answer.content.decode()
    assert CalendarFeed.objects.get().secret_hash not in answer.content.decode()


def test_a_deleted_account_has_no_calendar_address(world: World) -> None:
    url = url_of(world.evaluator)
    delete_account(world.evaluator)
    assert Client().get(url).status_code == 404
    assert not CalendarFeed.objects.exists()


def test_a_calendar_takes_as_many_queries_for_one_date_as_for_many(
    world: World, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    url = url_of(world.coordinator)
    review: Review = world.plan_review()
    with django_assert_max_num_queries(6) as few:
        read(world.coordinator, url)
    PreparationStep.objects.bulk_create(
        PreparationStep(review=review, due=date(2026, 3, 1) + timedelta(days=n), text="x") for n in range(60)
    )
    with django_assert_max_num_queries(len(few.captured_queries)):
        assert len(entries(read(world.coordinator, url))) == 61
