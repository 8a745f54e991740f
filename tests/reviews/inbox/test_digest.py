"""The daily summary: how much is new in the inbox, of the kinds that a person chose it for."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from reviews.inbox.digest import LINES, queue_digest, send_digests
from reviews.inbox.services import mark_seen
from reviews.mail import Frequency, MailGroup
from reviews.models import Mail, User
from reviews.models.events import REVIEW_NEWS
from reviews.people.own_choices import choose_mails
from reviews.told import collecting
from tests.builders import World, remark
from tests.work import working

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _address(settings: Any) -> None:
    settings.PUBLIC_URL = "https://localhost"


def daily(user: User, *groups: MailGroup) -> None:
    choose_mails(user, dict.fromkeys(groups, Frequency.DAILY), page_keys=True)


def digests() -> list[str]:
    with working():
        send_digests.call()
    return [message.body for message in mail.outbox]


def test_what_would_be_mailed_at_once_comes_in_one_summary(world: World) -> None:
    review = world.asked_review(4)
    daily(world.evaluator, MailGroup.REMARKS)
    with working(), collecting() as told:
        remark(review, world.team_leader, text="Hemmelig")
        remark(review, world.team_leader)
    assert [message.to for message in mail.outbox] == [["colleague@example.org"]]
    assert "Dette kommer i neste daglige oppsummering til Evaluator." in told.words()
    assert told.reaches_all
    mail.outbox.clear()
    (text,) = digests()
    assert "1 × tjenesten har merket" in text or "1 × " in text
    assert "https://localhost/inbox/" in text
    assert "https://localhost/accounts/notifications/" in text
    for secret in ("Hemmelig", "Øyvær", "Leader"):
        assert secret not in text
    mail.outbox.clear()
    assert digests() == []


def test_what_was_seen_in_the_inbox_or_is_of_another_kind_is_in_no_summary(world: World) -> None:
    review = world.asked_review(4)
    daily(world.evaluator, MailGroup.REMARKS)
    daily(world.colleague, MailGroup.SIGNED)
    remark(review, world.team_leader)
    mark_seen(user=world.evaluator, until=timezone.now())
    assert digests() == []


def test_the_first_summary_begins_with_the_choice(world: World) -> None:
    User.objects.filter(pk=world.evaluator.pk).update(digest_until=timezone.now() - timedelta(days=30))
    review = world.asked_review(4)
    remark(review, world.team_leader)
    daily(User.objects.get(pk=world.evaluator.pk), MailGroup.REMARKS)
    assert digests() == []


def test_of_two_runs_at_the_same_time_one_mails(world: World) -> None:
    daily(world.evaluator, MailGroup.REMARKS)
    remark(world.asked_review(4), world.team_leader)
    until = timezone.now()
    assert [queue_digest(world.evaluator, until), queue_digest(world.evaluator, until)] == [True, False]
    assert Mail.objects.filter(user=world.evaluator).exclude(about="").count() == 0


@pytest.mark.parametrize(("language", "subject"), [
    ("nb", "IPS-kvalitet: 1 ny linje i innboksen"),
    ("sv", "IPS-programtrohet: 1 ny rad i inkorgen"),
    ("en", "IPS fidelity: 1 new line in your inbox"),
])  # fmt: skip
def test_a_summary_is_in_the_persons_language(world: World, language: str, subject: str) -> None:
    User.objects.filter(pk=world.evaluator.pk).update(language=language)
    daily(User.objects.get(pk=world.evaluator.pk), MailGroup.REMARKS)
    remark(world.asked_review(4), world.team_leader)
    with working():
        call_command("send_digests")
    assert [message.subject for message in mail.outbox] == [subject]


def test_every_group_has_lines_of_the_inbox() -> None:
    assert set(LINES) == set(MailGroup)
    assert set().union(*LINES.values()) <= set(REVIEW_NEWS)
