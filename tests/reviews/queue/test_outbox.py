"""Mails in the queue: encrypted, sent once if nothing fails, tried again if something does. Real mail servers."""

import time
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from reviews.models import Job, Mail, User
from reviews.outbox import queue_mail
from reviews.people.memberships import delete_account
from reviews.queue.worker import run_due
from tests.builders import World
from tests.mail_servers import closed_port, mail_server, smtp_at

pytestmark = pytest.mark.django_db


def queue_one(address: str = "kari@example.org") -> None:
    queue_mail(address, "Emne på norsk", "Hemmelig lenke: https://example.org/x\n")


def test_the_database_does_not_hold_the_text_of_a_mail_in_the_clear_and_forgets_it_when_it_is_sent() -> None:
    queue_one()
    stored = repr([*Mail.objects.values(), *Job.objects.values()])
    assert "Hemmelig" not in stored
    assert "Emne" not in stored
    run_due()
    assert [(message.to, message.subject) for message in mail.outbox] == [(["kari@example.org"], "Emne på norsk")]
    assert "Hemmelig lenke" in mail.outbox[0].body
    assert not Mail.objects.exists()
    assert "kari" not in repr(list(Job.objects.values()))


def test_a_mail_that_was_sealed_with_another_key_is_given_up(settings: Any) -> None:
    queue_one()
    settings.SECRET_KEY = "another-key"
    run_due()
    assert (Job.objects.get().state, Job.objects.get().error, mail.outbox) == ("failed", "SealBroken", [])


def test_a_former_key_still_opens_the_mails_that_wait(settings: Any) -> None:
    queue_one()
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another-key"
    run_due()
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("replies", "state", "error"),
    [
        ({"RCPT": "550 nobody of that name"}, "failed", "SMTPRecipientsRefused"),
        ({"RCPT": "451 come again later"}, "waiting", "SMTPRecipientsRefused"),
        ({"MAIL": "530 sign in first"}, "waiting", "SMTPSenderRefused"),
        ({"TEXT": "552 too much"}, "waiting", "SMTPDataError"),
        ({"TEXT": "250 taken"}, "done", ""),
    ],
)
def test_what_a_server_answers_decides_whether_a_mail_is_tried_again(
    settings: Any, replies: dict[str, str], state: str, error: str
) -> None:
    queue_one()
    with mail_server(replies=replies) as server:
        settings.MAILERS = smtp_at(server.port)
        run_due()
    job = Job.objects.get()
    assert (job.state, job.error, server.connections) == (state, error, 1)
    assert Mail.objects.exists() is (state != "done")


@pytest.mark.parametrize("behaviour", [{"hang": True}, {"drip": 0.2}, {"silent": True}])
def test_a_server_that_hangs_or_drips_holds_the_worker_for_a_limited_time(
    settings: Any, behaviour: dict[str, Any]
) -> None:
    queue_one()
    begun = time.monotonic()
    with mail_server(**behaviour) as server:
        settings.MAILERS = smtp_at(server.port, timeout=0.5, longest=1)
        run_due()
    assert time.monotonic() - begun < 3
    assert (Job.objects.get().state, Job.objects.get().error) == ("waiting", "TimeoutError")


def test_each_attempt_has_the_same_message_id(settings: Any) -> None:
    queue_one()
    with mail_server(replies={"TEXT": "451 later"}) as server:
        settings.MAILERS = smtp_at(server.port)
        run_due()
        Job.objects.update(due_at="2026-01-01T00:00Z")
        server.replies.clear()
        run_due()
    ids = [line for text in server.mails for line in text.splitlines() if line.lower().startswith("message-id")]
    assert len(ids) == 2
    assert ids[0] == ids[1]


def test_nobody_waits_for_a_mail_server_that_hangs(world: World, settings: Any) -> None:
    with mail_server(hang=True) as server:
        settings.MAILERS = smtp_at(server.port)
        asked = Client().post(reverse("account_reset_password"), {"email": "evaluator@example.org"})
        assert (asked.status_code, server.connections) == (302, 0)


def test_a_request_for_a_new_password_stores_the_same_for_known_and_unknown_addresses(world: World) -> None:
    rows = []
    for email in ("evaluator@example.org", "nobody@example.org"):
        Client().post(reverse("account_reset_password"), {"email": email})
        rows.append((Job.objects.count(), Mail.objects.count(), Job.objects.last().task))
        Job.objects.all().delete()
    assert rows[0] == rows[1] == (1, 0, "reviews.people.password_reset.mail_reset_link")


def test_a_deleted_account_gets_no_mail_that_waits(world: World) -> None:
    queue_mail("colleague@example.org", "x", "y", user=world.colleague)
    delete_account(User.objects.get(pk=world.colleague.pk))
    run_due()
    assert mail.outbox == []


def test_a_refused_connection_is_named(settings: Any) -> None:
    queue_one()
    settings.MAILERS = smtp_at(closed_port())
    run_due()
    assert Job.objects.get().error == "ConnectionRefusedError"
