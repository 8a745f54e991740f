"""The administrator sees what waits and why, and tries it again or gives it up."""

from datetime import UTC, datetime, timedelta
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import pytest
import time_machine
from django.tasks import Task
from django.test import Client
from django.urls import reverse

import reviews
from reviews.models import AccessEvent, Job, Mail
from reviews.outbox import queue_mail
from reviews.queue.daily import DAILY
from reviews.queue.page import LABELS
from reviews.queue.worker import run_due
from tests.builders import World, text_of
from tests.mail_servers import closed_port, mail_server, smtp_at
from tests.reviews.queue.tasks import fail_for_good

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 1, 9, 14, tzinfo=UTC)  # 10:14 in Oslo


@pytest.fixture
def admin(world: World) -> Client:
    return world.client_of("admin")


@pytest.fixture
def refused(admin: Client, settings: Any) -> None:
    """Three mails that a mail server without a listener did not take."""
    settings.MAILERS = smtp_at(closed_port())
    for number in range(3):
        queue_mail(f"p{number}@example.org", "Emne", "Hemmelig tekst")
    run_due()


def test_the_page_says_how_many_mails_wait_since_when_and_why(admin: Client, settings: Any) -> None:
    settings.MAILERS = smtp_at(closed_port())
    with time_machine.travel(START, tick=False):
        for number in range(3):
            queue_mail(f"p{number}@example.org", "Emne", "Hemmelig tekst")
        run_due()
    with time_machine.travel(START + timedelta(minutes=1), tick=False):
        text = text_of(world_page := admin.get(reverse("queue")))
    assert "3 e-poster har ventet siden 10:14. Ingenting svarer der e-posttjeneren skulle være." in text
    assert "p1@example.org" in text
    assert "MAIL_HOST, MAIL_PORT" in text
    assert "Hemmelig" not in world_page.content.decode()


def test_trying_again_sends_at_once_what_waits_in_its_pause(refused: None, admin: Client, settings: Any) -> None:
    with mail_server() as server:
        settings.MAILERS = smtp_at(server.port)
        assert run_due() == 0
        assert admin.post(reverse("queue_again")).status_code == 302
        assert run_due() == 3
    assert len(server.mails) == 3
    assert "Ingenting venter." in text_of(admin.get(reverse("queue")))


def test_one_mail_is_tried_again_by_its_button(refused: None, admin: Client) -> None:
    job = Job.objects.waiting().first()
    admin.post(reverse("queue_again"), {"job": job.pk})
    assert run_due() == 1


def test_what_was_given_up_can_be_tried_again(admin: Client, world: World) -> None:
    fail_for_good.enqueue()
    run_due()
    assert "Programmets logg sier hvorfor (ValueError)." in text_of(admin.get(reverse("queue")))
    admin.post(reverse("queue_again"), {"job": Job.objects.get().pk})
    job = Job.objects.get()
    assert (job.state, job.attempts, job.finished_at) == ("waiting", 0, None)


def test_giving_up_deletes_the_mail_and_is_recorded(refused: None, admin: Client, world: World) -> None:
    job = Job.objects.first()
    admin.post(reverse("queue_give_up"), {"job": job.pk})
    assert (Job.objects.count(), Mail.objects.count()) == (2, 2)
    assert AccessEvent.objects.get(action="work_given_up").by == world.admin


@pytest.mark.parametrize("job", ["", "x", "9" * 30])
@pytest.mark.parametrize("address", ["queue_again", "queue_give_up"])
def test_an_odd_job_is_refused(refused: None, admin: Client, address: str, job: str) -> None:
    assert admin.post(reverse(address), {"job": job}).status_code == 422
    assert Job.objects.count() == 3


def test_the_first_page_of_an_administrator_says_when_something_waits_for_minutes(admin: Client, world: World) -> None:
    with time_machine.travel(START, tick=False):
        queue_mail("kari@example.org", "Emne", "Tekst")
        assert "har ventet" not in text_of(admin.get(reverse("home")))
    with time_machine.travel(START + timedelta(minutes=6), tick=False):
        assert "1 e-post har ventet siden 10:14." in text_of(admin.get(reverse("home")))
        assert "Ingen arbeidsprosess kjører" in text_of(admin.get(reverse("queue")))
        assert "har ventet" not in text_of(world.client_of("evaluator").get(reverse("home")))


def test_every_task_has_a_name_on_the_page() -> None:
    modules = [import_module(found.name) for found in walk_packages(reviews.__path__, "reviews.")]
    tasks = {value.module_path for module in modules for value in vars(module).values() if isinstance(value, Task)}
    assert set(DAILY) < tasks
    assert set(LABELS) == tasks
