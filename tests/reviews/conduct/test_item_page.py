"""The page of one item: what it shows, what it saves and what it refuses."""

from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from reviews.models import ItemScore, Review, ReviewEvent
from tests.builders import World, fresh, item_post, save

pytestmark = pytest.mark.django_db


def url_of(review: Review, number: int = 4) -> str:
    return reverse("item", args=[review.code, number])


def test_the_list_next_to_the_form_links_all_items_and_marks_this_one(review: Review, as_evaluator: Client) -> None:
    page = as_evaluator.get(url_of(review)).content.decode()
    nav = page.split('class="bench-items"')[1]
    assert [f'<a href="../{number}/"' in nav for number in range(1, 26)] == [True] * 25
    assert nav.count('aria-current="step"') == 1


def test_the_page_shows_item_anchors_sources_and_the_guides_questions(review: Review, as_evaluator: Client) -> None:
    page = as_evaluator.get(url_of(review)).content.decode()
    assert "gjennom samarbeid" in page
    assert page.count('type="radio"') == 7  # five anchors, "no score yet" and "not enough data yet"
    assert "uavhengig av psykiske helsetjenester" in page
    assert "Vem hänvisar kunder till dig?" in page
    assert 'lang="sv"' in page
    assert "0 av 25 skåret · sum så langt 0" in page


def test_the_key_for_the_suggestion_is_named_only_where_there_is_one(review: Review, as_evaluator: Client) -> None:
    def names_the_key() -> bool:
        return 'aria-keyshortcuts="+"' in as_evaluator.get(url_of(review)).content.decode()

    assert not names_the_key()
    as_evaluator.post(url_of(review), item_post(review, 4, amount="78"))
    assert names_the_key()


def test_a_question_with_a_second_item_is_shown_on_both_items(review: Review, as_evaluator: Client) -> None:
    question = "vikarierar du också för andra arbetstränare"
    assert question in as_evaluator.get(url_of(review, 5)).content.decode()
    assert question in as_evaluator.get(url_of(review, 7)).content.decode()


@pytest.mark.parametrize("number", [10, 20])
def test_items_without_questions_say_that_the_guide_has_none(review: Review, as_evaluator: Client, number: int) -> None:
    assert "ingen spørsmål til dette kriteriet" in as_evaluator.get(url_of(review, number)).content.decode()


def test_a_save_keeps_everything_and_starts_the_review(review: Review, as_evaluator: Client, world: World) -> None:
    fields = {
        "value": "3",
        "sources": ["OBS", "ADM"],
        "evidence": "To team.\r\nSett møte.",
        "recommendation": "Flere møter.",
    }
    answer = as_evaluator.post(url_of(review), item_post(review, 4, **fields))
    assert answer.status_code == 303
    row = review.scores.get(item_number=4)
    assert (row.value, row.sources, row.evidence, row.recommendation) == (
        3,
        ["ADM", "OBS"],
        "To team.\nSett møte.",
        "Flere møter.",
    )
    assert (row.version, row.saved_by) == (1, world.evaluator)
    assert fresh(review).status == "scoring"


def test_evidence_may_come_before_the_score(review: Review, as_evaluator: Client) -> None:
    as_evaluator.post(url_of(review), item_post(review, 4, evidence="Bare et notat."))
    row = review.scores.get(item_number=4)
    assert (row.value, row.evidence) == (None, "Bare et notat.")
    assert "0 av 25 skåret" in as_evaluator.get(url_of(review)).content.decode()


def test_a_score_can_be_removed(review: Review, as_evaluator: Client) -> None:
    as_evaluator.post(url_of(review), item_post(review, 4, value="5"))
    as_evaluator.post(url_of(review), item_post(review, 4, value=""))
    assert review.scores.get(item_number=4).value is None


@pytest.mark.parametrize(
    ("go", "number", "target"),
    [("next", 4, 5), ("previous", 4, 3), ("unscored", 4, 7), ("stay", 4, 4), ("unscored", 25, 1), ("nonsense", 4, 4)],
)
def test_the_buttons_save_and_open_the_next_page(
    review: Review, as_evaluator: Client, world: World, go: str, number: int, target: int
) -> None:
    save(review, world.evaluator, {5: {"value": 1}, 6: {"value": 1}})
    answer = as_evaluator.post(url_of(review, number), item_post(review, number, value="2", go=go))
    assert answer.headers["Location"] == url_of(review, target)


def test_next_after_the_last_item_opens_the_review(review: Review, as_evaluator: Client) -> None:
    answer = as_evaluator.post(url_of(review, 25), item_post(review, 25, value="2", go="next"))
    assert answer.headers["Location"] == review.get_absolute_url()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"value": "0"}, "helt tall fra 1 til 5"),
        ({"value": "6"}, "helt tall fra 1 til 5"),
        ({"value": "4.5"}, "helt tall fra 1 til 5"),
        ({"value": "x"}, "helt tall fra 1 til 5"),
        ({"value": "４"}, "helt tall fra 1 til 5"),
        ({"sources": ["ADM", "TLF"]}, "TLF"),
        ({"evidence": "x" * 5001}, "5000"),
        ({"recommendation": "x" * 5001}, "5000"),
        ({"version": ""}, "Kopier det du har skrevet"),
        ({"version": "-1"}, "Kopier det du har skrevet"),
        ({"version": "9" * 30}, "Kopier det du har skrevet"),
        ({"change": "not-a-uuid"}, "Kopier det du har skrevet"),
        ({"evidence": "x\n" * 300}, "200"),
    ],
)
def test_bad_input_is_refused_with_a_sentence_and_nothing_changes(
    review: Review, as_evaluator: Client, world: World, fields: dict[str, Any], sentence: str
) -> None:
    save(review, world.evaluator, {4: {"value": 2, "evidence": "Står her."}})
    answer = as_evaluator.post(url_of(review), item_post(review, 4, **{"value": "3"} | fields))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    row = review.scores.get(item_number=4)
    assert (row.value, row.evidence, row.version) == (2, "Står her.", 1)


def test_a_refused_text_is_still_in_the_form(review: Review, as_evaluator: Client) -> None:
    answer = as_evaluator.post(url_of(review), item_post(review, 4, value="9", evidence="Lang tekst som ikke må bort"))
    assert "Lang tekst som ikke må bort" in answer.content.decode()


@pytest.mark.parametrize("text", ["🙂 emoji", "שלום וברכה", "æøå ÆØÅ", "{{ 7|add:1 }} {% now %}", "x" * 5000, "a\n\nb"])
def test_any_valid_text_is_stored_unchanged(review: Review, as_evaluator: Client, text: str) -> None:
    as_evaluator.post(url_of(review), item_post(review, 4, evidence=text))
    assert review.scores.get(item_number=4).evidence == text


def test_signs_that_paper_cannot_show_are_cleaned_away(review: Review, as_evaluator: Client) -> None:
    pasted = "\uf0b7\tMøte\0 sett\u2028\u202eto ganger"
    as_evaluator.post(url_of(review), item_post(review, 4, evidence=pasted))
    assert review.scores.get(item_number=4).evidence == "•\tMøte sett\nto ganger"


def test_5000_characters_with_line_ends_are_not_too_many(review: Review, as_evaluator: Client) -> None:
    """A browser counts a line end as one character and sends it as two."""
    text = "x" * 4990 + "\r\n" * 9 + "x"
    assert as_evaluator.post(url_of(review), item_post(review, 4, evidence=text)).status_code == 303
    assert len(review.scores.get(item_number=4).evidence) == 5000


def test_hostile_text_is_shown_as_text(review: Review, as_evaluator: Client, world: World) -> None:
    save(review, world.evaluator, {4: {"evidence": "</textarea><script>alert(1)</script>"}})
    page = as_evaluator.get(url_of(review)).content.decode()
    assert "<script>alert" not in page
    assert "&lt;/textarea&gt;&lt;script&gt;" in page


@pytest.mark.parametrize("number", ["0", "26", "9" * 25])
def test_an_item_that_the_scale_lacks_is_not_found(review: Review, as_evaluator: Client, number: str) -> None:
    url = url_of(review, 1).replace("/items/1/", f"/items/{number}/")
    assert as_evaluator.get(url).status_code == 404
    assert as_evaluator.post(url, {"value": "3"}).status_code == 404


def test_a_final_review_is_closed_to_every_save(world: World, as_evaluator: Client) -> None:
    review = world.final_review(4)
    answer = as_evaluator.post(url_of(review), item_post(review, 4, value="1"))
    assert answer.status_code == 409
    assert reverse("sheet", args=[review.code]) in answer.content.decode()
    assert as_evaluator.get(url_of(review)).status_code == 409
    assert review.scores.get(item_number=4).value == 4


def test_a_body_of_10_megabytes_is_refused_before_it_is_read(review: Review, as_evaluator: Client) -> None:
    answer = as_evaluator.post(url_of(review), {"evidence": "x" * 10_000_000})
    assert answer.status_code == 413
    assert "mer enn" in answer.content.decode()
    told = as_evaluator.post(url_of(review), {"evidence": "x" * 2_000_000}, headers=JSON)
    assert "mer enn" in told.json()["error"]
    assert not ItemScore.objects.filter(version__gt=0).exists()


# --- Two people, two tabs, and repeated sends --------------------------------------------


def test_the_second_of_two_writers_sees_both_texts_and_who_wrote_the_other(review: Review, world: World) -> None:
    first, second = world.client_of("evaluator"), world.client_of("colleague")
    based_on = item_post(review, 4)
    first.post(url_of(review), based_on | {"evidence": "Teksten til den første", "value": "5"})
    answer = second.post(
        url_of(review), based_on | {"evidence": "Teksten til den andre", "value": "2", "change": str(uuid4())}
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Teksten til den første" in page
    assert "Teksten til den andre" in page
    assert "Evaluator" in page
    row = review.scores.get(item_number=4)
    assert (row.evidence, row.value) == ("Teksten til den første", 5)


def test_after_seeing_both_texts_the_second_writer_can_save(review: Review, world: World) -> None:
    based_on = item_post(review, 4)
    world.client_of("evaluator").post(url_of(review), based_on | {"evidence": "Første"})
    second = world.client_of("colleague")
    conflict = second.post(url_of(review), based_on | {"evidence": "Andre", "change": str(uuid4())})
    again = based_on | {"evidence": "Første og andre", "version": conflict.context["version"], "change": str(uuid4())}
    assert second.post(url_of(review), again).status_code == 303
    assert review.scores.get(item_number=4).evidence == "Første og andre"


def test_a_repeated_send_is_harmless(review: Review, as_evaluator: Client) -> None:
    sent = item_post(review, 4, value="3", evidence="En gang")
    assert [as_evaluator.post(url_of(review), sent).status_code for _ in range(3)] == [303, 303, 303]
    assert review.scores.get(item_number=4).version == 1
    assert ReviewEvent.objects.filter(review=review, type="scored").count() == 1


def test_a_repeat_of_an_overtaken_save_neither_overwrites_nor_reports_a_conflict(review: Review, world: World) -> None:
    client = world.client_of("evaluator")
    sent = item_post(review, 4, value="3", evidence="Min")
    client.post(url_of(review), sent)
    save(review, world.colleague, {4: {"evidence": "Din"}})
    repeated = client.post(url_of(review), sent, headers={"Accept": "application/json"})
    assert repeated.status_code == 200
    assert repeated.json()["fields"] == {"version": 1}
    assert review.scores.get(item_number=4).evidence == "Din"


def test_a_repeat_that_arrives_after_the_review_was_closed_is_still_answered_as_saved(
    world: World, as_evaluator: Client
) -> None:
    review = world.score_review(4)
    sent = item_post(review, 4, value="4", evidence="Sendt to ganger")
    as_evaluator.post(url_of(review), sent)
    world.hand_out(review)
    assert as_evaluator.post(url_of(review), sent, headers=JSON).json()["fields"] == {"version": 2}
    assert as_evaluator.post(url_of(review), sent | {"evidence": "Ny"}, headers=JSON).status_code == 409


def test_a_page_rendered_for_another_person_saves_nothing(review: Review, world: World) -> None:
    """On a shared machine a session ends and another person signs in while the old page is still open."""
    sent = item_post(review, 4, evidence="Ingrids tekst", author=world.evaluator.pk)
    answer = world.client_of("colleague").post(url_of(review), sent, headers=JSON)
    assert answer.status_code == 409
    assert "logget inn som Colleague" in answer.json()["error"]
    assert review.scores.get(item_number=4).evidence == ""


def test_the_same_id_with_another_text_is_not_a_repeat(review: Review, as_evaluator: Client) -> None:
    """A page from the browser's history has the old id. Its new text must not be lost."""
    sent = item_post(review, 4, evidence="Gammel")
    as_evaluator.post(url_of(review), sent)
    assert as_evaluator.post(url_of(review), sent | {"evidence": "Ny"}).status_code == 409


def test_saving_unchanged_values_writes_nothing(review: Review, as_evaluator: Client) -> None:
    as_evaluator.post(url_of(review), item_post(review, 4, value="3"))
    as_evaluator.post(url_of(review), item_post(review, 4, value="3"))
    assert review.scores.get(item_number=4).version == 1


def test_each_save_is_recorded_with_what_changed(review: Review, as_evaluator: Client, world: World) -> None:
    as_evaluator.post(url_of(review), item_post(review, 4, value="3"))
    as_evaluator.post(url_of(review), item_post(review, 4, value="4", evidence="Ny"))
    events = ReviewEvent.objects.filter(review=review)
    assert [event.type for event in events] == ["created", "started", "scored", "scored"]
    assert events[3].changes == {"value": [3, 4], "evidence": ["", "Ny"]}
    assert (events[3].by, events[3].item_number) == (world.evaluator, 4)


# --- Responses to the script --------------------------------------------------------------

JSON = {"Accept": "application/json"}


def test_the_module_receives_version_time_and_progress(review: Review, as_evaluator: Client) -> None:
    answer = as_evaluator.post(url_of(review), item_post(review, 4, value="3"), headers=JSON)
    told = answer.json()
    assert told["fields"] == {"version": 1}
    assert told["progress"] == "1 av 25 skåret · sum så langt 3"
    assert told["percent"] == "4"
    assert told["saved"].startswith("Lagret ")


def test_the_module_receives_the_faults_in_words(review: Review, as_evaluator: Client) -> None:
    answer = as_evaluator.post(url_of(review), item_post(review, 4, value="7"), headers=JSON)
    assert answer.status_code == 422
    assert "helt tall fra 1 til 5" in answer.json()["error"]


def test_the_module_learns_who_saved_first(review: Review, world: World) -> None:
    sent = item_post(review, 4, value="3")
    save(review, world.colleague, {4: {"value": 5}})
    answer = world.client_of("evaluator").post(url_of(review), sent, headers=JSON)
    assert answer.status_code == 409
    assert "Colleague" in answer.json()["error"]


def test_the_module_learns_that_the_session_has_ended(review: Review) -> None:
    answer = Client().post(url_of(review), {}, headers=JSON)
    assert answer.status_code == 401
    assert "logget ut" in answer.json()["error"]


def test_the_module_learns_that_the_review_was_closed(world: World, as_evaluator: Client) -> None:
    review = world.final_review(4)
    answer = as_evaluator.post(url_of(review), item_post(review, 4, value="1"), headers=JSON)
    assert answer.status_code == 409
    assert answer.json()["url"] == reverse("sheet", args=[review.code])


def test_a_form_without_its_token_is_refused_with_a_sentence(review: Review, world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.evaluator, backend=settings.AUTHENTICATION_BACKENDS[0])
    answer = client.post(url_of(review), item_post(review, 4, value="1"))
    assert answer.status_code == 403
    assert "logget inn på nytt" in answer.content.decode()
