"""Who reads in the inbox of a part given or taken away, of a due date and of imported reviews, and who does not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reviews.conduct.cancelling import cancel
from reviews.conduct.changing_plans import change_plan, plan_version, review_plan
from reviews.conduct.correction import open_correction
from reviews.conduct.planning import HasSubmitted
from reviews.conduct.submission import submit_ratings
from reviews.conduct.transitions import make_transition
from reviews.consensus.decisions import ask_third
from reviews.imports.services import import_reviews
from reviews.imports.uploads import store_upload
from reviews.inbox.inbox_page import InboxLine, inbox_of
from reviews.inbox.news import access_news, count_new, start_of_inbox
from reviews.mail import Frequency, MailGroup
from reviews.models import AccessEvent, Membership, Review, User
from reviews.overview.joining import join
from reviews.people.account_data import data_of
from reviews.records import chain
from reviews.schedule.next_review import next_due
from reviews.schedule.services import set_due
from reviews.workflow import REOPEN, EvaluatorPart, Role
from tests.builders import World, fresh, hand_over, member, query_plan, rate
from tests.import_files import csv_file, row_of
from tests.reviews.inbox.test_inbox import lines
from tests.work import working

pytestmark = pytest.mark.django_db
LEFT = "fjernet deg som evaluator i en vurdering"
TAKEN_BACK = "trakk tilbake et rapportutkast som du kunne lese"
REASON = "Hemmelig grunn"
Change = Callable[[World, Review], None]


def newest(user: User) -> InboxLine:
    return inbox_of(User.objects.get(pk=user.pk)).days[0].lines[0]


def readers_of(world: World, words: str, *others: User) -> set[str]:
    """Return who has a line with these words."""
    cast = (
        *(world.evaluator, world.colleague, world.coordinator, world.team_leader, world.other_leader),
        *(world.stranger, world.admin, *others),
    )
    return {str(user) for user in cast if any(words in line for line in lines(user))}


def statuses_of(world: World, who: str) -> set[int]:
    """Return the statuses of the pages to which the lines of a person lead."""
    client = world.client_of(who)
    days = client.get(reverse("inbox")).context["inbox"].days
    return {client.get(line.url).status_code for day in days for line in day.lines}


# --- Evaluators ---------------------------------------------------------------------------------


def test_somebody_whom_a_plan_adds_reads_that_they_evaluate_now(world: World) -> None:
    third, review = member("third", Role.EVALUATOR, world.network), world.plan_review()
    hand_over(review, by=world.coordinator, evaluators=[world.colleague, third])
    assert lines(third)[0] == "Coordinator endret planen for vurderingen, og du er nå evaluator"
    assert lines(world.colleague)[0] == "Coordinator endret planen for vurderingen"
    change_plan(
        review=review,
        by=world.coordinator,
        seen=plan_version(fresh(review)),
        plan=replace(review_plan(fresh(review)), kind="peer"),
    )
    assert lines(third)[0] == "Coordinator endret planen for vurderingen, 2 ganger, og du er nå evaluator"
    assert count_new(User.objects.get(pk=third.pk)) == len(lines(third))


def test_somebody_whom_a_plan_removes_reads_it_and_nobody_else_does(world: World) -> None:
    hand_over(world.plan_review(), by=world.coordinator, evaluators=[world.colleague])
    assert lines(world.evaluator) == [f"Coordinator {LEFT}"]
    line = newest(world.evaluator)
    assert (line.about, line.url, line.comment) == ("IPS Øyvær", reverse("home"), "")
    assert readers_of(world, LEFT) == {"Evaluator"}
    assert statuses_of(world, "evaluator") == {200}
    assert count_new(User.objects.get(pk=world.evaluator.pk)) == 1


def test_the_line_names_the_organisation_that_the_review_had(world: World) -> None:
    review = world.plan_review()
    plan = replace(review_plan(review), organisation=world.sister, evaluators=frozenset([world.colleague]))
    change_plan(review=review, by=world.coordinator, seen=plan_version(review), plan=plan)
    assert newest(world.evaluator).about == "IPS Øyvær"


def test_who_removes_themselves_reads_nothing(world: World) -> None:
    hand_over(world.plan_review(), by=world.evaluator, evaluators=[world.colleague])
    assert lines(world.evaluator) == []
    assert not AccessEvent.objects.filter(action="evaluator_removed").exists()


def test_a_change_that_is_refused_is_no_line(world: World) -> None:
    review = world.apart_review()
    rate(review, world.evaluator, 4)
    submit_ratings(review=fresh(review), by=world.evaluator)
    with pytest.raises(HasSubmitted):
        hand_over(review, by=world.coordinator, evaluators=[world.colleague])
    assert readers_of(world, LEFT) == set()


def test_the_data_of_somebody_who_was_removed_name_the_organisation_and_no_review(world: World) -> None:
    hand_over(world.plan_review(), by=world.coordinator, evaluators=[world.colleague])
    (event,) = data_of(world.evaluator)["access_log"]
    told = (event["act"], event["organisation__name"], event["review__code"])
    assert told == ("evaluator_removed", "IPS Øyvær", None)
    call_command("verify_records")


# --- Readers of a draft report ------------------------------------------------------------------


def send_back(world: World, draft: Review) -> None:
    make_transition(review=draft, transition=REOPEN, by=world.evaluator, seen=chain.head(draft), comment=REASON)


def cancel_it(world: World, draft: Review) -> None:
    cancel(review=draft, by=world.evaluator, seen=plan_version(draft), reason=REASON)


def move(world: World, draft: Review) -> None:
    plan = replace(review_plan(draft), organisation=world.sister)
    change_plan(review=draft, by=world.evaluator, seen=plan_version(draft), plan=plan)


WAYS = pytest.mark.parametrize("take_away", [send_back, cancel_it, move])


@WAYS
def test_who_could_read_a_draft_reads_that_it_was_taken_back_and_nobody_else_does(
    world: World, take_away: Change
) -> None:
    draft = world.asked_review(4)
    take_away(world, fresh(draft))
    assert lines(world.team_leader) == [f"Evaluator {TAKEN_BACK}"]
    line = newest(world.team_leader)
    assert (line.about, line.url, line.comment) == ("IPS Øyvær", reverse("home"), "")
    assert readers_of(world, TAKEN_BACK) == {"Leader"}
    assert statuses_of(world, "team_leader") == {200}
    assert REASON not in world.client_of("team_leader").get(reverse("inbox")).content.decode()


@WAYS
def test_who_can_still_open_the_review_is_not_told_otherwise(world: World, take_away: Change, settings: Any) -> None:
    settings.PUBLIC_URL = "https://localhost"
    leader = {"role": Role.TEAM_LEADER, "network": world.network, "organisation": world.organisation}
    for user in (world.colleague, world.coordinator):
        Membership.objects.create(user=user, **leader)
    draft = world.asked_review(4, kind="self")
    with working():
        take_away(world, fresh(draft))
    assert readers_of(world, TAKEN_BACK) == {"Leader"}
    assert [message.to for message in mail.outbox if "kunne lese" in message.body] == [["leader@example.org"]]


def test_a_draft_that_nobody_could_read_yet_is_not_taken_back(world: World) -> None:
    review = world.score_review(4)
    cancel(review=review, by=world.evaluator, seen=plan_version(review), reason=REASON)
    assert readers_of(world, TAKEN_BACK) == set()


def test_a_draft_that_is_shared_again_was_taken_back_once(world: World) -> None:
    draft = world.asked_review(4)
    send_back(world, draft)
    world.hand_out(fresh(draft))
    told = lines(world.team_leader)
    assert len([line for line in told if "trakk tilbake" in line or "sendte" in line]) == 1
    assert told[0] == "Evaluator delte ut rapportutkastet, 2 ganger"


def test_a_correction_that_is_withdrawn_is_a_line_of_its_final_review_too(world: World) -> None:
    correction = open_correction(review=world.final_review(4), by=world.evaluator, reason="Feil tall")
    world.hand_out(correction)
    cancel_it(world, fresh(correction))
    assert {f"Evaluator {TAKEN_BACK}", "Evaluator trakk rettelsen tilbake"} <= set(lines(world.team_leader))
    assert readers_of(world, TAKEN_BACK) == {"Leader"}


# --- A third person -----------------------------------------------------------------------------


def test_a_third_person_reads_that_they_are_asked_and_gets_one_mail_a_day(world: World, settings: Any) -> None:
    settings.PUBLIC_URL = "https://localhost"
    review, third = world.consensus_review(4, 3), member("third", Role.EVALUATOR, world.network)
    third.mail_choices = dict.fromkeys(
        MailGroup.values, Frequency.NEVER
    )  # work that one is given is mailed all the same
    third.save()
    with working():
        answer = world.client_of("evaluator").post(reverse("ask", args=[review.code, 4]), {"person": third.pk})
    assert [str(message) for message in get_messages(answer.wsgi_request)] == ["E-post er på vei til Third."]  # type: ignore[arg-type]
    assert lines(third)[0] == "Evaluator ba en tredje om å avgjøre, og det er deg"
    assert lines(world.colleague)[0] == "Evaluator ba en tredje om å avgjøre"
    assert readers_of(world, "ba en tredje", third) == {"Colleague", "Third"}
    with working():
        ask_third(review=review, by=world.evaluator, number=5, person=third)
    assert lines(third)[0] == "Evaluator ba en tredje om å avgjøre, 2 ganger, og det er deg"
    (message,) = [each for each in mail.outbox if each.to == ["third@example.org"]]
    assert message.subject == "Du er bedt om å avgjøre"
    assert reverse("consensus", args=[review.code]) in message.body
    assert review.participations.get(user=third).part == EvaluatorPart.DECIDES


def test_who_is_asked_no_longer_is_not_the_third_person(world: World) -> None:
    review = world.consensus_review(4, 3)
    first, second = (member(name, Role.EVALUATOR, world.network) for name in ("first", "second"))
    ask_third(review=review, by=world.evaluator, number=4, person=first)
    ask_third(review=review, by=world.colleague, number=4, person=second)
    assert lines(second)[0] == "Colleague ba en tredje om å avgjøre, og det er deg"
    assert lines(first)[0] == "Colleague ba en tredje om å avgjøre"


# --- Due dates and imports ----------------------------------------------------------------------


def test_the_service_reads_of_a_due_date_that_was_set_by_hand(world: World) -> None:
    final = world.final_review(4)
    seen = next_due(fresh(final))
    set_due(review=final, by=world.coordinator, seen=seen, on=date(2030, 1, 1), reason="Flytting")
    assert lines(world.team_leader)[0] == "Coordinator bestemte fristen for neste vurdering"
    assert newest(world.team_leader).comment == "Flytting"  # the history of the review says it to the service too
    assert readers_of(world, "bestemte fristen") == {"Leader"}
    assert statuses_of(world, "team_leader") == {200}


def test_the_service_reads_once_of_all_past_reviews_of_an_import(world: World) -> None:
    rows = [row_of(4, visit_start=f"202{n}-03-10", visit_end=f"202{n}-03-11") for n in range(3)]
    upload = store_upload(
        data=csv_file(*rows),
        network=world.network,
        by=world.coordinator,
        edition=world.scale,
        file_name="gamle.csv",
    )
    assert import_reviews(upload=upload, by=world.coordinator) == 3
    assert lines(world.team_leader) == ["Coordinator importerte tidligere vurderinger"]
    line = newest(world.team_leader)
    assert (line.about, line.url) == ("IPS Øyvær", world.organisation.get_absolute_url())
    assert readers_of(world, "importerte") == {"Leader"}
    assert statuses_of(world, "team_leader") == {200}
    join(organisation=world.organisation, to=world.sister, by=world.coordinator)
    assert readers_of(world, "importerte") == {"Leader", "Otherleader"}
    assert statuses_of(world, "other_leader") == {200}


def test_the_inbox_walks_the_index_of_the_access_log(world: World) -> None:
    hand_over(world.plan_review(), by=world.coordinator, evaluators=[world.colleague])
    with CaptureQueriesContext(connection) as captured:
        list(access_news(world.evaluator, start_of_inbox())[:50])
    assert "access_news" in query_plan(captured.captured_queries[0]["sql"])
