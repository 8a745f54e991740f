"""The inbox: what each person reads, what nobody reads, pages, and what is new."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from reviews.actionplan.services import ActionFields, add_action
from reviews.conduct.cancelling import cancel
from reviews.conduct.changing_plans import plan_version
from reviews.conduct.submission import submit_ratings
from reviews.conduct.transitions import make_transition
from reviews.inbox.inbox_page import Inbox, Place, inbox_of
from reviews.inbox.news import KEPT, MOST_NEW, count_in_words, count_new, review_news, start_of_inbox
from reviews.models import EventType, Organisation, Review, ReviewEvent, User
from reviews.models.events import REVIEW_NEWS
from reviews.overview.joining import join
from reviews.people.invitations import accept, invite
from reviews.people.memberships import end_membership
from reviews.people.sign_in_changes import SignInChange, record_and_notify
from reviews.records import chain
from reviews.records.event_types import INTERNAL
from reviews.workflow import REOPEN, Role
from tests.builders import (
    World,
    answer,
    corrected,
    fresh,
    hand_over,
    note_on_action,
    person,
    query_plan,
    rate,
    remark,
    save,
)

pytestmark = pytest.mark.django_db
LONG_AGO = timezone.now() - timedelta(days=100)


def lines(user: User, **options: Any) -> list[str]:
    """Return the lines of a person's inbox, newest first, as "who what: where"."""
    user = User.objects.get(pk=user.pk)
    return [f"{line.who} {line.what}" for day in inbox_of(user, **options).days for line in day.lines]


def test_an_evaluator_reads_that_they_are_to_evaluate_and_who_changed_the_plan(world: World) -> None:
    review = world.plan_review()
    hand_over(review, by=world.coordinator, evaluators=[world.colleague])
    assert lines(world.colleague) == [
        "Coordinator endret planen for vurderingen",
        "Evaluator planla en vurdering der du er evaluator",
    ]


def test_while_each_rates_alone_others_read_only_that_somebody_has_handed_in(world: World) -> None:
    review = world.apart_review()
    rate(review, world.evaluator, 4, evidence="HEMMELIG")
    submit_ratings(review=fresh(review), by=world.evaluator)
    assert lines(world.colleague)[0] == "Evaluator leverte skårene sine"
    assert len(lines(world.colleague)) == 2
    assert lines(world.coordinator) == ["Evaluator opprettet vurderingen"]
    rate(review, world.colleague, 4)
    submit_ratings(review=fresh(review), by=world.colleague)
    assert lines(world.evaluator)[0].startswith("Colleague leverte som siste")


def test_no_line_is_about_a_score_a_note_or_a_report_text(world: World) -> None:
    review = world.score_review(4)
    save(review, world.evaluator, {4: {"evidence": "Notat"}})
    assert lines(world.colleague) == ["Evaluator planla en vurdering der du er evaluator"]
    never = {EventType.SCORED, EventType.RATED, EventType.REPORT_WRITTEN, EventType.INTERVIEWED, EventType.PREPARED}
    assert not never & set(REVIEW_NEWS)
    assert set(REVIEW_NEWS) & INTERNAL == {EventType.ASKED}  # which only evaluators of the review read


def test_a_team_leader_reads_of_drafts_answers_signatures_and_actions_of_their_service(world: World) -> None:
    review = world.asked_review(4)
    first, _second = remark(review, world.team_leader), remark(review, world.team_leader)
    assert lines(world.team_leader)[0] == "Evaluator delte ut rapportutkastet"
    assert lines(world.evaluator)[0].endswith("2 ganger")
    answer(first, world.colleague)
    assert lines(world.team_leader)[0] == "Colleague svarte på en merknad"
    answer(_second, world.colleague)
    world.sign(review)
    assert lines(world.team_leader)[0] == "Evaluator signerte og ferdigstilte vurderingen"
    action = add_action(
        review=fresh(review), by=world.coordinator, code=uuid4(), item_number=4, fields=ActionFields("Et møte til")
    )
    note_on_action(review=fresh(review), action=action, by=world.coordinator, note="I gang")
    assert [line.split(" ", 1)[0] for line in lines(world.team_leader)[:2]] == ["Coordinator", "Coordinator"]
    assert not [line for line in lines(world.evaluator) if "tiltak" in line]
    assert lines(world.other_leader) == []
    assert lines(world.stranger) == []
    assert lines(world.admin) == []


def test_evaluators_read_why_a_draft_was_sent_back(world: World) -> None:
    draft = world.draft_review(4)
    make_transition(
        review=draft, transition=REOPEN, by=world.evaluator, seen=chain.head(draft), comment="Tallet i 5 er feil"
    )
    assert lines(world.colleague)[0] == "Evaluator sendte vurderingen tilbake til evaluatorene"
    comment = inbox_of(world.colleague).days[0].lines[0].comment
    assert comment == "Tallet i 5 er feil"


def test_cancelled_and_corrected_reviews_are_lines(world: World) -> None:
    review = world.plan_review()
    cancel(review=review, by=world.evaluator, seen=plan_version(review), reason="Tjenesten er lagt ned.")
    assert lines(world.colleague)[0].startswith("Evaluator avlyste")
    corrected(world.final_review(), world)
    assert "Evaluator erstattet denne vurderingen med rettelsen" in lines(world.team_leader)


def test_a_coordinator_reads_who_joined_and_which_organisations_became_one(world: World) -> None:
    guest = person("guest")
    invitation, _secret = invite(
        network=world.network,
        by=world.coordinator,
        name="Guest",
        email="guest@example.org",
        role=Role.EVALUATOR,
        organisation=None,
    )
    accept(invitation, guest)
    assert lines(world.coordinator) == ["Guest godtok en invitasjon som evaluator"]
    assert lines(guest) == []
    old = Organisation.objects.create(network=world.network, name="IPS Lyngvatn")
    join(organisation=old, to=world.organisation, by=world.coordinator)
    assert lines(world.team_leader) == ["Coordinator slo sammen to organisasjoner"]


def test_somebody_reads_that_their_role_ended_and_that_their_sign_in_was_changed(world: World) -> None:
    end_membership(world.team_leader.memberships.get(), by=world.coordinator)
    record_and_notify(SignInChange.PASSWORD, world.team_leader, by=world.admin)
    assert lines(world.team_leader) == [
        "Admin endret hvordan du logger inn",
        "Coordinator avsluttet rollen din som teamleder",
    ]


def test_lines_after_the_last_visit_are_new_until_they_are_marked_as_read(world: World) -> None:
    client = world.client_of("colleague")
    world.plan_review()
    page = client.get(reverse("inbox"))
    assert [line.is_new for day in page.context["inbox"].days for line in day.lines] == [True]
    assert count_new(User.objects.get(pk=world.colleague.pk)) == 1
    assert client.get(reverse("inbox")).context["inbox"].days[0].lines[0].is_new  # opening it changes nothing
    world.plan_review(organisation=world.sister)  # while the page is open
    client.post(reverse("inbox"), {"until": page.context["inbox"].seen_until})
    assert count_new(User.objects.get(pk=world.colleague.pk)) == 1


@pytest.mark.parametrize("until", ["", "x", "2026-03-10", "2026-03-10T10:00:00", "9" * 41])
def test_a_wrong_time_is_refused(as_evaluator: Client, until: str) -> None:
    assert as_evaluator.post(reverse("inbox"), {"until": until}).status_code == 422


def test_no_time_in_the_future_hides_later_lines(world: World) -> None:
    world.client_of("colleague").post(reverse("inbox"), {"until": "2099-01-01T00:00:00+00:00"})
    world.plan_review()
    assert count_new(User.objects.get(pk=world.colleague.pk)) == 1


def test_pages_follow_on_each_other_without_a_gap_even_at_one_time(world: World) -> None:
    for _each in range(3):
        world.consensus_review(4, 4)  # the last to hand in also opens the ratings: two events at one time
        world.sister, world.organisation = world.organisation, world.sister
    everything = [(event.at, event.pk) for event in review_news(world.colleague, start_of_inbox())]
    seen: list[str] = []
    after: Place | None = None
    while True:
        inbox = inbox_of(world.colleague, after=after, limit=1)
        seen += [f"{line.who} {line.what}" for day in inbox.days for line in day.lines]
        if not inbox.older:
            break
        after = Place.parse(inbox.older)
    assert len(seen) == len(everything)
    assert len(everything) > 3


@pytest.mark.parametrize("after", ["x", "~r~1", "2026-01-01T00:00:00~r~1", "2026-01-01T00:00:00+00:00~q~1"])
def test_an_address_of_no_place_is_not_found(as_evaluator: Client, after: str) -> None:
    assert as_evaluator.get(reverse("inbox"), {"after": after}).status_code == 404


def many_events(review: Review, by: User, count: int, **fields: Any) -> None:
    now = timezone.now()
    ReviewEvent.objects.bulk_create(
        ReviewEvent(
            review=review,
            by=by,
            type=EventType.PLAN_CHANGED,
            at=now - timedelta(days=number),
            previous=f"{number:064}",
            hash=f"{number + 1:064}",
            **fields,
        )
        for number in range(1, count + 1)
    )


def test_the_count_stops_at_the_most_and_the_inbox_at_half_a_year(world: World) -> None:
    many_events(world.plan_review(), world.evaluator, 250)
    User.objects.update(inbox_seen_at=timezone.now() - timedelta(days=1000))
    colleague = User.objects.get(pk=world.colleague.pk)
    assert count_in_words(count_new(colleague)) == "99+"
    assert count_new(colleague) == MOST_NEW + 1
    assert review_news(colleague, start_of_inbox()).earliest("at").at > timezone.now() - KEPT
    assert count_in_words(0) == ""
    assert count_in_words(3) == "3"


def test_the_count_says_how_many_lines_there_are(world: World) -> None:
    review = world.asked_review(4)
    for _each in range(4):
        remark(review, world.team_leader)
    User.objects.update(inbox_seen_at=LONG_AGO)
    for who in ("evaluator", "colleague", "coordinator", "team_leader"):
        user = User.objects.get(pk=getattr(world, who).pk)
        assert count_new(user) == len(lines(user)), who


def test_the_count_takes_one_query_and_a_page_four(
    world: World, django_assert_num_queries: Callable[..., Any], as_evaluator: Client
) -> None:
    user = User.objects.get(pk=world.coordinator.pk)
    world.plan_review()
    with django_assert_num_queries(1):
        count_new(user)
    with django_assert_num_queries(2):
        inbox_of(user)
    for _each in range(5):
        world.asked_review(4)
    with django_assert_num_queries(1):
        count_new(user)
    with django_assert_num_queries(2):
        inbox_of(user)
    as_evaluator.get(reverse("inbox"))
    with django_assert_num_queries(4):  # session and user too
        as_evaluator.get(reverse("inbox"))


def test_the_inbox_walks_the_index_of_its_events(world: World) -> None:
    world.plan_review()
    with CaptureQueriesContext(connection) as captured:
        list(review_news(world.coordinator, start_of_inbox())[:50])
    assert "event_news" in query_plan(captured.captured_queries[0]["sql"])


def test_an_empty_inbox_says_what_will_come(world: World) -> None:
    page = world.client_of("stranger").get(reverse("inbox"))
    assert page.context["inbox"] == Inbox((), "", "")
    assert "Ingenting har skjedd" in page.content.decode()
