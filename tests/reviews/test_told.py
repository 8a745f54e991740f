"""After each hand-over the next page says who was told, or why nobody was and what to do."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from reviews.conduct.plan_notifications import notify_planned
from reviews.mail import Frequency, MailGroup, notify
from reviews.models import Review, ReviewEvent, User
from reviews.told import Outcome, collecting
from tests.builders import World, fresh, post_transition, rate, remark
from tests.reviews.conduct.test_changing_plans import form_of
from tests.work import working

pytestmark = pytest.mark.django_db
Capture = Callable[..., Any]


@pytest.fixture(autouse=True)
def _address(settings: Any) -> None:
    settings.PUBLIC_URL = "https://localhost"


def said(response: HttpResponse) -> list[str]:
    """Return the messages that the next page shows."""
    return [str(message) for message in get_messages(response.wsgi_request)]  # type: ignore[attr-defined]


def levels(response: HttpResponse) -> list[str]:
    return [message.level_tag for message in get_messages(response.wsgi_request)]  # type: ignore[attr-defined]


def without_leaders(world: World) -> None:
    world.team_leader.memberships.all().delete()


def sign(client: Client, review: Review) -> HttpResponse:
    return post_transition(client, review, "finalise", password="evaluator-pw")


def test_a_draft_with_a_factual_check_names_the_team_leaders(world: World, as_evaluator: Client) -> None:
    answer = post_transition(as_evaluator, world.score_review(4), "draft", facts_until="2099-01-01")
    assert said(answer) == ["E-post er på vei til Leader."]
    event = ReviewEvent.objects.get(type="drafted")
    assert event.changes["told"] == [[], [str(world.team_leader.code)]]


def test_a_draft_without_a_factual_check_says_that_nobody_was_mailed(world: World, as_evaluator: Client) -> None:
    answer = post_transition(as_evaluator, world.score_review(4), "draft")
    assert said(answer) == [
        "Ingen e-post ble sendt, fordi ingen er bedt om å kontrollere opplysningene. Teamlederen kan lese rapporten."
    ]


@pytest.mark.parametrize("facts_until", ["", "2099-01-01"])
def test_a_draft_of_a_service_without_a_team_leader_says_what_to_do(
    world: World, as_evaluator: Client, facts_until: str
) -> None:
    without_leaders(world)
    answer = post_transition(as_evaluator, world.score_review(4), "draft", facts_until=facts_until)
    assert said(answer) == [
        "Ingen fikk beskjed: IPS Øyvær har ingen teamleder. Be koordinatoren invitere en, eller send PDF-en selv."
    ]
    assert levels(answer) == ["warning"]


def test_a_team_leader_without_an_address_is_named(world: World, as_evaluator: Client) -> None:
    User.objects.filter(pk=world.team_leader.pk).update(email="")
    answer = post_transition(as_evaluator, world.score_review(4), "draft", facts_until="2099-01-01")
    assert said(answer) == ["Ingen e-post til Leader, som ikke har noen e-postadresse i kontoen: Gi beskjed selv."]
    assert levels(answer) == ["warning"]


def test_an_installation_without_an_address_says_so(world: World, as_evaluator: Client, settings: Any) -> None:
    settings.PUBLIC_URL = ""
    answer = post_transition(as_evaluator, world.score_review(4), "draft", facts_until="2099-01-01")
    assert "PUBLIC_URL" in said(answer)[0]


def test_the_first_to_hand_in_reads_whom_the_consensus_waits_for(world: World, as_evaluator: Client) -> None:
    review = world.apart_review()
    rate(review, world.evaluator, 4)
    answer = as_evaluator.post(reverse("hand_in", args=[review.code]))
    assert said(answer) == ["Levert. Ingen e-post er sendt ennå: Konsensus begynner når Colleague også har levert."]


def test_the_last_to_hand_in_reads_who_is_told_that_the_consensus_begins(world: World, as_evaluator: Client) -> None:
    review = world.apart_review()
    for user in (world.evaluator, world.colleague):
        rate(review, user, 4)
    as_evaluator.post(reverse("hand_in", args=[review.code]))
    with working():
        answer = world.client_of("colleague").post(reverse("hand_in", args=[review.code]))
    assert said(answer) == ["E-post er på vei til Evaluator."]
    assert [message.to for message in mail.outbox] == [["evaluator@example.org"]]


def test_who_sends_a_draft_back_reads_who_was_told(world: World, as_evaluator: Client) -> None:
    review = world.draft_review(4)
    with working():
        answer = post_transition(as_evaluator, review, "reopen", comment="Tallet i 5 er feil")
    assert said(answer) == ["E-post er på vei til Colleague og Leader."]
    links = {message.to[0]: str(review.code) in message.body for message in mail.outbox}
    assert links == {"colleague@example.org": True, "leader@example.org": False}  # who cannot open it any more
    assert "Tallet" not in "".join(message.body for message in mail.outbox)


@pytest.mark.pdf
def test_who_signs_reads_who_was_told(world: World, as_evaluator: Client) -> None:
    assert said(sign(as_evaluator, world.draft_review(4))) == [
        "Vurderingen er signert og endelig. E-post er på vei til Leader."
    ]


@pytest.mark.pdf
def test_who_signs_a_review_that_nobody_reads_is_asked_to_send_the_pdf(world: World, as_evaluator: Client) -> None:
    without_leaders(world)
    assert "send PDF-en selv" in said(sign(as_evaluator, world.draft_review(4)))[0]


def test_who_changes_a_plan_or_cancels_a_review_reads_who_was_told(world: World, as_evaluator: Client) -> None:
    review = world.plan_review()
    answer = as_evaluator.post(reverse("change_plan", args=[review.code]), form_of(review, kind="peer"))
    assert said(answer) == ["Lagret. E-post er på vei til Colleague."]
    seen = as_evaluator.get(reverse("cancel", args=[review.code])).context["seen"]
    answer = as_evaluator.post(
        reverse("cancel", args=[review.code]), {"comment": "Tjenesten er lagt ned.", "seen": seen}
    )
    assert said(answer)[-1] == "E-post er på vei til Colleague og Coordinator."


def test_who_remarks_reads_which_evaluators_were_told_and_when_they_were_already(world: World) -> None:
    review, client = world.asked_review(4), world.client_of("team_leader")

    def add() -> list[str]:
        sent = {"code": str(uuid4()), "item": "5", "kind": "fact", "text": "Tallet er fra i fjor"}
        return said(client.post(reverse("remarks", args=[review.code]), sent))

    assert add() == ["E-post er på vei til Colleague og Evaluator."]
    assert add()[-1] == "Colleague og Evaluator har allerede fått e-post om dette."


def test_who_answers_reads_when_the_service_is_told(world: World, as_evaluator: Client) -> None:
    review = world.asked_review(4)
    first, second = remark(review, world.team_leader), remark(review, world.team_leader)

    def reply(to: Any) -> list[str]:
        url = reverse("remark_answer", args=[review.code, to.code])
        return said(as_evaluator.post(url, {"answer": "Rettet.", "version": "0"}))

    assert reply(first) == [
        "Ingen e-post er sendt ennå: Tjenesten får beskjed om alle svarene samlet, og 1 merknad mangler svar."
    ]
    assert reply(second)[-1] == "E-post er på vei til Leader."


def test_the_evaluators_of_a_new_review_are_told_once(world: World) -> None:
    review = world.plan_review()
    with collecting() as told:
        notify_planned(review, by=world.evaluator)
        assert told.people(Outcome.MAILED) == [world.colleague]
        notify_planned(review, by=world.evaluator)
    assert told.words() == "E-post er på vei til Colleague."


def test_somebody_who_switched_off_a_group_is_named_and_gets_no_mail(world: World) -> None:
    User.objects.filter(pk=world.team_leader.pk).update(mail_choices={MailGroup.SIGNED: Frequency.NEVER})
    with working(), collecting() as told:
        world.final_review()
    assert mail.outbox == []
    assert told.words() == "Ingen e-post til Leader, som har valgt å se dette bare i innboksen."
    assert told.reaches_all


@pytest.mark.parametrize("group", MailGroup)
def test_each_group_can_be_switched_off_and_mails_without_a_group_cannot(world: World, group: MailGroup) -> None:
    world.evaluator.mail_choices = {each.value: Frequency.NEVER for each in MailGroup}
    with working():
        assert notify([world.evaluator], subject="x", lines=["y"], path="/", about=group) == []
        assert notify([world.colleague], subject="x", lines=["y"], path="/", about=group) == [world.colleague]
        assert notify([world.evaluator], subject="x", lines=["y"], path="/") == [world.evaluator]
    assert ["/accounts/notifications/" in message.body for message in mail.outbox] == [True, False]


def test_a_factual_check_reaches_a_team_leader_who_switched_everything_off(world: World, as_evaluator: Client) -> None:
    User.objects.update(mail_choices={each.value: Frequency.NEVER for each in MailGroup})
    answer = post_transition(as_evaluator, world.score_review(4), "draft", facts_until="2099-01-01")
    assert said(answer) == ["E-post er på vei til Leader."]


def test_authors_who_switched_off_answers_are_not_recorded_as_told(world: World) -> None:
    review = world.asked_review(4)
    post_transition(world.client_of("evaluator"), review, "reopen", comment="Tilbake")
    User.objects.update(mail_choices={MailGroup.REMARKS: Frequency.NEVER})
    world.hand_out(fresh(review))
    assert ReviewEvent.objects.filter(type="drafted").latest("pk").changes["told"] == [[], []]
