"""The history of a review, its readers, and the access log."""

import csv
import io
import re
import time
from datetime import UTC, datetime, timedelta
from html import unescape
from uuid import uuid4

import openpyxl
import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse
from django.utils import timezone

from reviews.actionplan.services import ActionFields, add_action
from reviews.models import AccessEvent, EventType, Review, ReviewEvent
from reviews.records import access_log, chain
from reviews.records.access_page import PAGES
from reviews.records.text_difference import text_difference
from reviews.records.writing import record
from tests.builders import World, note_on_action, post_transition, save

pytestmark = pytest.mark.django_db


def history(client: Client, review: Review, query: str = "") -> str:
    return client.get(reverse("history", args=[review.code]) + query).content.decode()


def logged_actions(review: Review | None = None) -> list[tuple[str, str, str]]:
    lines = AccessEvent.objects.select_related("by").order_by("pk")
    return [(str(line.by), line.action, line.page) for line in (lines.filter(review=review) if review else lines)]


def test_the_history_shows_who_changed_what_with_both_values(world: World, as_evaluator: Client) -> None:
    review = world.score_review({4: 3})
    save(review, world.colleague, {4: {"value": 5, "evidence": "Sett i teammøtet i mars"}})
    save(review, world.evaluator, {4: {"evidence": "Sett i behandlingsmøtet i mars"}})
    page = history(as_evaluator, review)
    assert "opprettet vurderingen" in page
    assert "Colleague" in page
    assert re.search(r"3\s*<span aria-hidden=\"true\">→</span>.*?<b class=\"pre\">5</b>", page, re.DOTALL)
    assert re.search(r"<del>.*?teammøtet<", page)
    assert re.search(r"<ins>.*?behandlingsmøtet<", page)


def test_the_history_of_a_plan_says_what_was_done_and_shows_no_code(world: World) -> None:
    final = world.final_review(3)
    code, fields = uuid4(), ActionFields("Møt teamet hver uke")
    action = add_action(review=final, by=world.team_leader, code=code, item_number=4, fields=fields)
    note_on_action(review=final, action=action, by=world.coordinator, note="Avtalt")
    page = history(world.client_of("team_leader"), final)
    assert page.count("Møt teamet hver uke") == 2
    assert "la til et tiltak" in page
    assert str(code)[:8] not in page


def test_a_review_that_the_reader_may_not_open_has_no_code_in_the_history(world: World) -> None:
    review = world.plan_review()
    elsewhere = world.plan_review(organisation=world.others, by=world.stranger, evaluators=[world.stranger])
    changes = {"correction": ["", str(elsewhere.code)]}
    chain.append(review, ReviewEvent(by=world.evaluator, type=EventType.CORRECTED, changes=changes))
    page = history(world.client_of("evaluator"), review)
    assert "en vurdering du ikke har tilgang til" in page
    assert str(elsewhere.code) not in page


def test_a_difference_consists_of_words_and_loses_nothing() -> None:
    before, after = "Vi så 2 team,\nikke flere.", "Vi så 3 team,\nikke flere nå."
    segments = text_difference(before, after)
    assert "".join(segment.text for segment in segments if segment.kind != "ins") == before
    assert "".join(segment.text for segment in segments if segment.kind != "del") == after
    assert [(segment.kind, segment.text) for segment in segments if segment.kind] == [
        ("del", "2"),
        ("ins", "3"),
        ("ins", " nå"),
    ]


def test_long_texts_are_shown_whole_instead_of_compared() -> None:
    before, after = ".," * 2_500, ",." * 2_500
    begun = time.process_time()
    segments = text_difference(before, after)
    assert time.process_time() - begun < 1
    assert "".join(segment.text for segment in segments if segment.kind != "ins") == before
    assert "".join(segment.text for segment in segments if segment.kind != "del") == after


def test_every_page_of_a_review_has_a_name_in_the_access_log() -> None:
    routes = {
        pattern.name
        for resolver in get_resolver().url_patterns
        if isinstance(resolver, URLResolver)
        for room in resolver.url_patterns
        for pattern in (room.url_patterns if isinstance(room, URLResolver) else [room])
        if str(pattern.pattern).startswith("reviews/<")
    }
    # the addresses of these belong to a network, to an organisation, and to nothing
    assert routes | {"exports", "compare", "search"} == set(PAGES)


def test_the_service_reads_transitions_and_no_changes_made_while_scoring(world: World) -> None:
    review = world.score_review(4)
    save(review, world.evaluator, {4: {"evidence": "Et utkast som ble strøket"}})
    save(review, world.evaluator, {4: {"evidence": ""}})
    post_transition(world.client_of("evaluator"), review, "draft")
    page = history(world.client_of("team_leader"), review)
    assert "delte ut rapportutkastet" in page
    assert "Et utkast som ble strøket" not in page
    assert "Et utkast som ble strøket" in history(world.client_of("coordinator"), review)


def test_a_long_history_comes_in_pages(world: World, as_evaluator: Client) -> None:
    review = world.plan_review()
    for round_ in range(5):
        save(review, world.evaluator, {number: {"evidence": f"Runde {round_}"} for number in range(1, 26)})
    page = as_evaluator.get(reverse("history", args=[review.code]))
    assert len(page.context["history"].entries) == 50
    for expected in (50, 27):
        older = page.context["history"].older
        page = as_evaluator.get(reverse("history", args=[review.code]) + f"?before={older}")
        assert len(page.context["history"].entries) == expected
    assert page.context["history"].entries[-1].description == "opprettet vurderingen"
    assert page.context["history"].older == ""


def test_the_history_is_grouped_by_day_and_each_day_is_named_once(world: World, as_evaluator: Client) -> None:
    review = world.plan_review()
    for day in (3, 3, 9):
        at = datetime(2026, 3, day, 12, tzinfo=UTC)
        record(review, EventType.SPECIALISTS, by=world.evaluator, at=at, changes={"specialists": [["A"], ["B"]]})
    page = history(as_evaluator, review)
    titles = re.findall(r'<section class="history-day">\s*<h2>(.*?)</h2>', page)
    assert titles[-2:] == ["9. mars 2026", "3. mars 2026"]


def test_events_are_in_the_order_of_their_time(world: World, as_evaluator: Client) -> None:
    review = world.plan_review()
    for number in range(60):  # more than a page, recorded from the newest to the oldest
        at = datetime(2026, 3, 1, 12, tzinfo=UTC) - timedelta(hours=number)
        record(review, EventType.SPECIALISTS, by=world.evaluator, at=at, changes={"specialists": [[], [str(number)]]})
    first = as_evaluator.get(reverse("history", args=[review.code])).context["history"]
    url = reverse("history", args=[review.code]) + f"?before={first.older}"
    times = [entry.machine_time for entry in (*first.entries, *as_evaluator.get(url).context["history"].entries)]
    assert len(times) == 61
    assert times == sorted(times, reverse=True)


def test_the_history_is_filtered_by_person_item_and_kind_and_its_pages_keep_the_filters(
    world: World, as_evaluator: Client
) -> None:
    review = world.plan_review()
    save(review, world.colleague, {5: {"evidence": "Kollegaens"}})
    for round_ in range(3):
        save(review, world.evaluator, {number: {"evidence": f"Runde {round_}"} for number in range(1, 26)})
    url = reverse("history", args=[review.code])

    def found(**query: object) -> set[tuple[str, str]]:
        entries = as_evaluator.get(url, query).context["history"].entries
        return {(entry.by, entry.item.partition(" ")[0]) for entry in entries}

    assert found(item=5) == {("Colleague", "5"), ("Evaluator", "5")}
    assert found(item=5, person=world.colleague.code) == {("Colleague", "5")}
    assert found(kind="created") == {("Evaluator", "")}
    assert found(kind="cancelled") != set()  # no such event is there: the form says so and filters nothing
    page = as_evaluator.get(url, {"person": world.evaluator.code})
    older = re.search(r'class="btn" href="(\?[^"]*)"', page.content.decode())
    assert older is not None
    assert len(as_evaluator.get(url + unescape(older[1])).context["history"].entries) == 26


def test_the_filters_offer_only_what_the_reader_may_see(world: World) -> None:
    review = world.apart_review(evaluators=[world.evaluator, world.colleague])
    save(review, world.colleague, {5: {"evidence": "Kollegaens"}})
    form = world.client_of("evaluator").get(reverse("history", args=[review.code])).context["form"]
    assert [label for _value, label in form.fields["item"].choices] == ["Alle"]
    own = world.client_of("colleague").get(reverse("history", args=[review.code])).context["form"]
    assert len(own.fields["item"].choices) == 2


def test_no_code_and_no_hash_stands_in_the_text_of_the_history(world: World) -> None:
    review = world.final_review(4)
    action = add_action(
        review=review, by=world.team_leader, code=uuid4(), item_number=4, fields=ActionFields("Møt teamet")
    )
    page = history(world.client_of("coordinator"), review)
    shown = page[page.index("<main") : page.index("</main>")]
    text = re.sub(r"<details class=\"fold history-hash\">.*?</details>|<[^>]*>", " ", shown, flags=re.DOTALL)
    assert not re.search(r"[0-9a-f]{8}", text)
    assert str(action.code)[:8] not in text
    assert review.events.last().hash in shown


def test_a_long_text_is_folded(world: World, as_evaluator: Client) -> None:
    review = world.score_review({4: 3})
    save(review, world.evaluator, {4: {"evidence": "Sett i teammøtet. " * 40}})
    page = history(as_evaluator, review)
    assert re.search(r'<details class="fold">\s*<summary>\s*Sett i teammøtet', page)


@pytest.mark.parametrize("before", ["x", "-1", "²", "9" * 30])
def test_an_invalid_page_number_is_404(world: World, as_evaluator: Client, before: str) -> None:
    url = reverse("history", args=[world.plan_review().code])
    assert as_evaluator.get(url, {"before": before}).status_code == 404


def test_every_event_carries_the_hash_of_the_one_before(world: World) -> None:
    first, second = world.final_review(4), world.final_review(3)
    for review in (first, second):
        events = list(review.events.order_by("pk"))
        assert events[0].previous == ""
        assert [event.previous for event in events[1:]] == [event.hash for event in events[:-1]]
        assert list(chain.breaks(events)) == []
    assert len({event.hash for event in (*first.events.all(), *second.events.all())}) == 58


# --- The access log -----------------------------------------------------------------------


def test_reading_printing_and_exporting_are_logged(world: World) -> None:
    review = world.final_review(4)
    leader = world.client_of("team_leader")
    for name in ("review", "sheet", "sheet_pdf", "sheet_json", "history"):
        leader.get(reverse(name, args=[review.code]))
    assert logged_actions(review) == [
        ("Leader", "read", "review"),
        ("Leader", "read", "sheet"),
        ("Leader", "printed", "sheet_pdf"),
        ("Leader", "exported", "sheet_json"),
        ("Leader", "read", "history"),
    ]


def test_reading_again_within_the_hour_is_logged_once(world: World, as_evaluator: Client) -> None:
    review = world.score_review(4)
    for _ in range(3):
        as_evaluator.get(review.get_absolute_url())
    assert len(logged_actions(review)) == 1
    access_log.forget()  # an hour later, or another process
    as_evaluator.get(review.get_absolute_url())
    assert len(logged_actions(review)) == 2


def test_refused_access_is_logged_with_its_review(world: World) -> None:
    review = world.score_review(4)
    world.client_of("stranger").get(review.get_absolute_url())
    world.client_of("coordinator").post(reverse("item", args=[review.code, 4]))
    world.client_of("stranger").get("/reviews/00000000-0000-4000-8000-000000000000/")
    assert logged_actions(review) == [("Stranger", "refused", "review"), ("Coordinator", "refused", "item")]
    assert logged_actions()[-1] == ("Stranger", "refused", "review")


def test_sign_ins_sign_outs_and_failures_are_logged_without_what_was_typed(world: World) -> None:
    client = Client()
    client.post("/accounts/login/", {"login": "evaluator", "password": "hemmelig-feil"})
    client.post("/accounts/login/", {"login": "mitt-passord-i-feil-felt", "password": "x"})
    client.post("/accounts/login/", {"login": "evaluator", "password": "evaluator-pw"})
    client.post(reverse("account_logout"))
    lines = list(AccessEvent.objects.order_by("pk"))
    assert [line.action for line in lines] == ["sign_in_failed", "sign_in_failed", "signed_in", "signed_out"]
    assert [line.person for line in lines] == [world.evaluator, None, None, None]
    stored = str(list(AccessEvent.objects.values()))
    assert "hemmelig" not in stored
    assert "mitt-passord" not in stored


def test_the_service_and_the_coordinator_see_who_has_read(world: World) -> None:
    review = world.final_review(4)
    world.client_of("evaluator").get(reverse("sheet", args=[review.code]))
    for who in ("team_leader", "coordinator"):
        page = world.client_of(who).get(reverse("access", args=[review.code])).content.decode()
        assert "<b>Evaluator</b>" in page.split("<main")[1]
        assert reverse("access", args=[review.code]) in history(world.client_of(who), review)
    assert reverse("access", args=[review.code]) not in history(world.client_of("evaluator"), review)


def test_the_access_log_is_exported_as_csv_and_excel_and_the_export_is_logged(world: World) -> None:
    review = world.final_review(4)
    world.client_of("evaluator").get(reverse("sheet", args=[review.code]))
    leader = world.client_of("team_leader")
    text = leader.get(reverse("access_csv", args=[review.code])).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert rows[0][1] == "Hvem"
    assert [row[1] for row in rows[1:]] == ["Leader", "Evaluator"]
    book = openpyxl.load_workbook(io.BytesIO(leader.get(reverse("access_xlsx", args=[review.code])).content))
    assert [row[1] for row in book.active.values][1:] == ["Leader", "Leader", "Evaluator"]
    assert logged_actions(review)[1:] == [("Leader", "exported", "access_csv"), ("Leader", "exported", "access_xlsx")]


def test_a_name_that_looks_like_a_formula_stays_text_in_both_files(world: World) -> None:
    review = world.final_review(4)
    world.evaluator.name = '=HYPERLINK("http://x")'
    world.evaluator.save()
    world.client_of("evaluator").get(reverse("sheet", args=[review.code]))
    leader = world.client_of("team_leader")
    text = leader.get(reverse("access_csv", args=[review.code])).content.decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text), delimiter=";"))[2][1] == '\'=HYPERLINK("http://x")'
    book = openpyxl.load_workbook(io.BytesIO(leader.get(reverse("access_xlsx", args=[review.code])).content))
    cell = book.active["B4"]
    assert (cell.value, cell.data_type) == ('=HYPERLINK("http://x")', "s")


def test_events_have_their_time_in_utc(world: World) -> None:
    review = world.plan_review()
    at = review.events.get().at
    assert at.utcoffset() == timedelta(0)
    assert abs(timezone.now() - at) < timedelta(minutes=1)
