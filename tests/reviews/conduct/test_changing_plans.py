"""The plan of a review can be changed until it is signed, by its evaluators and the coordinator."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from ipsfidelity.errors import StateConflict
from reviews.actionplan.services import ActionFields, add_action
from reviews.conduct.changing_plans import change_plan, plan_version, review_plan
from reviews.conduct.correction import open_correction
from reviews.interviews.quick_notes import Place, sort_quick_notes
from reviews.interviews.services import remove_interview
from reviews.management.commands.verify_records import faults_of
from reviews.models import Action, Membership, Organisation, PreparationStep, Rating, Review
from reviews.reports.method_notes import method_notes
from reviews.schedule.preparation import add_own_step, move_step, set_done
from reviews.schedule.timeline import add_step
from reviews.sheets.sheet import sheet_of
from reviews.workflow import Role
from scales.loading import load
from scales.models import ScaleEdition
from tests.builders import (
    CORRECTED,
    NO_CHECK,
    World,
    answer,
    document_of,
    fresh,
    hold_interview,
    item_post,
    post_transition,
    quick_note,
    rate,
    remark,
    save,
)
from tests.scales.pocket import pocket_scale
from tests.work import working

pytestmark = pytest.mark.django_db
REASON = "Feil organisasjon var valgt."
TODAY = timezone.localdate()


def url_of(review: Review) -> str:
    return reverse("change_plan", args=[review.code])


def form_of(review: Review, **fields: Any) -> dict[str, Any]:
    """Return the data of a POST by the page, with some fields changed."""
    review = fresh(review)
    given = {
        "organisation": review.organisation.pk,
        "kind": review.kind,
        "visit_start": review.visit_start.isoformat(),
        "visit_end": review.visit_end.isoformat(),
        "period_start": review.period_start or "",
        "period_end": review.period_end or "",
        "evaluators": list(review.evaluators.values_list("pk", flat=True)),
        "edition": review.edition.pk,
        "method": review.method,
        "seen": plan_version(review),
    }
    return given | fields


def moved(review: Review, days: int) -> dict[str, str]:
    """Return the dates of the visit, so many days later."""
    shift = timedelta(days=days)
    return {
        "visit_start": (review.visit_start + shift).isoformat(),
        "visit_end": (review.visit_end + shift).isoformat(),
    }


def soon(world: World, **fields: Any) -> Review:
    start = TODAY + timedelta(days=40)
    return world.plan_review(**{"visit_start": start, "visit_end": start + timedelta(days=1)} | fields)


def last_event(review: Review) -> Any:
    return review.events.latest("pk")


def other_edition() -> ScaleEdition:
    return load(pocket_scale())[0]  # type: ignore[return-value]


# --- What can be changed ---------------------------------------------------------------


def test_a_change_is_one_event_with_before_and_after(world: World, as_evaluator: Client) -> None:
    review = soon(world)
    before = review.visit_start
    assert as_evaluator.post(url_of(review), form_of(review, kind="peer", **moved(review, 7))).status_code == 302
    event = last_event(review)
    assert event.type == "plan_changed"
    assert event.changes == {
        "kind": ["independent", "peer"],
        "visit_start": [before.isoformat(), (before + timedelta(days=7)).isoformat()],
        "visit_end": [(before + timedelta(days=1)).isoformat(), (before + timedelta(days=8)).isoformat()],
    }
    assert fresh(review).kind == "peer"
    assert review.events.count() == 2


def test_saving_an_unchanged_plan_writes_nothing(world: World, as_evaluator: Client) -> None:
    review = world.score_review(4)
    assert as_evaluator.post(url_of(review), form_of(review)).status_code == 302
    assert not review.events.filter(type="plan_changed").exists()
    assert mail.outbox == []


@pytest.mark.parametrize("status", ["scoring", "rating", "consensus", "draft"])
def test_everything_but_the_way_of_scoring_can_be_changed_until_the_signature(world: World, status: str) -> None:
    review = {
        "scoring": lambda: world.score_review({1: 3}),
        "rating": world.apart_review,
        "consensus": lambda: world.consensus_review(4, 3),
        "draft": lambda: world.draft_review(4),
    }[status]()
    if status == "rating":
        rate(review, world.evaluator, {1: 3})
    sent = form_of(
        review, organisation=world.sister.pk, kind="peer", period_start="2025-01-01", period_end="2025-06-30"
    )
    assert world.client_of("coordinator").post(url_of(review), sent).status_code == 302
    stored = fresh(review)
    assert (stored.organisation, stored.kind, stored.period_end) == (world.sister, "peer", date(2025, 6, 30))
    assert stored.status == status


def test_history_names_organisations_and_scales_and_not_codes(world: World, as_evaluator: Client) -> None:
    review = soon(world)
    sent = form_of(review, organisation=world.sister.pk, edition=other_edition().pk)
    as_evaluator.post(url_of(review), sent)
    page = as_evaluator.get(reverse("history", args=[review.code])).content.decode()
    assert "IPS Øyvær" in page
    assert "IPS Granlia" in page
    assert world.scale.title in page
    assert str(world.sister.code) not in page


def test_before_the_first_score_another_edition_brings_its_own_items(world: World, as_evaluator: Client) -> None:
    review, edition = soon(world, method="apart"), other_edition()
    count = len(edition.scale.items)
    assert as_evaluator.post(url_of(review), form_of(review, edition=edition.pk)).status_code == 302
    assert fresh(review).scores.count() == count
    assert Rating.objects.filter(evaluator__review=review).count() == 2 * count


def test_a_page_with_the_items_of_the_other_edition_cannot_save(world: World, as_evaluator: Client) -> None:
    review = soon(world)
    old = item_post(review, 1, value="4")
    as_evaluator.post(url_of(review), form_of(review, edition=other_edition().pk))
    answered = as_evaluator.post(reverse("item", args=[review.code, 1]), old)
    assert answered.status_code == 409
    assert not fresh(review).scores.exclude(value=None).exists()


@pytest.mark.parametrize(("before", "after", "ratings"), [("together", "apart", 50), ("apart", "together", 0)])
def test_before_the_first_score_another_method_has_other_rows(
    world: World, as_evaluator: Client, before: str, after: str, ratings: int
) -> None:
    review = soon(world, method=before)
    as_evaluator.post(url_of(review), form_of(review, method=after))
    assert fresh(review).method == after
    assert Rating.objects.filter(evaluator__review=review).count() == ratings
    save(fresh(review), world.evaluator, {1: {"value": 3}})


def test_after_the_first_score_method_and_scale_stay_and_the_page_says_why(world: World, as_evaluator: Client) -> None:
    review, edition = world.score_review({1: 3}), other_edition()
    page = as_evaluator.get(url_of(review)).content.decode()
    assert "Metode og skala blir som de er" in page
    for forged in ({"edition": edition.pk}, {"method": "apart"}):
        assert as_evaluator.post(url_of(review), form_of(review, kind="peer", **forged)).status_code == 409
    plan = replace(review_plan(review), edition=edition)
    with pytest.raises(StateConflict, match="stay as they are"), translation.override("en"):
        change_plan(review=review, by=world.evaluator, seen=plan_version(review), plan=plan)
    stored = fresh(review)
    assert (stored.edition, stored.method, stored.kind) == (world.scale, "together", "independent")


def test_with_one_evaluator_left_there_is_one_common_scoring(world: World) -> None:
    review = soon(world, method="apart")
    world.client_of("coordinator").post(url_of(review), form_of(review, evaluators=[world.evaluator.pk]))
    assert fresh(review).method == "together"
    save(fresh(review), world.evaluator, {1: {"value": 3}})


def test_only_the_coordinator_changes_the_evaluators(world: World, as_evaluator: Client) -> None:
    review = soon(world)
    assert "koordinatoren" in as_evaluator.get(url_of(review)).content.decode()
    forged = form_of(review, evaluators=[world.evaluator.pk])
    assert as_evaluator.post(url_of(review), forged).status_code == 409
    assert set(fresh(review).evaluators.all()) == {world.evaluator, world.colleague}
    world.client_of("coordinator").post(url_of(review), form_of(review, evaluators=[world.evaluator.pk]))
    assert set(fresh(review).evaluators.all()) == {world.evaluator}


# --- The preparation ------------------------------------------------------------------


def test_steps_that_hang_on_the_visit_move_with_it_and_those_that_are_done_stay(
    world: World, as_evaluator: Client
) -> None:
    for weeks, text in ((-4, "Be om tall"), (-2, "Send plan"), (2, "Skriv utkast"), (-1, "Ring")):
        add_step(network=world.network, by=world.coordinator, weeks=weeks, text=text)
    review = soon(world)
    steps = {step.text: step for step in PreparationStep.objects.filter(review=review)}
    set_done(step=steps["Be om tall"], by=world.evaluator, done=True)
    chosen = TODAY + timedelta(days=3)
    move_step(step=steps["Ring"], by=world.evaluator, seen=steps["Ring"].due, due=chosen)
    add_own_step(review=review, by=world.evaluator, due=chosen, text="Bestill tog")
    sent = form_of(review, **moved(review, 9)) | {"visit_end": (review.visit_end + timedelta(days=10)).isoformat()}
    as_evaluator.post(url_of(review), sent)
    assert {step.text: step.due for step in PreparationStep.objects.filter(review=review)} == {
        "Be om tall": steps["Be om tall"].due,
        "Send plan": steps["Send plan"].due + timedelta(days=9),
        "Skriv utkast": steps["Skriv utkast"].due + timedelta(days=10),
        "Ring": chosen,
        "Bestill tog": chosen,
    }
    assert last_event(review).changes["moved_steps"] == [0, 2]


# --- Refusals -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"visit_end": "2026-03-01"}, "Siste besøksdag kan ikke være før første besøksdag"),
        ({"visit_start": ""}, ""),
        ({"visit_start": "1994-12-31"}, ""),
        ({"period_start": "2026-01-01"}, "Oppgi både start og slutt"),
        ({"kind": "audit"}, ""),
        ({"organisation": "9" * 30}, ""),
        ({"evaluators": []}, ""),
    ],
)
def test_bad_input_is_refused_and_nothing_is_saved(world: World, fields: dict[str, Any], sentence: str) -> None:
    review = world.score_review(4)
    answered = world.client_of("coordinator").post(url_of(review), form_of(review, **fields))
    assert answered.status_code == 422
    assert sentence in answered.content.decode()
    assert not review.events.filter(type="plan_changed").exists()


def test_an_organisation_of_another_network_is_refused(world: World, as_evaluator: Client) -> None:
    review = soon(world)
    assert as_evaluator.post(url_of(review), form_of(review, organisation=world.others.pk)).status_code == 422
    plan = replace(review_plan(review), organisation=world.others)
    with pytest.raises(ValueError, match="stays in its network"):
        change_plan(review=review, by=world.evaluator, seen=plan_version(review), plan=plan)
    assert fresh(review).organisation == world.organisation


@pytest.mark.parametrize("fields", [{"organisation": True}, {"kind": "independent"}])
def test_independence_is_checked_again(world: World, as_evaluator: Client, fields: dict[str, Any]) -> None:
    review = world.score_review(4, kind="self", organisation=world.sister)
    Membership.objects.filter(user=world.colleague, role=Role.EVALUATOR).update(organisation=world.organisation)
    if "organisation" in fields:
        review = world.score_review(
            4, kind="peer", organisation=world.sister, visit_start=date(2025, 1, 7), visit_end=date(2025, 1, 8)
        )
        sent = form_of(review, organisation=world.organisation.pk)
    else:
        review = world.score_review(4, kind="self")
        sent = form_of(review, kind="independent")
    answered = as_evaluator.post(url_of(review), sent)
    assert answered.status_code == 422
    assert "Colleague arbeider i IPS Øyvær" in answered.content.decode()
    assert not review.events.filter(type="plan_changed").exists()


def test_an_evaluator_who_has_handed_in_cannot_be_taken_out(world: World) -> None:
    review = world.consensus_review(4, 3)
    sent = form_of(review, evaluators=[world.evaluator.pk])
    assert world.client_of("coordinator").post(url_of(review), sent).status_code == 422
    assert fresh(review).evaluators.count() == 2


def test_the_second_of_two_changes_is_refused_and_keeps_what_was_chosen(world: World, as_evaluator: Client) -> None:
    review = soon(world)
    mine = form_of(review, kind="peer")
    world.client_of("coordinator").post(url_of(review), form_of(review, **moved(review, 7)))
    refused = as_evaluator.post(url_of(review), mine)
    assert refused.status_code == 409
    assert refused.context["form"]["kind"].value() == "peer"
    assert "Noen andre endret" in refused.content.decode()
    again = mine | {"seen": refused.context["form"]["seen"].value()}
    assert as_evaluator.post(url_of(review), again).status_code == 302
    assert fresh(review).kind == "peer"


def test_a_page_from_before_the_first_score_does_not_silently_keep_the_scale(
    world: World, as_evaluator: Client
) -> None:
    review = soon(world)
    sent = form_of(review, edition=other_edition().pk)
    save(review, world.evaluator, {1: {"value": 3}})
    assert as_evaluator.post(url_of(review), sent).status_code == 409
    assert fresh(review).edition == world.scale


def test_a_review_with_sorted_quick_notes_keeps_its_instrument(world: World) -> None:
    review, other = soon(world), other_edition()
    written = quick_note(review, world.evaluator, "Sagt", item_number=2)
    plan = replace(review_plan(review), edition=other)
    with pytest.raises(StateConflict):
        change_plan(review=review, by=world.coordinator, seen=plan_version(review), plan=plan)
    sort_quick_notes(review=review, places={written.pk: (Place(item_number=2), Place())})
    change_plan(review=review, by=world.coordinator, seen=plan_version(review), plan=plan)
    assert fresh(review).edition == other


def test_notes_on_items_that_another_edition_has_not_keep_the_edition(world: World) -> None:
    review = soon(world)
    hold_interview(review, world.evaluator, is_blank=True, informant_role="pårørende")
    shorter, _ = load(pocket_scale(slug="shorter", instrument="ips-25"))
    plan = replace(review_plan(review), edition=shorter)
    with pytest.raises(StateConflict):
        change_plan(review=review, by=world.coordinator, seen=plan_version(review), plan=plan)
    remove_interview(interview=review.interviews.get(), by=world.evaluator)
    change_plan(review=fresh(review), by=world.coordinator, seen=plan_version(review), plan=plan)
    assert fresh(review).edition == shorter


def test_a_review_with_interviews_keeps_its_instrument(world: World, as_evaluator: Client) -> None:
    review, other = soon(world), other_edition()
    hold_interview(review, world.evaluator)
    answered = as_evaluator.post(url_of(review), form_of(review, edition=other.pk))
    assert answered.status_code == 409
    assert "Denne vurderingen har intervjuer" in answered.content.decode()
    assert fresh(review).edition == world.scale
    assert load(document_of(CORRECTED))[0].instrument == world.scale.instrument
    corrected = ScaleEdition.objects.get(slug="ips-25-nb-2026")
    assert as_evaluator.post(url_of(review), form_of(review, edition=corrected.pk)).status_code == 302
    assert fresh(review).edition == corrected


@pytest.mark.parametrize("closed", ["final", "superseded"])
def test_a_signed_review_has_no_plan_to_change(world: World, closed: str) -> None:
    review = world.final_review(4) if closed == "final" else world.superseded_review()
    for client in (world.client_of("evaluator"), world.client_of("coordinator")):
        assert client.get(url_of(review)).status_code == 409
        assert client.post(url_of(review), {}).status_code == 409


# --- Who is told ----------------------------------------------------------------------


def recipients() -> dict[str, list[str]]:
    """Return the subjects of the mails by the name of the person."""
    told: dict[str, list[str]] = {}
    for message in mail.outbox:
        told.setdefault(message.to[0].split("@")[0], []).append(message.subject)
    return told


def test_evaluators_who_come_go_and_stay_are_told(world: World) -> None:
    review = soon(world, evaluators=[world.evaluator])
    sent = form_of(review, evaluators=[world.colleague.pk], **moved(review, 7))
    with working():
        world.client_of("coordinator").post(url_of(review), sent)
    told = recipients()
    assert set(told) == {"evaluator", "colleague"}
    assert told["evaluator"] != told["colleague"]


def test_the_service_is_told_only_while_it_can_read_the_draft(world: World, as_evaluator: Client) -> None:
    for review, also in (
        (world.score_review(4), set()),
        (world.draft_review(4, visit_start=date(2026, 1, 7), visit_end=date(2026, 1, 8)), {"leader"}),
    ):
        mail.outbox.clear()
        with working():
            as_evaluator.post(url_of(review), form_of(review, kind="peer"))
        assert set(recipients()) == {"colleague"} | also


def test_a_draft_that_changes_hands_is_no_longer_read_by_the_first_service(world: World, as_evaluator: Client) -> None:
    review = world.asked_review(4)
    answer(remark(review, world.team_leader), world.evaluator)
    mail.outbox.clear()
    with working():
        as_evaluator.post(url_of(review), form_of(review, organisation=world.sister.pk))
    assert set(recipients()) == {"colleague", "leader"}
    assert world.client_of("team_leader").get(review.get_absolute_url()).status_code == 404
    assert world.client_of("other_leader").get(review.get_absolute_url()).status_code == 200
    assert fresh(review).facts_until is None


def test_a_draft_that_changed_hands_is_signed_once_its_new_service_is_asked_or_there_is_a_reason(
    world: World, as_evaluator: Client
) -> None:
    asked = world.asked_review(4)
    unasked = world.draft_review(4, visit_start=date(2026, 1, 7), visit_end=date(2026, 1, 8))
    until = (TODAY + timedelta(days=14)).isoformat()
    decisions = {
        asked: {"fact_check": "ask", "facts_until": until},
        unasked: {"fact_check": "without", "no_check_reason": "Tjenesten er orientert."},
    }
    for review, decision in decisions.items():
        as_evaluator.post(url_of(review), form_of(review, organisation=world.sister.pk))
        decide = reverse("facts_until", args=[review.code])
        page = as_evaluator.get(reverse("move", args=[review.code, "finalise"])).content.decode()
        assert decide in page
        assert '<form method="post" class="sign">' not in page
        with translation.override("en"):
            with pytest.raises(StateConflict, match="moved to another service") as refused:
                world.sign(fresh(review))
            assert refused.value.url == decide
            assert NO_CHECK not in str(method_notes(fresh(review), sheet_of(review)))
        refused_post = post_transition(as_evaluator, review, "finalise", password="evaluator-pw")
        assert refused_post.status_code == 409
        assert decide in refused_post.content.decode()
        assert NO_CHECK not in as_evaluator.get(review.get_absolute_url()).content.decode()
        assert as_evaluator.post(decide, decision).status_code == 302
        world.sign(fresh(review))
        signed = fresh(review).record.content["handing_out"]
        assert signed["no_check_reason"] == decision.get("no_check_reason", "")
        assert list(faults_of(fresh(review))) == []


def test_another_change_of_the_plan_leaves_the_decision_on_the_factual_check(world: World) -> None:
    review = world.draft_review(4)
    change_plan(
        review=review, by=world.evaluator, seen=plan_version(review), plan=replace(review_plan(review), kind="peer")
    )
    world.sign(review)
    assert fresh(review).record.content["handing_out"]["no_check_reason"] == NO_CHECK


# --- Corrections ----------------------------------------------------------------------


def test_a_correction_puts_the_wrong_organisation_right(world: World, as_evaluator: Client) -> None:
    first = world.final_review(4)
    correction = open_correction(review=first, by=world.evaluator, reason=REASON)
    as_evaluator.post(url_of(correction), form_of(correction, organisation=world.sister.pk))
    assert last_event(correction).changes["organisation"] == [str(world.organisation.code), str(world.sister.code)]
    event = last_event(first)
    assert (event.type, event.changes["correction"][1]) == ("moved", str(correction.code))
    assert "IPS Granlia" in as_evaluator.get(reverse("history", args=[first.code])).content.decode()


def test_when_it_is_signed_both_organisations_stand_as_they_should(world: World, as_evaluator: Client) -> None:
    first = world.final_review(4)
    add_action(review=first, by=world.team_leader, code=uuid4(), item_number=4, fields=ActionFields("Et møte til"))
    correction = open_correction(review=first, by=world.evaluator, reason=REASON)
    as_evaluator.post(url_of(correction), form_of(correction, organisation=world.sister.pk))
    correction = fresh(correction)
    world.hand_out(correction)
    world.sign(correction)
    assert fresh(first).status == "superseded"
    wrong, right = Organisation.objects.get(pk=world.organisation.pk), Organisation.objects.get(pk=world.sister.pk)
    assert (wrong.last_review, wrong.next_due, wrong.open_actions) == (None, None, 0)
    assert (right.last_review, right.last_total, right.open_actions) == (correction, 100, 0)
    assert Action.objects.get().state == "dropped"
    leader = world.client_of("team_leader")
    assert leader.get(first.get_absolute_url()).status_code == 200
    assert leader.get(correction.get_absolute_url()).status_code == 404
    assert leader.get(reverse("plan", args=[first.code])).status_code == 409
    assert world.client_of("other_leader").get(reverse("plan", args=[correction.code])).status_code == 200
    report = as_evaluator.get(reverse("report", args=[correction.code])).content.decode()
    assert "IPS Granlia" in report
    call_command("verify_records")


def test_the_page_of_a_correction_says_of_what_and_why(world: World, as_evaluator: Client) -> None:
    first = world.final_review(4)
    correction = open_correction(review=first, by=world.evaluator, reason=REASON)
    as_evaluator.post(url_of(correction), form_of(correction, organisation=world.sister.pk))
    page = as_evaluator.get(correction.get_absolute_url()).content.decode()
    assert "Rettelse av IPS Øyvær, 10.–11. mars 2026: " in page
    assert f'<a href="{first.get_absolute_url()}">Den tidligere vurderingen</a>' in page
    assert REASON in page
