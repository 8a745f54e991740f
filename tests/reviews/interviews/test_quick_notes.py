"""Quick notes: written during the visit, sorted under items and interviews afterwards, read by the evaluators only."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from ipsfidelity.errors import StateConflict
from reviews.interviews.item_notes import item_notes, quotation_of
from reviews.interviews.quick_notes import MOST_QUICK_NOTES, Place, save_quick_note, sort_quick_notes
from reviews.interviews.services import remove_interview
from reviews.models import QuickNote, Review, ReviewEvent, User
from reviews.records.writing import Stale
from tests.builders import World, fresh, hold_interview, quick_note

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


def url_of(review: Review, name: str = "quick_notes") -> str:
    return reverse(name, args=[review.code])


def sent(**fields: Any) -> dict[str, Any]:
    return {"code": str(uuid4()), "version": "0", "text": "Møter hver uke", "change": str(uuid4())} | fields


def write(
    review: Review, by: User, text: str, *, code: UUID | None = None, based_on: int = 0, change: UUID | None = None
) -> int:
    return save_quick_note(
        review=review, by=by, code=code or uuid4(), based_on=based_on, text=text, change=change or uuid4()
    )


def texts(review: Review) -> list[str]:
    return list(review.quick_notes.values_list("text", flat=True))


# --- Writing ------------------------------------------------------------------------------


def test_a_note_saves_itself_and_then_changes_itself(review: Review, as_evaluator: Client, world: World) -> None:
    first = sent()
    answer = as_evaluator.post(url_of(review), first, headers=JSON).json()
    assert (answer["fields"], answer["progress"]) == ({"version": 1}, "1 notat, 0 sortert")
    more = first | {"version": "1", "text": "Møter hver uke, hele teamet", "change": str(uuid4())}
    assert as_evaluator.post(url_of(review), more, headers=JSON).json()["fields"] == {"version": 2}
    note = review.quick_notes.get()
    assert (note.text, note.written_by, note.saved_by) == (more["text"], world.evaluator, world.evaluator)
    assert note.written_at < note.saved_at


def test_without_scripts_the_button_saves_and_opens_an_empty_field(review: Review, as_evaluator: Client) -> None:
    answer = as_evaluator.post(url_of(review), sent(), follow=True)
    page = answer.context["page"]
    assert (page.field.text, page.field.version, [line.text for line in page.lines]) == ("", "0", ["Møter hver uke"])


def test_the_notes_of_all_evaluators_are_listed_with_time_and_name_the_newest_first(
    review: Review, as_evaluator: Client, world: World
) -> None:
    quick_note(review, world.evaluator, "Først", item_number=4)
    quick_note(review, world.colleague, "Så")
    lines = as_evaluator.get(url_of(review)).context["page"].lines
    assert [(line.text, line.by, line.place) for line in lines] == [
        ("Så", "Colleague", ""),
        ("Først", "Evaluator", f"4 {review.scale.by_number[4].title}"),
    ]
    assert all(line.written for line in lines)


def test_a_note_can_be_opened_again_and_changed(review: Review, as_evaluator: Client, world: World) -> None:
    note = quick_note(review, world.colleague, "Sagt i gangen", item_number=4)
    page = as_evaluator.get(f"{url_of(review)}?note={note.code}").context["page"]
    assert (page.field.code, page.field.version, page.field.text) == (str(note.code), "1", "Sagt i gangen")
    assert page.lines == ()
    as_evaluator.post(url_of(review), sent(code=str(note.code), version="1", text="Sagt på møtet"))
    note.refresh_from_db()
    assert (note.text, note.item_number, note.written_by) == ("Sagt på møtet", 4, world.colleague)
    assert note.saved_by == world.evaluator


@pytest.mark.parametrize("code", ["x", "1b857b9f-f661-4e0a-ad15-e09b16529048"])
def test_a_note_that_does_not_exist_is_not_found(review: Review, as_evaluator: Client, code: str) -> None:
    assert as_evaluator.get(url_of(review), {"note": code}).status_code == 404


def test_the_note_of_another_review_is_neither_shown_nor_changed(
    review: Review, as_evaluator: Client, world: World
) -> None:
    foreign = quick_note(world.plan_review(), world.evaluator, "Fremmed")
    assert as_evaluator.get(url_of(review), {"note": str(foreign.code)}).status_code == 404
    assert as_evaluator.post(url_of(review), sent(code=str(foreign.code), version="1")).status_code == 409
    foreign.refresh_from_db()
    assert foreign.text == "Fremmed"


def test_a_repeated_request_writes_one_note_also_after_the_signature(world: World) -> None:
    review, code, change = world.draft_review(4), uuid4(), uuid4()
    for _ in range(2):
        assert write(review, world.evaluator, "Sagt", code=code, change=change) == 1
    world.sign(review)
    assert write(fresh(review), world.evaluator, "Sagt", code=code, change=change) == 1
    assert texts(review) == ["Sagt"]


def test_an_empty_note_is_not_stored_and_an_emptied_one_is_not_listed(
    review: Review, as_evaluator: Client, world: World
) -> None:
    assert write(review, world.evaluator, "") == 0
    code = uuid4()
    write(review, world.evaluator, "Feil", code=code)
    assert write(review, world.evaluator, "", code=code, based_on=1) == 2
    assert as_evaluator.get(url_of(review)).context["page"].lines == ()
    assert as_evaluator.get(url_of(review, "quick_notes_sort")).context["page"].notes == ()


def test_a_note_that_somebody_else_changed_is_kept_next_to_the_own_text(
    review: Review, as_evaluator: Client, world: World
) -> None:
    note = quick_note(review, world.evaluator, "Først")
    write(review, world.colleague, "Kollegaens", code=note.code, based_on=1)
    mine = sent(code=str(note.code), version="1", text="Min")
    answer = as_evaluator.post(url_of(review), mine, headers=JSON)
    assert (answer.status_code, answer.json()["conflict"]) == (409, True)
    assert "Colleague" in answer.json()["error"]
    page = as_evaluator.post(url_of(review), mine)
    assert page.status_code == 409
    assert "Kollegaens" in page.content.decode()
    assert (page.context["page"].field.text, page.context["page"].field.version) == ("Min", "2")
    with pytest.raises(Stale):
        write(review, world.evaluator, "Av en som aldri var her", based_on=3)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"text": "Fødselsnummer 01019010046"}, "nummer"),
        ({"text": "x" * 5_001}, "5001"),
        ({"code": ""}, "Kopier det du har skrevet"),
        ({"version": "-1"}, "Kopier det du har skrevet"),
    ],
)
def test_bad_input_is_refused_and_the_text_is_kept(
    review: Review, as_evaluator: Client, fields: dict[str, str], sentence: str
) -> None:
    answer = as_evaluator.post(url_of(review), sent(**fields), headers=JSON)
    assert answer.status_code == 422
    assert sentence in answer.json()["error"]
    page = as_evaluator.post(url_of(review), sent(**fields))
    assert page.status_code == 422
    assert page.context["page"].field.text == sent(**fields)["text"]
    assert not QuickNote.objects.exists()


def test_a_page_that_somebody_else_opened_saves_nothing(review: Review, as_evaluator: Client, world: World) -> None:
    assert as_evaluator.post(url_of(review), sent(author=str(world.colleague.pk))).status_code == 409
    assert not QuickNote.objects.exists()


def test_a_review_holds_a_limited_number_of_notes(review: Review, world: World) -> None:
    note = quick_note(review, world.evaluator, "Sagt")
    rows = [QuickNote(**fields_of(note), code=uuid4()) for _ in range(MOST_QUICK_NOTES - 1)]
    QuickNote.objects.bulk_create(rows)
    with pytest.raises(StateConflict, match=str(MOST_QUICK_NOTES)):
        write(review, world.evaluator, "En til")
    assert write(review, world.evaluator, "Endret", code=note.code, based_on=1) == 2


def fields_of(note: QuickNote) -> dict[str, Any]:
    names = ("review", "text", "written_by", "written_at", "saved_by", "saved_at", "change")
    return {name: getattr(note, name) for name in names}


def test_no_event_tells_of_a_quick_note(review: Review, world: World) -> None:
    events = ReviewEvent.objects.count()
    quick_note(review, world.evaluator, "Sagt", item_number=4)
    assert ReviewEvent.objects.count() == events
    assert fresh(review).status == "planned"


def test_the_data_of_a_person_list_quick_notes_without_their_text(review: Review, world: World) -> None:
    quick_note(review, world.evaluator, "Sagt av en annen", item_number=4)
    data = world.client_of("evaluator").get(reverse("account_data"))
    assert [line["item_number"] for line in data.json()["quick_notes_written"]] == [4]
    assert len(data.json()["quick_notes_saved_last"]) == 1
    assert "Sagt av en annen" not in data.content.decode()


def test_once_the_review_is_final_the_notes_are_read_only(world: World) -> None:
    review = world.draft_review(4)
    note = quick_note(review, world.evaluator, "Sagt")
    world.sign(review)
    client = world.client_of("evaluator")
    page = client.get(url_of(review))
    assert [line.edit_url for line in page.context["page"].lines] == [""]
    assert "<textarea" not in page.content.decode()
    assert client.post(url_of(review), sent(code=str(note.code), version="1")).status_code == 409
    assert client.post(url_of(review), sent(), headers=JSON).status_code == 409
    assert client.post(url_of(review, "quick_notes_sort"), {}).status_code == 409


# --- Sorting ------------------------------------------------------------------------------


def test_several_notes_are_sorted_at_once(review: Review, as_evaluator: Client, world: World) -> None:
    interview = hold_interview(review, world.evaluator)
    notes = [quick_note(review, world.evaluator, f"Notat {n}") for n in range(3)]
    places = dict(zip([note.pk for note in notes], ["item-4", f"interview-{interview.pk}", ""], strict=True))
    data = {f"place-{pk}": place for pk, place in places.items()} | {f"was-{pk}": "" for pk in places}
    page = as_evaluator.post(url_of(review, "quick_notes_sort"), data, follow=True)
    assert "2 notater ble sortert." in page.content.decode()
    assert [Place.of(note) for note in review.quick_notes.all()] == [
        Place(item_number=4),
        Place(interview=interview.pk),
        Place(),
    ]
    assert [note.line.text for note in page.context["page"].notes] == ["Notat 2", "Notat 0", "Notat 1"]
    assert page.context["page"].progress.sentence == "3 notater, 2 sortert"


def test_a_sorted_note_is_shown_where_its_item_is_scored_and_can_be_quoted(
    review: Review, as_evaluator: Client, world: World
) -> None:
    note = quick_note(review, world.colleague, "Vi <tre> deler", item_number=4)
    page = as_evaluator.get(reverse("item", args=[review.code, 4])).content.decode()
    assert "Vi &lt;tre&gt; deler" in page
    assert "Hurtignotat, Colleague" in page
    assert f'value="quick-{note.pk}"' in page
    assert quotation_of(review, f"quick-{note.pk}").text == "«Vi <tre> deler»"
    assert item_notes(review, 5).free == ()
    assert "Vi &lt;tre" not in as_evaluator.get(reverse("item", args=[review.code, 5])).content.decode()


@pytest.mark.parametrize("key", ["quick-", "quick-x", "quick-0", f"quick-{'9' * 30}", "quick-quick-1"])
def test_only_a_quick_note_of_the_review_can_be_quoted(review: Review, world: World, key: str) -> None:
    foreign = quick_note(world.plan_review(), world.evaluator, "Fremmed", item_number=4)
    assert quotation_of(review, key) is None
    assert quotation_of(review, f"quick-{foreign.pk}") is None


def test_a_note_that_is_sorted_under_an_interview_is_shown_there(
    review: Review, as_evaluator: Client, world: World
) -> None:
    interview = hold_interview(review, world.evaluator)
    quick_note(review, world.colleague, "Sagt i gangen", interview=interview.pk)
    steps = {
        step: as_evaluator.get(reverse("interview_step", args=[review.code, interview.code, step])) for step in (0, 1)
    }
    assert "Sagt i gangen" in steps[0].content.decode()
    assert "Sagt i gangen" not in steps[1].content.decode()


def test_a_note_that_somebody_else_sorted_first_is_not_sorted_again(
    review: Review, as_evaluator: Client, world: World
) -> None:
    notes = [quick_note(review, world.evaluator, "Sagt", item_number=4), quick_note(review, world.evaluator, "Mer")]
    data = {f"place-{note.pk}": "item-5" for note in notes} | {f"was-{note.pk}": "" for note in notes}
    answer = as_evaluator.post(url_of(review, "quick_notes_sort"), data)
    assert answer.status_code == 409
    assert "Noen andre har sortert" in answer.content.decode()
    assert [(note.chosen, note.was) for note in answer.context["page"].notes] == [("item-5", ""), ("item-5", "item-4")]
    assert [note.item_number for note in review.quick_notes.all()] == [4, None]
    same = {f"place-{notes[0].pk}": "item-4", f"was-{notes[0].pk}": ""}
    assert as_evaluator.post(url_of(review, "quick_notes_sort"), same).status_code == 302


@pytest.mark.parametrize("place", ["item-26", "item-0", "interview-0", "x", "9" * 31])
def test_a_place_that_does_not_exist_is_refused(review: Review, as_evaluator: Client, world: World, place: str) -> None:
    note = quick_note(review, world.evaluator, "Sagt")
    data = {f"place-{note.pk}": place, f"was-{note.pk}": ""}
    assert as_evaluator.post(url_of(review, "quick_notes_sort"), data).status_code == 422
    assert Place.of(QuickNote.objects.get()) == Place()


def test_the_interview_of_another_review_is_no_place(review: Review, as_evaluator: Client, world: World) -> None:
    note = quick_note(review, world.evaluator, "Sagt")
    foreign = hold_interview(world.plan_review(), world.evaluator)
    data = {f"place-{note.pk}": f"interview-{foreign.pk}", f"was-{note.pk}": ""}
    assert as_evaluator.post(url_of(review, "quick_notes_sort"), data).status_code == 422
    with pytest.raises(StateConflict):
        sort_quick_notes(review=review, places={note.pk: (Place(), Place(interview=foreign.pk))})


def test_an_interview_that_was_removed_meanwhile_takes_no_note(review: Review, world: World) -> None:
    interview, note = hold_interview(review, world.evaluator), quick_note(review, world.evaluator, "Sagt")
    gone = Place(interview=interview.pk)
    remove_interview(interview=interview, by=world.colleague)
    with pytest.raises(StateConflict):
        sort_quick_notes(review=review, places={note.pk: (Place(), gone)})


def test_the_database_also_keeps_a_note_in_one_place(review: Review, world: World) -> None:
    note = quick_note(review, world.evaluator, "Sagt", item_number=4)
    interview = hold_interview(review, world.evaluator)
    for fields in ({"interview": interview}, {"item_number": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            QuickNote.objects.filter(pk=note.pk).update(**fields)


def test_without_a_note_the_pages_say_what_to_do(review: Review, as_evaluator: Client) -> None:
    assert "én ting i hvert notat" in as_evaluator.get(url_of(review)).content.decode()
    assert "ingen notater å sortere" in as_evaluator.get(url_of(review, "quick_notes_sort")).content.decode()


# --- Nowhere else -------------------------------------------------------------------------


def test_a_quick_note_is_in_no_record_report_or_export(world: World) -> None:
    review = world.draft_review(4)
    quick_note(review, world.evaluator, "Hemmelig", item_number=4)
    world.sign(review)
    client = world.client_of("coordinator")
    for name in ("review", "sheet", "sheet_json", "report", "history", "evidence"):
        assert "emmelig" not in client.get(reverse(name, args=[review.code])).content.decode()
    assert "emmelig" not in str(fresh(review).record.content)
