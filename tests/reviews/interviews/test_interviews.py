"""Interviews: starting one, going through the guide, saving notes, and who can read them."""

import json
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from reviews.interviews.item_notes import item_notes, quotation_of
from reviews.interviews.pages import StepLink
from reviews.interviews.services import next_label
from reviews.models import Interview, InterviewNote, QuickNote, Review, ReviewEvent
from reviews.records import chain
from scales.loading import load
from scales.models import GuideEdition
from tests.builders import World, fresh, hold_interview, item_questions, note, quick_note, step_post
from tests.scales.pocket import leader_guide

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture
def interview(review: Review, world: World) -> Interview:
    return hold_interview(review, world.evaluator)


def list_of(review: Review) -> str:
    return reverse("interviews", args=[review.code])


def fields_of(interview: Interview, step: int = 5) -> str:
    return reverse("interview_step", args=[interview.review.code, interview.code, step])


def address(name: str, interview: Interview) -> str:
    return reverse(name, args=[interview.review.code, interview.code])


def said(interview: Interview, key: str = "5.3") -> str:
    return interview.notes.get(question=key).text


def steps_of(client: Client, interview: Interview, step: int) -> list[StepLink]:
    page = client.get(fields_of(interview, step)).context["page"]
    return [link for section in page.sections for link in section.steps]


def start_post(review: Review, **fields: Any) -> dict[str, Any]:
    return {
        "code": str(uuid4()),
        "guide": getattr(GuideEdition.objects.first(), "slug", ""),
        "label": "A",
        "informant_role": "jobbspesialist",
        "held_on": "2026-03-10",
        "place": "",
    } | fields


# --- Starting -----------------------------------------------------------------------------


def test_starting_creates_a_row_for_each_note_and_opens_the_opening_question(
    review: Review, as_evaluator: Client, world: World
) -> None:
    answer = as_evaluator.post(list_of(review), start_post(review, place="Møterom 2"), follow=True)
    interview = Interview.objects.get()
    assert answer.redirect_chain[-1][0] == fields_of(interview, 0)
    assert (interview.review, interview.label, interview.place) == (review, "A", "Møterom 2")
    assert (interview.conducted_by, interview.held_on) == (world.evaluator, date(2026, 3, 10))
    assert interview.notes.count() == 106 + 2
    assert "Vad är din roll inom IPS?" in answer.content.decode()


def test_starting_an_interview_starts_no_scoring(review: Review, as_evaluator: Client) -> None:
    as_evaluator.post(list_of(review), start_post(review))
    assert fresh(review).status == "planned"


def test_pressing_twice_makes_one_interview(review: Review, as_evaluator: Client) -> None:
    sent = start_post(review)
    answers = [as_evaluator.post(list_of(review), sent) for _ in range(2)]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert Interview.objects.count() == 1


def test_the_code_of_another_reviews_interview_starts_nothing(
    world: World, interview: Interview, as_evaluator: Client
) -> None:
    other = world.plan_review()
    assert as_evaluator.post(list_of(other), start_post(other, code=str(interview.code))).status_code == 409
    assert not other.interviews.exists()


def test_the_form_proposes_the_next_label_the_guides_role_and_the_day(
    review: Review, world: World, as_evaluator: Client
) -> None:
    hold_interview(review, world.evaluator)
    with time_machine.travel("2026-03-11 10:00+01:00", tick=False):
        form = as_evaluator.get(list_of(review)).context["form"]
    assert (form["label"].value(), form["informant_role"].value()) == ("B", "IPS-arbetstränare")
    assert form["held_on"].value() == date(2026, 3, 11)


@pytest.mark.parametrize(
    ("taken", "label"), [([], "A"), (["A", "C"], "B"), ([chr(65 + n) for n in range(26)], "AA"), (["Lise"], "A")]
)
def test_labels_follow_the_alphabet_and_skip_those_in_use(taken: list[str], label: str) -> None:
    assert next_label(taken) == label


def test_a_role_that_is_left_empty_is_the_guides(review: Review, as_evaluator: Client) -> None:
    as_evaluator.post(list_of(review), start_post(review, informant_role=""))
    assert Interview.objects.get().informant_role == "IPS-arbetstränare"


def test_a_label_is_given_once_in_a_review(interview: Interview, as_evaluator: Client, world: World) -> None:
    review = interview.review
    answer = as_evaluator.post(list_of(review), start_post(review, label=interview.label))
    assert answer.status_code == 422
    assert "har denne betegnelsen allerede" in answer.content.decode()
    assert review.interviews.count() == 1
    with pytest.raises(IntegrityError, match=r"label|review_id"), transaction.atomic():
        Interview.objects.create(
            review=review,
            guide=interview.guide,
            label=interview.label,
            informant_role="x",
            held_on=interview.held_on,
            conducted_by=world.evaluator,
        )


def test_a_note_that_is_refused_is_kept_until_its_writer_decides(world: World) -> None:
    interview = hold_interview(world.plan_review(), world.evaluator)
    url = reverse("interview_step", args=[interview.review.code, interview.code, 5])
    answer = world.client_of("evaluator").post(url, step_post(interview, 5, {"5.1": "x" * 5_001}))
    assert (answer.status_code, "data-stopped" in answer.content.decode()) == (422, True)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"label": ""}, "Fyll ut feltet"),
        ({"label": "x" * 51}, "50"),
        ({"informant_role": "x" * 101}, "100"),
        ({"place": "x" * 101}, "100"),
        ({"label": "01019010046"}, "nummer"),
        ({"informant_role": "01019010046"}, "nummer"),
        ({"place": "01019010046"}, "nummer"),
        ({"held_on": ""}, "Fyll ut feltet"),
        ({"held_on": "i går"}, "dato som finnes"),
        ({"held_on": "0999-01-01"}, "1995"),
        ({"guide": "no-such-guide"}, "Velg noe fra listen"),
        ({"code": "x"}, "Kopier det du har skrevet"),
    ],
)
def test_bad_input_starts_nothing_and_says_why(
    review: Review, as_evaluator: Client, fields: dict[str, str], sentence: str
) -> None:
    answer = as_evaluator.post(list_of(review), start_post(review, **fields))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Interview.objects.exists()


def test_a_guide_to_another_scale_cannot_be_chosen(review: Review, as_evaluator: Client) -> None:
    load(leader_guide(slug="elsewhere", instrument="pocket"))
    assert "Questions to the team leader" not in as_evaluator.get(list_of(review)).content.decode()
    assert as_evaluator.post(list_of(review), start_post(review, guide="elsewhere")).status_code == 422


def test_the_page_says_for_which_items_a_guide_has_no_questions(review: Review, as_evaluator: Client) -> None:
    assert "ingen spørsmål til kriterium 10 og 20" in as_evaluator.get(list_of(review)).content.decode()


def test_without_a_guide_the_page_says_so(review: Review, as_evaluator: Client) -> None:
    GuideEdition.objects.all().delete()
    page = as_evaluator.get(list_of(review)).content.decode()
    assert "Det finnes ingen intervjuguide" in page
    assert "Uten guide følger intervjuet kriteriene" in page
    answer = as_evaluator.post(list_of(review), start_post(review, guide=""), follow=True)
    assert answer.redirect_chain[-1][0] == fields_of(Interview.objects.get(), 1)


def test_the_list_shows_how_much_is_noted(interview: Interview, world: World, as_evaluator: Client) -> None:
    note(interview, world.colleague, {"0": "Jobbspesialist", "5.3": "Ja", "other": "Mye annet"})
    page = as_evaluator.get(list_of(interview.review)).content.decode()
    assert "A, IPS-arbetstränare" in page
    assert "1 av 106 spørsmål notert" in page


def test_every_page_gives_the_same_number_of_questions_for_a_guide(
    interview: Interview, world: World, as_evaluator: Client
) -> None:
    guide = interview.guide.guide
    note(interview, world.evaluator, {"0": "Jobbspesialist", "5.3": "Ja", "other": "Mye annet"})
    listed = as_evaluator.get(reverse("guide", args=[guide.slug])).content.decode()
    assert "106 spørsmål til 23 kriterier" in listed
    assert "106 spørsmål." in as_evaluator.get(list_of(interview.review)).content.decode()
    steps = steps_of(as_evaluator, interview, 5)
    assert sum(int(step.count) for step in steps if step.number) == guide.question_count == 106
    for page in (list_of(interview.review), fields_of(interview, 5), fields_of(interview, 0)):
        assert "1 av 106 spørsmål notert" in as_evaluator.get(page).content.decode()


# --- Changing and removing ----------------------------------------------------------------


HEAD = {"label": "B", "informant_role": "NAV-veileder", "held_on": "2026-03-11", "place": "Telefon"}


def test_the_head_of_an_interview_can_be_changed(interview: Interview, world: World) -> None:
    answer = world.client_of("colleague").post(address("interview_head", interview), HEAD)
    assert answer.headers["Location"] == list_of(interview.review)
    interview.refresh_from_db()
    assert (interview.label, interview.informant_role, interview.place) == ("B", "NAV-veileder", "Telefon")
    assert interview.conducted_by == world.evaluator


def test_a_label_cannot_be_changed_to_one_in_use(interview: Interview, world: World, as_evaluator: Client) -> None:
    other = hold_interview(interview.review, world.evaluator)
    assert as_evaluator.post(address("interview_head", other), HEAD | {"label": "A"}).status_code == 422
    assert as_evaluator.post(address("interview_head", other), HEAD | {"label": "B"}).status_code == 302


def test_an_interview_without_notes_can_be_removed(interview: Interview, as_evaluator: Client) -> None:
    page = as_evaluator.get(address("interview_head", interview)).content.decode()
    assert address("interview_remove", interview) in page
    answer = as_evaluator.post(address("interview_remove", interview), follow=True)
    assert "Intervjuet er fjernet" in answer.content.decode()
    assert not InterviewNote.objects.exists()
    assert as_evaluator.get(fields_of(interview)).status_code == 404


def test_an_interview_with_a_note_is_not_removed(interview: Interview, world: World, as_evaluator: Client) -> None:
    note(interview, world.colleague, {"other": "Noe"})
    assert (
        address("interview_remove", interview)
        not in as_evaluator.get(address("interview_head", interview)).content.decode()
    )
    assert as_evaluator.post(address("interview_remove", interview)).status_code == 409
    note(interview, world.colleague, {"other": ""})
    assert as_evaluator.post(address("interview_remove", interview)).status_code == 302


def test_changes_of_interviews_are_in_the_chain_without_place_or_notes(
    interview: Interview, world: World, as_evaluator: Client
) -> None:
    review = interview.review
    note(interview, world.evaluator, {"5.3": "Hemmelig"})
    as_evaluator.post(address("interview_head", interview), HEAD)
    as_evaluator.post(address("interview_head", interview), HEAD)
    as_evaluator.post(address("interview_head", interview), HEAD | {"place": "Hjemme"})
    note(interview, world.evaluator, {"5.3": ""})
    as_evaluator.post(address("interview_remove", interview))
    guide, day = "ips-25-specialist-sv", "2026-03-10"
    assert [(event.type, event.changes) for event in ReviewEvent.objects.filter(review=review)][1:] == [
        (
            "interviewed",
            {"interview": ["", "A"], "guide": ["", guide], "role": ["", "IPS-arbetstränare"], "date": ["", day]},
        ),
        (
            "interview_changed",
            {"interview": ["A", "B"], "role": ["IPS-arbetstränare", "NAV-veileder"], "date": [day, "2026-03-11"]},
        ),
        ("interview_changed", {"interview": ["B", "B"]}),
        (
            "interview_removed",
            {"interview": ["B", ""], "guide": [guide, ""], "role": ["NAV-veileder", ""], "date": ["2026-03-11", ""]},
        ),
    ]
    assert list(chain.breaks(review.events.select_related("by", "review"))) == []
    assert "Hemmelig" not in json.dumps(list(review.events.values_list("changes", "comment")))


def test_the_history_shows_interviews_to_evaluators_and_not_to_the_service(world: World) -> None:
    review = world.score_review(4)
    hold_interview(review, world.evaluator)
    world.hand_out(review)
    url = reverse("history", args=[review.code])
    page = world.client_of("colleague").get(url).content.decode()
    assert "startet et intervju" in page
    assert "10.03.2026" in page
    assert "startet et intervju" not in world.client_of("team_leader").get(url).content.decode()


# --- Going through the guide --------------------------------------------------------------


def test_a_step_shows_the_criterion_its_questions_and_the_fields(interview: Interview, as_evaluator: Client) -> None:
    page = as_evaluator.get(fields_of(interview, 5)).content.decode()
    assert "5 · Tjänsterna samordnas" in page
    assert page.count("<textarea") == 8
    assert "vikarierar du också" in page
    assert "(gjelder også kriterium 7)" in page
    assert "0 av 106 spørsmål notert" in page
    assert "Skriv roller, aldri navn" in page


def test_the_interviewers_note_and_a_condition_are_shown_as_such(interview: Interview, as_evaluator: Client) -> None:
    guide = interview.guide.guide
    remark = next(criterion for criterion in guide.criteria if criterion.note)
    page = as_evaluator.get(fields_of(interview, remark.number)).content.decode()
    assert "Til intervjueren" in page
    assert remark.note in page
    key = next(question.key for question in guide.by_key.values() if question.condition)
    page = as_evaluator.get(fields_of(interview, int(key.split(".")[0]))).content.decode()
    assert "Bare hvis det passer" in page
    assert "liknande arbete tidigare" in page.replace("liknande", "liknande")


def test_the_list_of_steps_counts_notes(interview: Interview, world: World, as_evaluator: Client) -> None:
    note(interview, world.colleague, {"5.1": "Ja", "5.3": "Nei"})
    lines = {step.number: (step.noted, step.count) for step in steps_of(as_evaluator, interview, 1)}
    assert (lines["5"], lines["4"], lines[""]) == (("2", "8"), ("0", "4"), ("0", "2"))


@pytest.mark.parametrize(
    ("step", "go", "target"), [(0, "next", 1), (9, "next", 11), (11, "previous", 9), (5, "stay", 5), (5, "x", 5)]
)
def test_the_buttons_save_and_open_the_next_page(
    interview: Interview, as_evaluator: Client, step: int, go: str, target: int
) -> None:
    key = interview.guide.guide.keys_at(step)[0]
    answer = as_evaluator.post(fields_of(interview, step), step_post(interview, step, {key: "Notert"}, go=go))
    assert answer.status_code == 303
    assert answer.headers["Location"] == fields_of(interview, target)
    assert said(interview, key) == "Notert"


def test_the_last_step_opens_the_list(interview: Interview, as_evaluator: Client) -> None:
    answer = as_evaluator.post(fields_of(interview, 25), step_post(interview, 25, {}, go="next"))
    assert answer.headers["Location"] == list_of(interview.review)


@pytest.mark.parametrize("step", ["10", "20", "26", "9" * 25])
def test_a_step_that_the_guide_lacks_is_not_found(interview: Interview, as_evaluator: Client, step: str) -> None:
    url = fields_of(interview, 1).removesuffix("1/") + f"{step}/"
    assert as_evaluator.get(url).status_code == 404
    assert as_evaluator.post(url, {}).status_code == 404


def test_an_interview_of_another_review_is_not_found_under_this_one(
    world: World, interview: Interview, as_evaluator: Client
) -> None:
    other = world.plan_review()
    for name, more in (("interview", ()), ("interview_step", (1,)), ("interview_head", ())):
        assert as_evaluator.get(reverse(name, args=[other.code, interview.code, *more])).status_code == 404


# --- Saving -------------------------------------------------------------------------------


def test_a_note_keeps_its_text_its_writer_and_no_event(
    interview: Interview, as_evaluator: Client, world: World
) -> None:
    before = ReviewEvent.objects.count()
    as_evaluator.post(fields_of(interview), step_post(interview, 5, {"5.3": "Hver uke.\r\nHele møtet."}))
    row = interview.notes.get(question="5.3")
    assert (row.text, row.version, row.saved_by) == ("Hver uke.\nHele møtet.", 1, world.evaluator)
    assert row.saved_at is not None
    assert ReviewEvent.objects.count() == before
    assert fresh(interview.review).status == "planned"


def test_only_notes_that_were_changed_are_written(interview: Interview, as_evaluator: Client, world: World) -> None:
    note(interview, world.colleague, {"5.1": "Kollegaens"})
    as_evaluator.post(fields_of(interview), step_post(interview, 5, {"5.3": "Min"}))
    rows = interview.notes.filter(version__gt=0).values_list("question", "saved_by")
    assert set(rows) == {("5.1", world.colleague.pk), ("5.3", world.evaluator.pk)}


def test_two_people_write_different_questions_at_once(interview: Interview, world: World) -> None:
    mine, yours = step_post(interview, 5, {"5.1": "Min"}), step_post(interview, 5, {"5.2": "Din"})
    assert world.client_of("evaluator").post(fields_of(interview), mine).status_code == 303
    assert world.client_of("colleague").post(fields_of(interview), yours).status_code == 303
    assert (said(interview, "5.1"), said(interview, "5.2")) == ("Min", "Din")


def test_the_second_of_two_writers_sees_both_texts_and_who_wrote_the_other(interview: Interview, world: World) -> None:
    sent = step_post(interview, 5, {"5.3": "Teksten til den andre", "5.4": "Også min"})
    note(interview, world.evaluator, {"5.3": "Teksten til den første"})
    answer = world.client_of("colleague").post(fields_of(interview), sent)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Evaluator lagret dette" in page
    assert "Teksten til den første" in page
    assert "Teksten til den andre" in page
    assert "Også min" in page
    assert (said(interview), said(interview, "5.4")) == ("Teksten til den første", "")


def sent_again(answer: Any, **fields: Any) -> dict[str, Any]:
    """Return the data of a POST by the page of a conflict when one of its buttons is pressed."""
    sent: dict[str, Any] = {"change": str(uuid4()), "behind": []}
    for asked in answer.context["page"].questions:
        sent |= {
            f"note-{asked.key}": asked.note,
            f"was-{asked.key}": asked.was,
            f"version-{asked.key}": asked.version,
        }
        sent["behind"] += [asked.key] if asked.theirs else []
    return sent | fields


@pytest.mark.parametrize(("go", "kept"), [("stay", "Min"), ("keep", "Kollegaens")])
def test_after_seeing_both_texts_the_writer_chooses_and_the_other_notes_are_saved(
    interview: Interview, world: World, as_evaluator: Client, go: str, kept: str
) -> None:
    sent = step_post(interview, 5, {"5.3": "Min", "5.4": "Også min"})
    note(interview, world.colleague, {"5.3": "Kollegaens"})
    conflict = as_evaluator.post(fields_of(interview), sent)
    assert as_evaluator.post(fields_of(interview), sent_again(conflict, go=go)).status_code == 303
    assert (said(interview), said(interview, "5.4")) == (kept, "Også min")


def test_a_note_that_a_colleague_wrote_meanwhile_is_not_emptied_by_an_old_page(
    interview: Interview, world: World, as_evaluator: Client
) -> None:
    sent = step_post(interview, 5, {"5.1": "Min"})
    note(interview, world.colleague, {"5.3": "Kollegaens"})
    assert as_evaluator.post(fields_of(interview), sent).status_code == 303
    assert said(interview) == "Kollegaens"


def test_the_same_text_from_two_people_causes_no_conflict(
    interview: Interview, world: World, as_evaluator: Client
) -> None:
    sent = step_post(interview, 5, {"5.3": "Likt"})
    note(interview, world.colleague, {"5.3": "Likt"})
    assert as_evaluator.post(fields_of(interview), sent).status_code == 303
    assert interview.notes.get(question="5.3").version == 1


def test_a_repeated_send_is_harmless(interview: Interview, as_evaluator: Client) -> None:
    sent = step_post(interview, 5, {"5.3": "En gang", "5.4": "Og en til"})
    assert [as_evaluator.post(fields_of(interview), sent).status_code for _ in range(3)] == [303, 303, 303]
    assert interview.notes.get(question="5.3").version == 1


def test_a_repeat_with_one_overtaken_note_neither_overwrites_nor_reports_a_conflict(
    interview: Interview, world: World, as_evaluator: Client
) -> None:
    sent = step_post(interview, 5, {"5.3": "Min", "5.4": "Også min"})
    as_evaluator.post(fields_of(interview), sent)
    note(interview, world.colleague, {"5.3": "Din"})
    answer = as_evaluator.post(fields_of(interview), sent, headers=JSON)
    assert answer.status_code == 200
    assert answer.json()["fields"]["version-5.3"] == 1
    assert said(interview) == "Din"


def test_the_same_id_with_another_text_is_not_a_repeat(interview: Interview, as_evaluator: Client) -> None:
    sent = step_post(interview, 5, {"5.3": "Gammel"})
    as_evaluator.post(fields_of(interview), sent)
    assert as_evaluator.post(fields_of(interview), sent | {"note-5.3": "Ny"}).status_code == 409
    assert said(interview) == "Gammel"


def test_a_page_rendered_for_another_person_saves_nothing(interview: Interview, world: World) -> None:
    sent = step_post(interview, 5, {"5.3": "Ingrids"}, author=world.evaluator.pk)
    answer = world.client_of("colleague").post(fields_of(interview), sent, headers=JSON)
    assert answer.status_code == 409
    assert "logget inn som Colleague" in answer.json()["error"]
    assert said(interview) == ""


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"note-5.3": "x" * 5001}, "5000"),
        ({"note-5.3": "x\n" * 300}, "200"),
        ({"note-5.3": "Født 010190-10046."}, "nummer"),
        ({"version-5.3": ""}, "Kopier det du har skrevet"),
        ({"version-5.3": "-1"}, "Kopier det du har skrevet"),
        ({"version-5.3": "9" * 30}, "Kopier det du har skrevet"),
        ({"was-5.3": "x" * 30}, "Kopier det du har skrevet"),
        ({"change": "not-a-uuid"}, "Kopier det du har skrevet"),
        ({"author": "x"}, "Kopier det du har skrevet"),
    ],
)
def test_bad_input_is_refused_with_a_sentence_and_the_text_is_kept(
    interview: Interview, as_evaluator: Client, fields: dict[str, str], sentence: str
) -> None:
    sent = step_post(interview, 5, {"5.3": "Kort", "5.4": "Også dette"}) | fields
    answer = as_evaluator.post(fields_of(interview), sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "Også dette" in page
    assert sent["note-5.3"][:10].replace("\0", "") in page.replace("\0", "")
    assert not interview.notes.filter(version__gt=0).exists()
    told = as_evaluator.post(fields_of(interview), sent, headers=JSON)
    assert told.status_code == 422
    assert sentence in told.json()["error"]


def test_a_refused_page_keeps_the_versions_from_which_its_writer_started(
    interview: Interview, world: World, as_evaluator: Client
) -> None:
    """Otherwise the corrected text would overwrite a colleague's later save unseen."""
    sent = step_post(interview, 5, {"5.3": "x" * 5001})
    note(interview, world.colleague, {"5.3": "Kollegaens"})
    refused = as_evaluator.post(fields_of(interview), sent)
    again = sent_again(refused) | {"note-5.3": "Kort nok"}
    assert as_evaluator.post(fields_of(interview), again).status_code == 409
    assert said(interview) == "Kollegaens"


@pytest.mark.parametrize("text", ["🙂 emoji", "{{ 7|add:1 }}", "x" * 5000, "a\n\nb", "</textarea><b>"])
def test_any_valid_text_is_stored_unchanged_and_shown_as_text(
    interview: Interview, as_evaluator: Client, text: str
) -> None:
    as_evaluator.post(fields_of(interview), step_post(interview, 5, {"5.3": text}))
    assert said(interview) == text
    assert "</textarea><b>" not in as_evaluator.get(fields_of(interview)).content.decode()


def test_contact_details_cause_a_warning_and_are_saved(interview: Interview, as_evaluator: Client) -> None:
    sent = step_post(interview, 5, {"5.3": "Ring 412 34 567"}, go="next")
    assert "telefonnummer" in as_evaluator.post(fields_of(interview), sent, follow=True).content.decode()
    assert said(interview) == "Ring 412 34 567"


def test_the_module_receives_versions_time_and_progress(interview: Interview, as_evaluator: Client) -> None:
    told = as_evaluator.post(fields_of(interview), step_post(interview, 5, {"5.3": "Ja"}), headers=JSON).json()
    page = as_evaluator.get(fields_of(interview)).context["page"]
    asked = next(asked for asked in page.questions if asked.key == "5.3")
    assert told["fields"] == {"version-5.3": 1, "was-5.3": asked.was}
    assert told["progress"] == "1 av 106 spørsmål notert"
    assert told["percent"] == "1"
    assert told["saved"].startswith("Lagret ")


def test_the_module_learns_who_saved_first(interview: Interview, world: World, as_evaluator: Client) -> None:
    sent = step_post(interview, 5, {"5.3": "Min"})
    note(interview, world.colleague, {"5.3": "Din"})
    answer = as_evaluator.post(fields_of(interview), sent, headers=JSON)
    assert (answer.status_code, answer.json()["conflict"]) == (409, True)
    assert "Colleague" in answer.json()["error"]


def test_a_note_to_an_interview_that_was_removed_meanwhile_is_refused(
    interview: Interview, as_evaluator: Client
) -> None:
    sent = step_post(interview, 5, {"5.3": "For sent"})
    as_evaluator.post(address("interview_remove", interview))
    assert as_evaluator.post(fields_of(interview), sent, headers=JSON).status_code == 404


# --- Permissions and states ---------------------------------------------------------------


def test_the_coordinator_reads_that_notes_are_for_the_evaluators(interview: Interview, world: World) -> None:
    answer = world.client_of("coordinator").get(fields_of(interview))
    assert answer.status_code == 403
    assert "bare for evaluatorene" in answer.content.decode()
    assert (
        "Intervjuer"
        not in world.client_of("coordinator")
        .get(interview.review.get_absolute_url())
        .content.decode()
        .split("<main")[1]
    )


def test_the_reviews_page_links_its_evaluators_to_the_interviews(review: Review, as_evaluator: Client) -> None:
    assert list_of(review) in as_evaluator.get(review.get_absolute_url()).content.decode()


def test_notes_can_be_written_while_the_draft_report_is_handed_out(world: World, as_evaluator: Client) -> None:
    review = world.draft_review(4)
    as_evaluator.post(list_of(review), start_post(review))
    interview = Interview.objects.get()
    as_evaluator.post(fields_of(interview), step_post(interview, 5, {"5.3": "Etterpå"}))
    assert said(interview) == "Etterpå"


@pytest.fixture
def closed(world: World) -> Interview:
    """Return an interview of a final review."""
    review = world.draft_review(4)
    interview = hold_interview(review, world.evaluator, {"5.3": "Sagt før signering"})

    world.sign(review)
    interview.refresh_from_db()
    return interview


def test_notes_of_a_final_review_are_read_and_not_written(closed: Interview, as_evaluator: Client) -> None:
    page = as_evaluator.get(fields_of(closed)).content.decode()
    assert "Sagt før signering" in page
    assert "<textarea" not in page
    sent = step_post(closed, 5, {"5.3": "Endret"})
    assert as_evaluator.post(fields_of(closed), sent).status_code == 409
    assert as_evaluator.post(list_of(closed.review), start_post(closed.review, label="B")).status_code == 409
    assert as_evaluator.post(address("interview_head", closed), HEAD).status_code == 409
    assert as_evaluator.post(address("interview_remove", closed)).status_code == 409
    assert said(closed) == "Sagt før signering"


def test_a_repeat_that_arrives_after_signing_is_still_answered_as_saved(world: World, as_evaluator: Client) -> None:

    review = world.draft_review(4)
    interview = hold_interview(review, world.evaluator)
    sent = step_post(interview, 5, {"5.3": "Sendt to ganger"})
    as_evaluator.post(fields_of(interview), sent)
    world.sign(review)
    assert as_evaluator.post(fields_of(interview), sent, headers=JSON).json()["fields"]["version-5.3"] == 1
    assert as_evaluator.post(fields_of(interview), sent | {"note-5.3": "Ny"}, headers=JSON).status_code == 409


# --- Other guides -------------------------------------------------------------------------


@pytest.fixture
def leaders(review: Review, world: World) -> Interview:
    """Return an interview by another guide, with another role, language and order of items and no opening question."""
    edition, _ = load(leader_guide())
    return hold_interview(review, world.evaluator, guide=edition, label="Leader")


def test_another_guide_needs_no_code(leaders: Interview, as_evaluator: Client) -> None:
    assert leaders.informant_role == "team leader"
    assert list(leaders.notes.values_list("question", flat=True)) == ["10.1", "10.2", "4.1", "other"]
    first = as_evaluator.get(address("interview", leaders))
    assert first.headers["Location"] == fields_of(leaders, 10)
    page = as_evaluator.get(fields_of(leaders, 10)).content.decode()
    for text in ("Ask for the plan.", "If anybody reads them.", "Who reads the figures?", 'lang="en"'):
        assert text in page
    assert as_evaluator.get(fields_of(leaders, 5)).status_code == 404
    answer = as_evaluator.post(fields_of(leaders, 4), step_post(leaders, 4, {"4.1": "Two"}, go="next"))
    assert answer.headers["Location"] == fields_of(leaders, 0)
    assert as_evaluator.get(fields_of(leaders, 0)).content.decode().count("<textarea") == 1


def test_with_several_guides_the_role_is_that_of_the_chosen_one(leaders: Interview, as_evaluator: Client) -> None:
    review = leaders.review
    assert as_evaluator.get(list_of(review)).context["form"]["informant_role"].value() == ""
    as_evaluator.post(list_of(review), start_post(review, guide="leader-guide", informant_role="", label="L2"))
    assert review.interviews.get(label="L2").informant_role == "team leader"


def test_the_guides_that_fit_the_role_come_first(review: Review, leaders: Interview, as_evaluator: Client) -> None:
    load(leader_guide(slug="clinicians", title="Questions to clinicians", role="clinician", other_roles=["therapist"]))

    def offered(role: str) -> list[str]:
        form = as_evaluator.post(list_of(review), start_post(review, informant_role=role, label="")).context["form"]
        return [value for value, _title in form["guide"].field.choices]

    assert offered("Therapist, evenings")[0] == "clinicians"
    assert offered("team leader")[0] == "leader-guide"
    assert offered("IPS-arbetstränare")[0] == "ips-25-specialist-sv"
    assert offered("relative")[-1] == ""
    page = as_evaluator.get(list_of(review)).content.decode()
    assert "clinician, therapist" in page
    assert '<option value="therapist">' in page


def test_of_several_guides_each_names_its_role_beside_an_item(review: Review, leaders: Interview) -> None:
    from django.template.loader import render_to_string

    page = render_to_string("interviews/_item_notes.html", {"notes": item_notes(review, 4)})
    assert '<span lang="en">team leader</span>' in page
    assert '<span lang="sv">IPS-arbetstränare</span>' in page


# --- Without a guide ----------------------------------------------------------------------


@pytest.fixture
def blank(review: Review, world: World) -> Interview:
    return hold_interview(review, world.evaluator, is_blank=True, informant_role="pårørende")


def test_an_interview_without_a_guide_has_a_note_for_each_item_under_its_section(
    blank: Interview, as_evaluator: Client
) -> None:
    assert blank.notes.count() == 25 + 1
    page = as_evaluator.get(fields_of(blank, 1)).context["page"]
    assert [(section.name, len(section.steps)) for section in page.sections] == [
        ("Ansatte", 3),
        ("Organisering", 8),
        ("Tjenester", 14),
        ("", 1),
    ]
    content = as_evaluator.get(fields_of(blank, 1)).content.decode()
    assert content.count("<textarea") == 1
    assert blank.review.scale.by_number[1].description.split("\n")[0] in content


def test_the_notes_of_an_interview_without_a_guide_are_counted_by_item(
    blank: Interview, world: World, as_evaluator: Client
) -> None:
    sent = step_post(blank, 4, {"4": "Han møter dem hver uke"}, go="next")
    assert as_evaluator.post(fields_of(blank, 4), sent).headers["Location"] == fields_of(blank, 5)
    note(blank, world.colleague, {"other": "Mye annet"})
    assert "1 av 25 kriterier notert" in as_evaluator.get(list_of(blank.review)).content.decode()
    assert "1 av 25 kriterier notert" in as_evaluator.get(fields_of(blank, 4)).content.decode()


def test_the_notes_of_an_interview_without_a_guide_are_shown_with_their_item_and_can_be_quoted(
    blank: Interview, world: World, as_evaluator: Client
) -> None:
    note(blank, world.evaluator, {"4": "Hver uke"})
    page = as_evaluator.get(reverse("item", args=[blank.review.code, 4])).content.decode()
    assert "Notater til dette kriteriet" in page
    assert "A, pårørende" in page
    quotation = quotation_of(blank.review, str(blank.notes.get(question="4").pk))
    assert (quotation.text, quotation.source) == ("«Hver uke» (A, pårørende)", "")
    assert item_notes(blank.review, 5).free == ()


def test_without_a_guide_the_role_has_to_be_given(review: Review, as_evaluator: Client) -> None:
    answer = as_evaluator.post(list_of(review), start_post(review, guide="", informant_role=""))
    assert answer.status_code == 422
    assert "hva personen arbeider som" in answer.content.decode()
    assert not Interview.objects.exists()


def test_an_interview_without_a_guide_is_recorded_without_one(blank: Interview, as_evaluator: Client) -> None:
    event = ReviewEvent.objects.get(type="interviewed")
    assert event.changes == {"interview": ["", "A"], "role": ["", "pårørende"], "date": ["", "2026-03-10"]}
    assert as_evaluator.get(reverse("history", args=[blank.review.code])).status_code == 200


def test_an_interview_without_a_guide_can_be_removed_while_it_is_empty(
    blank: Interview, world: World, as_evaluator: Client
) -> None:
    emptied = quick_note(blank.review, world.evaluator, "Feil person", interview=blank.pk)
    assert as_evaluator.post(address("interview_remove", blank)).status_code == 409
    QuickNote.objects.filter(pk=emptied.pk).update(text="")
    assert as_evaluator.post(address("interview_remove", blank)).status_code == 302
    assert not Interview.objects.exists()


# --- On the page of an item ---------------------------------------------------------------


def test_an_item_shows_its_own_questions_first_then_borrowed_ones_with_all_notes(
    review: Review, world: World, leaders: Interview
) -> None:
    hold_interview(review, world.evaluator, {"5.2": "Vikarierer av og til", "7.1": "Nei"})
    hold_interview(review, world.colleague, {"5.2": "Aldri"})
    note(leaders, world.evaluator, {"10.2": "Rutinene", "4.1": "To"})
    own = [asked for asked in item_questions(review, 7) if asked.criterion.number == 7]
    assert [(said.label, said.text) for said in own[0].notes] == [("A", "Nei")]
    borrowed = item_questions(review, 7)[-1]
    assert borrowed.question.key == "5.2"
    assert [(said.label, said.text) for said in borrowed.notes] == [("A", "Vikarierer av og til"), ("B", "Aldri")]
    of_leader = [asked for asked in item_questions(review, 4) if asked.guide.slug == "leader-guide"]
    assert [(asked.question.key, asked.notes[0].text) for asked in of_leader] == [("4.1", "To"), ("10.2", "Rutinene")]


def test_the_notes_of_an_item_are_two_queries_and_of_this_review_only(
    review: Review, world: World, django_assert_num_queries: Any
) -> None:
    hold_interview(review, world.evaluator, {"7.1": "Mitt"})
    hold_interview(world.plan_review(), world.evaluator, {"7.1": "En annen vurdering"})
    item_questions(review, 7)  # the process caches the guides
    with django_assert_num_queries(2):  # notes of interviews, quick notes
        texts = [said.text for asked in item_questions(review, 7) for said in asked.notes]
    assert texts == ["Mitt"]


def test_a_guide_without_questions_on_an_item_says_so(review: Review, leaders: Interview) -> None:
    from django.template.loader import render_to_string

    by_guide = {part.guide.slug: len(part.questions) for part in item_notes(review, 10).guides}
    assert by_guide == {"ips-25-specialist-sv": 0, "leader-guide": 2}
    page = render_to_string("interviews/_item_notes.html", {"notes": item_notes(review, 10)})
    assert page.count("ingen spørsmål til dette kriteriet") == 1
    assert page.count("<ul>") == page.count("</ul>") == 1


def test_a_note_becomes_a_quotation_with_role_and_source(review: Review, world: World, leaders: Interview) -> None:
    from django.template.loader import render_to_string

    specialist = hold_interview(review, world.evaluator, {"7.1": "Vi <tre> deler"})
    row = specialist.notes.get(question="7.1")
    quotation = quotation_of(review, str(row.pk))
    assert (quotation.text, quotation.source) == ("«Vi <tre> deler» (A, IPS-arbetstränare)", "INT")
    note(leaders, world.evaluator, {"4.1": "To"})
    assert quotation_of(review, str(leaders.notes.get(question="4.1").pk)).source == "ADM"
    page = render_to_string("interviews/_item_notes.html", {"notes": item_notes(review, 7)})
    assert f'name="quote" value="{row.pk}" form="score-form"' in page
    assert "Vi &lt;tre&gt; deler" in page


def test_only_a_note_of_this_review_that_is_not_empty_can_be_quoted(review: Review, world: World) -> None:
    other = hold_interview(world.plan_review(), world.evaluator, {"7.1": "Fremmed"})
    mine = hold_interview(review, world.evaluator)
    foreign, empty = other.notes.get(question="7.1").pk, mine.notes.get(question="7.1").pk
    for number in (foreign, empty, "", "x", "-1", "²", "9" * 30):
        assert quotation_of(review, str(number)) is None


# --- Data of a person ---------------------------------------------------------------------


def test_the_data_of_a_person_list_interviews_without_notes(interview: Interview, world: World) -> None:
    note(interview, world.evaluator, {"5.3": "Sagt av en annen"})
    data = world.client_of("evaluator").get(reverse("account_data")).json()
    assert [(line["label"], line["informant_role"]) for line in data["interviews_conducted"]] == [
        ("A", "IPS-arbetstränare")
    ]
    assert [line["question"] for line in data["interview_notes_written"]] == ["5.3"]
    assert "Sagt av en annen" not in json.dumps(data)


def test_a_guide_that_an_interview_follows_is_never_altered(interview: Interview) -> None:
    from scales.loading import EditionInUse

    with pytest.raises(EditionInUse):
        load(interview.guide.document | {"title": "Noe annet"})
