"""Consensus, after all have submitted: ratings side by side, common scores, and how far the evaluators agreed."""

import re
from datetime import date
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from ipsfidelity.errors import StateConflict
from reviews.conduct.correction import open_correction
from reviews.conduct.specialists import change_specialists
from reviews.conduct.submission import submit_ratings
from reviews.conduct.transitions import Incomplete
from reviews.consensus.agreement_report import agreement_report
from reviews.consensus.comments import add_comment
from reviews.consensus.comparison import agreement_of, consensus_page
from reviews.consensus.decisions import adopt_agreed, ask_third
from reviews.models import Rating, Review, ReviewEvent
from reviews.workflow import Role
from scales.loading import load
from tests.builders import World, fresh, hand_over, item_post, member, post_transition, rate, save
from tests.scales.pocket import pocket_scale

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}
FIRST = dict.fromkeys(range(1, 26), 4)
SECOND = FIRST | {4: 2, 9: 3, 21: 5}


@pytest.fixture
def opened(world: World) -> Review:
    """Return a review for which both evaluators have submitted. They differ on items 4, 9 and 21."""
    review = world.apart_review()
    rate(review, world.evaluator, FIRST, evidence="Sett hos A.", sources=["OBS"])
    rate(review, world.colleague, SECOND, evidence="Hørt av B.", sources=["ADM", "INT"])
    for client in (world.client_of("evaluator"), world.client_of("colleague")):
        client.post(reverse("hand_in", args=[review.code]))
    return fresh(review)


def page_of(client: Client, review: Review) -> str:
    return client.get(reverse("consensus", args=[review.code])).content.decode()


def test_all_ratings_are_shown_side_by_side_and_differences_are_marked(opened: Review, as_evaluator: Client) -> None:
    page = page_of(as_evaluator, opened)
    differing, alike = page.split('class="fold alike"')
    assert [number for number in range(1, 26) if f'id="item-{number}"' in differing] == [4, 9, 21]
    assert alike.count('class="agree-item"') == 22
    assert page.count('class="rater rater-2" title="Colleague"') > 25


def test_readers_after_each_other_get_their_own_fields_and_language(opened: Review, world: World) -> None:
    of_evaluator = page_of(world.client_of("evaluator"), opened)
    of_coordinator = page_of(world.client_of("coordinator"), opened)
    world.evaluator.language = "en"
    world.evaluator.save()
    in_english = page_of(world.client_of("evaluator"), opened)
    assert [page.count('name="decision"') for page in (of_evaluator, of_coordinator, in_english)] == [3, 0, 3]
    assert "Begrunnelse for beslutningen 4" in of_evaluator
    assert "Reason for the decision 4" in in_english
    tokens = {re.findall('name="csrfmiddlewaretoken" value="([^"]+)"', page)[0] for page in (of_evaluator, in_english)}
    assert len(tokens) == 2


def test_a_row_holds_its_fields_notes_and_comments_or_leads_to_those_of_an_item_scored_alike(
    opened: Review, as_evaluator: Client, world: World
) -> None:
    add_comment(review=opened, by=world.colleague, number=1, code=uuid4(), text="Er vi sikre?")
    page = page_of(as_evaluator, opened)
    for item in opened.scale.items:
        differs = item.number in (4, 9, 21)
        row = page.split(f'id="item-{item.number}"')[1].split("</li>")[0]
        assert f'"{reverse("agree", args=[opened.code, item.number])}"' in row
        assert ("<form" in row) is differs
        assert (f'action="{reverse("comment", args=[opened.code, item.number])}"' in row) is differs
        assert ("<details" in row) is differs
        assert ("1 kommentar" in row) is (item.number == 1)


def test_equal_scores_are_adopted_at_once_with_merged_notes(opened: Review, as_evaluator: Client) -> None:
    as_evaluator.post(reverse("take_over", args=[opened.code]))
    scores = {row.item_number: row for row in opened.scores.all()}
    assert {number for number, row in scores.items() if row.value is None} == {4, 9, 21}
    assert (scores[1].value, scores[1].evidence) == (4, "Sett hos A.\n\nHørt av B.")
    assert scores[1].sources == ["ADM", "INT", "OBS"]


def test_adopting_twice_changes_no_later_decision(opened: Review, world: World) -> None:
    assert adopt_agreed(review=opened, by=world.evaluator, change=uuid4()) == 22
    save(opened, world.colleague, {1: {"value": 3}})
    assert adopt_agreed(review=opened, by=world.evaluator, change=uuid4()) == 0
    assert opened.scores.get(item_number=1).value == 3


def test_notes_that_are_too_long_together_are_left_to_be_merged_by_hand(world: World) -> None:
    review = world.apart_review()
    for user, letter in ((world.evaluator, "a"), (world.colleague, "b")):
        rate(review, user, 4)
        rate(review, user, {7: 4}, evidence=letter * 4000)
    for who in ("evaluator", "colleague"):
        world.client_of(who).post(reverse("hand_in", args=[review.code]))
    world.client_of("evaluator").post(reverse("take_over", args=[review.code]))
    assert list(review.scores.filter(value=None).values_list("item_number", flat=True)) == [7]


def test_a_different_item_needs_a_reason_before_the_report_is_handed_out(opened: Review, world: World) -> None:
    adopt_agreed(review=opened, by=world.evaluator, change=uuid4())
    save(opened, world.evaluator, {n: {"value": 3} for n in (4, 9, 21)})
    with pytest.raises(Incomplete) as refused:
        world.hand_out(opened)
    assert refused.value.completeness.undecided == (4, 9, 21)
    page = world.client_of("evaluator").get(reverse("move", args=[opened.code, "draft"])).content.decode()
    assert "21 " in page.split('role="alert"')[1]
    save(opened, world.evaluator, {n: {"decision": "To team, sett i planen."} for n in (4, 9, 21)})
    world.hand_out(opened)
    assert fresh(opened).status == "draft"


def test_an_item_is_decided_on_its_own_page_next_to_all_ratings(opened: Review, as_evaluator: Client) -> None:
    url = reverse("agree", args=[opened.code, 4])
    page = as_evaluator.get(url).content.decode()
    assert "Sett hos A." in page
    assert "Hørt av B." in page
    answer = as_evaluator.post(url, item_post(opened, 4, value="3", decision="To team."))
    assert answer.status_code == 303
    row = opened.scores.get(item_number=4)
    assert (row.value, row.decision) == (3, "To team.")
    assert "To team." in page_of(as_evaluator, opened)


def test_the_anchors_of_an_item_show_who_gave_each_score(opened: Review, world: World) -> None:
    page = world.client_of("evaluator").get(reverse("agree", args=[opened.code, 4])).content.decode()
    anchors = page[page.index('class="anchor-list"') : page.index('class="anchors-none"')].split('class="anchor"')[1:]
    named = [set(re.findall('title="(.+?)"', anchor)) for anchor in anchors]
    given = {rating.evaluator.user.name: rating.value for rating in Rating.objects.filter(item_number=4)}
    assert named == [{name for name, value in given.items() if value == score} for score in range(1, 6)]
    assert sum(map(len, named)) == 2


def test_no_anchor_is_marked_while_the_evaluators_rate_alone(world: World) -> None:
    review = world.apart_review()
    rate(review, world.colleague, 4)
    submit_ratings(review=fresh(review), by=world.colleague)
    for url in (reverse("item", args=[review.code, 4]), reverse("agree", args=[review.code, 4])):
        assert 'class="rater' not in world.client_of("evaluator").get(url).content.decode()


def test_the_address_of_an_item_redirects_to_the_consensus(opened: Review, as_evaluator: Client) -> None:
    answer = as_evaluator.get(reverse("item", args=[opened.code, 4]))
    assert answer.headers["Location"] == reverse("agree", args=[opened.code, 4])


def test_all_notes_are_combined_with_one_button_and_only_once(opened: Review, as_evaluator: Client) -> None:
    url = reverse("agree", args=[opened.code, 4])
    for _ in range(2):
        sent = item_post(opened, 4, evidence=opened.scores.get(item_number=4).evidence, merge="1")
        assert as_evaluator.post(url, sent).status_code == 303
    row = opened.scores.get(item_number=4)
    assert (row.evidence, row.sources) == ("Sett hos A.\n\nHørt av B.", ["ADM", "INT", "OBS"])


def test_two_decisions_at_once_conflict_as_two_saves_do(opened: Review, world: World) -> None:
    url, sent = reverse("agree", args=[opened.code, 4]), item_post(opened, 4, value="3")
    world.client_of("evaluator").post(url, sent | {"decision": "Først"})
    answer = world.client_of("colleague").post(
        url, item_post(opened, 4) | sent | {"value": "2", "change": str(uuid4())}
    )
    assert answer.status_code == 409
    assert opened.scores.get(item_number=4).value == 3


def test_the_original_ratings_are_kept_whatever_is_agreed(opened: Review, world: World) -> None:
    before = list(Rating.objects.filter(evaluator__review=opened).order_by("pk").values())
    adopt_agreed(review=opened, by=world.evaluator, change=uuid4())
    save(opened, world.evaluator, {4: {"value": 1, "decision": "x", "evidence": "ny"}})
    assert list(Rating.objects.filter(evaluator__review=opened).order_by("pk").values()) == before


def test_the_last_reviews_score_is_shown_with_the_ratings_and_not_earlier(world: World) -> None:
    last = dict.fromkeys(range(1, 26), 2)
    world.final_review(last, visit_start=date(2025, 3, 1), visit_end=date(2025, 3, 1))
    apart = world.apart_review()
    page = world.client_of("evaluator").get(reverse("item", args=[apart.code, 1])).content.decode()
    assert "Forrige vurdering" not in page
    review = world.consensus_review(4, 4)
    assert {item.last for item in consensus_page(review).alike} == {"2"}
    page = world.client_of("evaluator").get(reverse("agree", args=[review.code, 1])).content.decode()
    assert "Forrige vurdering" in page


def test_an_item_that_all_rated_as_awaiting_is_adopted_as_awaiting_and_stays_listed(world: World) -> None:
    review = world.apart_review()
    for user, who in ((world.evaluator, "Leder"), (world.colleague, "NAV")):
        rate(review, user, dict.fromkeys(range(1, 25), 4))
        waits = {"awaiting": True, "awaited": "Jobblisten", "awaited_from": who, "awaited_by": date(2026, 12, 1)}
        save(fresh(review), user, {25: waits})
        submit_ratings(review=fresh(review), by=user)
    review = fresh(review)
    assert adopt_agreed(review=review, by=world.evaluator, change=uuid4()) == 25
    row = review.scores.get(item_number=25)
    assert (row.value, row.awaiting, row.awaited, row.awaited_from) == (None, True, "Jobblisten", "Leder, NAV")
    page = world.client_of("evaluator").get(review.get_absolute_url()).content.decode()
    assert "Leder, NAV" in page.split('class="to-do"')[1]


def test_the_reason_for_a_decision_is_shown_again_and_survives_the_next_save(
    opened: Review, as_evaluator: Client
) -> None:
    url = reverse("agree", args=[opened.code, 4])
    as_evaluator.post(url, item_post(opened, 4, value="3", decision="To team."))
    assert 'value="To team."' in as_evaluator.get(url).content.decode()


def test_when_the_page_lists_no_open_item_the_report_can_be_handed_out(opened: Review, world: World) -> None:
    adopt_agreed(review=opened, by=world.evaluator, change=uuid4())
    save(opened, world.evaluator, {n: {"value": 3, "decision": "Sett sammen."} for n in (4, 9, 21)})
    assert consensus_page(opened).open_count == 0
    save(opened, world.evaluator, {4: {"observation": {"amount": "95"}}})
    assert consensus_page(opened).open_count == 1  # now it departs from the suggestion without a reason
    page = page_of(world.client_of("evaluator"), opened)
    assert reverse("move", args=[opened.code, "draft"]) not in page


def test_items_whose_notes_are_too_long_together_are_named(world: World) -> None:
    review = world.apart_review()
    for user, letter in ((world.evaluator, "a"), (world.colleague, "b")):
        rate(review, user, 4)
        rate(review, user, {7: 4}, evidence=letter * 4000)
        submit_ratings(review=fresh(review), by=user)
    found = consensus_page(fresh(review))
    assert (found.adoptable_count, found.too_long) == (24, (7,))


def test_an_evaluator_who_has_submitted_cannot_change_specialists(world: World) -> None:
    review = world.apart_review()
    rate(review, world.evaluator, 4)
    submit_ratings(review=fresh(review), by=world.evaluator)
    for act, label in (("add", "B"), ("remove", "A"), ("up", "A")):
        with pytest.raises(StateConflict):
            change_specialists(review=review, by=world.evaluator, action=act, label=label)
    change_specialists(review=fresh(review), by=world.colleague, action="add", label="B")
    assert fresh(review).labels == ("A", "B")


def test_the_pulse_changes_with_every_change_and_reveals_nothing_else(opened: Review, world: World) -> None:
    client, url = world.client_of("colleague"), reverse("pulse", args=[opened.code])
    before = client.get(url).json()
    save(opened, world.evaluator, {4: {"value": 3}})
    after = client.get(url).json()
    assert before.keys() == {"head"}
    assert before != after


def test_adopting_keeps_a_text_that_somebody_has_begun(opened: Review, world: World) -> None:
    save(opened, world.colleague, {1: {"evidence": "Felles notat", "recommendation": "Felles råd"}})
    adopt_agreed(review=opened, by=world.evaluator, change=uuid4())
    row = opened.scores.get(item_number=1)
    assert (row.value, row.evidence, row.recommendation) == (None, "Felles notat", "Felles råd")


def test_notes_with_too_many_lines_together_are_left_to_be_merged_by_hand(world: World) -> None:
    review = world.apart_review()
    for user, letter in ((world.evaluator, "a\n"), (world.colleague, "b\n")):
        rate(review, user, 4)
        rate(review, user, {7: 4}, evidence=letter * 150)
        submit_ratings(review=fresh(review), by=user)
    assert adopt_agreed(review=fresh(review), by=world.evaluator, change=uuid4()) == 24


def test_a_score_that_nobody_gave_needs_a_reason_even_where_all_agreed(opened: Review, world: World) -> None:
    adopt_agreed(review=opened, by=world.evaluator, change=uuid4())
    save(opened, world.evaluator, {n: {"value": 3, "decision": "Sett sammen."} for n in (4, 9, 21)})
    save(opened, world.evaluator, {1: {"value": 1}})
    with pytest.raises(Incomplete) as refused:
        world.hand_out(opened)
    assert refused.value.completeness.undecided == (1,)


def test_a_correction_can_change_the_reason_for_a_decision(world: World) -> None:
    review = world.agreed_review(4, {n: 3 if n == 4 else 4 for n in range(1, 26)})
    world.hand_out(review)
    world.sign(review)
    new = open_correction(review=fresh(review), by=world.evaluator, reason="Tallet var feil.")
    client, url = world.client_of("evaluator"), reverse("item", args=[new.code, 4])
    assert "Vi så på planene sammen." in client.get(url).content.decode()
    client.post(url, item_post(fresh(new), 4, value="2", decision="Ny grunn."))
    assert new.scores.get(item_number=4).decision == "Ny grunn."


# --- A third person ----------------------------------------------------------------------


@pytest.fixture
def third(world: World) -> object:
    return member("third", Role.EVALUATOR, world.network)


def test_a_third_person_who_is_asked_sees_the_ratings_and_decides(opened: Review, world: World, third: object) -> None:
    client = Client()
    client.force_login(third, backend="reviews.people.sign_in.PasswordBackend")  # type: ignore[arg-type]
    url = reverse("agree", args=[opened.code, 4])
    assert client.get(url).status_code == 404
    world.client_of("evaluator").post(reverse("ask", args=[opened.code, 4]), {"person": third.pk})  # type: ignore[attr-defined]
    assert "Hørt av B." in client.get(url).content.decode()
    assert client.post(url, item_post(opened, 4, value="3", decision="Avgjort av en tredje.")).status_code == 303
    assert opened.scores.get(item_number=4).saved_by == third
    assert "Third" in page_of(world.client_of("colleague"), opened)
    assert ReviewEvent.objects.filter(review=opened, type="asked", item_number=4).count() == 1


def test_the_third_person_is_neither_an_evaluator_on_the_sheet_nor_a_rater_in_the_figures(
    opened: Review, world: World, third: object
) -> None:
    ask_third(review=opened, by=world.evaluator, number=4, person=third)  # type: ignore[arg-type]
    answer = world.client_of("evaluator").get(reverse("sheet_json", args=[opened.code])).json()
    assert answer["review"]["evaluators"] == ["Evaluator", "Colleague"]
    assert len(consensus_page(opened).raters) == 2


def test_a_third_person_who_left_can_be_asked_again(opened: Review, world: World, third: object) -> None:
    ask_third(review=opened, by=world.evaluator, number=4, person=third)  # type: ignore[arg-type]
    hand_over(opened, by=world.coordinator, evaluators=[world.evaluator, world.colleague])
    assert opened.scores.get(item_number=4).put_to is None
    ask_third(review=opened, by=world.evaluator, number=4, person=third)  # type: ignore[arg-type]
    assert opened.participations.filter(user=third).exists()


def test_nobody_from_the_service_and_no_rater_can_be_asked(opened: Review, world: World) -> None:
    inside = member("inside", Role.EVALUATOR, world.network, world.organisation)
    client, url = world.client_of("evaluator"), reverse("ask", args=[opened.code, 4])
    for person in (inside.pk, world.colleague.pk, world.stranger.pk, "x"):
        client.post(url, {"person": person})
    assert opened.scores.get(item_number=4).put_to is None


# --- Permissions and states --------------------------------------------------------------


def test_the_coordinator_reads_the_consensus_and_changes_nothing(opened: Review, world: World) -> None:
    client = world.client_of("coordinator")
    page = page_of(client, opened)
    assert page.split('class="fold alike"')[0].count('class="agree-item"') == 3
    assert "<fieldset" in page
    assert page.count("<fieldset") == len(re.findall(r"\sdisabled>", page)) == 25
    assert client.post(reverse("take_over", args=[opened.code])).status_code == 403
    assert client.get(reverse("agree", args=[opened.code, 4])).status_code == 403


def test_the_service_never_sees_who_rated_what(world: World) -> None:
    review = world.agreed_review(4, 4)
    assert post_transition(world.client_of("evaluator"), review, "draft").status_code == 302
    leader = world.client_of("team_leader")
    assert leader.get(reverse("consensus", args=[review.code])).status_code == 403
    assert leader.get(reverse("pulse", args=[review.code])).status_code == 403
    assert leader.get(reverse("sheet", args=[review.code])).status_code == 200


@pytest.mark.parametrize("method", ["together", "apart"])
def test_a_draft_report_goes_back_to_the_evaluators_by_the_same_words_whatever_the_method(
    world: World, method: str
) -> None:
    review = world.score_review(4) if method == "together" else world.agreed_review()
    page = world.client_of("evaluator").get(world.hand_out(review).get_absolute_url()).content.decode()
    assert "Send tilbake til evaluatorene" in page
    assert "når vurderingen er sendt tilbake til evaluatorene" in page


def test_a_draft_report_goes_back_to_the_consensus_and_the_ratings_stay(world: World) -> None:
    review = world.agreed_review(4, 4)
    client = world.client_of("evaluator")
    post_transition(client, review, "draft")
    assert client.get(reverse("move", args=[review.code, "reopen"])).status_code == 409
    assert post_transition(client, review, "discuss", comment="Nye tall for kriterium 4.").status_code == 302
    assert fresh(review).status == "consensus"
    assert client.post(reverse("take_back", args=[review.code])).status_code == 409


# --- Agreement ---------------------------------------------------------------------------


def test_the_page_shows_how_far_the_evaluators_agreed_before_consensus(opened: Review, as_evaluator: Client) -> None:
    page = page_of(as_evaluator, opened)
    assert "22 av 25 kriterier (88 %)" in page
    assert "24 av 25 kriterier (96 %)" in page
    assert "0,16 poeng" in page  # (2 + 1 + 1) / 25
    assert "kappa" not in page.lower()


def test_agreeing_changes_no_figure(opened: Review, world: World) -> None:
    before = consensus_page(opened).agreement
    adopt_agreed(review=opened, by=world.evaluator, change=uuid4())
    assert consensus_page(opened).agreement == before


def test_the_report_has_the_plain_figures_only(opened: Review) -> None:
    found = agreement_of(opened)
    assert found is not None
    assert (found.n, found.exact, found.within_one, str(found.mean_distance)) == (25, 22, 24, "0.16")


POCKET_TOTALS = [(1, 1), (2, 2), (3, 4), (4, 4), (5, 5), (2, 1), (3, 3), (4, 5), (1, 2), (5, 4)]


def test_agreement_across_reviews_is_withheld_below_ten_and_shown_from_ten_on(world: World) -> None:
    client, url = world.client_of("coordinator"), reverse("agreement", args=[world.network.code])
    pocket = load(pocket_scale())[0]
    for number, (first, second) in enumerate(POCKET_TOTALS):
        world.final_apart(first, second, edition=pocket, year=2010 + number)
        answer = client.get(url)
        assert bool(answer.context["report"].measured) is (number == 9)
    report = answer.context["report"]
    assert report.reviews == 10
    assert [row.figures.exact for row in report.measured.items] == [5, 5, 5]
    values = {figure.name: figure.value for figure in report.measured.plain + report.measured.chance_corrected}
    assert values["Samme skåre"] == "15 av 30 kriterier (50 %)"
    assert values["Gjennomsnittlig avstand mellom totalskårer"] == "1,50 poeng"
    assert values["ICC(1,1)"].startswith("0,89 (95 % konfidensintervall: ")
    assert "fordi 10 vurderinger er få" in report.measured.note
    assert "kappa" not in answer.content.decode().lower()
    assert client.get(url, {"kind": "peer"}).context["report"].reviews == 10  # no review is of that kind
    assert world.client_of("evaluator").get(url).status_code == 404
    assert world.client_of("admin").get(url).status_code == 404


def test_comparable_editions_are_counted_together_and_the_page_says_so(world: World) -> None:
    old = load(pocket_scale())[0]
    new = load(pocket_scale(slug="pocket-2", version="2", comparable_with=["pocket"], replaces=["pocket"]))[0]
    other = load(pocket_scale(slug="other", instrument="other"))[0]
    for number, edition in enumerate([old] * 6 + [new] * 6 + [other]):
        world.final_apart(1 + number % 5, 1 + number % 4, edition=edition, year=2008 + number)
    client, url = world.client_of("coordinator"), reverse("agreement", args=[world.network.code])
    for query in ({}, {"scale": "pocket"}, {"scale": "pocket-2"}):
        answer = client.get(url, query)
        report = answer.context["report"]
        assert (report.reviews, bool(report.measured), report.scale.slug) == (12, True, "pocket-2")
        assert [(option.value, option.count) for option in report.editions] == [("pocket-2", 12), ("other", 1)]
        assert "2 utgaver av skalaen med de samme kriteriene og nivåene er slått sammen" in answer.content.decode()
    alone = client.get(url, {"scale": "other"})
    assert alone.context["report"].reviews == 1
    assert "slått sammen" not in alone.content.decode()


def test_full_agreement_across_reviews_is_said_without_a_word_on_intervals(world: World) -> None:
    pocket = load(pocket_scale())[0]
    for number in range(10):
        world.final_apart(1 + number % 5, 1 + number % 5, edition=pocket, year=2010 + number)
    with translation.override("en"):
        measured = agreement_report(world.network).measured
    assert measured is not None
    assert [figure.value[:19] for figure in measured.chance_corrected] == ["1.00. No interval: "] * 3
    assert measured.note == ""


def test_more_reviews_need_no_more_queries(world: World) -> None:
    pocket = load(pocket_scale())[0]
    counts = []
    for number, (first, second) in enumerate([*POCKET_TOTALS, (3, 5)]):
        world.final_apart(first, second, edition=pocket, year=2010 + number)
        with CaptureQueriesContext(connection) as queries:
            agreement_report(world.network)
        counts.append(len(queries))
    assert counts[9] == counts[10]


def test_a_third_evaluator_counts_and_changes_the_words(world: World) -> None:
    third = member("third", Role.EVALUATOR, world.network)
    review = world.apart_review(evaluators=[world.evaluator, world.colleague, third])
    for user, scores in ((world.evaluator, FIRST), (world.colleague, FIRST), (third, SECOND)):
        rate(review, user, scores)
        submit_ratings(review=fresh(review), by=user)
    with translation.override("en"):
        found = consensus_page(fresh(review)).agreement
    assert found.plain[0].value == "22 of 25 items (88%)"
    assert found.notes[0].startswith("3 evaluators rated.")
