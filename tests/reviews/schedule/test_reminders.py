"""`manage.py send_reminders`: each date is mailed once, and no mail reveals its subject."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command

from reviews.mail import notify
from reviews.models import Action, Mail, Organisation, PreparationStep, Reminder, Review, User
from reviews.people.memberships import delete_account
from reviews.queue.worker import run_due
from reviews.schedule.preparation import move_step
from reviews.schedule.reminders import pending_reminders, queue_reminder
from tests.builders import World
from tests.reviews.schedule.test_due_dates import action_of, due_on, final_of
from tests.test_installation import manage

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 1)


@pytest.fixture(autouse=True)
def _on_the_first_of_march() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 3, 1, 6, tzinfo=UTC), tick=False):
        yield


def run(*options: str, days: int = 0) -> str:
    told = StringIO()
    with time_machine.travel(datetime(2026, 3, 1, 6, tzinfo=UTC) + timedelta(days=days), tick=False):
        call_command("send_reminders", *options, stdout=told, stderr=told)
        run_due()
    return told.getvalue()


@pytest.mark.pdf
def test_a_person_with_new_due_dates_gets_one_mail_with_a_number_and_a_link(world: World) -> None:
    action_of(final_of(world), TODAY, what="Hemmelig tiltak")
    due_on(world.organisation, TODAY - timedelta(days=3))
    assert run() == "leader: 2\ncoordinator: 2\n2 people mailed, 0 without an e-mail address.\n"
    first = next(
        message for message in mail.outbox if message.to == ["leader@example.org"] and "dato" in message.subject
    )
    assert (first.to, first.subject) == (["leader@example.org"], "IPS-kvalitet: 2 nye datoer")
    assert "https://testserver/dates/" in first.body
    assert "2 datoer nærmer seg eller er passert" in first.body
    for words in ("Hemmelig", "Øyvær", "Nordfjella", "tiltak"):
        assert words not in first.body + first.subject


def test_running_again_sends_nothing_until_something_new_is_due(world: World) -> None:
    due_on(world.organisation, TODAY)
    run()
    assert run() == run(days=1) == "0 people mailed, 0 without an e-mail address.\n"
    due_on(world.organisation, TODAY + timedelta(days=20))  # another date is new
    assert "leader: 1" in run(days=2)
    assert len(mail.outbox) == 4
    assert Reminder.objects.filter(user=world.team_leader).count() == 2


def test_a_dry_run_lists_and_writes_and_sends_nothing(world: World) -> None:
    due_on(world.organisation, TODAY)
    assert run("--dry-run") == "leader: 1\ncoordinator: 1\n2 people would be mailed, 0 without an e-mail address.\n"
    assert mail.outbox == []
    assert not Reminder.objects.exists()


@pytest.mark.pdf
@pytest.mark.parametrize(("kind", "days"), [("review", 60), ("action", 7), ("remarks", 3)])
def test_each_kind_is_mailed_its_own_number_of_days_before(world: World, kind: str, days: int) -> None:
    review = world.draft_review(4) if kind == "remarks" else final_of(world)
    for ahead, told in ((days + 1, 0), (days, 1)):
        day = TODAY + timedelta(days=ahead)
        if kind == "review":
            due_on(world.organisation, day)
        elif kind == "action":
            Action.objects.all().delete()
            action_of(review, day)
        else:
            Review.objects.filter(pk=review.pk).update(facts_until=day)
        assert ("leader: 1" in run("--dry-run")) is bool(told), ahead


def test_steps_are_mailed_a_week_before_and_again_after_they_are_moved(world: World) -> None:
    review = world.plan_review()
    step = PreparationStep.objects.create(review=review, due=TODAY + timedelta(days=8), text="Be om tall")
    assert run() == "0 people mailed, 0 without an e-mail address.\n"
    assert "evaluator: 1\ncolleague: 1\ncoordinator: 1\n" in run(days=1)
    move_step(step=step, by=world.evaluator, seen=step.due, due=TODAY + timedelta(days=5))
    assert "evaluator: 1\n" in run(days=1)


@pytest.mark.pdf
def test_keys_of_reminders_do_not_collide_with_those_of_remarks(world: World) -> None:
    """The package of remarks uses keys such as `remarks:<code>:<day>`, possibly of the same review and day."""
    review = world.draft_review(4)
    Review.objects.filter(pk=review.pk).update(facts_until=TODAY)
    told = notify([world.team_leader], subject="x", lines=["y"], path="/", once=f"remarks:{review.code}:{TODAY}")
    assert told == [world.team_leader]
    assert "leader: 1\n" in run()
    assert Reminder.objects.filter(user=world.team_leader, about__startswith="due:").count() == 1


def test_a_visit_alone_sends_no_reminder(world: World) -> None:
    world.plan_review(visit_start=TODAY, visit_end=TODAY)
    assert run() == "0 people mailed, 0 without an e-mail address.\n"


def test_the_mail_is_in_the_persons_language(world: World) -> None:
    User.objects.filter(pk=world.team_leader.pk).update(language="sv")
    User.objects.filter(pk=world.coordinator.pk).update(language="en")
    due_on(world.organisation, TODAY)
    run()
    assert [message.subject for message in mail.outbox] == [
        "IPS-programtrohet: 1 nytt datum",
        "IPS fidelity: 1 new date",
    ]
    assert "Hej Leader" in mail.outbox[0].body
    assert "1 date has come near" in mail.outbox[1].body


def test_people_without_an_address_are_counted_and_people_who_left_get_no_mail(world: World) -> None:
    due_on(world.organisation, TODAY)
    User.objects.filter(pk=world.team_leader.pk).update(email="")
    User.objects.filter(pk=world.coordinator.pk).update(is_active=False)
    assert run() == "0 people mailed, 1 without an e-mail address.\n"
    assert not Reminder.objects.exists()


def test_of_two_runs_at_the_same_time_one_mails(world: World) -> None:
    due_on(world.organisation, TODAY)
    first, second = list(pending_reminders()), list(pending_reminders())
    assert [queue_reminder(reminder) for reminder in first + second] == [True, True, False, False]
    assert sorted(Mail.objects.values_list("address", flat=True)) == ["coordinator@example.org", "leader@example.org"]


def test_a_coordinator_of_many_organisations_is_reminded_of_each_once(world: World) -> None:
    Organisation.objects.bulk_create(
        Organisation(network=world.network, name=f"IPS {n}", next_due=TODAY - timedelta(days=n)) for n in range(250)
    )
    assert "coordinator: 250\n" in run()
    due_on(world.sister, TODAY)
    assert "coordinator: 1\n" in run()


def test_records_of_reminders_are_deleted_with_the_account(world: World) -> None:
    due_on(world.organisation, TODAY)
    run()
    delete_account(world.team_leader)
    assert {reminder.user for reminder in Reminder.objects.all()} == {world.coordinator}


def test_keys_of_reminders_fit_their_column(world: World) -> None:
    PreparationStep.objects.create(review=world.plan_review(), due=TODAY, text="x", pk=2**62)
    run()
    assert max(len(about) for about in Reminder.objects.values_list("about", flat=True)) <= 120


def test_without_a_host_name_no_mail_goes_out(world: World, settings: Any) -> None:
    settings.PUBLIC_URL = ""
    with pytest.raises(CommandError, match="PUBLIC_URL"):
        run()


@pytest.mark.parametrize(
    ("environment", "url"),
    [
        ({"ALLOWED_HOSTS": "*,.example.org,ips.example.org"}, "https://ips.example.org"),
        ({"ALLOWED_HOSTS": ".example.org"}, ""),
        ({"PUBLIC_URL": "https://ips.example.org/", "ALLOWED_HOSTS": "intern"}, "https://ips.example.org"),
        ({"DEBUG": "on"}, "http://127.0.0.1:8000"),
    ],
)
def test_the_address_of_the_installation_comes_from_the_environment(environment: dict[str, str], url: str) -> None:
    code = "from django.conf import settings; print(repr(settings.PUBLIC_URL))"
    answer = manage(
        "shell",
        "--no-imports",
        "-c",
        code,
        SECRET_KEY="only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz",
        **environment,
    )
    assert answer.stdout.strip() == repr(url), answer.stderr


def test_no_mail_is_addressed_to_two_people(world: World) -> None:
    due_on(world.organisation, TODAY)
    run()
    assert all(isinstance(message, EmailMessage) and len(message.recipients()) == 1 for message in mail.outbox)
