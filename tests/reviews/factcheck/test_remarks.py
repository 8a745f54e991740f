"""The fact check: the service remarks on the draft report until a deadline; each remark is answered before signing."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ipsfidelity.errors import StateConflict
from reviews.conduct.transitions import make_transition
from reviews.factcheck import remarks
from reviews.factcheck.answers import answer_remark
from reviews.factcheck.deadline import set_deadline
from reviews.factcheck.remarks import MOST_REMARKS
from reviews.factcheck.status import UnansweredRemarks
from reviews.models import Remark, Review
from reviews.records import chain
from reviews.workflow import REOPEN, Role
from tests.builders import World, answer, fresh, member, post_transition, remark, save

pytestmark = pytest.mark.django_db
PASSWORD = "evaluator-pw"
TODAY = date(2026, 4, 1)


@pytest.fixture
def asked(world: World) -> Review:
    """Return a draft report on which the service may remark for two weeks."""
    return world.asked_review(4)


@pytest.fixture
def leader(world: World) -> Client:
    return world.client_of("team_leader")


def url(review: Review, query: str = "") -> str:
    return reverse("remarks", args=[review.code]) + query


def url_of(remark: Remark, name: str = "remark") -> str:
    return reverse(name, args=[remark.review.code, remark.code])


def sent(text: str = "Vi har tre team, ikke to.", **fields: object) -> dict[str, object]:
    return {"code": str(uuid4()), "item": "5", "kind": "fact", "text": text} | fields


def page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


# --- Asking -------------------------------------------------------------------------------


def test_handing_out_proposes_two_weeks_and_asks_until_the_given_day(world: World, as_evaluator: Client) -> None:
    review = world.score_review(4)
    with time_machine.travel(TODAY, tick=False):
        form = page(as_evaluator, reverse("move", args=[review.code, "draft"]))
        assert 'value="2026-04-15"' in form
        post_transition(as_evaluator, review, "draft", facts_until="2026-04-20")
        history = page(as_evaluator, reverse("history", args=[review.code]))
    assert fresh(review).facts_until == date(2026, 4, 20)
    assert review.events.last().changes["facts_until"] == ["", "2026-04-20"]
    assert "20.04.2026" in history


@pytest.mark.parametrize("day", ["2020-01-01", "x", "2026-13-01", "9999-01-01"])
def test_a_past_or_invalid_deadline_hands_nothing_out(world: World, as_evaluator: Client, day: str) -> None:
    review = world.score_review(4)
    answer = post_transition(as_evaluator, review, "draft", facts_until=day)
    assert answer.status_code == 422
    assert day in answer.content.decode()
    assert not fresh(review).is_handed_out


def test_without_a_deadline_the_service_is_not_asked(world: World, as_evaluator: Client, leader: Client) -> None:
    review = world.score_review(4)
    post_transition(as_evaluator, review, "draft", facts_until="")
    assert fresh(review).facts_until is None
    answer = leader.post(url(review), sent())
    assert answer.status_code == 409
    assert "Vi har tre team, ikke to." in answer.content.decode()
    assert not Remark.objects.exists()


@pytest.mark.parametrize("who", ["evaluator", "colleague", "coordinator"])
def test_the_deadline_can_be_changed_while_the_report_is_a_draft(world: World, asked: Review, who: str) -> None:
    later = (timezone.localdate() + timedelta(days=30)).isoformat()
    address = reverse("facts_until", args=[asked.code])
    assert world.client_of(who).post(address, {"fact_check": "ask", "facts_until": later}).status_code == 302
    assert fresh(asked).facts_until.isoformat() == later
    assert asked.events.last().type == "facts_asked"
    assert world.client_of(who).post(address, {"fact_check": "ask", "facts_until": later}).status_code == 302
    assert asked.events.filter(type="facts_asked").count() == 1
    assert world.client_of(who).post(address, {"fact_check": "ask", "facts_until": "2020-01-01"}).status_code == 422


def test_the_service_cannot_set_its_own_deadline(asked: Review, leader: Client) -> None:
    address = reverse("facts_until", args=[asked.code])
    assert leader.post(address, {"facts_until": "2099-01-01"}).status_code == 403
    assert address not in page(leader, url(asked))


def test_sending_back_keeps_remarks_and_handing_out_again_asks_again(
    world: World, asked: Review, as_evaluator: Client, leader: Client
) -> None:
    remark(asked, world.team_leader)
    post_transition(as_evaluator, asked, "reopen", comment="Tallet er fra i fjor.")
    assert leader.get(url(asked)).status_code == 404
    assert "Tallet er fra i fjor." in page(as_evaluator, url(asked))
    post_transition(as_evaluator, asked, "draft", facts_until="2099-01-01")
    assert fresh(asked).facts_until == date(2099, 1, 1)
    assert "Tallet er fra i fjor." in page(leader, url(asked))


# --- Remarking ----------------------------------------------------------------------------


def test_the_service_remarks_on_an_item_and_sees_the_remark_next_to_the_draft(
    world: World, asked: Review, leader: Client
) -> None:
    assert leader.post(url(asked), sent()).status_code == 302
    stored = asked.remarks.get()
    assert (stored.item_number, stored.kind, stored.by) == (5, "fact", world.team_leader)
    for who in ("team_leader", "evaluator", "coordinator"):
        shown = page(world.client_of(who), url(asked))
        assert "Vi har tre team, ikke to." in shown
        assert asked.scale.by_number[5].anchor(4) in shown
        assert "Opplysning som mangler" in shown
    event = asked.events.last()
    assert (event.type, event.item_number) == ("remarked", 5)
    assert event.changes == {"remark": ["", "Vi har tre team, ikke to."], "remark_kind": ["", "fact"]}


def test_remarks_are_listed_in_the_scales_order_the_whole_report_first(asked: Review, world: World) -> None:
    for number in (20, 3, None, 11):
        remark(asked, world.team_leader, number)
    groups = world.client_of("team_leader").get(url(asked)).context["page"].groups
    assert [group.item and group.item.number for group in groups] == [None, "3", "11", "20"]


def test_the_sheet_links_to_a_remark_on_the_item(asked: Review, world: World, leader: Client) -> None:
    sheet = reverse("sheet", args=[asked.code]) + "?notes=1"
    link = url(asked, "?item=5#add")
    assert link in page(leader, sheet)
    assert link not in page(world.client_of("evaluator"), sheet)
    assert '<option value="5" selected lang="nb">' in page(leader, url(asked, "?item=5"))
    for nonsense in ("0", "26", "x", "05"):
        assert leader.get(url(asked, f"?item={nonsense}")).context["form"]["item"].value() is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": ""},
        {"text": "   "},
        {"text": "x" * 2_001},
        {"text": "\n".join("x" * 201)},
        {"text": "Født 13097248022"},
        {"item": "26"},
        {"item": "x"},
        {"kind": "praise"},
        {"code": "x"},
        {"code": ""},
    ],
)
def test_an_invalid_remark_is_refused_and_kept(asked: Review, leader: Client, wrong: dict[str, str]) -> None:
    answer = leader.post(url(asked), sent("Behold denne teksten") | wrong)
    assert answer.status_code == 422
    assert wrong.get("text", "Behold denne teksten").strip()[:50] in answer.content.decode()
    assert not Remark.objects.exists()


def test_the_longest_remark_is_stored_whole_with_line_ends_counted_once(asked: Review, leader: Client) -> None:
    assert leader.post(url(asked), sent("Ja\r\n" * 100 + "x" * 1_700)).status_code == 302
    assert len(asked.remarks.get().text) == 2_000


def test_sql_and_html_in_a_remark_are_text(asked: Review, leader: Client) -> None:
    text = "<script>alert(1)</script> '; DROP TABLE reviews_remark; -- {{ 7 }} %s"
    leader.post(url(asked), sent(text))
    assert asked.remarks.get().text == text
    assert "&lt;script&gt;alert(1)" in page(leader, url(asked))
    assert "<script>alert" not in page(leader, url(asked))


def test_pressing_twice_makes_one_remark(asked: Review, leader: Client) -> None:
    twice = sent()
    assert [leader.post(url(asked), twice).status_code for _ in range(2)] == [302, 302]
    assert asked.remarks.count() == 1


def test_a_code_of_another_reviews_remark_makes_none(world: World, asked: Review, leader: Client) -> None:
    other = remark(world.asked_review(3), world.team_leader)
    answer = leader.post(url(asked), sent("Min tekst", code=str(other.code)))
    assert answer.status_code == 409
    assert "Min tekst" in answer.content.decode()
    assert not asked.remarks.exists()


@pytest.mark.parametrize(
    ("who", "status"),
    [("evaluator", 403), ("colleague", 403), ("coordinator", 403), ("other_leader", 404), ("stranger", 404)],
)
def test_only_the_service_can_remark(world: World, asked: Review, who: str, status: int) -> None:
    assert world.client_of(who).post(url(asked), sent()).status_code == status
    assert not Remark.objects.exists()


def test_every_team_leader_of_the_service_may_remark_but_changes_only_their_own(world: World, asked: Review) -> None:
    world.other_leader = member("second", Role.TEAM_LEADER, world.network, world.organisation)
    second = world.client_of("other_leader")
    assert second.post(url(asked), sent()).status_code == 302
    first = remark(asked, world.team_leader)
    assert second.get(url_of(first)).status_code == 403
    assert second.post(url_of(first, "remark_withdraw")).status_code == 403
    assert url_of(first) not in page(second, url(asked))


def test_remarks_are_possible_until_the_end_of_the_last_day_in_local_time(world: World, leader: Client) -> None:
    review = world.asked_review(4)
    Review.objects.filter(pk=review.pk).update(facts_until=date(2026, 4, 15))
    with time_machine.travel("2026-04-15 21:59:00+00:00", tick=False):  # one minute to midnight in Oslo
        leader = world.client_of("team_leader")
        assert leader.post(url(review), sent()).status_code == 302
    with time_machine.travel("2026-04-15 22:01:00+00:00", tick=False):
        leader = world.client_of("team_leader")
        answer = leader.post(url(review), sent("For sent"))
        assert answer.status_code == 409
        assert "For sent" in answer.content.decode()
        stored = review.remarks.get()
        assert leader.get(url_of(stored)).status_code == 409
        assert leader.post(url_of(stored), {"kind": "fact", "text": "For sent", "version": 0}).status_code == 409
        assert leader.post(url_of(stored, "remark_withdraw")).status_code == 409
        assert leader.get(url(review)).context["form"] is None
    assert review.remarks.count() == 1


def test_a_remark_beyond_the_limit_is_refused_with_a_sentence(world: World, asked: Review, leader: Client) -> None:
    before = (Remark(review=asked, kind="fact", text=f"{n}", by=world.team_leader) for n in range(MOST_REMARKS - 1))
    Remark.objects.bulk_create(before)
    last, more = (leader.post(url(asked), sent(text)) for text in ("Den siste", "En for mye"))
    assert [last.status_code, more.status_code] == [302, 409]
    assert "En for mye" in more.content.decode()


def test_the_author_changes_and_withdraws_a_remark_and_both_are_recorded(
    world: World, asked: Review, leader: Client
) -> None:
    first = remark(asked, world.team_leader, text="Vi har to team.")
    assert leader.post(url_of(first), {"kind": "fact", "text": "Vi har tre team.", "version": 0}).status_code == 302
    stored = asked.remarks.get()
    assert (stored.text, stored.kind, stored.version) == ("Vi har tre team.", "fact", 1)
    assert leader.post(url_of(first, "remark_withdraw")).status_code == 302
    assert leader.post(url_of(first, "remark_withdraw")).status_code == 404
    assert not asked.remarks.exists()
    told = [event.type for event in asked.events.order_by("pk")][-3:]
    assert told == ["remarked", "remark_changed", "remark_withdrawn"]
    assert "trakk tilbake" in page(leader, reverse("history", args=[asked.code]))


def test_a_remark_changed_in_another_window_is_not_overwritten(world: World, asked: Review, leader: Client) -> None:
    first = remark(asked, world.team_leader)
    leader.post(url_of(first), {"kind": "comment", "text": "I det ene vinduet", "version": 0})
    answer = leader.post(url_of(first), {"kind": "comment", "text": "I det andre", "version": 0})
    assert answer.status_code == 409
    for text in ("I det ene vinduet", "I det andre"):
        assert text in answer.content.decode()
    assert asked.remarks.get().text == "I det ene vinduet"
    assert (
        'name="version" value="1"' in answer.content.decode()
    )  # the page shows both versions, so the next press counts


def test_a_refused_change_does_not_hide_that_another_window_was_first(
    world: World, asked: Review, leader: Client
) -> None:
    first = remark(asked, world.team_leader)
    leader.post(url_of(first), {"kind": "comment", "text": "I det ene vinduet", "version": 0})
    refused = leader.post(url_of(first), {"kind": "comment", "text": "x" * 2001, "version": 0})
    assert refused.status_code == 422
    assert 'name="version" value="0"' in refused.content.decode()


def test_text_written_on_a_draft_that_was_sent_back_is_shown_again(world: World, asked: Review, leader: Client) -> None:
    make_transition(
        review=asked, transition=REOPEN, by=world.evaluator, seen=chain.head(asked), comment="Vi teller på nytt."
    )
    refused = leader.post(url(asked), sent(text="Vi har tre team, ikke to."))
    assert refused.status_code == 404
    assert "Vi har tre team, ikke to." in refused.content.decode()
    assert "IPS Øyvær" not in refused.content.decode()


def test_an_answered_remark_cannot_be_changed(world: World, asked: Review, leader: Client) -> None:
    first = remark(asked, world.team_leader)
    answer(first, world.evaluator)
    assert leader.get(url_of(first)).status_code == 409
    assert leader.post(url_of(first), {"kind": "fact", "text": "Annet", "version": 1}).status_code == 409
    assert leader.post(url_of(first, "remark_withdraw")).status_code == 409
    assert asked.remarks.get().text == first.text


# --- Answering ----------------------------------------------------------------------------


def test_an_evaluator_may_change_an_answer_until_the_review_is_final(
    world: World, asked: Review, as_evaluator: Client, leader: Client
) -> None:
    first = remark(asked, world.team_leader)
    address = url_of(first, "remark_answer")
    assert as_evaluator.post(address, {"answer": "Rettet i kriterium 5.", "version": 0}).status_code == 302
    assert "Rettet i kriterium 5." in page(leader, url(asked))
    colleague = world.client_of("colleague")
    assert colleague.post(address, {"answer": "Rettet begge steder.", "version": 1}).status_code == 302
    stored = asked.remarks.get()
    assert (stored.answer, stored.answered_by) == ("Rettet begge steder.", world.colleague)
    assert asked.events.last().changes["answer"] == ["Rettet i kriterium 5.", "Rettet begge steder."]


def test_one_of_two_answers_at_once_is_stored_and_the_other_kept_on_the_page(
    world: World, asked: Review, as_evaluator: Client
) -> None:
    first = remark(asked, world.team_leader)
    address = url_of(first, "remark_answer")
    world.client_of("colleague").post(address, {"answer": "Kollegaens svar", "version": 0})
    refused = as_evaluator.post(address, {"answer": "Mitt svar", "version": 0})
    assert refused.status_code == 409
    for text in ("Kollegaens svar", "Mitt svar"):
        assert text in refused.content.decode()
    assert asked.remarks.get().answer == "Kollegaens svar"


def test_the_same_answer_sent_twice_is_stored_once(world: World, asked: Review, as_evaluator: Client) -> None:
    first = remark(asked, world.team_leader)
    both = [as_evaluator.post(url_of(first, "remark_answer"), {"answer": "Ja", "version": 0}) for _ in range(2)]
    assert [one.status_code for one in both] == [302, 302]
    assert asked.events.filter(type="answered").count() == 1


def test_an_answer_to_a_remark_that_was_changed_meanwhile_is_not_stored(
    world: World, asked: Review, as_evaluator: Client, leader: Client
) -> None:
    first = remark(asked, world.team_leader)
    leader.post(url_of(first), {"kind": "fact", "text": "Nå noe helt annet", "version": 0})
    refused = as_evaluator.post(url_of(first, "remark_answer"), {"answer": "Enig", "version": 0})
    assert refused.status_code == 409
    assert "Nå noe helt annet" in refused.content.decode()


def test_an_answer_to_a_remark_that_was_withdrawn_is_shown_again(
    world: World, asked: Review, as_evaluator: Client
) -> None:
    first = remark(asked, world.team_leader)
    remarks.withdraw_remark(remark=first, by=world.team_leader)
    refused = as_evaluator.post(url_of(first, "remark_answer"), {"answer": "Svaret som tok lang tid.", "version": 0})
    assert refused.status_code == 404
    assert "Svaret som tok lang tid." in refused.content.decode()


def test_an_answer_to_a_remark_that_was_withdrawn_in_the_same_moment_is_kept(world: World, asked: Review) -> None:
    first = remark(asked, world.team_leader)
    remarks.withdraw_remark(remark=first, by=world.team_leader)
    with pytest.raises(StateConflict, match="trukket tilbake"):
        answer_remark(remark=first, by=world.evaluator, version=0, answer="For sent")


@pytest.mark.parametrize("text", ["", "  ", "x" * 2_001, "Født 13097248022"])
def test_an_invalid_answer_is_refused_and_kept(world: World, asked: Review, as_evaluator: Client, text: str) -> None:
    first = remark(asked, world.team_leader)
    refused = as_evaluator.post(url_of(first, "remark_answer"), {"answer": text, "version": 0})
    assert refused.status_code == 422
    assert text.strip() in refused.content.decode()
    assert asked.remarks.get().answer == ""


@pytest.mark.parametrize(("who", "status"), [("team_leader", 403), ("coordinator", 403), ("stranger", 404)])
def test_only_the_evaluators_answer(world: World, asked: Review, who: str, status: int) -> None:
    first = remark(asked, world.team_leader)
    refused = world.client_of(who).post(url_of(first, "remark_answer"), {"answer": "Ja", "version": 0})
    assert refused.status_code == status
    assert asked.remarks.get().answer == ""


def test_a_remark_of_another_review_is_not_found_by_this_ones_address(world: World, asked: Review) -> None:
    other = remark(world.asked_review(3), world.team_leader)
    for name, who in (("remark", "team_leader"), ("remark_answer", "evaluator"), ("remark_withdraw", "team_leader")):
        address = reverse(name, args=[asked.code, other.code])
        assert world.client_of(who).post(address, {}).status_code == 404


@pytest.mark.pdf
def test_after_sending_back_the_score_is_changed_and_the_remark_answered(
    world: World, asked: Review, as_evaluator: Client
) -> None:
    first = remark(asked, world.team_leader)
    post_transition(as_evaluator, asked, "reopen", comment="Tallet stemte ikke.")
    save(fresh(asked), world.evaluator, {5: {"value": 5}})
    answered = as_evaluator.post(url_of(first, "remark_answer"), {"answer": "Verdien er nå 5.", "version": 0})
    assert answered.status_code == 302
    post_transition(as_evaluator, asked, "draft")
    assert post_transition(as_evaluator, asked, "finalise", password=PASSWORD).status_code == 302


# --- Signing ------------------------------------------------------------------------------


def test_an_unanswered_remark_blocks_signing_and_is_named(world: World, asked: Review, as_evaluator: Client) -> None:
    first = remark(asked, world.team_leader)
    address = reverse("move", args=[asked.code, "finalise"])
    shown = as_evaluator.get(address)
    assert "1 merknad fra tjenesten er ikke besvart" in shown.content.decode()
    assert f"#remark-{first.code}" in shown.content.decode()
    refused = as_evaluator.post(address, {"seen": shown.context["seen"], "password": PASSWORD})
    assert refused.status_code == 422
    assert f"#remark-{first.code}" in refused.content.decode()
    assert not fresh(asked).is_final


def test_finalise_refuses_a_review_with_an_unanswered_remark(world: World, asked: Review) -> None:
    first = remark(asked, world.team_leader)
    with pytest.raises(UnansweredRemarks) as refused:
        world.sign(asked)
    assert refused.value.remarks == [first]
    answer(first, world.evaluator)
    world.sign(asked)


def test_a_remark_between_opening_the_page_and_pressing_stops_signing(
    world: World, asked: Review, as_evaluator: Client
) -> None:
    address = reverse("move", args=[asked.code, "finalise"])
    seen = as_evaluator.get(address).context["seen"]
    remark(asked, world.team_leader)
    assert as_evaluator.post(address, {"seen": seen, "password": PASSWORD}).status_code == 409
    assert not fresh(asked).is_final


@pytest.mark.pdf
def test_while_the_service_may_still_remark_the_page_says_so_and_does_not_block(
    asked: Review, as_evaluator: Client
) -> None:
    shown = page(as_evaluator, reverse("move", args=[asked.code, "finalise"]))
    assert "Tjenesten kan skrive merknader til og med" in shown
    assert "ikke skrevet noe ennå" in shown
    assert post_transition(as_evaluator, asked, "finalise", password=PASSWORD).status_code == 302


def test_remarks_are_part_of_what_is_signed_and_are_read_by_everybody_afterwards(
    world: World, asked: Review, leader: Client
) -> None:
    first = remark(asked, world.team_leader, text="Vi har tre team.")
    answer(first, world.evaluator, "Rettet.")
    world.sign(asked)
    signed = fresh(asked).record.content["remarks"]
    assert [(each["number"], each["text"], each["answer"]) for each in signed] == [(5, "Vi har tre team.", "Rettet.")]
    for who in ("team_leader", "evaluator", "coordinator"):
        client = world.client_of(who)
        assert "Vi har tre team." in page(client, url(asked))
        assert client.get(reverse("sheet_json", args=[asked.code])).json()["remarks"] == signed
        assert "<textarea" not in page(client, url(asked))
    assert leader.post(url_of(first), {"kind": "fact", "text": "Nytt", "version": 1}).status_code == 409
    changed = world.client_of("evaluator").post(url_of(first, "remark_answer"), {"answer": "Nytt", "version": 1})
    assert changed.status_code == 409


def test_a_correction_begins_without_the_old_remarks(world: World, asked: Review, as_evaluator: Client) -> None:
    answer(remark(asked, world.team_leader), world.evaluator)
    world.sign(asked)
    as_evaluator.post(reverse("correct", args=[asked.code]), {"comment": "Feil tall"})
    new = Review.objects.get(supersedes=asked)
    assert (new.remarks.count(), new.facts_until) == (0, None)


# --- Other pages --------------------------------------------------------------------------


def test_the_reviews_page_counts_remarks_and_shows_what_to_do(
    world: World, asked: Review, leader: Client, as_evaluator: Client
) -> None:
    shown = page(leader, asked.get_absolute_url())
    assert "Kontroller opplysningene innen" in shown
    assert "ingen så langt" in shown
    first = remark(asked, world.team_leader)
    answer(remark(asked, world.team_leader), world.evaluator)
    shown = page(as_evaluator, asked.get_absolute_url())
    assert "2 merknader (1 ubesvart)" in shown
    assert "Svar på merknadene fra tjenesten" in shown
    answer(first, world.evaluator)
    assert "Svar på merknadene fra tjenesten" not in page(as_evaluator, asked.get_absolute_url())


def test_the_list_of_reviews_links_to_the_fact_check_and_to_the_answers(world: World, asked: Review) -> None:
    def step(who: str) -> tuple[str, str]:
        found = world.client_of(who).get(reverse("reviews")).context["page"].rows[0].task
        return found.label, found.url

    assert step("team_leader") == ("Kontroller opplysningene", url(asked))
    assert step("evaluator")[0] == "Ferdigstill"
    remark(asked, world.team_leader)
    assert step("evaluator") == ("Svar på merknader", url(asked))
    assert step("coordinator")[0] == "PDF"
    Review.objects.filter(pk=asked.pk).update(facts_until=date(2026, 1, 1))
    assert step("team_leader")[0] == "PDF"


def test_the_page_takes_as_many_queries_for_one_remark_as_for_many(
    world: World, asked: Review, django_assert_max_num_queries: object
) -> None:
    clients = [world.client_of(who) for who in ("evaluator", "team_leader")]
    remark(asked, world.team_leader)
    for client in clients:
        client.get(url(asked))
    counts = []
    for client in clients:
        with django_assert_max_num_queries(8) as few:  # type: ignore[operator]
            client.get(url(asked))
        counts.append(len(few.captured_queries))
    for number in (None, 1, 2, 3, 4, 5, 6):
        answer(remark(asked, world.team_leader, number), world.evaluator)
    for client, count in zip(clients, counts, strict=True):
        with django_assert_max_num_queries(count):  # type: ignore[operator]
            client.get(url(asked))


def test_the_data_of_a_person_include_only_their_own_remarks_and_answers(world: World, asked: Review) -> None:
    answer(remark(asked, world.team_leader, text="Tjenestens ord"), world.evaluator, "Evaluators ord")
    data = {who: world.client_of(who).get(reverse("account_data")).json() for who in ("team_leader", "evaluator")}
    written, answered = data["team_leader"]["remarks_written"], data["evaluator"]["remarks_answered"]
    assert [(one["review__code"], one["item_number"], one["text"]) for one in written] == [
        (str(asked.code), 5, "Tjenestens ord")
    ]
    assert [one["answer"] for one in answered] == ["Evaluators ord"]
    assert "Evaluators ord" not in str(data["team_leader"])
    assert "Tjenestens ord" not in str(data["evaluator"])


# --- The services check the state too -----------------------------------------------------


def test_services_refuse_a_change_at_the_wrong_moment(world: World, asked: Review) -> None:
    first = remark(asked, world.team_leader)
    make_transition(review=asked, transition=REOPEN, by=world.evaluator, seen=chain.head(asked), comment="Tilbake")
    with pytest.raises(StateConflict):
        remark(asked, world.team_leader)
    with pytest.raises(StateConflict):
        remarks.withdraw_remark(remark=first, by=world.team_leader)
    with pytest.raises(StateConflict):
        set_deadline(review=asked, by=world.evaluator, until=date(2099, 1, 1))
    with pytest.raises(ValueError, match="says something"):
        answer_remark(remark=first, by=world.evaluator, version=0, answer=" ")
    answer(first, world.evaluator)
    world.hand_out(asked)
    assert fresh(asked).facts_until is None
    assert not list(chain.breaks(asked.events.select_related("by", "review").order_by("pk")))
