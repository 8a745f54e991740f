"""Concurrent writers: real threads with their own connections to the real database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from threading import Barrier, Event
from time import sleep
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from ipsfidelity.errors import StateConflict
from ipsfidelity.pdf import render_pdf
from reviews.actionplan.services import ActionFields, add_action
from reviews.conduct.changing_plans import change_plan, plan_version, review_plan
from reviews.conduct.correction import open_correction
from reviews.conduct.scoring import ScoreEdit, save_scores
from reviews.interviews.note_saving import NoteEdit, save_notes
from reviews.interviews.quick_notes import Place, save_quick_note, sort_quick_notes
from reviews.management.commands.verify_records import faults_of_summary
from reviews.models import AccessEvent, FinalRecord, Network, Organisation, Review, User
from reviews.overview.joining import join, separate
from reviews.people.invitations import accept, invite
from reviews.records import chain
from reviews.records.writing import lock
from reviews.schedule.preparation import create_steps_later
from reviews.schedule.rhythm import rhythm_of
from reviews.schedule.services import rhythm_version, set_rhythm
from reviews.schedule.timeline import PROPOSAL, begin_with_proposal
from reviews.workflow import Role
from tests.builders import World, build_world, fresh, hold_interview, instrument, quick_note
from tests.reviews.conduct.test_planning import form_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.pdf]


@pytest.fixture
def world() -> World:
    return build_world(instrument())


def together(acts: list[Callable[[], object]]) -> list[str]:
    """Run all acts at the same moment; return the sorted names of their exceptions, "done" for those without one.

    A later act finds either another state or another version. Both count as "StateConflict".
    """
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        start.wait(10)
        try:
            act()
        except StateConflict:
            return "StateConflict"
        except ValidationError:
            return "ValidationError"
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


def test_one_of_eight_savers_of_one_item_wins_and_the_others_get_409_with_both_texts(world: World) -> None:
    review = world.plan_review()
    clients = [world.client_of(who) for who in ("evaluator", "colleague") * 4]
    url = reverse("item", args=[review.code, 4])
    answers: list[tuple[str, int, str]] = []

    def save(client: Client, text: str) -> Callable[[], object]:
        sent = {"value": "3", "evidence": text, "version": 0, "change": str(uuid4())}

        def press() -> None:
            answer = client.post(url, sent)
            answers.append((text, answer.status_code, answer.content.decode()))

        return press

    together([save(client, f"Tekst nummer {i} fra møtet") for i, client in enumerate(clients)])
    row = review.scores.get(item_number=4)
    assert row.version == 1
    assert sorted(status for _text, status, _page in answers) == [303, *[409] * 7]
    assert [text for text, status, _page in answers if status == 303] == [row.evidence]
    for text, status, page in answers:
        if status == 409:
            assert text in page
            assert row.evidence in page


def test_one_of_two_people_who_create_the_steps_at_once_succeeds_and_the_other_gets_a_conflict(world: World) -> None:
    review = world.plan_review()
    begin_with_proposal(network=world.network, by=world.coordinator)

    def press() -> None:
        create_steps_later(review=fresh(review), by=world.evaluator)

    assert together([press] * 2) == ["StateConflict", "done"]
    assert review.preparation.count() == len(PROPOSAL)


def test_an_organisation_counts_every_action_of_two_plans_that_are_written_at_once(world: World) -> None:
    plans = [world.final_review(4), world.final_review(3)]

    def add(plan: Review) -> Callable[[], object]:
        def press() -> None:
            given = {"by": world.team_leader, "code": uuid4(), "item_number": 4, "fields": ActionFields("Møt teamet")}
            add_action(review=fresh(plan), **given)

        return press

    assert together([add(plan) for plan in plans * 4]) == ["done"] * 8
    world.organisation.refresh_from_db()
    assert world.organisation.open_actions == 8


def test_savers_of_different_items_do_not_conflict(world: World) -> None:
    review = world.plan_review()

    def save(number: int) -> Callable[[], object]:
        edit = ScoreEdit(number, 0, {"value": 3})
        return lambda: save_scores(review=review, by=world.evaluator, change=uuid4(), edits=[edit])

    assert together([save(number) for number in range(1, 9)]) == ["done"] * 8


def test_a_save_and_handing_out_never_both_succeed(world: World) -> None:
    """Either the save comes first and handing out fails, or the review is closed first."""
    for _ in range(5):
        review = world.score_review(4)
        seen, version = chain.head(review), review.scores.get(item_number=1).version
        edit = ScoreEdit(1, version, {"value": 1})
        outcome = together(
            [
                lambda review=review, seen=seen: world.hand_out(review, seen=seen),
                lambda review=review, edit=edit: save_scores(
                    review=review, by=world.colleague, change=uuid4(), edits=[edit]
                ),
            ]
        )
        assert outcome == ["StateConflict", "done"]
        total = sum(review.scores.values_list("value", flat=True))
        assert (fresh(review).status, total) in [("draft", 100), ("scoring", 97)]
        assert not list(chain.breaks(review.events.order_by("pk")))


def test_a_save_and_finalising_never_both_succeed(world: World) -> None:
    """A save from a page that was opened before the report was handed out always fails."""
    review = world.draft_review(4)
    edit = ScoreEdit(1, 1, {"value": 1})
    outcome = together(
        [
            lambda: world.sign(review, render=render_pdf),
            *[lambda: save_scores(review=review, by=world.colleague, change=uuid4(), edits=[edit])] * 3,
        ]
    )
    assert outcome == ["StateConflict"] * 3 + ["done"]
    assert (fresh(review).status, fresh(review).total) == ("final", 100)
    assert set(review.scores.values_list("value", flat=True)) == {4}


def test_one_of_four_people_who_finalise_at_once_signs_and_one_pdf_is_stored(world: World) -> None:
    review = world.draft_review(4)
    seen = chain.head(review)
    people = (world.evaluator, world.colleague) * 2
    outcome = together([lambda by=by: world.sign(review, by=by, seen=seen, render=render_pdf) for by in people])
    assert outcome == ["StateConflict"] * 3 + ["done"]
    assert FinalRecord.objects.filter(review=review).count() == 1
    assert review.events.filter(type="finalised").count() == 1


def test_one_of_four_people_who_open_a_correction_at_once_succeeds(world: World) -> None:
    review = world.final_review(4)
    people = (world.evaluator, world.coordinator) * 2
    outcome = together([lambda by=by: open_correction(review=review, by=by, reason="Feil tall") for by in people])
    assert outcome == ["StateConflict"] * 3 + ["done"]
    assert Review.objects.filter(supersedes=review).count() == 1


def test_an_invitation_accepted_four_times_at_once_admits_one_person(world: World) -> None:
    invitation, _secret = invite(
        network=world.network,
        by=world.coordinator,
        name="Guest",
        email="guest@example.org",
        role=Role.EVALUATOR,
        organisation=None,
    )
    people = [world.stranger, world.team_leader, world.other_leader, world.admin]
    outcome = together([lambda user=user: accept(invitation, user) for user in people])
    assert outcome == ["StateConflict"] * 3 + ["done"]
    assert world.network.memberships.filter(user__in=people, role=Role.EVALUATOR).count() == 1


def test_pressing_create_four_times_at_once_creates_one_review(world: World) -> None:
    sent = form_of(world)
    clients = [world.client_of("evaluator") for _ in range(4)]
    url = reverse("new_review", args=[world.organisation.code])
    places: list[str] = []

    def press(client: Client) -> Callable[[], object]:
        return lambda: places.append(client.post(url, sent).headers["Location"])

    assert together([press(client) for client in clients]) == ["done"] * 4
    assert set(places) == {Review.objects.get().get_absolute_url()}


def test_one_of_eight_savers_of_one_note_wins_and_different_notes_are_all_saved(world: World) -> None:
    interview = hold_interview(world.plan_review(), world.evaluator)

    def save(key: str, text: str) -> Callable[[], object]:
        edit = NoteEdit(key, 0, text)
        return lambda: save_notes(interview=interview, by=world.evaluator, change=uuid4(), edits=[edit])

    outcomes = together([save("5.1", f"Svar {i}") for i in range(8)])
    assert outcomes == [*["StateConflict"] * 7, "done"]
    assert interview.notes.get(question="5.1").version == 1
    assert together([save(f"8.{i}", "Svar") for i in range(1, 9)]) == ["done"] * 8


def test_an_interview_started_eight_times_at_once_is_created_once(world: World) -> None:
    review, code = world.plan_review(), uuid4()
    assert together([lambda: hold_interview(review, world.evaluator, code=code, label="A")] * 8) == ["done"] * 8
    assert (review.interviews.count(), review.events.filter(type="interviewed").count()) == (1, 1)


def test_two_organisations_joined_to_each_other_at_once_are_joined_one_way(world: World) -> None:
    one, other, third = world.organisation, world.sister, Organisation.objects.create(network=world.network, name="C")
    world.final_review(4)
    acts = [
        lambda one=one, other=other: join(organisation=one, to=other, by=world.coordinator)
        for one, other in ((one, other), (other, one), (other, third), (third, one))
    ]
    outcome = together(acts)
    assert "done" in outcome
    assert set(outcome) <= {"done", "StateConflict"}
    joined = Organisation.objects.filter(joined_to__isnull=False)
    assert not joined.filter(joined_to__joined_to__isnull=False).exists()
    assert AccessEvent.objects.filter(action="organisations_joined").count() == joined.count() == outcome.count("done")


def test_a_signature_while_its_organisation_is_joined_counts_for_the_one_that_remains(world: World) -> None:
    for months in range(1, 4):
        review, network = world.draft_review(4), Network.objects.get(pk=world.network.pk)
        stored = rhythm_of(network).by_band(world.scale.pk)
        rule = {"seen": rhythm_version(stored), "months": dict.fromkeys(stored, months)}
        outcome = together(
            [
                lambda review=review: world.sign(review),
                lambda: join(organisation=world.organisation, to=world.sister, by=world.coordinator),
                lambda network=network, rule=rule: set_rhythm(
                    network=network, by=world.coordinator, edition=world.scale, **rule
                ),
            ]
        )
        assert outcome == ["done"] * 3
        for organisation in world.network.organisations.all():
            assert not list(faults_of_summary(organisation))
        assert Organisation.objects.get(pk=world.sister.pk).last_review_id
        separate(organisation=world.organisation, joined_to=world.sister, by=world.coordinator)


def test_joining_waits_for_whoever_holds_the_first_of_two_organisations_and_needs_the_other(world: World) -> None:
    one, other, is_held = world.organisation, world.sister, Event()

    def hold_both() -> None:
        with transaction.atomic():
            lock(one)
            is_held.set()
            sleep(0.5)  # joining waits by now
            lock(other)

    def join_them() -> None:
        is_held.wait(10)
        join(organisation=other, to=one, by=world.coordinator)

    assert together([hold_both, join_them]) == ["done"] * 2


def test_corrections_that_move_reviews_across_are_signed_while_the_organisations_are_joined(world: World) -> None:
    """Each of the writers locks both organisations, and all in one order."""
    one, other = world.organisation, world.sister
    for year in range(2020, 2023):
        moved = [move_by_correction(world, old, new, year) for old, new in ((one, other), (other, one))]
        signing = [lambda review=review: world.sign(review) for review in moved]
        assert together([*signing, lambda: join(organisation=other, to=one, by=world.coordinator)]) == ["done"] * 3
        assert all(not list(faults_of_summary(organisation)) for organisation in world.network.organisations.all())
        separate(organisation=other, joined_to=one, by=world.coordinator)


def move_by_correction(world: World, old: Organisation, new: Organisation, year: int) -> Review:
    """Return the draft of a correction that moves a review of one organisation to another."""
    days = {"visit_start": date(year, 3, 1), "visit_end": date(year, 3, 1)}
    review = world.final_review(4, organisation=old, **days)
    correction = open_correction(review=review, by=world.evaluator, reason="Feil organisasjon")
    plan = replace(review_plan(correction), organisation=new)
    change_plan(review=correction, by=world.evaluator, seen=plan_version(correction), plan=plan)
    return world.hand_out(fresh(correction))


def test_one_of_eight_interviews_with_one_label_is_started(world: World) -> None:
    review = world.plan_review()
    outcomes = together([lambda: hold_interview(review, world.evaluator, label="A")] * 8)
    assert outcomes == [*["ValidationError"] * 7, "done"]
    assert review.interviews.count() == 1


def test_quick_notes_of_two_evaluators_that_come_at_once_are_all_kept(world: World) -> None:
    review = world.plan_review()

    def write(by: User, text: str) -> Callable[[], object]:
        return lambda: save_quick_note(review=review, by=by, code=uuid4(), based_on=0, text=text, change=uuid4())

    people = [world.evaluator, world.colleague]
    assert together([write(people[n % 2], f"Notat {n}") for n in range(8)]) == ["done"] * 8
    assert sorted(review.quick_notes.values_list("text", flat=True)) == [f"Notat {n}" for n in range(8)]


def test_a_quick_note_that_is_sent_eight_times_at_once_is_one_note(world: World) -> None:
    review, code, change = world.plan_review(), uuid4(), uuid4()
    sent = {"review": review, "by": world.evaluator, "code": code, "based_on": 0, "text": "Sagt", "change": change}
    assert together([lambda: save_quick_note(**sent)] * 8) == ["done"] * 8
    assert review.quick_notes.get().version == 1


def test_one_of_eight_changes_of_a_quick_note_wins(world: World) -> None:
    review = world.plan_review()
    note = quick_note(review, world.evaluator, "Først")

    def change(n: int) -> Callable[[], object]:
        sent = {"review": review, "by": world.colleague, "code": note.code, "based_on": 1, "text": f"Endret {n}"}
        return lambda: save_quick_note(**sent, change=uuid4())

    assert together([change(n) for n in range(8)]) == [*["StateConflict"] * 7, "done"]
    assert review.quick_notes.get().version == 2


def test_one_of_two_people_who_sort_a_quick_note_at_once_succeeds(world: World) -> None:
    review = world.plan_review()
    note = quick_note(review, world.evaluator, "Sagt")

    def put(number: int) -> Callable[[], object]:
        return lambda: sort_quick_notes(review=review, places={note.pk: (Place(), Place(item_number=number))})

    assert together([put(4), put(5)]) == ["StateConflict", "done"]
    assert review.quick_notes.get().item_number in (4, 5)


def test_a_quick_note_and_the_signature_never_both_succeed(world: World) -> None:
    review = world.draft_review(4)
    seen, sent = chain.head(review), {"based_on": 0, "text": "I siste øyeblikk", "change": uuid4()}
    outcomes = together(
        [
            lambda: save_quick_note(review=review, by=world.colleague, code=uuid4(), **sent),
            lambda: world.sign(review, seen=seen, render=render_pdf),
        ]
    )
    assert fresh(review).is_final
    assert review.quick_notes.exists() == (outcomes == ["done", "done"])


def test_a_note_and_the_signature_never_both_succeed(world: World) -> None:
    """Either the note comes first, or its writer learns that the review is final."""
    review = world.draft_review(4)
    interview = hold_interview(review, world.evaluator)
    seen, edit = chain.head(review), NoteEdit("5.1", 0, "I siste øyeblikk")
    outcomes = together(
        [
            lambda: save_notes(interview=interview, by=world.colleague, change=uuid4(), edits=[edit]),
            lambda: world.sign(review, seen=seen, render=render_pdf),
        ]
    )
    assert fresh(review).is_final
    assert (interview.notes.get(question="5.1").text != "") == (outcomes == ["done", "done"])
