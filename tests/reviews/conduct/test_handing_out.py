"""A draft report is handed out to somebody, and nothing that lacks evidence is handed out or signed unnoticed."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ipsfidelity.errors import StateConflict
from reviews.conduct.correction import open_correction
from reviews.conduct.handing_out import hand_out
from reviews.conduct.transitions import make_transition
from reviews.factcheck.deadline import set_deadline
from reviews.management.commands.verify_records import faults_of
from reviews.models import EventType, Invitation, Membership, Organisation, Review, ReviewEvent, User
from reviews.records import chain, protection
from reviews.records.writing import Stale
from reviews.workflow import DRAFT, FINALISE, Role
from tests.builders import (
    NO_CHECK,
    NO_EVIDENCE,
    World,
    answer,
    fresh,
    member,
    post_transition,
    remark,
    save,
    text_of,
    with_second_factor,
)
from tests.reviews.records.test_verify_records import write_record
from tests.work import working

pytestmark = pytest.mark.django_db
PASSWORD = "evaluator-pw"
NOBODY_LEADS = "har ingen teamleder her"


@pytest.fixture(autouse=True)
def _address(settings: Any) -> None:
    settings.PUBLIC_URL = "https://ips.example.org"


@pytest.fixture
def documented(world: World) -> Review:
    """Return a review with a score, evidence and a data source for every item."""
    review = world.score_review(4)
    review.scores.update(evidence="Sett i journalen.", sources=["DOK"])
    return review


def page_of(client: Client, review: Review, name: str = "draft") -> Any:
    return client.get(reverse("move", args=[review.code, name]))


def asked(days: int = 14) -> dict[str, str]:
    return {"fact_check": "ask", "facts_until": (timezone.localdate() + timedelta(days=days)).isoformat()}


def last_changes(review: Review) -> dict[str, Any]:
    return ReviewEvent.objects.filter(review=review).latest("pk").changes


# --- Who is told --------------------------------------------------------------------------


def test_the_page_names_who_is_told_and_these_are_told(world: World, as_evaluator: Client, documented: Review) -> None:
    member("second", Role.TEAM_LEADER, world.network, world.organisation)
    gone = member("gone", Role.TEAM_LEADER, world.network, world.organisation)
    silent = member("silent", Role.TEAM_LEADER, world.network, world.organisation)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    User.objects.filter(pk=silent.pk).update(email="")
    page = page_of(as_evaluator, documented).content.decode()
    assert "E-post går til Leader, Second." in page
    assert "Silent kan ikke få e-post herfra" in page
    assert "Gone" not in page
    with working():
        assert post_transition(as_evaluator, documented, "draft", **asked()).status_code == 302
    assert {message.to[0] for message in mail.outbox} == {"leader@example.org", "second@example.org"}
    assert "Leader, Second" in as_evaluator.get(documented.get_absolute_url()).content.decode()
    assert "Leader, Second" in as_evaluator.get(reverse("history", args=[documented.code])).content.decode()


def test_without_a_factual_check_nobody_is_mailed_and_the_page_says_so(
    world: World, as_evaluator: Client, documented: Review
) -> None:
    assert "Uten kontroll: Ingen får e-post." in page_of(as_evaluator, documented).content.decode()
    with working():
        post_transition(as_evaluator, documented, "draft")
    assert mail.outbox == []
    assert "ingen varslet på e-post" in as_evaluator.get(documented.get_absolute_url()).content.decode()


def test_authors_whose_remarks_were_answered_are_named_because_they_are_mailed(
    world: World, as_evaluator: Client
) -> None:
    review = world.asked_review(4)
    first = remark(review, world.team_leader)
    post_transition(as_evaluator, review, "reopen", comment="Tilbake")
    answer(first, world.evaluator)
    assert "Uten kontroll: E-post går til Leader om at" in page_of(as_evaluator, review).content.decode()
    with working():
        post_transition(as_evaluator, review, "draft")
    assert [message.to for message in mail.outbox] == [["leader@example.org"]]
    assert last_changes(review)["told"] == [[], [str(world.team_leader.code)]]


def test_an_installation_without_an_address_for_links_tells_nobody(
    world: World, as_evaluator: Client, documented: Review, settings: Any
) -> None:
    settings.PUBLIC_URL = ""
    assert "Leader kan ikke få e-post herfra" in page_of(as_evaluator, documented).content.decode()
    post_transition(as_evaluator, documented, "draft", **asked())
    assert last_changes(documented)["told"] == [[], []]


# --- No team leader -----------------------------------------------------------------------


@pytest.fixture
def leaderless(world: World, documented: Review) -> Review:
    Membership.objects.team_leaders().filter(organisation=world.organisation).delete()
    return documented


def test_without_a_team_leader_nothing_is_proposed_and_nothing_handed_out_by_a_mere_click(
    as_evaluator: Client, leaderless: Review
) -> None:
    page = page_of(as_evaluator, leaderless)
    assert "checked" not in page.content.decode().partition('name="fact_check"')[2].partition("facts_until")[0]
    sent = {"seen": page.context["seen"], "facts_until": str(page.context["form"]["facts_until"].value())}
    answer = as_evaluator.post(reverse("move", args=[leaderless.code, "draft"]), sent)
    assert answer.status_code == 422
    assert "Velg om tjenesten" in answer.content.decode()
    assert fresh(leaderless).status == "scoring"


def test_without_a_team_leader_an_evaluator_learns_who_can_invite_one(
    world: World, as_evaluator: Client, leaderless: Review
) -> None:
    page = page_of(as_evaluator, leaderless).content.decode()
    assert NOBODY_LEADS in page
    assert "Spør Coordinator" in page
    assert reverse("report_pdf", args=[leaderless.code]) in page
    assert reverse("invite", args=[world.network.code]) not in page


def test_a_team_leader_whose_account_is_closed_leads_nothing(
    world: World, as_evaluator: Client, documented: Review
) -> None:
    User.objects.filter(pk=world.team_leader.pk).update(is_active=False)
    assert NOBODY_LEADS in page_of(as_evaluator, documented).content.decode()


def test_a_network_without_a_coordinator_points_to_the_administrator(
    world: World, as_evaluator: Client, leaderless: Review
) -> None:
    Membership.objects.filter(user=world.coordinator).delete()
    assert "Spør administratoren" in page_of(as_evaluator, leaderless).content.decode()


def test_an_evaluator_who_coordinates_invites_a_team_leader_from_a_filled_in_form(
    world: World, as_evaluator: Client, leaderless: Review
) -> None:
    Membership.objects.create(user=world.evaluator, network=world.network, role=Role.COORDINATOR)
    with_second_factor(world.evaluator)
    address = f"{reverse('invite', args=[world.network.code])}?organisation={world.organisation.code}"
    assert address in page_of(as_evaluator, leaderless).content.decode()
    form = as_evaluator.get(address).context["form"]
    assert (form["role"].value(), form["organisation"].value()) == (Role.TEAM_LEADER, world.organisation.pk)


@pytest.mark.parametrize("code", ["", "x", "0" * 32, "others"])
def test_an_invitation_for_an_organisation_that_the_network_does_not_have_is_empty(world: World, code: str) -> None:
    code = str(world.others.code) if code == "others" else code
    form = (
        world.client_of("coordinator")
        .get(reverse("invite", args=[world.network.code]), {"organisation": code})
        .context["form"]
    )
    assert (form["role"].value(), form["organisation"].value()) == ("", None)
    assert not Invitation.objects.exists()


def test_a_day_for_remarks_can_be_set_without_a_team_leader(as_evaluator: Client, leaderless: Review) -> None:
    assert post_transition(as_evaluator, leaderless, "draft", **asked()).status_code == 302
    assert fresh(leaderless).facts_until
    page = as_evaluator.get(leaderless.get_absolute_url()).content.decode()
    assert "Ingen er varslet på e-post om at rapportutkastet er klart." in page
    assert reverse("report_pdf", args=[leaderless.code]) in page


# --- Going on without a factual check -------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"fact_check": "without", "no_check_reason": "  "}, "Skriv en setning om hvorfor."),
        ({"fact_check": "ask", "facts_until": ""}, "Skriv inn siste dag for merknader."),
        ({"fact_check": "ask", "facts_until": "2020-01-01"}, "Denne dagen er passert"),
        ({"fact_check": "", "facts_until": ""}, ""),
        ({"fact_check": "nonsense"}, ""),
        ({"fact_check": "without", "no_check_reason": "x" * 1001}, ""),
        ({"fact_check": "without", "no_check_reason": "Gjaldt 01017000027."}, ""),
    ],
)
def test_a_day_or_a_reason_is_needed(
    documented: Review, as_evaluator: Client, fields: dict[str, str], told: str
) -> None:
    answer = post_transition(as_evaluator, documented, "draft", **fields)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert fresh(documented).status == "scoring"


def test_what_belongs_to_the_other_choice_is_ignored(documented: Review, as_evaluator: Client) -> None:
    fields = {"fact_check": "without", "no_check_reason": NO_CHECK, "facts_until": "2020-01-01"}
    assert post_transition(as_evaluator, documented, "draft", **fields).status_code == 302
    assert fresh(documented).facts_until is None
    assert last_changes(documented)["no_check_reason"] == ["", NO_CHECK]


def test_a_service_that_hands_out_says_why_there_is_no_check(world: World, documented: Review) -> None:
    with pytest.raises(ValueError, match="needs a reason"):
        hand_out(review=documented, by=world.evaluator, seen=chain.head(documented))
    draft = world.hand_out(documented)
    with pytest.raises(ValueError, match="needs a reason"):
        set_deadline(review=draft, by=world.evaluator, until=None, no_check_reason=" ")
    for transition in (DRAFT, FINALISE):
        with pytest.raises(ValueError, match="hands out"):
            make_transition(review=draft, transition=transition, by=world.evaluator, seen=chain.head(draft))


@pytest.mark.pdf
def test_the_report_prints_why_there_is_no_factual_check(
    world: World, as_evaluator: Client, documented: Review
) -> None:
    world.hand_out(documented)
    everywhere(as_evaluator, documented, NO_CHECK)
    world.sign(documented)
    everywhere(as_evaluator, documented, NO_CHECK)
    record = fresh(documented).record.content
    assert record["handing_out"] == {"facts_until": None, "no_check_reason": NO_CHECK, "told": []}
    assert list(faults_of(fresh(documented))) == []


def everywhere(client: Client, review: Review, sentence: str) -> None:
    for name in ("report", "report_pdf", "report_docx", "history"):
        assert sentence in " ".join(text_of(client.get(reverse(name, args=[review.code]))).split()), name


def test_the_decision_can_change_while_the_draft_is_out(world: World, as_evaluator: Client, documented: Review) -> None:
    draft = world.hand_out(documented)
    address = reverse("facts_until", args=[draft.code])
    assert as_evaluator.post(address, asked()).status_code == 302
    report = as_evaluator.get(reverse("report", args=[draft.code])).content.decode()
    assert NO_CHECK not in report
    assert "Leader" in as_evaluator.get(draft.get_absolute_url()).content.decode()
    assert as_evaluator.post(address, {"fact_check": "without"}).status_code == 422
    fields = {"fact_check": "without", "no_check_reason": "Teamlederen er syk."}
    assert as_evaluator.post(address, fields).status_code == 302
    assert "Ingen: Teamlederen er syk." in as_evaluator.get(reverse("report", args=[draft.code])).content.decode()
    events = draft.events.count()
    assert as_evaluator.post(address, fields).status_code == 302
    assert draft.events.count() == events


def test_a_correction_proposes_no_second_check_and_names_the_reason(world: World, as_evaluator: Client) -> None:
    old = world.final_review(4)
    new = open_correction(review=old, by=world.evaluator, reason="Kriterium 1 gjaldt et annet team.")
    form = page_of(as_evaluator, new).context["form"]
    assert form["fact_check"].value() == "without"
    assert form["no_check_reason"].value() == "Rettelse av en signert vurdering: Kriterium 1 gjaldt et annet team."


def test_handing_out_again_proposes_what_was_decided_last(world: World, as_evaluator: Client) -> None:
    for review, choice in ((world.draft_review(4), "without"), (world.asked_review(4), "ask")):
        post_transition(as_evaluator, review, "reopen", comment="Tilbake")
        form = page_of(as_evaluator, review).context["form"]
        assert form["fact_check"].value() == choice
        assert form["gaps_reason"].value() == NO_EVIDENCE


# --- Gaps ---------------------------------------------------------------------------------


def gap_review(world: World) -> Review:
    """Return a review in which item 3 has no evidence, item 5 no source, and item 7 neither."""
    review = world.score_review(4)
    review.scores.update(evidence="Sett i journalen.", sources=["DOK"])
    review.scores.filter(item_number__in=(3, 7)).update(evidence=" \n")
    review.scores.filter(item_number__in=(5, 7)).update(sources=[])
    return review


def listed(response: Any) -> list[tuple[str, str, str]]:
    return [(item.number, item.url, item.lacks) for item in response.context["page"].items]


def test_every_item_without_evidence_or_source_is_listed_and_linked(world: World, as_evaluator: Client) -> None:
    review = gap_review(world)
    page = page_of(as_evaluator, review)
    assert listed(page) == [
        ("3", reverse("item", args=[review.code, 3]), "ingen dokumentasjon"),
        ("5", reverse("item", args=[review.code, 5]), "ingen datakilde"),
        ("7", reverse("item", args=[review.code, 7]), "ingen dokumentasjon, ingen datakilde"),
    ]
    assert "3 kriterier mangler dokumentasjon eller datakilde" in page.content.decode()


def test_in_consensus_the_list_links_to_the_consensus(world: World, as_evaluator: Client) -> None:
    review = world.agreed_review(4, 4)
    assert listed(page_of(as_evaluator, review))[0][1] == reverse("agree", args=[review.code, 1])


def test_a_complete_review_lists_nothing_and_asks_for_no_sentence(as_evaluator: Client, documented: Review) -> None:
    page = page_of(as_evaluator, documented)
    assert listed(page) == []
    assert "gaps_reason" not in page.content.decode()
    assert post_transition(as_evaluator, documented, "draft").status_code == 302
    assert "gaps_reason" not in last_changes(documented)


def test_what_blocks_and_what_a_sentence_overrides_are_listed_together(world: World, as_evaluator: Client) -> None:
    review = gap_review(world)
    save(review, world.evaluator, {7: {"value": None}, 8: {"value": None, "awaiting": True}})
    answer = post_transition(as_evaluator, review, "draft")
    assert answer.status_code == 422
    assert [lacks for _number, _url, lacks in listed(answer)] == [
        "ingen dokumentasjon", "ingen datakilde", "ingen skåre ennå", "ikke nok data ennå"
    ]  # fmt: skip
    assert fresh(review).status == "scoring"


@pytest.mark.parametrize("sentence", ["", "   "])
def test_without_a_sentence_nothing_with_gaps_is_handed_out_or_signed(
    world: World, as_evaluator: Client, sentence: str
) -> None:
    review = gap_review(world)
    assert post_transition(as_evaluator, review, "draft", gaps_reason=sentence).status_code == 422
    with pytest.raises(ValueError, match="need a reason"):
        world.hand_out(review, gaps_reason=sentence)
    draft = world.hand_out(review)
    answer = post_transition(as_evaluator, draft, "finalise", gaps_reason=sentence, password=PASSWORD)
    assert answer.status_code == 422
    with pytest.raises(ValueError, match="need a reason"):
        world.sign(draft, gaps_reason=sentence)
    assert fresh(review).status == "draft"


@pytest.mark.pdf
def test_the_sentence_is_recorded_printed_and_signed(world: World, as_evaluator: Client) -> None:
    review = gap_review(world)
    post_transition(as_evaluator, review, "draft", gaps_reason="Journalen er stengt.")
    assert last_changes(review)["no_evidence"] == [[], ["3", "7"]]
    everywhere(as_evaluator, review, "Journalen er stengt.")
    page = page_of(as_evaluator, review, "finalise")
    assert page.context["form"]["gaps_reason"].value() == "Journalen er stengt."
    assert listed(page)[0] == ("3", "#item-3", "ingen dokumentasjon")
    assert reverse("move", args=[review.code, "reopen"]) in page.content.decode()
    signed = post_transition(as_evaluator, review, "finalise", gaps_reason="Journalen går tapt.", password=PASSWORD)
    assert signed.status_code == 302
    everywhere(as_evaluator, review, "Journalen går tapt.")
    report = as_evaluator.get(reverse("report", args=[review.code])).content.decode()
    assert "Kriterier uten dokumentasjon: 3, 7. Kriterier uten datakilde: 5, 7. Journalen går tapt." in report
    assert "Journalen er stengt." not in report
    assert fresh(review).record.content["signature"]["gaps_reason"] == "Journalen går tapt."
    assert list(faults_of(fresh(review))) == []


def test_a_changed_sentence_in_the_record_is_found(world: World) -> None:
    review = gap_review(world)
    world.sign(world.hand_out(review))
    write_record(review, lambda content: content["signature"].update(gaps_reason="Alt var i orden."))
    assert "why items stay without evidence is not what was signed" in list(faults_of(fresh(review)))


def test_if_the_gaps_change_meanwhile_the_page_comes_again_with_the_new_list(
    world: World, as_evaluator: Client
) -> None:
    review = gap_review(world)
    seen = page_of(as_evaluator, review).context["seen"]
    save(review, world.colleague, {9: {"evidence": ""}, 3: {"evidence": "Nå er det her."}})
    fields = {"fact_check": "without", "no_check_reason": NO_CHECK, "gaps_reason": "Vi rakk det ikke."}
    answer = as_evaluator.post(reverse("move", args=[review.code, "draft"]), {"seen": seen} | fields)
    assert answer.status_code == 409
    assert [number for number, _url, _lacks in listed(answer)] == ["5", "7", "9"]
    assert "Vi rakk det ikke." in answer.content.decode()
    assert "Noen endret vurderingen" in answer.content.decode()
    assert fresh(review).status == "scoring"
    fields["seen"] = answer.context["seen"]
    assert as_evaluator.post(reverse("move", args=[review.code, "draft"]), fields).status_code == 302


def test_the_services_refuse_an_old_page_too(world: World) -> None:
    review = gap_review(world)
    seen = chain.head(review)
    save(review, world.colleague, {9: {"evidence": ""}})
    with pytest.raises(Stale):
        world.hand_out(review, seen=seen)


def test_gaps_take_no_more_queries_than_none(world: World, as_evaluator: Client, documented: Review) -> None:
    counts = []
    for review in (documented, world.score_review(4)):
        page_of(as_evaluator, review)
        with CaptureQueriesContext(connection) as queries:
            page_of(as_evaluator, review)
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- The last day of the visit ------------------------------------------------------------


def test_no_review_is_signed_before_the_last_day_of_its_visit(world: World, as_evaluator: Client) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    review = world.draft_review(4, visit_start=tomorrow - timedelta(days=2), visit_end=tomorrow)
    own_page = as_evaluator.get(review.get_absolute_url()).content.decode()
    assert "Besøket varer til" in own_page
    assert reverse("move", args=[review.code, "finalise"]) not in own_page
    page = page_of(as_evaluator, review, "finalise")
    assert page.status_code == 200
    assert "Besøket varer til" in page.content.decode()
    assert 'type="password"' not in page.content.decode()
    answer = as_evaluator.post(
        reverse("move", args=[review.code, "finalise"]),
        {"seen": page.context["seen"], "password": PASSWORD, "gaps_reason": "x"},
    )
    assert answer.status_code == 409
    assert str(tomorrow.day) in answer.context["sentence"]
    with pytest.raises(StateConflict):
        world.sign(review, at=timezone.now())
    assert fresh(review).status == "draft"


@pytest.mark.pdf
def test_a_review_is_signed_on_the_last_day_of_its_visit(world: World, as_evaluator: Client) -> None:
    today = timezone.localdate()
    review = world.draft_review(4, visit_start=today, visit_end=today)
    assert (
        reverse("move", args=[review.code, "finalise"]) in as_evaluator.get(review.get_absolute_url()).content.decode()
    )
    assert post_transition(as_evaluator, review, "finalise", password=PASSWORD).status_code == 302
    assert fresh(review).status == "final"


def test_the_day_is_the_day_of_the_installation(world: World, settings: Any) -> None:
    """At 23:30 UTC on the day before, it is already that day in Oslo."""
    review = world.draft_review(4, visit_start=date(2026, 3, 10), visit_end=date(2026, 3, 11))
    with pytest.raises(StateConflict):
        world.sign(review, at=datetime(2026, 3, 10, 22, 30, tzinfo=UTC))
    world.sign(review, at=datetime(2026, 3, 10, 23, 30, tzinfo=UTC))
    assert fresh(review).is_final


def test_a_correction_waits_for_the_same_day(world: World) -> None:
    today = timezone.localdate()
    old = world.final_review(4, visit_start=today, visit_end=today)
    new = open_correction(review=old, by=world.evaluator, reason="Feil dato.")
    Review.objects.filter(pk=new.pk).update(visit_end=today + timedelta(days=1))
    world.hand_out(new)
    with pytest.raises(StateConflict):
        world.sign(new)
    assert fresh(old).is_valid


def test_the_coordinator_of_a_draft_reads_no_promise_to_sign(world: World) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    review = world.draft_review(4, visit_start=tomorrow, visit_end=tomorrow)
    assert "Besøket varer til" not in world.client_of("coordinator").get(review.get_absolute_url()).content.decode()


def test_events_of_earlier_versions_name_nobody(world: World, as_evaluator: Client, documented: Review) -> None:
    draft = world.hand_out(documented)
    event = ReviewEvent.objects.get(review=draft, type=EventType.DRAFTED)
    protection.remove()
    ReviewEvent.objects.filter(pk=event.pk).update(changes={"status": event.changes["status"]})
    (notice,) = as_evaluator.get(draft.get_absolute_url()).context["page"].notices
    assert notice.text.startswith("Rapportutkastet er delt: Tjenesten kan lese det")
    assert "Kontroll av opplysningene" not in as_evaluator.get(reverse("report", args=[draft.code])).content.decode()


# --- Signs that the PDF cannot show -------------------------------------------------------


@pytest.mark.parametrize("field", ["gaps_reason", "no_check_reason"])
def test_a_reason_with_a_sign_that_the_pdf_cannot_show_is_refused_at_its_field(
    world: World, as_evaluator: Client, field: str
) -> None:
    review = world.score_review(4)
    refused = post_transition(as_evaluator, review, "draft", **{field: "Avtalt \U0001f44d"})
    assert refused.status_code == 422
    assert "\U0001f44d" in refused.context["form"].errors[field][0]
    draft = world.hand_out(review)
    signed = post_transition(as_evaluator, draft, "finalise", password=PASSWORD, gaps_reason="Sett \U0001f44d")
    assert signed.status_code == 422
    assert list(signed.context["form"].errors) == ["gaps_reason"]


def test_names_with_a_sign_that_the_pdf_cannot_show_are_named(world: World, as_evaluator: Client) -> None:
    review = world.draft_review(4)
    Organisation.objects.filter(pk=world.organisation.pk).update(name="IPS \U0001f44d")
    User.objects.filter(pk=world.colleague.pk).update(name="Kari \U0001f44d")
    texts = page_of(as_evaluator, review, "finalise").context["page"].unprintable
    assert [(text.url, text.signs) for text in texts] == [
        (world.organisation.get_absolute_url(), "\U0001f44d"),
        ("", "\U0001f44d"),
    ]


def test_each_item_with_a_gap_of_a_draft_says_what_to_do(world: World, as_evaluator: Client) -> None:
    page = page_of(as_evaluator, world.draft_review(4), "finalise").content.decode()
    listed = page.split('<ul class="incomplete-items">')[1].split("</ul>")[0]
    assert listed.count("send vurderingen tilbake for å fylle det ut") == listed.count("<li>")
