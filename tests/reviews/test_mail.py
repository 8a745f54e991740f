"""Notifications by mail: a link and a sentence, never a typed text or a score."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from reviews.mail import notify
from reviews.models import Job, Remark, Reminder, Review, User
from tests.builders import World, answer, fresh, post_transition, remark
from tests.mail_servers import closed_port, smtp_at
from tests.work import working

pytestmark = pytest.mark.django_db
Capture = Callable[..., Any]


def recipients() -> list[str]:
    return [to for message in mail.outbox for to in message.to]


def bodies() -> str:
    return "\n".join(f"{message.subject}\n{message.body}" for message in mail.outbox)


def link_to(review: Review) -> str:
    return f"https://localhost{reverse('remarks', args=[review.code])}"


@pytest.fixture(autouse=True)
def _address(settings: Any) -> None:
    settings.PUBLIC_URL = "https://localhost"


def test_team_leaders_get_mail_when_a_draft_is_handed_out(world: World, as_evaluator: Client) -> None:
    review = world.score_review(4)
    with working():
        post_transition(as_evaluator, review, "draft", facts_until="2099-01-01")
    assert recipients() == ["leader@example.org"]
    assert link_to(review) in bodies()
    for secret in ("100", "Øyvær", "Evaluator", "2099", "god kvalitet"):
        assert secret not in bodies()


def test_a_service_that_is_not_asked_gets_no_mail(world: World, as_evaluator: Client) -> None:
    with working():
        post_transition(as_evaluator, world.score_review(4), "draft", facts_until="")
    assert mail.outbox == []


def test_evaluators_get_one_mail_a_day_about_remarks_without_their_text(world: World) -> None:
    review = world.asked_review(4)
    with working():
        remark(review, world.team_leader, text="Hemmelig merknad")
        remark(review, world.team_leader, text="Enda en")
    assert sorted(recipients()) == ["colleague@example.org", "evaluator@example.org"]
    assert link_to(review) in bodies()
    for secret in ("Hemmelig", "Enda en", "Øyvær", "Leader"):
        assert secret not in bodies()


def test_authors_get_mail_when_all_is_answered_and_when_the_review_is_signed(world: World) -> None:
    review = world.asked_review(4)
    first, second = remark(review, world.team_leader), remark(review, world.team_leader)
    with working():
        answer(first, world.evaluator, "Hemmelig svar")
    assert mail.outbox == []
    with working():
        answer(second, world.evaluator, "Hemmelig svar")
        answer(second, world.evaluator, "Et annet svar")
    assert recipients() == ["leader@example.org"]
    with working():
        world.sign(review)
    assert recipients() == ["leader@example.org"] * 2
    assert "svar" not in bodies().replace("besvart", "").replace("svart", "")


def test_authors_hear_of_answers_only_when_they_can_read_them(world: World, as_evaluator: Client) -> None:
    review = world.asked_review(4)
    first = remark(review, world.team_leader)
    post_transition(as_evaluator, review, "reopen", comment="Tilbake")
    with working():
        answer(first, world.evaluator)
    assert mail.outbox == []
    with working():
        world.hand_out(review)
    assert recipients() == ["leader@example.org"]


def test_a_draft_that_is_handed_out_again_is_mailed_again_even_with_the_same_deadline(
    world: World, as_evaluator: Client
) -> None:
    review = world.score_review(4)
    for _round in range(2):
        with working():
            post_transition(as_evaluator, review, "draft", facts_until="2099-01-01")
        post_transition(as_evaluator, review, "reopen", comment="Tilbake")
    assert recipients() == ["leader@example.org"] * 2


@pytest.mark.parametrize(("language", "word"), [("nb", "innlogging"), ("sv", "inloggning"), ("en", "signing in")])
def test_each_mail_is_in_the_recipients_language(world: World, language: str, word: str) -> None:
    User.objects.filter(pk=world.team_leader.pk).update(language=language)
    with working():
        world.asked_review(4)
    assert word in bodies()


def test_closed_accounts_and_people_without_an_address_get_none(world: World) -> None:
    User.objects.filter(pk=world.evaluator.pk).update(is_active=False)
    User.objects.filter(pk=world.colleague.pk).update(email="")
    with working():
        people = notify(User.objects.order_by("pk")[:2], subject="x", lines=["y"], path="/")
    assert people == []
    assert mail.outbox == []


def test_a_change_that_is_rolled_back_is_mailed_to_nobody(world: World) -> None:
    with working():
        assert not Remark.objects.exists()
    assert mail.outbox == []


def test_a_mail_server_that_is_down_holds_up_nobody_and_the_mail_waits(
    world: World, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    review = world.asked_review(4)
    settings.MAILERS = smtp_at(closed_port())
    with working():
        sent = {"code": "6d0a4c5e-6f0a-4a53-9f0a-1c1f1a1b2c3d", "item": "5", "kind": "fact", "text": "Blir stående"}
        answered = world.client_of("team_leader").post(reverse("remarks", args=[review.code]), sent)
    assert answered.status_code == 302
    assert review.remarks.get().text == "Blir stående"
    assert set(Job.objects.waiting().values_list("error", "attempts")) == {("ConnectionRefusedError", 1)}
    assert "evaluator@example.org" not in caplog.text
    assert Reminder.objects.filter(about__startswith="remarks:").count() == 2  # the next remark is not mailed again


def test_nobody_gets_mail_twice_about_the_same_thing(world: World) -> None:
    with working():
        for _each in range(2):
            notify([world.evaluator], subject=_("x"), lines=[_("y")], path="/reviews/", once="test:1")
    assert recipients() == ["evaluator@example.org"]
    assert "https://localhost/reviews/" in bodies()
    assert fresh(world.plan_review()).facts_until is None
