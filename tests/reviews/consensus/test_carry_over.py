"""What the evaluators wrote alone reaches the common scores, or are shown next to the field to choose from."""

import re
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviews.conduct.carry_over import CARRIED_TEXTS, carried_fields
from reviews.conduct.scoring import ScoreEdit, save_scores
from reviews.conduct.submission import submit_ratings
from reviews.consensus.comparison import ConsensusPage, consensus_page
from reviews.consensus.decisions import adopt_agreed, ask_third
from reviews.consensus.item_comparison import ItemComparison
from reviews.fields import MOST_LINES
from reviews.models import Rating, Review, ReviewEvent, User
from reviews.models.scores import LONGEST_NOTE, LONGEST_REASON
from reviews.records.writing import Stale
from reviews.workflow import Role
from scales.models import ScaleEdition
from tests.builders import World, fresh, item_post, member, rate, save, text_of

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}
DIFFERING = (2, 4, 9, 15, 18, 21)
ALL = range(1, 26)


def opened_review(world: World, first: dict[int, dict[str, Any]], second: dict[int, dict[str, Any]]) -> Review:
    """Return a review in consensus: both gave 4 throughout, apart from what the two rated differently."""
    review = world.apart_review()
    for user, own in ((world.evaluator, first), (world.colleague, second)):
        rate(review, user, 4)
        save(fresh(review), user, own)
        submit_ratings(review=fresh(review), by=user)
    return fresh(review)


@pytest.fixture
def opened(world: World) -> Review:
    """Return a review whose evaluators differ on six items, each with a note, sources and a recommendation."""
    first = {n: {"evidence": f"Sett {n}.", "recommendation": f"Råd {n}.", "sources": ["OBS"]} for n in DIFFERING}
    second = {n: {"value": 2, "evidence": f"Hørt {n}.", "sources": ["ADM", "INT"]} for n in DIFFERING}
    return opened_review(world, first, second)


@pytest.fixture
def third(world: World) -> User:
    return member("third", Role.EVALUATOR, world.network)


def page_of(client: Client, review: Review) -> str:
    return client.get(reverse("consensus", args=[review.code])).content.decode()


def row_of(client: Client, review: Review, number: int) -> str:
    """Return the row of one item on the consensus page."""
    return page_of(client, review).split(f'<li id="item-{number}"')[1].split('<li id="item-')[0]


def decide(client: Client, review: Review, number: int, **fields: Any) -> Any:
    """Send the form of one row of the consensus page."""
    version = review.scores.get(item_number=number).version
    sent = {"value": "3", "decision": "Vi så på planene.", "version": version, "go": "list"} | fields
    return client.post(reverse("agree", args=[review.code, number]), sent)


def rows_of(page: ConsensusPage) -> list[ItemComparison]:
    return [*(row for group in page.differing for row in group.items), *page.unsettled, *page.alike]


# --- Carried over --------------------------------------------------------------------------


def test_the_page_of_a_differing_item_shows_what_both_wrote_and_leaves_the_score_open(
    opened: Review, as_evaluator: Client
) -> None:
    form = as_evaluator.get(reverse("agree", args=[opened.code, 4])).context["form"]
    assert (form["evidence"].value(), form["recommendation"].value()) == ("Sett 4.\n\nHørt 4.", "Råd 4.")
    assert form.shown_sources() == ("ADM", "INT", "OBS")
    assert form.shown_score() is None
    assert opened.scores.get(item_number=4).version == 0  # looking stores nothing


def test_an_item_decided_in_the_list_keeps_everything_although_nobody_opened_it(
    opened: Review, as_evaluator: Client, world: World
) -> None:
    for number in DIFFERING:
        assert decide(as_evaluator, opened, number).status_code == 303
    for row in opened.scores.filter(item_number__in=DIFFERING):
        assert row.evidence == f"Sett {row.item_number}.\n\nHørt {row.item_number}."
        assert (row.value, row.decision, row.recommendation) == (3, "Vi så på planene.", f"Råd {row.item_number}.")
        assert row.sources == ["ADM", "INT", "OBS"]
        assert str(world.evaluator) not in row.evidence
        assert str(world.colleague) not in row.evidence


def test_a_save_of_the_score_alone_stores_what_is_carried_over_and_the_event_says_so(
    opened: Review, world: World
) -> None:
    save(opened, world.colleague, {9: {"value": 3, "decision": "Sett sammen."}})
    assert opened.scores.get(item_number=9).evidence == "Sett 9.\n\nHørt 9."
    event = ReviewEvent.objects.get(review=opened, type="scored", item_number=9)
    assert event.by == world.colleague
    assert event.changes["evidence"] == ["", "Sett 9.\n\nHørt 9."]
    assert event.changes["sources"] == [[], ["ADM", "INT", "OBS"]]


def test_a_repeated_save_is_recognised_although_more_was_stored_than_sent(opened: Review, world: World) -> None:
    edit, change = ScoreEdit(9, 0, {"value": 3}), uuid4()
    for _ in range(2):
        assert save_scores(review=opened, by=world.evaluator, change=change, edits=[edit]) == {9: 1}
    save(opened, world.colleague, {9: {"value": 2}})
    assert save_scores(review=opened, by=world.evaluator, change=change, edits=[edit]) == {9: 1}
    with pytest.raises(Stale):
        save_scores(review=opened, by=world.evaluator, change=uuid4(), edits=[edit])
    assert ReviewEvent.objects.filter(review=opened, type="scored", item_number=9).count() == 2


@pytest.mark.parametrize("fields", [{"evidence": "Vårt eget."}, {"evidence": "", "recommendation": ""}])
def test_what_somebody_has_edited_is_never_overwritten(
    opened: Review, world: World, as_evaluator: Client, fields: dict[str, str]
) -> None:
    save(opened, world.colleague, {4: fields | {"sources": ["DOK"]}})
    decide(as_evaluator, opened, 4)
    row = opened.scores.get(item_number=4)
    assert (row.value, row.evidence, row.sources) == (3, fields["evidence"], ["DOK"])


def test_turning_the_page_without_scripts_does_not_begin_the_item(opened: Review, as_evaluator: Client) -> None:
    url = reverse("agree", args=[opened.code, 1])
    form = as_evaluator.get(url).context["form"]
    sent = item_post(opened, 1, evidence=form["evidence"].value(), sources=form.shown_sources(), decision="")
    assert as_evaluator.post(url, sent | {"go": "next"}).status_code == 303
    assert opened.scores.get(item_number=1).version == 0


def test_equal_observations_are_carried_over_and_suggest_a_score(world: World, as_evaluator: Client) -> None:
    same = {"observation": {"amount": "40"}}
    review = opened_review(world, {15: same}, {15: same | {"value": 3, "departure": "Uvanlig år."}})
    save(review, world.evaluator, {15: {"value": 4, "decision": "Tallet er likt."}})
    row = review.scores.get(item_number=15)
    assert (row.observation, row.departure) == ({"amount": "40"}, "Uvanlig år.")


def test_the_decision_of_a_third_person_keeps_what_the_evaluators_wrote(
    opened: Review, world: World, third: User
) -> None:
    ask_third(review=opened, by=world.evaluator, number=4, person=third)
    save(opened, third, {4: {"value": 2, "decision": "Avgjort."}})
    assert opened.scores.get(item_number=4).evidence == "Sett 4.\n\nHørt 4."


def test_equal_scores_are_still_taken_over_at_once(opened: Review, world: World, as_evaluator: Client) -> None:
    as_evaluator.get(reverse("agree", args=[opened.code, 1]))
    assert adopt_agreed(review=opened, by=world.evaluator, change=uuid4()) == 19


# --- Left to choose ------------------------------------------------------------------------


@pytest.mark.parametrize("texts", [("a" * 4000, "b" * 4000), ("a\n" * 150 + "x", "b\n" * 150 + "y")])
def test_notes_that_are_too_long_together_stand_beside_the_field_to_choose_from(
    world: World, as_evaluator: Client, texts: tuple[str, str]
) -> None:
    review = opened_review(world, {4: {"evidence": texts[0]}}, {4: {"value": 2, "evidence": texts[1]}})
    url = reverse("agree", args=[review.code, 4])
    answer = as_evaluator.get(url)
    assert answer.context["form"]["evidence"].value() == ""
    page = answer.content.decode()
    field = page.split('id="id_evidence"')[1].split('id="id_recommendation"')[0]
    assert all(text in field for text in texts)
    assert "for lange til sammen" in field
    assert "Colleague" in field
    key = Rating.objects.get(evaluator__user=world.colleague, item_number=4).evaluator_id
    as_evaluator.post(url, item_post(review, 4, value="3", decision="Sett.", use=f"evidence-{key}"))
    assert review.scores.get(item_number=4).evidence == texts[1]


def test_the_list_asks_for_no_decision_where_texts_are_left_to_choose(world: World, as_evaluator: Client) -> None:
    review = opened_review(world, {4: {"evidence": "a" * 4000}}, {4: {"value": 2, "evidence": "b" * 4000}})
    row = row_of(as_evaluator, review, 4)
    assert "disabled" in row
    assert 'name="decision"' not in row
    assert "For langt til sammen" in row


def test_different_observations_stand_side_by_side_and_one_is_chosen(world: World, as_evaluator: Client) -> None:
    first = {"observation": {"amount": "40"}}
    second = {"value": 2, "observation": {"amount": "200.5"}}
    review = opened_review(world, {15: first}, {15: second})
    url = reverse("agree", args=[review.code, 15])
    page = as_evaluator.get(url).content.decode()
    choices = page.split('class="to-choose"')[1].split('class="observation"')[0]
    assert "40" in choices
    assert "200,5" in choices
    key = Rating.objects.get(evaluator__user=world.colleague, item_number=15).evaluator_id
    as_evaluator.post(url, item_post(review, 15, amount="77", use=f"observation-{key}"))
    assert review.scores.get(item_number=15).observation == {"amount": "200.5"}


@pytest.mark.parametrize(
    ("number", "observation", "other"),
    [
        (5, {"met": [1, 3]}, {"met": [2]}),
        (5, {"met": [], "none": True}, {"met": [2]}),
        (4, {"amount": "80", "caps": ["single_clinicians"]}, {"amount": "80"}),
        (17, {"specialists": {"A": {"amount": "2.5"}}}, {"specialists": {"A": {"amount": "3"}}}),
        (24, {"specialists": {"A": {"whole": "37.5", "part": "20"}}}, {"specialists": {"A": {"amount": "3"}}}),
        (18, {"specialists": {"A": {"score": 3}}}, {"specialists": {"A": {"score": 5}}}),
    ],
)
def test_every_kind_of_observation_can_be_chosen_in_the_list(
    world: World, as_evaluator: Client, number: int, observation: dict[str, Any], other: dict[str, Any]
) -> None:
    first = {"observation": observation, "departure": "Sett."}
    review = opened_review(world, {number: first}, {number: first | {"value": 2, "observation": other}})
    key = Rating.objects.get(evaluator__user=world.evaluator, item_number=number).evaluator_id
    decide(as_evaluator, review, number, use=f"observation-{key}")
    assert review.scores.get(item_number=number).observation == observation


def test_an_item_scored_alike_has_fields_in_the_list_only_while_something_is_left_to_choose(
    world: World, as_evaluator: Client, third: User
) -> None:
    seen = {"value": 4, "departure": "Sett."}
    first, second = seen | {"observation": {"amount": "40"}}, seen | {"observation": {"amount": "200.5"}}
    review = opened_review(world, {15: first, 16: first}, {15: second, 16: first})
    ask_third(review=review, by=world.evaluator, number=1, person=third)
    for number, is_left in ((15, True), (1, True), (16, False), (2, False)):
        assert ("<form" in row_of(as_evaluator, review, number)) is is_left
    assert row_of(as_evaluator, review, 15).count('value="observation-') == 2


def test_a_choice_that_does_not_exist_adds_nothing(opened: Review, as_evaluator: Client) -> None:
    url = reverse("agree", args=[opened.code, 4])
    for use in ("evidence-999999", "evidence-", "version-1", "observation", "x" * 300):
        assert as_evaluator.post(url, item_post(opened, 4, evidence="Vårt.", use=use)).status_code == 303
    assert opened.scores.get(item_number=4).evidence == "Vårt."


# --- The reason for a decision -------------------------------------------------------------


def test_the_list_asks_for_the_reason_next_to_the_score(opened: Review, as_evaluator: Client) -> None:
    assert all("data-missing" not in row_of(as_evaluator, opened, number) for number in DIFFERING)
    answer = decide(as_evaluator, opened, 4, decision="")
    assert answer.headers["Location"] == reverse("consensus", args=[opened.code]) + "#item-4"
    row = row_of(as_evaluator, opened, 4)
    assert "Ikke alle hadde gitt denne skåren" in row
    assert "data-open" in row.split(">")[0]
    decide(as_evaluator, opened, 4)
    row = row_of(as_evaluator, opened, 4)
    assert "data-missing" not in row
    assert "data-open" not in row.split(">")[0]
    assert 'value="Vi så på planene."' in row


def test_a_decision_that_is_refused_in_the_list_is_shown_on_the_page_of_the_item(
    opened: Review, as_evaluator: Client
) -> None:
    answer = decide(as_evaluator, opened, 4, decision="x" * (LONGEST_REASON + 1))
    assert answer.status_code == 422
    assert "Hørt 4." in answer.context["form"]["evidence"].value()
    answer = decide(as_evaluator, opened, 4, value="7")
    assert answer.status_code == 422


def test_two_decisions_in_the_list_at_once_show_both(opened: Review, world: World, as_evaluator: Client) -> None:
    save(opened, world.colleague, {4: {"value": 2, "decision": "Først."}})
    answer = decide(as_evaluator, opened, 4, version=0)
    assert answer.status_code == 409
    assert "Først." in answer.content.decode()
    assert answer.context["form"]["decision"].value() == "Vi så på planene."


def test_next_stops_on_an_item_whose_reason_is_missing(opened: Review, as_evaluator: Client) -> None:
    url = reverse("agree", args=[opened.code, 4])
    answer = as_evaluator.post(url, item_post(opened, 4, value="3", go="unscored"))
    assert answer.headers["Location"] == url
    assert "Ikke alle hadde gitt denne skåren" in as_evaluator.get(url).content.decode()
    answer = as_evaluator.post(url, item_post(opened, 4, value="3", decision="Sett.", go="unscored"))
    assert answer.headers["Location"] == reverse("agree", args=[opened.code, 5])


def test_next_leads_to_a_scored_item_whose_reason_is_missing(
    opened: Review, world: World, as_evaluator: Client
) -> None:
    adopt_agreed(review=opened, by=world.evaluator, change=uuid4())
    save(opened, world.evaluator, {n: {"value": 3, "decision": "" if n == 9 else "Sett."} for n in DIFFERING})
    page = as_evaluator.get(reverse("agree", args=[opened.code, 12])).context["page"]
    assert (page.onward, page.onward_url) == ("unscored", reverse("agree", args=[opened.code, 9]))


def test_the_script_is_told_that_a_reason_is_missing(opened: Review, as_evaluator: Client) -> None:
    url = reverse("agree", args=[opened.code, 4])
    told = as_evaluator.post(url, item_post(opened, 4, value="3", decision=""), headers=JSON).json()
    assert 'data-missing="decision"' in told["parts"]["reason"]
    told = as_evaluator.post(url, item_post(opened, 4, value="3", decision="Sett."), headers=JSON).json()
    assert told["parts"]["reason"].strip() == ""


# --- The table -----------------------------------------------------------------------------


def awaiting_review(world: World) -> Review:
    waits = {"value": None, "awaiting": True, "awaited": "Jobblisten"}
    return opened_review(world, {21: waits, 25: waits}, {4: {"value": 3}, 25: waits})


def test_not_enough_data_is_a_mark_of_its_own_in_the_table(world: World, as_evaluator: Client) -> None:
    review = awaiting_review(world)
    lacks = row_of(as_evaluator, review, 21).split('class="agree-lacks"')[1].split("</p>")[0]
    assert re.sub(r"<[^>]+>|\s+", " ", lacks).split()[-4:] == ["ikke", "nok", "data", "ennå"]
    assert lacks.count('title="Evaluator"') == 1
    assert "Colleague" not in lacks
    adopt_agreed(review=review, by=world.evaluator, change=uuid4())
    assert "checked" not in row_of(as_evaluator, review, 25).split("</fieldset>")[0]


@pytest.mark.parametrize("step", ["opened", "adopted", "one without a reason", "decided"])
def test_every_count_is_the_length_of_its_list(world: World, step: str) -> None:
    review = awaiting_review(world)
    if step != "opened":
        adopt_agreed(review=review, by=world.evaluator, change=uuid4())
    if step == "one without a reason":
        save(review, world.evaluator, {4: {"value": 3}})
    if step == "decided":
        save(review, world.evaluator, {n: {"value": 3, "decision": "Sett."} for n in (4, 21)})
    page = consensus_page(review)
    rows = rows_of(page)
    assert sorted(row.item.number for row in rows) == list(ALL)
    assert page.differing_count == sum(len(group.items) for group in page.differing) == 2
    assert page.open_count == sum(row.is_open for row in rows)
    assert page.adoptable_count == sum(row.is_adoptable for row in rows)
    assert [len(group.items) for group in page.differing] == [1, 1]  # one step apart; somebody gave no score
    assert all(row.is_open and not row.is_adoptable for row in page.unsettled)
    assert page.first_open == {"opened": 4, "adopted": 4, "one without a reason": 4, "decided": 25}[step]


def test_who_wrote_what_stays_on_the_consensus_page_after_signing(
    opened: Review, world: World, as_evaluator: Client
) -> None:
    adopt_agreed(review=opened, by=world.evaluator, change=uuid4())
    save(opened, world.evaluator, {n: {"value": 3, "decision": "Sett.", "evidence": "Vårt."} for n in DIFFERING})
    world.hand_out(opened)
    world.sign(opened)
    for client in (as_evaluator, world.client_of("coordinator")):
        notes = page_of(client, opened).split('id="item-9"')[1].split('id="item-10"')[0]
        assert notes.index("Evaluator:") < notes.index("Sett 9.") < notes.index("Colleague:") < notes.index("Hørt 9.")
    assert world.client_of("team_leader").get(reverse("consensus", args=[opened.code])).status_code == 403
    sheet = text_of(as_evaluator.get(reverse("sheet", args=[opened.code]), {"notes": "1"}))
    assert "Vårt." in sheet


# --- Whatever they wrote -------------------------------------------------------------------

several = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
letters = st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=40).filter(str.strip)


def texts(longest: int, *, lines: bool) -> st.SearchStrategy[str]:
    """Return texts of a field: none, short ones, and ones near its limits."""
    long = st.builds(lambda text, times: (text.strip() * times)[:longest], letters, st.integers(1, longest))
    many = st.builds(
        lambda text, times: "\n".join([text.strip()] * times)[:longest], letters, st.integers(1, MOST_LINES)
    )
    return st.one_of(st.just(""), letters.map(str.strip), long, *([many] if lines else []))


written = st.fixed_dictionaries(
    {
        "value": st.integers(1, 5),
        "evidence": texts(LONGEST_NOTE, lines=True),
        "recommendation": texts(LONGEST_NOTE, lines=True),
        "departure": texts(LONGEST_REASON, lines=False),
        "sources": st.lists(st.sampled_from(["ADM", "DOK", "INT", "OBS", "ITP"]), unique=True),
        "observation": st.sampled_from([{}, {"amount": "40"}, {"amount": "200"}]),
    }
)


@settings(several, max_examples=200)
@given(st.lists(written, min_size=2, max_size=3))
def test_every_text_is_carried_over_whole_or_left_to_choose(scale: ScaleEdition, written: list[dict[str, Any]]) -> None:
    review = Review(edition=scale)
    carried = carried_fields(review, [Rating(item_number=15, **fields) for fields in written])
    for fields in written:
        for name in CARRIED_TEXTS:
            assert name not in carried or fields[name] in carried[name]
        assert set(fields["sources"]) <= set(carried["sources"])
    assert len(carried.get("evidence", "")) <= LONGEST_NOTE
    assert carried.get("evidence", "").count("\n") < MOST_LINES
    observed = [fields["observation"] for fields in written if fields["observation"]]
    assert carried["observation"] in ([observed[0]] if observed and all(o == observed[0] for o in observed) else [{}])


@settings(several, max_examples=8)
@given(st.lists(written, min_size=2, max_size=3), st.booleans())
def test_after_deciding_each_text_is_stored_or_was_offered(
    world: World, third: User, as_evaluator: Client, written: list[dict[str, Any]], in_list: bool
) -> None:
    people = [world.evaluator, world.colleague, third][: len(written)]
    review = world.apart_review(evaluators=people)
    for user, fields in zip(people, written, strict=True):
        rate(review, user, 4)
        reason = {} if fields["departure"] or not fields["observation"] else {"departure": "Sett."}
        save(fresh(review), user, {15: fields | reason})
        submit_ratings(review=fresh(review), by=user)
    review = fresh(review)
    page = as_evaluator.get(reverse("agree", args=[review.code, 15]))
    offered = unescape(page.content.decode())
    row = next(row for row in rows_of(consensus_page(review)) if row.item.number == 15)
    if in_list and not row.is_too_long:
        decide(as_evaluator, review, 15)
    else:
        form = page.context["form"]
        sent = {name: form[name].value() for name in CARRIED_TEXTS}
        amount = {"amount": form["amount"].value()} if form["amount"].value() else {}
        answer = as_evaluator.post(
            reverse("agree", args=[review.code, 15]),
            item_post(review, 15, value="3", decision="Sett.", **sent, **amount, sources=form.shown_sources()),
        )
        assert answer.status_code == 303
    stored = review.scores.get(item_number=15)
    assert stored.value == 3
    for rating in Rating.objects.submitted(review).filter(item_number=15):
        for name in CARRIED_TEXTS:
            text = getattr(rating, name)
            assert text in getattr(stored, name) or text in offered.split(f'id="id_{name}"')[1]
