"""Observations of an item: stored with the score, the basis of a suggestion, explained and printed."""

import subprocess
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from reviews.conduct.specialists import change_specialists
from reviews.conduct.transitions import Incomplete
from reviews.models import Review, ReviewEvent
from tests.builders import World, fresh, hold_interview, item_post, post_transition, save

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


def url_of(review: Review, number: int) -> str:
    return reverse("item", args=[review.code, number])


def send(client: Client, review: Review, number: int, **fields: Any) -> Any:
    return client.post(url_of(review, number), item_post(review, number, **fields))


def observation_of(review: Review, number: int) -> dict[str, Any]:
    return review.scores.get(item_number=number).observation


@pytest.mark.parametrize(
    ("number", "fields", "stored"),
    [
        (4, {"amount": "74,5"}, {"amount": "74.5"}),
        (4, {"amount": " 78 % "}, {"amount": "78"}),
        (4, {"amount": "78.00", "caps": ["single_clinicians"]}, {"amount": "78", "caps": ["single_clinicians"]}),
        (5, {"met": ["3", "1"]}, {"met": [1, 3]}),
        (5, {"none": "1"}, {"met": [], "none": True}),
        (5, {"met": ["2"], "none": "1"}, {"met": [2]}),
        (3, {"met": list("123456"), "caps": ["refers_on"]}, {"met": [1, 2, 3, 4, 5, 6], "caps": ["refers_on"]}),
        (17, {"amount-A": "6", "alternative-A": "2"}, {"specialists": {"A": {"amount": "6", "alternative": "2"}}}),
        (18, {"score-A": "4"}, {"specialists": {"A": {"score": 4}}}),
        (24, {"whole-A": "37,5", "part-A": "20"}, {"specialists": {"A": {"whole": "37.5", "part": "20"}}}),
        (12, {"amount": "5"}, {}),  # a judged item has no measurements
        (4, {}, {}),
    ],
)
def test_an_observation_is_normalised_and_stored(
    review: Review, as_evaluator: Client, number: int, fields: dict[str, Any], stored: dict[str, Any]
) -> None:
    assert send(as_evaluator, review, number, **fields).status_code == 303
    assert observation_of(review, number) == stored


@pytest.mark.parametrize(
    ("number", "fields"),
    [
        (4, {"amount": "101"}),
        (4, {"amount": "-1"}),
        (4, {"amount": "NaN"}),
        (4, {"amount": "Infinity"}),
        (4, {"amount": "1e400"}),
        (4, {"amount": "7.123"}),
        (4, {"amount": "mye"}),
        (4, {"amount": "9" * 400}),
        (4, {"caps": ["unknown"]}),
        (5, {"met": ["6"]}),
        (5, {"met": ["0"]}),
        (18, {"score-A": "6"}),
        (24, {"whole-A": "20", "part-A": "37"}),
        (4, {"value": "awaiting", "awaited": "x" * 501}),
        (4, {"value": "awaiting", "awaited_by": "i morgen"}),
        (4, {"value": "awaiting", "awaited_by": "9999-12-31"}),
        (4, {"value": "awaiting", "awaited": "Spør om 01010112345 og 17054026641"}),
        (4, {"departure": "x" * 1001}),
    ],
)
def test_bad_observations_are_refused_with_a_sentence_and_nothing_changes(
    review: Review, as_evaluator: Client, number: int, fields: dict[str, Any]
) -> None:
    save(review, review.evaluators.first(), {number: {"value": 2}})
    answer = send(as_evaluator, review, number, **{"value": "3"} | fields)
    assert answer.status_code == 422
    assert "Ikke lagret" in answer.content.decode()
    row = review.scores.get(item_number=number)
    assert (row.value, row.version) == (2, 1)


def test_the_item_shows_the_suggestion_with_its_reason(review: Review, as_evaluator: Client) -> None:
    send(as_evaluator, review, 4, amount="78")
    page = as_evaluator.get(url_of(review, 4)).content.decode()
    assert 'data-suggested="4"' in page
    assert "78 % oppfyller «minst 75 %», men ikke «minst 90 %»" in page


def test_a_button_adopts_the_suggestion(review: Review, as_evaluator: Client) -> None:
    send(as_evaluator, review, 4, amount="78", take="1")
    assert review.scores.get(item_number=4).value == 4


def test_adopting_without_a_suggestion_changes_no_score(review: Review, as_evaluator: Client) -> None:
    send(as_evaluator, review, 4, value="2", take="1")
    assert review.scores.get(item_number=4).value == 2


def test_the_module_receives_the_suggestion_for_what_it_has_just_saved(review: Review, as_evaluator: Client) -> None:
    told = as_evaluator.post(url_of(review, 13), item_post(review, 13, met=["1", "2"]), headers=JSON).json()
    assert 'data-suggested="3"' in told["parts"]["suggestion"]


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_reason_is_in_the_readers_language(review: Review, world: World, language: str) -> None:
    world.evaluator.language = language
    world.evaluator.save()
    client = world.client_of("evaluator")
    send(client, review, 4, amount="74,5")
    page = client.get(url_of(review, 4)).content.decode()
    expected = {"sv": "74,5 % uppfyller", "en": "74.5% meets"}[language]
    assert expected in page


def test_another_score_must_be_explained_before_the_report_is_handed_out(world: World) -> None:
    review = world.score_review(3)
    save(review, world.evaluator, {4: {"observation": {"amount": "95"}}})
    with pytest.raises(Incomplete) as refused:
        world.hand_out(review)
    assert refused.value.completeness.unexplained == (4,)
    page = world.client_of("evaluator").get(review.get_absolute_url()).content.decode()
    assert reverse("move", args=[review.code, "draft"]) not in page
    save(review, world.evaluator, {4: {"departure": "Bare ett av teamene henviser."}})
    assert post_transition(world.client_of("evaluator"), review, "draft").status_code == 302


@pytest.mark.pdf
def test_the_sheet_its_pdf_and_its_data_show_suggestion_score_and_why(world: World, as_evaluator: Client) -> None:
    review = world.score_review(3)
    fields = {"observation": {"amount": "95"}, "departure": "Bare ett av teamene henviser."}
    save(review, world.evaluator, {4: fields})
    page = as_evaluator.get(reverse("sheet", args=[review.code]), {"notes": "1"}).content.decode()
    pdf = as_evaluator.get(reverse("sheet_pdf", args=[review.code]), {"notes": "1"}).content
    printed = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    for text in (page, " ".join(printed.split())):
        assert "Forslag: 5." in text
        assert "95 %" in text
        assert "Bare ett av teamene henviser." in text
    item = as_evaluator.get(reverse("sheet_json", args=[review.code])).json()["items"][3]
    assert (item["score"], item["suggested"], item["departure"]) == (3, 5, fields["departure"])
    assert item["observation"] == {"amount": "95"}


def test_the_history_describes_an_observation_in_words(review: Review, as_evaluator: Client) -> None:
    send(as_evaluator, review, 4, amount="78", caps=["single_clinicians"])
    page = as_evaluator.get(reverse("history", args=[review.code])).content.decode()
    assert "78 %" in page
    assert "enkeltbehandlere" in page


# --- Not enough data yet ------------------------------------------------------------------


def test_an_item_that_awaits_data_has_no_score_and_blocks_the_report(world: World, as_evaluator: Client) -> None:
    review = world.score_review(4)
    send(
        as_evaluator,
        review,
        21,
        value="awaiting",
        awaited="Jobblisten",
        awaited_from="Teamleder",
        awaited_by="2026-12-01",
    )
    row = review.scores.get(item_number=21)
    assert (row.value, row.awaiting, row.awaited, str(row.awaited_by)) == (None, True, "Jobblisten", "2026-12-01")
    page = as_evaluator.get(review.get_absolute_url()).content.decode()
    assert "Jobblisten" in page.split('class="to-do"')[1]
    assert [as_evaluator.get(review.get_absolute_url()).context["page"].progress.sentence] == ["24 av 25 skåret"]
    with pytest.raises(Incomplete):
        world.hand_out(review)


def test_a_score_ends_awaiting_on_the_item_page_and_on_the_paper_sheet(review: Review, as_evaluator: Client) -> None:
    for number in (4, 5):
        send(as_evaluator, review, number, value="awaiting", awaited="Tall")
    send(as_evaluator, review, 4, value="3", awaited="Tall")
    sent = {f"score-{n}": "2" if n == 5 else "" for n in range(1, 26)} | {f"was-{n}": "" for n in range(1, 26)}
    sent["was-4"] = sent["score-4"] = "3"
    versions = dict(review.scores.values_list("item_number", "version"))
    sent |= {f"version-{n}": str(versions[n]) for n in range(1, 26)}
    assert as_evaluator.post(reverse("entry", args=[review.code]), sent).status_code == 302
    assert list(review.scores.filter(awaiting=True)) == []
    assert [review.scores.get(item_number=n).value for n in (4, 5)] == [3, 2]


def test_the_database_refuses_a_score_on_an_awaiting_item(review: Review) -> None:
    with pytest.raises(IntegrityError, match="waits_without_score"), transaction.atomic():
        review.scores.filter(item_number=4).update(value=3, awaiting=True)


# --- Evidence by source -------------------------------------------------------------------


def test_the_matrix_distinguishes_covered_from_empty_and_links_to_the_gaps(
    review: Review, as_evaluator: Client
) -> None:
    save(review, review.evaluators.first(), {4: {"sources": ["ADM", "ITP"]}})
    answer = as_evaluator.get(reverse("evidence", args=[review.code]))
    matrix = answer.context["matrix"]
    row = next(row for _name, rows in matrix.sections for row in rows if row.number == "4")
    cells = {cell.code: (cell.is_listed, cell.is_covered, cell.is_gap) for cell in row.cells}
    assert cells["ADM"] == (True, True, False)
    assert cells["DOK"] == (True, False, True)
    assert cells["ITP"] == (False, True, False)  # not on the item's list of sources, and used nevertheless
    assert matrix.covered == 1
    assert f'href="{url_of(review, 4)}#sources"' in answer.content.decode()
    assert len(row.cells) == 5


# --- Quotes -------------------------------------------------------------------------------


def test_a_note_is_inserted_as_a_quote_and_counts_as_interview(review: Review, as_evaluator: Client) -> None:
    interview = hold_interview(review, review.evaluators.first(), {"4.1": "Fra begge teamene."})
    page = as_evaluator.get(url_of(review, 4)).content.decode()
    assert "Fra begge teamene." in page
    note = interview.notes.get(question="4.1")
    for _ in range(2):  # pressing twice inserts the quote once
        row = review.scores.get(item_number=4)
        send(as_evaluator, review, 4, evidence=row.evidence or "Sett.", sources=row.sources, quote=str(note.pk))
    row = review.scores.get(item_number=4)
    assert row.evidence == "Sett.\n\n«Fra begge teamene.» (A, IPS-arbetstränare)"
    assert row.sources == ["INT"]


def test_a_quote_that_makes_the_evidence_too_long_is_refused_and_the_text_kept(
    review: Review, as_evaluator: Client
) -> None:
    interview = hold_interview(review, review.evaluators.first(), {"4.1": "y" * 3000})
    note = interview.notes.get(question="4.1")
    answer = send(as_evaluator, review, 4, evidence="x" * 3000, quote=str(note.pk))
    assert answer.status_code == 422
    assert "x" * 3000 in answer.content.decode()


def test_a_note_of_another_review_is_never_quoted(world: World, review: Review, as_evaluator: Client) -> None:
    other = hold_interview(world.plan_review(evaluators=[world.colleague]), world.colleague, {"4.1": "Fremmed"})
    send(as_evaluator, review, 4, quote=str(other.notes.get(question="4.1").pk))
    assert review.scores.get(item_number=4).evidence == ""


# --- Specialists --------------------------------------------------------------------------


def change(review: Review, act: str, label: str) -> tuple[str, ...]:
    change_specialists(review=review, by=review.evaluators.first(), action=act, label=label)
    return fresh(review).labels


def test_specialists_are_added_left_out_brought_back_and_moved(review: Review) -> None:
    assert review.labels == ("A",)
    assert change(review, "remove", "A") == ("A",)  # the last one cannot be left out
    assert change(review, "add", "B") == ("A", "B")
    assert change(review, "add", "B") == ("A", "B")  # pressed twice
    assert change(review, "add", "C") == ("A", "B", "C")
    assert change(review, "up", "C") == ("A", "C", "B")
    assert change(review, "remove", "C") == ("A", "B")
    assert change(review, "up", "B") == ("B", "A")
    assert change(review, "restore", "C") == ("B", "A", "C")
    assert change(review, "add", "D")[-1] == "D"  # a letter is never reused
    for junk in ("", "b", "É", "AA", "add"):
        assert set(change(review, "add", junk)) == set("ABCD")
    assert set(change(review, "explode", "A")) == set("ABCD")


def test_a_specialist_who_is_brought_back_keeps_their_observations(review: Review, as_evaluator: Client) -> None:
    change(review, "add", "B")
    send(as_evaluator, review, 18, **{"score-A": "5", "score-B": "2"})
    change(review, "remove", "B")
    assert 'data-suggested="5"' in as_evaluator.get(url_of(review, 18)).content.decode()
    send(as_evaluator, review, 18, **{"score-A": "5", "score-B": "2", "specialists": "restore-B"})
    assert 'data-suggested="4"' in as_evaluator.get(url_of(review, 18)).content.decode()


def test_a_change_of_specialists_is_recorded_once(review: Review) -> None:
    change(review, "add", "B")
    change(review, "add", "B")
    events = ReviewEvent.objects.filter(review=review, type="specialists")
    assert [event.changes for event in events] == [{"specialists": [["A"], ["A", "B"]]}]


def test_26_specialists_are_enough(review: Review) -> None:
    for letter in "BCDEFGHIJKLMNOPQRSTUVWXYZ":
        change(review, "add", letter)
    assert len(change(review, "add", "")) == 26
