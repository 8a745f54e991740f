"""The action plan: it starts with the recommendations; the service and the coordinator edit it, others read it."""

import csv
import io
import re
from datetime import UTC, date, datetime
from io import StringIO
from typing import Any
from uuid import uuid4

import openpyxl
import pikepdf
import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from reviews.actionplan.plan import plan_of
from reviews.actionplan.services import (
    ActionFields,
    add_action,
    begin_from_recommendations,
    change_action,
    remove_action,
    shorten,
)
from reviews.conduct.correction import open_correction
from reviews.models import AccessEvent, Action, ActionNote, Membership, Organisation, Review, ReviewEvent
from reviews.models.actionplan import LONGEST_ACTION, MOST_ACTIONS
from reviews.people.account_data import data_of
from reviews.records.writing import Stale
from reviews.workflow import Role
from tests.builders import World, corrected, fresh, hand_over, member, note_on_action, save
from tests.reviews.sheets.test_sheet_pdf import text_of

pytestmark = pytest.mark.django_db
TODAY = datetime(2026, 6, 1, 9, tzinfo=UTC)


@pytest.fixture
def final(world: World) -> Review:
    """Return a final review: items 4, 5 and 6 have a recommendation, and item 6 has the highest score."""
    review = world.score_review({n: 5 if n == 6 else 3 for n in range(1, 26)})
    recommended = {4: "Møt teamet hver uke.", 5: "Sitt sammen.", 6: "Fortsett slik."}
    save(review, world.evaluator, {number: {"recommendation": text} for number, text in recommended.items()})
    world.hand_out(review)
    world.sign(review)
    return fresh(review)


@pytest.fixture
def leader(world: World) -> Client:
    return world.client_of("team_leader")


def new_action(review: Review, world: World, what: str = "Møt teamet", item: int | None = 4, **step: Any) -> Action:
    return add_action(
        review=review, by=world.team_leader, code=uuid4(), item_number=item, fields=ActionFields(what, **step)
    )


def url(name: str, review: Review, *more: object) -> str:
    return reverse(name, args=[review.code, *more])


def action_url(review: Review, action: Action) -> str:
    return url("plan_action", review, action.code)


def sent(action: Action, **fields: Any) -> dict[str, Any]:
    """Return the data of a POST by the action's page: the stored action with `fields` changed."""
    stands = {"what": action.what, "who": action.who, "due": action.due or "", "state": action.state, "note": ""}
    return stands | {"version": action.version, "item": action.item_number or ""} | fields


def page_of(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def standing(world: World) -> int:
    return Organisation.objects.get(pk=world.organisation.pk).open_actions


def verified() -> bool:
    call_command("verify_records", stdout=StringIO(), stderr=StringIO())
    return True


# --- Starting and adding ------------------------------------------------------------------


def test_an_empty_plan_starts_with_the_recommendations_below_the_highest_score(final: Review, leader: Client) -> None:
    assert "Begynn med anbefalingene" in page_of(leader, url("plan", final))
    leader.post(url("plan_begin", final))
    assert list(final.actions.values_list("item_number", "what")) == [(4, "Møt teamet hver uke."), (5, "Sitt sammen.")]
    page = page_of(leader, url("plan", final))
    assert "2 tiltak ble laget" in page
    assert "0 av 2 ferdig" in page
    assert "Begynn med anbefalingene" not in page


def test_pressing_begin_twice_starts_the_plan_once(final: Review, leader: Client, world: World) -> None:
    leader.post(url("plan_begin", final))
    leader.post(url("plan_begin", final))
    assert final.actions.count() == 2
    assert final.events.filter(type="action_added").count() == 2
    assert begin_from_recommendations(review=final, by=world.coordinator) == 0


def test_a_plan_that_has_an_action_is_not_started_again(final: Review, leader: Client, world: World) -> None:
    new_action(final, world)
    leader.post(url("plan_begin", final))
    assert final.actions.count() == 1


@pytest.mark.parametrize(
    ("text", "longest", "short"),
    [
        ("Kort", 10, "Kort"),
        ("To ord her", 10, "To ord her"),
        ("To ord her til", 10, "To ord…"),
        ("To ord herre", 7, "To ord…"),
        ("Ettlangtord", 5, "Ettl…"),
    ],
)
def test_a_long_recommendation_is_cut_at_a_word(text: str, longest: int, short: str) -> None:
    assert shorten(text, longest) == short
    assert len(shorten(text, longest)) <= longest


def test_the_longest_recommendation_becomes_an_action_of_the_longest_length(world: World) -> None:
    review = world.score_review(3)
    save(review, world.evaluator, {4: {"recommendation": "ord og " * 700}})
    world.hand_out(review)
    world.sign(review)
    assert begin_from_recommendations(review=fresh(review), by=world.team_leader) == 1
    what = review.actions.get().what
    assert what.endswith(("ord…", "og…"))
    assert LONGEST_ACTION - 10 < len(what) <= LONGEST_ACTION


def test_an_action_is_added_next_to_the_score_the_recommendation_and_the_next_step(
    final: Review, leader: Client
) -> None:
    page = page_of(leader, url("plan_add", final, 4))
    for words in ("Skåre 3", "Skåre 4 betyr", "Møt teamet hver uke."):
        assert words in page
    assert final.scale.by_number[4].anchor(4) in page
    code = str(uuid4())
    typed = {"what": "Onsdagsmøtet", "who": "Teamleder", "due": "2026-09-01", "code": code}
    answer = leader.post(url("plan_add", final, 4), typed)
    assert answer.headers["Location"] == f"{url('plan', final)}#action-{code}"
    action = final.actions.get()
    assert (action.item_number, action.what, action.who, action.due) == (
        4,
        "Onsdagsmøtet",
        "Teamleder",
        date(2026, 9, 1),
    )
    assert (action.state, action.saved_by.username) == ("planned", "leader")


def test_sending_a_new_action_twice_adds_one(final: Review, leader: Client) -> None:
    typed = {"what": "Onsdagsmøtet", "code": str(uuid4())}
    assert {leader.post(url("plan_add", final, 4), typed).status_code for _ in range(2)} == {303}
    assert final.actions.count() == 1


def test_the_code_of_another_reviews_action_adds_nothing(final: Review, leader: Client, world: World) -> None:
    other = new_action(world.final_review(4, organisation=world.sister), world)
    assert leader.post(url("plan_add", final, 4), {"what": "x", "code": str(other.code)}).status_code == 409
    assert not final.actions.exists()


def test_an_action_may_concern_the_whole_service(final: Review, leader: Client) -> None:
    leader.post(url("plan_add", final, 0), {"what": "Gå gjennom planen", "code": str(uuid4())})
    assert final.actions.get().item_number is None
    assert "Hele tjenesten" in page_of(leader, url("plan", final))


def test_an_item_that_the_scale_lacks_is_not_found(final: Review, leader: Client) -> None:
    assert leader.get(url("plan_add", final, 26)).status_code == 404


@pytest.mark.parametrize(
    "typed",
    [
        {"what": ""},
        {"what": "  \n "},
        {"what": "x" * (LONGEST_ACTION + 1)},
        {"what": "ok", "who": "x" * 101},
        {"what": "ok", "due": "1994-12-31"},
        {"what": "ok", "due": "2101-01-01"},
        {"what": "ok", "due": "i morgen"},
        {"what": "Ring 010190 10046"},
        {"what": "ok", "code": "x"},
    ],
)
def test_an_invalid_action_is_refused_and_kept_on_the_page(
    final: Review, leader: Client, typed: dict[str, str]
) -> None:
    answer = leader.post(url("plan_add", final, 4), {"code": str(uuid4())} | typed)
    assert answer.status_code == 422
    assert typed["what"].strip() in answer.content.decode()
    assert not final.actions.exists()


def test_a_plan_has_a_maximum_number_of_actions(final: Review, leader: Client, world: World) -> None:
    for _ in range(MOST_ACTIONS):
        new_action(final, world)
    with pytest.raises(ValidationError):
        new_action(final, world)
    answer = leader.post(url("plan_add", final, 4), {"what": "En til", "code": str(uuid4())})
    assert answer.status_code == 422
    assert "ikke plass til flere tiltak" in answer.content.decode()


def test_contact_details_are_saved_with_a_warning(final: Review, leader: Client) -> None:
    leader.post(url("plan_add", final, 4), {"what": "Skriv til a@b.no", "code": str(uuid4())})
    assert "telefonnummer eller en e-postadresse" in page_of(leader, url("plan", final))


# --- Follow up ----------------------------------------------------------------------------


def test_state_and_note_are_saved_together_with_author_and_date(final: Review, leader: Client, world: World) -> None:
    action = new_action(final, world)
    leader.post(action_url(final, action), sent(action, state="done", note="Møtet er fast nå."))
    action.refresh_from_db()
    assert (action.state, action.version) == ("done", 1)
    note = ActionNote.objects.get()
    assert (note.text, note.by) == ("Møtet er fast nå.", world.team_leader)
    page = page_of(leader, url("plan", final))
    assert "1 av 1 ferdig" in page
    assert "Leader:</span>" in page
    assert page_of(world.client_of("evaluator"), url("plan", final)).count('class="state state-done">ferdig') == 1


def test_saving_an_unchanged_action_writes_nothing(final: Review, leader: Client, world: World) -> None:
    action, events = new_action(final, world), ReviewEvent.objects.count()
    assert leader.post(action_url(final, action), sent(action)).status_code == 303
    assert Action.objects.get().version == 0
    assert ReviewEvent.objects.count() == events


def test_two_people_on_one_action_lose_nothing(final: Review, leader: Client, world: World) -> None:
    action = new_action(final, world)
    world.client_of("coordinator").post(action_url(final, action), sent(action, what="Koordinatorens", state="ongoing"))
    answer = leader.post(action_url(final, action), sent(action, what="Lederens", note="Mitt notat"))
    page = answer.content.decode()
    assert answer.status_code == 409
    for words in ("Coordinator lagret dette tiltaket", "Koordinatorens", "Lederens", "Mitt notat"):
        assert words in page
    assert not ActionNote.objects.exists()
    assert answer.context["version"] == "1"
    assert leader.post(action_url(final, action), sent(action, what="Begges", version=1)).status_code == 303
    assert Action.objects.get().what == "Begges"


def test_a_note_sent_twice_is_stored_once(final: Review, leader: Client, world: World) -> None:
    action = new_action(final, world)
    statuses = [leader.post(action_url(final, action), sent(action, note="En gang")).status_code for _ in range(2)]
    assert statuses == [303, 409]
    assert ActionNote.objects.count() == 1


def test_text_typed_on_a_removed_action_is_kept(final: Review, leader: Client, world: World) -> None:
    action = new_action(final, world)
    remove_action(review=final, action=action, by=world.coordinator, seen=0)
    answer = leader.post(action_url(final, action), sent(action, what="Skrevet lenge på", note="Og et notat"))
    page = answer.content.decode()
    assert answer.status_code == 409
    for words in ("Tiltaket ble fjernet mens du hadde det åpent", "Skrevet lenge på", "Og et notat"):
        assert words in page
    assert f'action="{url("plan_add", final, 4)}"' in page
    assert leader.get(action_url(final, action)).status_code == 404


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "nonsense"},
        {"state": ""},
        {"version": "x"},
        {"version": ""},
        {"item": "x"},
        {"what": ""},
        {"note": "x" * (LONGEST_ACTION + 1)},
        {"note": "Ring 010190 10046"},
    ],
)
def test_invalid_input_is_refused_and_stays_in_the_form(
    final: Review, leader: Client, world: World, fields: dict[str, str]
) -> None:
    action = new_action(final, world)
    answer = leader.post(action_url(final, action), sent(action, who="Skrevet") | fields)
    assert answer.status_code == 422
    assert "Skrevet" in answer.content.decode()
    assert Action.objects.get().version == 0


def test_an_action_without_notes_is_removed(final: Review, leader: Client, world: World) -> None:
    action = new_action(final, world)
    assert "Fjern tiltaket" in page_of(leader, action_url(final, action))
    leader.post(url("plan_remove", final, action.code), {"version": "0"})
    assert not Action.objects.exists()
    assert leader.post(url("plan_remove", final, action.code), {"version": "0"}).status_code == 302  # already removed
    assert final.events.filter(type="action_removed").count() == 1


@pytest.mark.parametrize("fields", [{"state": "done"}, {"note": "Et notat"}])
def test_an_action_that_is_done_or_has_a_note_cannot_be_removed(
    final: Review, leader: Client, world: World, fields: dict[str, str]
) -> None:
    action = new_action(final, world)
    leader.post(action_url(final, action), sent(action, **fields))
    assert "Fjern tiltaket" not in page_of(leader, action_url(final, action))
    assert leader.post(url("plan_remove", final, action.code), {"version": "1"}).status_code == 409
    assert Action.objects.exists()


@pytest.mark.parametrize("version", ["1", "", "x", "-1"])
def test_an_action_is_not_removed_after_a_change_that_was_not_seen(
    final: Review, leader: Client, world: World, version: str
) -> None:
    action = new_action(final, world)
    assert leader.post(url("plan_remove", final, action.code), {"version": version}).status_code == 409
    assert Action.objects.exists()


def test_only_open_actions_are_marked_overdue_in_words(final: Review, leader: Client, world: World) -> None:
    for state in Action.State.values:
        new_action(final, world, due=date(2026, 5, 31), state=state)
    new_action(final, world, due=date(2026, 6, 1))
    with time_machine.travel(TODAY, tick=False):
        plan, page = plan_of(final), page_of(leader, url("plan", final))
    assert [action.state for action in plan.actions if action.is_overdue] == ["planned", "ongoing"]
    assert (len(plan.actions), sum(each.is_open for each in plan.actions)) == (5, 3)
    assert "1 av 5 ferdig, 2 over fristen" in page
    assert page.count("over fristen") == 3  # two actions and the count above them


# --- Several actions at once --------------------------------------------------------------


def table(*actions: Action, **fields: Any) -> dict[str, Any]:
    """Return the data of a POST by the table: the rows as it showed them, with `fields` such as `chosen` added."""
    sent: dict[str, Any] = {"chosen_state": "", "chosen_due": ""}
    for action in actions:
        row = {"state": action.state, "due": action.due or ""}
        sent |= {f"{action.code}-{name}": value for name, value in row.items()}
        sent |= {f"initial-{action.code}-{name}": value for name, value in row.items()}
        sent[f"{action.code}-version"] = action.version
    return sent | fields


def test_states_and_dates_of_several_actions_are_saved_at_once(final: Review, leader: Client, world: World) -> None:
    first, second, third = (new_action(final, world, f"{item}", item) for item in (4, 5, 7))
    rows = {f"{first.code}-state": "done", f"{second.code}-due": "2026-09-01"}
    answer = leader.post(url("plan_save", final), table(first, second, third) | rows, follow=True)
    assert "2 tiltak ble lagret" in answer.content.decode()
    stored = list(Action.objects.order_by("item_number").values_list("state", "due", "version", "saved_by__username"))
    assert stored == [
        ("done", None, 1, "leader"),
        ("planned", date(2026, 9, 1), 1, "leader"),
        ("planned", None, 0, "leader"),
    ]
    events = final.events.filter(type="action_changed").order_by("pk")
    assert [sorted(event.changes) for event in events] == [["action", "state", "what"], ["action", "due", "what"]]
    assert standing(world) == 2
    assert verified()


def test_the_chosen_actions_get_one_state_and_one_date(final: Review, leader: Client, world: World) -> None:
    actions = [new_action(final, world, f"{item}", item) for item in (4, 5, 7)]
    chosen = {"chosen": [str(each.code) for each in actions[:2]], "chosen_state": "ongoing", "chosen_due": "2026-09-01"}
    assert leader.post(url("plan_save", final), table(*actions, **chosen)).status_code == 303
    stored = Action.objects.order_by("item_number").values_list("state", "due")
    assert list(stored) == [("ongoing", date(2026, 9, 1))] * 2 + [("planned", None)]


def test_a_state_for_no_chosen_action_is_refused(final: Review, leader: Client, world: World) -> None:
    action = new_action(final, world)
    answer = leader.post(url("plan_save", final), table(action, chosen_state="done"))
    assert answer.status_code == 422
    assert "Velg tiltakene som skal få" in answer.content.decode()
    assert Action.objects.get().state == "planned"


def test_a_row_that_somebody_else_saved_refuses_all_and_keeps_what_was_chosen(
    final: Review, leader: Client, world: World
) -> None:
    first, second = new_action(final, world, "Første"), new_action(final, world, "Andre", 5)
    fields = ActionFields("Første", state="done")
    change_action(review=final, action=first, by=world.coordinator, seen=0, fields=fields)
    rows = {f"{first.code}-state": "dropped", f"{second.code}-due": "2026-09-01"}
    sent = table(first, second) | rows
    answer = leader.post(url("plan_save", final), sent)
    page = answer.content.decode()
    assert answer.status_code == 409
    for words in ("Coordinator", "Lagret av Coordinator", 'value="2026-09-01"'):
        assert words in page
    assert re.search(r'value="dropped" selected', page)
    assert list(Action.objects.order_by("pk").values_list("state", "due")) == [("done", None), ("planned", None)]
    again = sent | {f"{first.code}-version": 1, f"initial-{first.code}-state": "done"}
    assert leader.post(url("plan_save", final), again).status_code == 303
    assert list(Action.objects.order_by("pk").values_list("state", flat=True)) == ["dropped", "planned"]


def test_a_row_that_nobody_touched_never_conflicts(final: Review, leader: Client, world: World) -> None:
    first, second = new_action(final, world, "Første"), new_action(final, world, "Andre", 5)
    sent = table(first, second) | {f"{second.code}-state": "ongoing"}
    fields = ActionFields("Første", state="done")
    change_action(review=final, action=first, by=world.coordinator, seen=0, fields=fields)
    assert leader.post(url("plan_save", final), sent).status_code == 303
    assert list(Action.objects.order_by("pk").values_list("state", flat=True)) == ["done", "ongoing"]


def test_a_changed_row_of_a_removed_action_saves_nothing(final: Review, leader: Client, world: World) -> None:
    first, second = new_action(final, world, "Første"), new_action(final, world, "Andre", 5)
    sent = table(first, second) | {f"{first.code}-state": "done", f"{second.code}-state": "done"}
    remove_action(review=final, action=first, by=world.coordinator, seen=0)
    answer = leader.post(url("plan_save", final), sent)
    assert answer.status_code == 409
    assert "ble fjernet" in answer.content.decode()
    assert Action.objects.get().state == "planned"


def test_saving_an_unchanged_table_writes_nothing(final: Review, leader: Client, world: World) -> None:
    action, events = new_action(final, world), ReviewEvent.objects.count()
    assert leader.post(url("plan_save", final), table(action)).status_code == 303
    assert (Action.objects.get().version, ReviewEvent.objects.count()) == (0, events)


@pytest.mark.parametrize("typed", [{"due": "i morgen"}, {"due": "1994-12-31"}, {"state": "nonsense"}, {"version": "x"}])
def test_an_invalid_row_is_refused_and_nothing_is_saved(
    final: Review, leader: Client, world: World, typed: dict[str, str]
) -> None:
    first, second = new_action(final, world, "Første"), new_action(final, world, "Andre", 5)
    rows = {f"{first.code}-state": "done", f"{second.code}-due": "2026-09-01"}
    sent = table(first, second) | rows | {f"{second.code}-{name}": value for name, value in typed.items()}
    assert leader.post(url("plan_save", final), sent).status_code == 422
    assert set(Action.objects.values_list("state", flat=True)) == {"planned"}


def test_actions_of_a_corrected_review_are_saved_in_its_plan_and_recorded_with_it(
    final: Review, leader: Client, world: World
) -> None:
    before = new_action(final, world, "Fra før")
    new = corrected(final, world)
    after = new_action(new, world, "Etter", 5)
    chosen = {"chosen": [str(before.code), str(after.code)], "chosen_state": "done"}
    assert leader.post(url("plan_save", new), table(before, after, **chosen)).status_code == 303
    for review in (final, new):
        assert review.events.filter(type="action_changed").count() == 1
    assert verified()


def test_overdue_actions_come_first_unless_the_order_of_the_items_is_asked_for(
    final: Review, leader: Client, world: World
) -> None:
    for item, due in ((4, None), (9, date(2026, 5, 1)), (12, date(2026, 4, 1)), (14, date(2026, 7, 1))):
        new_action(final, world, f"{item}", item, due=due)
    with time_machine.travel(TODAY, tick=False):
        orders = {
            query: [row.action.what for row in leader.get(url("plan", final) + query).context["page"].rows]
            for query in ("", "?order=item")
        }
    assert orders == {"": ["12", "9", "4", "14"], "?order=item": ["4", "9", "12", "14"]}


# --- Permissions and states ---------------------------------------------------------------


def test_evaluators_read_the_plan_and_cannot_write(final: Review, as_evaluator: Client, world: World) -> None:
    action = new_action(final, world)
    page = page_of(as_evaluator, url("plan", final))
    assert "Møt teamet" in page
    assert "Følg opp" not in page
    assert "Legg til et tiltak" not in page
    tried = (action_url(final, action), url("plan_add", final, 4), url("plan_begin", final))
    assert {as_evaluator.post(address, sent(action)).status_code for address in tried} == {403}
    assert Action.objects.get().version == 0


def test_the_plan_of_another_organisation_does_not_exist(final: Review, world: World) -> None:
    action = new_action(final, world)
    for who in ("other_leader", "stranger", "admin"):
        client = world.client_of(who)
        assert client.get(url("plan", final)).status_code == 404
        assert client.post(action_url(final, action), sent(action, what="Min")).status_code == 404


def test_an_action_is_reached_through_its_own_review_only(final: Review, world: World) -> None:
    theirs = new_action(world.final_review(4, organisation=world.sister), world)
    leader = world.client_of("team_leader")
    assert leader.get(action_url(final, theirs)).status_code == 404
    assert leader.post(action_url(final, theirs), sent(theirs, what="Min")).status_code == 409
    assert Action.objects.get().what == "Møt teamet"
    leader.post(url("plan_remove", final, theirs.code), {"version": "0"})
    assert Action.objects.exists()


def test_a_leader_whose_membership_ended_cannot_write(final: Review, leader: Client, world: World) -> None:
    action = new_action(final, world)
    Membership.objects.filter(user=world.team_leader, role=Role.TEAM_LEADER).delete()
    assert leader.post(action_url(final, action), sent(action, what="x")).status_code == 404


def test_before_the_review_is_final_there_is_no_plan(world: World) -> None:
    review = world.draft_review(4)
    answer = world.client_of("coordinator").get(url("plan", review))
    assert answer.status_code == 409
    assert "begynner når vurderingen er endelig" in answer.content.decode()
    assert 'btn-primary" href="/reviews/' not in page_of(world.client_of("team_leader"), review.get_absolute_url())


def test_the_review_page_links_to_the_plan(final: Review, leader: Client, world: World) -> None:
    assert ">Handlingsplan</a>" in page_of(leader, final.get_absolute_url())
    new_action(final, world)
    new_action(final, world, state="done")
    assert ">Handlingsplan (1 åpne)</a>" in page_of(leader, final.get_absolute_url())


# --- Corrections --------------------------------------------------------------------------


def test_a_correction_continues_the_plan(final: Review, leader: Client, world: World) -> None:
    new_action(final, world, "Fra den første")
    first = corrected(final, world)
    second = corrected(first, world)
    assert second.lineage() == (second.pk, first.pk, final.pk)
    assert [action.what for action in plan_of(second).actions] == ["Fra den første"]
    assert "Fra den første" in page_of(leader, url("plan", second))
    assert leader.get(url("plan", fresh(final))).headers["Location"] == url("plan", second)


def test_an_old_action_stays_with_its_own_review_and_a_new_one_belongs_to_the_valid_review(
    final: Review, leader: Client, world: World
) -> None:
    action = new_action(final, world)
    new = corrected(final, world)
    leader.post(action_url(new, action), sent(action, state="done", note="Ferdig"))
    leader.post(url("plan_add", new, 5), {"what": "Ny", "code": str(uuid4())})
    told = list(ReviewEvent.objects.filter(type__startswith="action_").values_list("type", "review"))
    assert told == [
        ("action_added", final.pk),
        ("action_changed", final.pk),
        ("action_noted", final.pk),
        ("action_added", new.pk),
    ]
    assert verified()


def test_text_typed_on_a_page_of_the_old_plan_is_saved_in_the_plan_that_continues_it(
    final: Review, leader: Client, world: World
) -> None:
    action = new_action(final, world)
    new = corrected(final, world)
    changed = leader.post(action_url(final, action), sent(action, what="Skrevet på den gamle siden"))
    assert changed.headers["Location"].startswith(url("plan", new))
    leader.post(url("plan_add", final, 5), {"what": "Lagt til på den gamle siden", "code": str(uuid4())})
    told = [each.what for each in plan_of(new).actions]
    assert told == ["Skrevet på den gamle siden", "Lagt til på den gamle siden"]


def test_a_writer_learns_that_the_plan_was_replaced_meanwhile(final: Review, world: World) -> None:
    action = new_action(final, world)
    new = corrected(final, world)
    with pytest.raises(Exception, match="Handlingsplanen fortsetter der"):
        change_action(review=final, action=action, by=world.team_leader, seen=0, fields=ActionFields("x"))
    with pytest.raises(Exception, match="fortsetter der"):
        begin_from_recommendations(review=final, by=world.team_leader)
    assert plan_of(new).actions[0].what == "Møt teamet"


def test_an_evaluator_who_may_not_know_the_correction_is_not_sent_there(
    final: Review, as_evaluator: Client, world: World
) -> None:
    new = open_correction(review=final, by=world.coordinator, reason="Tallet gjaldt et annet team.")
    hand_over(new, by=world.coordinator, evaluators=[world.colleague])
    world.hand_out(new, by=world.colleague)
    world.sign(new, by=world.colleague)
    answer = as_evaluator.get(url("plan", fresh(final)))
    assert answer.status_code == 409
    assert str(new.code) not in answer.content.decode()


# --- Records ------------------------------------------------------------------------------


def test_every_change_is_an_event_in_the_chain_and_the_service_reads_it(
    final: Review, leader: Client, world: World
) -> None:
    action = new_action(final, world, due=date(2026, 9, 1))
    leader.post(action_url(final, action), sent(action, state="ongoing", due="2026-10-01", note="I gang"))
    remove_action(review=final, action=new_action(final, world, "Ved en feil"), by=world.team_leader, seen=0)
    changed = final.events.get(type="action_changed")
    assert changed.item_number == 4
    assert changed.changes == {
        "what": ["Møt teamet", "Møt teamet"],
        "due": ["2026-09-01", "2026-10-01"],
        "state": ["planned", "ongoing"],
        "action": ["", str(action.code)[:8]],
    }
    assert final.events.get(type="action_removed").changes["what"] == ["Ved en feil", ""]
    page = page_of(leader, url("history", final))
    for words in (
        "la til et tiltak",
        "endret et tiltak",
        "skrev et notat til et tiltak",
        "fjernet et tiltak",
        "I gang",
    ):
        assert words in page
    for words in ("ikke påbegynt", "i gang", "01.09.2026", "01.10.2026"):
        assert words in page
    assert verified()


def test_the_signed_record_does_not_change(final: Review, world: World) -> None:
    before = (final.record.fingerprint, final.record.sha256, fresh(final).status)
    note_on_action(review=final, action=new_action(final, world), by=world.team_leader, note="Et notat")
    final.refresh_from_db()
    assert (final.record.fingerprint, final.record.sha256, final.status) == before


def test_the_organisations_open_actions_are_counted_as_they_open_and_close(final: Review, world: World) -> None:
    first, second = new_action(final, world), new_action(final, world)
    assert standing(world) == 2
    change_action(
        review=final, action=first, by=world.team_leader, seen=0, fields=ActionFields("Møt teamet", state="done")
    )
    assert standing(world) == 1
    change_action(
        review=final, action=first, by=world.team_leader, seen=1, fields=ActionFields("Møt teamet", state="ongoing")
    )
    assert standing(world) == 2
    remove_action(review=final, action=second, by=world.team_leader, seen=0)
    assert standing(world) == 1
    corrected(final, world)
    assert standing(world) == 1


def test_a_stale_writer_changes_nothing(final: Review, world: World) -> None:
    action = new_action(final, world)
    note_on_action(review=final, action=action, by=world.coordinator, note="Først")
    events = ReviewEvent.objects.count()
    with pytest.raises(Stale) as conflict:
        change_action(review=final, action=action, by=world.team_leader, seen=0, fields=ActionFields("Sist"))
    assert conflict.value.stored is not None
    assert (Action.objects.get().what, ReviewEvent.objects.count()) == ("Møt teamet", events)


def test_the_data_of_a_person_include_their_texts_in_plans(final: Review, world: World) -> None:
    note_on_action(review=final, action=new_action(final, world), by=world.team_leader, note="Mitt notat")
    data = data_of(world.team_leader)
    assert [line["what"] for line in data["actions_saved_last"]] == ["Møt teamet"]
    assert [line["text"] for line in data["notes_on_actions"]] == ["Mitt notat"]


def test_markup_and_sql_in_a_text_are_text(final: Review, leader: Client, world: World) -> None:
    text = "<script>alert(1)</script> '; DROP TABLE reviews_action; --"
    note_on_action(review=final, action=new_action(final, world, text), by=world.team_leader, note=text)
    for address in (url("plan", final), url("history", final), action_url(final, Action.objects.get())):
        assert "<script>alert" not in page_of(leader, address)
    assert Action.objects.get().what == text


# --- Downloads ----------------------------------------------------------------------------


@pytest.mark.pdf
def test_the_pdf_is_tagged_and_matches_the_page(final: Review, as_evaluator: Client, world: World) -> None:
    action = new_action(final, world, "Møt teamet hver onsdag", who="Teamleder", due=date(2026, 5, 1))
    note_on_action(review=final, action=action, by=world.team_leader, note="Bestilt")
    with time_machine.travel(TODAY, tick=False):
        answer = as_evaluator.get(url("plan_pdf", final))
    assert "handlingsplan.pdf" in answer.headers["Content-Disposition"]
    document = pikepdf.open(io.BytesIO(answer.content))
    assert document.Root.MarkInfo.Marked
    with document.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert "Handlingsplan" in metadata["dc:title"]
    text = text_of(answer.content)
    for words in ("IPS Øyvær", "0 av 1 ferdig, 1 over fristen", "1. mai 2026", "Bestilt", "Teamleder"):
        assert words in text
    assert AccessEvent.objects.filter(action="printed", page="plan_pdf", review=final).count() == 1


@pytest.mark.pdf
def test_an_empty_plan_can_be_printed(final: Review, as_evaluator: Client) -> None:
    assert "ingen tiltak ennå" in text_of(as_evaluator.get(url("plan_pdf", final)).content)


def test_the_csv_holds_every_action_and_no_formula(final: Review, leader: Client, world: World) -> None:
    action = new_action(final, world, "=cmd|' /C calc'!A0", who="@leder", due=date(2026, 9, 1))
    note_on_action(review=final, action=action, by=world.team_leader, note="Et\nnotat")
    new_action(final, world, "Hele", None)
    content = leader.get(url("plan_csv", final)).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content, newline=""), delimiter=";"))
    assert [row[0] for row in rows] == ["Nr.", "4", ""]
    assert rows[1][2:6] == ["'=cmd|' /C calc'!A0", "'@leder", "2026-09-01", "ikke påbegynt"]
    assert rows[1][7].endswith("Leader: Et\nnotat")
    assert rows[2][1] == "Hele tjenesten"
    assert AccessEvent.objects.filter(action="exported", page="plan_csv").count() == 1


def test_the_workbook_has_the_same_actions(final: Review, leader: Client, world: World) -> None:
    new_action(final, world, "=1+1")
    sheet = openpyxl.load_workbook(io.BytesIO(leader.get(url("plan_xlsx", final)).content)).active
    row = next(sheet.iter_rows(min_row=2))
    assert [(cell.value, cell.data_type) for cell in row[:3]][::2] == [(4, "n"), ("=1+1", "s")]


# --- Many and long ------------------------------------------------------------------------


@pytest.mark.pdf
def test_forty_long_actions_take_as_many_queries_as_one(
    final: Review, leader: Client, world: World, django_assert_max_num_queries: Any
) -> None:
    note_on_action(review=final, action=new_action(final, world), by=world.team_leader, note="x")
    leader.get(url("plan", final))
    with django_assert_max_num_queries(11) as few:
        leader.get(url("plan", final))
    for number in range(40):
        action = new_action(final, world, "ord " * 250, number % 25 + 1, due=date(2026, 5, 1))
        note_on_action(review=final, action=action, by=world.coordinator, note="ord " * 250)
    with django_assert_max_num_queries(len(few.captured_queries)):
        page = leader.get(url("plan", final)).content.decode()
    assert page.count('class="plan-what"') == 41
    assert len(leader.get(url("plan_pdf", final)).content) > 10_000


def test_actions_follow_the_order_of_the_items_and_the_whole_service_comes_last(final: Review, world: World) -> None:
    for item in (None, 12, 4, 12):
        new_action(final, world, f"{item}", item)
    assert [action.what for action in plan_of(final).actions] == ["4", "12", "12", "None"]


# --- Before the next review ---------------------------------------------------------------


def test_evaluators_of_the_next_review_see_the_outcome_of_the_plan_and_no_score(final: Review, world: World) -> None:
    action = new_action(final, world, "Møt teamet hver onsdag")
    for note in ("Begynt", "Fast nå"):
        note_on_action(review=final, action=fresh_action(action), by=world.team_leader, note=note)
    later = {"visit_start": date(2026, 9, 8), "visit_end": date(2026, 9, 9)}
    new = world.apart_review(evaluators=[world.colleague, world.evaluator], **later)
    colleague = world.client_of("colleague")
    front = page_of(colleague, new.get_absolute_url())
    assert "Handlingsplanen fra forrige vurdering" in front
    assert "0 av 1 ferdig" in front
    page = page_of(colleague, url("plan_before", new))
    for words in ("Møt teamet hver onsdag", "ikke påbegynt", "Fast nå", "uavhengig vurdering", "10.–11. mars 2026"):
        assert words in page
    assert "Begynt" not in page
    assert "Skåre" not in page
    assert str(final.code) not in page + front


def test_the_last_valid_review_counts_whatever_its_kind(final: Review, world: World) -> None:
    new_action(final, world, "Fra den uavhengige")
    own = {"visit_start": date(2026, 5, 8), "visit_end": date(2026, 5, 9), "kind": "self"}
    new_action(world.final_review(4, **own), world, "Fra egenvurderingen")
    new = world.plan_review(visit_start=date(2026, 9, 8), visit_end=date(2026, 9, 9))
    assert "0 av 1 ferdig, 1 åpent fra tidligere planer" in page_of(
        world.client_of("evaluator"), new.get_absolute_url()
    )
    page = page_of(world.client_of("evaluator"), url("plan_before", new))
    assert "Fra egenvurderingen" in page
    assert "egenvurdering, 8.–9. mai 2026" in page
    still_open = page.index("Fortsatt åpent fra tidligere planer")
    assert page.index("Fra egenvurderingen") < still_open < page.index("Fra den uavhengige")


def test_looking_back_shows_the_whole_plan_of_a_corrected_review(final: Review, world: World) -> None:
    new_action(final, world, "Fra den første")
    new_action(corrected(final, world), world, "Fra rettelsen")
    new = world.plan_review(visit_start=date(2026, 9, 8), visit_end=date(2026, 9, 9))
    page = page_of(world.client_of("evaluator"), url("plan_before", new))
    assert "Fra den første" in page
    assert "Fra rettelsen" in page


def test_without_an_earlier_review_there_is_no_link_and_the_page_says_so(world: World) -> None:
    new = world.plan_review()
    evaluator = world.client_of("evaluator")
    assert url("plan_before", new) not in page_of(evaluator, new.get_absolute_url())
    assert "ingen endelig vurdering før denne" in page_of(evaluator, url("plan_before", new))


def test_an_older_plan_links_to_the_later_review(final: Review, leader: Client, world: World) -> None:
    new_action(final, world)
    later = world.final_review(4, visit_start=date(2026, 9, 8), visit_end=date(2026, 9, 9))
    page = page_of(leader, url("plan", final))
    assert f'href="{later.get_absolute_url()}">Til den senere vurderingen' in page
    assert "Følg opp" in page
    assert "Uten tiltak" not in page


# --- Still open from earlier plans --------------------------------------------------------


@pytest.fixture
def later(final: Review, world: World) -> Review:
    """Return the organisation's last review. `final` before it has an open action "Åpent fra før" and a done one."""
    new_action(final, world, "Åpent fra før", due=date(2026, 5, 1))
    new_action(final, world, "Ferdig fra før", state="done")
    return fresh(world.final_review(4, visit_start=date(2026, 9, 8), visit_end=date(2026, 9, 9)))


def test_the_open_actions_counted_for_an_organisation_are_in_its_last_plan(
    later: Review, final: Review, leader: Client, world: World
) -> None:
    new_action(later, world, "Nytt")
    earlier = leader.get(url("plan", later)).context["page"].carried_over
    page = page_of(leader, url("plan", later))
    assert standing(world) == len(plan_of(later).actions) + len(earlier) == 2
    assert "Åpent fra før" in page
    assert "Ferdig fra før" not in page
    action = final.actions.get(what="Åpent fra før")
    assert f'href="{url("plan", final)}#action-{action.code}"' in page
    assert (earlier[0].visit, earlier[0].action.is_overdue) == (final.visit, True)
    assert f'lang="{final.scale.language}">{earlier[0].action.item}' in page


def test_a_plan_that_is_not_the_last_shows_its_own_actions_only(later: Review, final: Review, leader: Client) -> None:
    final.actions.all().update(what="Fra den første")
    oldest = leader.get(url("plan", final)).context["page"]
    assert (oldest.carried_over, [each.what for each in oldest.plan.actions]) == ((), ["Fra den første"] * 2)


def test_an_earlier_plan_is_linked_from_the_plan_that_continues_it_for_those_who_may_know(
    final: Review, leader: Client, world: World
) -> None:
    new_action(final, world, "Åpent fra før")
    new = corrected(final, world)
    given = {"visit_start": date(2026, 9, 8), "visit_end": date(2026, 9, 9)}
    world.colleague = member("newcomer", Role.EVALUATOR, world.network)
    last = world.plan_review(evaluators=[world.colleague], **given)
    save(last, world.colleague, {number: {"value": 4} for number in range(1, 26)})
    world.hand_out(last, by=world.colleague)
    world.sign(last, by=world.colleague)
    assert f'href="{url("plan", new)}#action-' in page_of(leader, url("plan", last))
    page = page_of(world.client_of("colleague"), url("plan", last))
    assert "Åpent fra før" in page
    assert str(final.code) not in page
    assert str(new.code) not in page


@pytest.mark.pdf
def test_downloads_include_open_actions_of_earlier_plans(later: Review, final: Review, leader: Client) -> None:
    assert url("plan_pdf", later) in page_of(leader, url("plan", later))
    assert "Åpent fra før" in text_of(leader.get(url("plan_pdf", later)).content)
    content = leader.get(url("plan_csv", later)).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content, newline=""), delimiter=";"))
    assert [(row[2], row[8]) for row in rows[1:]] == [("Åpent fra før", final.visit_start.isoformat())]
    sheet = openpyxl.load_workbook(io.BytesIO(leader.get(url("plan_xlsx", later)).content)).active
    assert [row[2].value for row in sheet.iter_rows(min_row=2)] == ["Åpent fra før"]


def test_many_earlier_actions_take_as_many_queries_as_one(
    later: Review, final: Review, leader: Client, world: World, django_assert_max_num_queries: Any
) -> None:
    leader.get(url("plan", later))
    with django_assert_max_num_queries(15) as few:
        leader.get(url("plan", later))
    for number in range(1, 20):
        note_on_action(review=final, action=new_action(final, world, item=number), by=world.team_leader, note="x")
    with django_assert_max_num_queries(len(few.captured_queries) + 1):  # the authors of the notes
        leader.get(url("plan", later))


# --- Requests that no page of ours sends ---------------------------------------------------


@pytest.mark.parametrize("number", ["9" * 5_000, "٣", "²", "४" * 5_000, "-1", "1.0"])
def test_numbers_that_no_page_sends_are_refused_and_break_nothing(
    final: Review, leader: Client, world: World, number: str
) -> None:
    action = new_action(final, world)
    assert leader.post(url("plan_remove", final, action.code), {"version": number}).status_code == 409
    fields = {"version": number, "item": number}
    assert leader.post(action_url(final, action), sent(action, what="Skrevet", **fields)).status_code in {409, 422}
    remove_action(review=final, action=action, by=world.coordinator, seen=0)
    assert leader.post(action_url(final, action), sent(action, what="Skrevet", **fields)).status_code == 409


def fresh_action(action: Action) -> Action:
    return Action.objects.get(pk=action.pk)
