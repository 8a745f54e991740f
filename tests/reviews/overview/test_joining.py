"""Two organisations that turned out to be one: everything follows the pointer, no row changes, undoing restores all."""

import csv
import io
from copy import deepcopy
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from time_machine import travel

from ipsfidelity.errors import StateConflict
from reviews.actionplan.plan import carried_over
from reviews.actionplan.services import ActionFields, add_action
from reviews.components.last_review import last_valid_review
from reviews.conduct.cancelling import cancel
from reviews.conduct.changing_plans import change_plan, plan_version, review_plan
from reviews.conduct.correction import open_correction
from reviews.conduct.planning import NotIndependent, create_review
from reviews.imports.uploads import store_upload
from reviews.models import AccessEvent, Action, Membership, Network, Organisation, Review, ReviewEvent, User
from reviews.overview import heat_map
from reviews.overview.joining import join, separate
from reviews.people.invitations import accept, invite
from reviews.records.corrections import correction_notes
from reviews.schedule.due_dates import due_dates_of
from reviews.schedule.rhythm import rhythm_of
from reviews.schedule.services import rhythm_version, set_due, set_rhythm
from reviews.sheets.sheet import sheet_of
from reviews.workflow import DRAFT, Role
from tests.builders import (
    World,
    build_world,
    fresh,
    headers_of,
    instrument,
    many_finals,
    member,
    query_plan,
    remark,
    with_second_factor,
)
from tests.import_files import csv_file, faults, import_one, row_of
from tests.work import working

pytestmark = pytest.mark.django_db


def on(year: int, month: int = 3) -> dict[str, date]:
    return {"visit_start": date(year, month, 1), "visit_end": date(year, month, 2)}


@pytest.fixture(scope="module")
def built(module_transaction: None) -> World:
    """Return a world: Øyvær 75 in 2024 and 100 in 2026, Granlia 50 in 2025 with an open action and one open review."""
    world = build_world(instrument())
    world.final_review(3, **on(2024))
    world.final_review(4, **on(2026))
    old = world.final_review(2, organisation=world.sister, **on(2025))
    add_action(review=old, by=world.other_leader, code=uuid4(), item_number=4, fields=ActionFields("Flere møter"))
    world.plan_review(organisation=world.sister, **on(2027))
    for organisation in (world.organisation, world.sister):
        organisation.refresh_from_db()
    return world


@pytest.fixture
def world(built: World, db: None) -> World:
    return deepcopy(built)


@pytest.fixture
def joined(world: World) -> World:
    """Return the world with Granlia joined to Øyvær."""
    join(organisation=world.sister, to=world.organisation, by=world.coordinator)
    return reread(world)


def reread(world: World) -> World:
    for organisation in (world.organisation, world.sister):
        organisation.refresh_from_db()
    return world


def get(world: World, who: str, name: str, *arguments: object, **query: Any) -> Any:
    return world.client_of(who).get(reverse(name, args=arguments), query, follow=True)


def text(world: World, who: str, name: str, *arguments: object, **query: Any) -> str:
    return get(world, who, name, *arguments, **query).content.decode()


def totals(world: World, who: str = "coordinator") -> list[str]:
    return [row.total for row in get(world, who, "organisation", world.organisation.code).context["page"].reviews]


# --- What follows the pointer ---------------------------------------------------------------------------------------


def test_the_page_of_the_one_that_remains_has_the_reviews_and_totals_of_both(joined: World) -> None:
    page = get(joined, "coordinator", "organisation", joined.organisation.code)
    assert totals(joined) == ["", "100", "50", "75"]
    assert [row.joined for row in page.context["page"].reviews] == ["IPS Granlia", "", "IPS Granlia", ""]
    assert sum(len(series.points) for series in page.context["page"].trend.series) == 3
    assert page.context["page"].hero.total == "100"
    assert "IPS Granlia, slått sammen" in page.content.decode()


def test_the_address_of_the_other_one_leads_there_and_says_why(joined: World) -> None:
    answer = joined.client_of("evaluator").get(reverse("organisation", args=[joined.sister.code]), follow=True)
    assert answer.redirect_chain == [(joined.organisation.get_absolute_url(), 302)]
    assert "«IPS Granlia» ble slått sammen med «IPS Øyvær»" in answer.content.decode()
    assert "Coordinator" in answer.content.decode()
    assert joined.sister.get_absolute_url() == joined.organisation.get_absolute_url()
    compared = get(joined, "coordinator", "compare", joined.sister.code)
    assert compared.redirect_chain == [(reverse("compare", args=[joined.organisation.code]), 302)]
    assert len(compared.context["form"].reviews) == 3


@pytest.mark.parametrize("name", ["home", "organisations", "overview", "heat_map", "reviews"])
def test_lists_and_selections_show_only_the_one_that_remains(joined: World, name: str) -> None:
    assert "IPS Granlia" not in text(joined, "coordinator", name)
    assert "IPS Øyvær" in text(joined, "coordinator", name)


def test_lists_of_people_name_the_one_that_remains(joined: World) -> None:
    assert "IPS Granlia" not in text(joined, "coordinator", "network", joined.network.code)
    assert "IPS Granlia" not in text(joined, "coordinator", "person", joined.network.code, joined.other_leader.code)
    assert "IPS Øyvær" in text(joined, "other_leader", "account")


def test_a_review_of_the_other_one_is_listed_and_filtered_under_the_one_that_remains(joined: World) -> None:
    rows = get(joined, "coordinator", "reviews", organisation=str(joined.organisation.code)).context["page"].rows
    assert [(row.total, row.organisation) for row in rows] == [
        (total, "IPS Øyvær") for total in ("", "100", "50", "75")
    ]


@pytest.mark.parametrize("name", ["reviews", "exports"])
def test_an_address_that_filters_by_the_other_one_still_works(joined: World, name: str) -> None:
    arguments = [joined.network.code] if name == "exports" else []
    code = Organisation.objects.get(pk=joined.sister.pk).code
    page = get(joined, "coordinator", name, *arguments, organisation=str(code))
    assert page.status_code == 200
    chosen = page.context["form"].cleaned_data["organisation"]
    assert chosen == str(joined.organisation.code) if name == "reviews" else joined.organisation in chosen


def test_a_search_for_the_name_of_the_other_one_finds_the_one_that_remains(joined: World) -> None:
    assert list(Organisation.objects.current().named("granlia")) == [joined.organisation]


def test_the_overview_counts_one_organisation_with_the_open_review_of_the_other(joined: World) -> None:
    page = get(joined, "coordinator", "overview")
    (row,) = page.context["page"].rows
    assert (row.name, row.total, row.open_actions, len(row.open_reviews)) == ("IPS Øyvær", "100", "1", 1)
    assert (page.context["summary"].organisations, page.context["summary"].never) == ("1", "0")


def test_derived_columns_are_those_of_both_reviews_and_the_other_one_has_none(joined: World) -> None:
    kept, other = joined.organisation, joined.sister
    assert (kept.last_total, kept.last_change, kept.open_actions) == (100, 50, 1)  # 100 after the sister's 50
    assert (other.last_review_id, other.last_total, other.next_due, other.open_actions) == (None, None, None, 0)
    call_command("verify_records")


def test_the_figures_of_the_network_count_it_once_with_its_last_review(world: World) -> None:
    for number in range(4):
        organisation = Organisation.objects.create(network=world.network, name=f"IPS {number}")
        world.final_review(5, organisation=organisation, **on(2026))
    assert get(world, "coordinator", "benchmarks").context["figures"].n == "6"
    join(organisation=world.sister, to=world.organisation, by=world.coordinator)
    figures = get(world, "other_leader", "benchmarks").context["figures"]
    assert (figures.n, figures.own, figures.rows[-1].own) == ("5", ("IPS Øyvær",), ("100",))
    assert figures.rows[-1].figures[1] == "100"  # the smallest total


def test_the_newer_review_of_the_other_one_is_the_last_one(world: World) -> None:
    newest = world.final_review(5, organisation=world.sister, **on(2026, 9))
    join(organisation=world.sister, to=world.organisation, by=world.coordinator)
    kept = reread(world).organisation
    assert (kept.last_review_id, kept.last_change) == (newest.pk, 25)
    heat = get(world, "coordinator", "heat_map").context["heat"]
    assert [(row.name, row.total) for row in heat.rows] == [("IPS Øyvær", "125")]
    assert heat.never == 0


def test_the_leader_sees_the_scores_of_the_last_review_of_the_other_one_in_the_benchmarks(world: World) -> None:
    world.final_review(5, organisation=world.sister, **on(2026, 9))
    join(organisation=world.sister, to=world.organisation, by=world.coordinator)
    for number in range(4):
        organisation = Organisation.objects.create(network=world.network, name=f"IPS {number}")
        world.final_review(5, organisation=organisation, **on(2026))
    for who in ("team_leader", "other_leader"):
        figures = get(world, who, "benchmarks").context["figures"]
        assert [row.own for row in figures.rows] == [("5",)] * 25 + [("125",)]


def test_pages_of_the_heat_map_follow_the_name_that_remains(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heat_map, "PAGE", 1)
    old = Organisation.objects.create(network=world.network, name="IPS Bø")
    world.final_review(5, organisation=old, **on(2026, 9))
    join(organisation=old, to=world.organisation, by=world.coordinator)
    orders = {"name": ["IPS Granlia", "IPS Øyvær"], "total": ["IPS Granlia", "IPS Øyvær"]}
    for sort, names in (*orders.items(), *((f"-{sort}", names[::-1]) for sort, names in orders.items())):
        pages = [get(world, "coordinator", "heat_map", sort=sort, page=page).context["heat"] for page in (1, 2)]
        assert [row.name for page in pages for row in page.rows] == names
        assert [page.next for page in pages] == ["2", ""]


def test_the_report_compares_with_the_review_of_the_other_one(joined: World) -> None:
    newest = Review.objects.get(organisation=joined.organisation, total=100)
    assert last_valid_review(newest).total == 50  # type: ignore[union-attr]
    assert [review.total for review in Review.objects.comparable_before(newest)] == [50, 75]


def test_the_action_plan_carries_over_the_actions_of_the_other_one(joined: World) -> None:
    newest = Review.objects.get(organisation=joined.organisation, total=100)
    (action,) = carried_over(newest, joined.team_leader)
    assert action.action.what == "Flere møter"
    assert action.url
    assert "Flere møter" in text(joined, "team_leader", "plan", newest.code)


def test_the_due_date_is_set_at_the_last_review_of_both(joined: World) -> None:
    newest = Review.objects.get(organisation=joined.organisation, total=100)
    older = Review.objects.get(organisation=joined.sister, total=50)
    seen = joined.organisation.next_due
    assert seen
    set_due(review=newest, by=joined.coordinator, seen=seen, on=date(2028, 1, 1), reason="Flytting")
    with pytest.raises(StateConflict):
        set_due(review=older, by=joined.coordinator, seen=seen, on=date(2029, 1, 1), reason="Flytting")
    assert reread(joined).organisation.next_due == date(2028, 1, 1)


def test_a_date_set_by_hand_at_the_other_one_survives_a_change_of_the_rule(world: World) -> None:
    newest = world.final_review(5, organisation=world.sister, **on(2026, 9))
    seen = reread(world).sister.next_due
    assert seen
    set_due(review=newest, by=world.coordinator, seen=seen, on=date(2028, 1, 1), reason="Flytting")
    join(organisation=world.sister, to=world.organisation, by=world.coordinator)
    stored = rhythm_of(world.network).by_band(world.scale.pk)
    given = {"edition": world.scale, "seen": rhythm_version(stored), "months": dict.fromkeys(stored, 3)}
    set_rhythm(network=world.network, by=world.coordinator, **given)
    assert reread(world).organisation.next_due == date(2028, 1, 1)
    assert world.sister.next_due is None
    call_command("verify_records")


def test_what_is_due_is_told_to_the_leaders_of_both_and_names_the_one_that_remains(joined: World) -> None:
    Action.objects.update(due=date(2026, 1, 1))
    for leader in (joined.team_leader, joined.other_leader):
        due = [(item.kind.value, item.organisation) for item in due_dates_of(leader, date(2030, 1, 1)).items]
        assert sorted(due) == [("action", "IPS Øyvær"), ("review", "IPS Øyvær")]
    Review.objects.filter(status="planned").update(visit_start=timezone.localdate(), visit_end=timezone.localdate())
    kinds = [item.kind.value for item in due_dates_of(joined.coordinator, date(2030, 1, 1)).items]
    assert "review" not in kinds  # the next review is planned: that of the other organisation


def test_an_export_by_organisation_holds_both_with_the_name_signed_and_the_name_now(joined: World) -> None:
    for query in (f"?organisation={joined.organisation.code}", "?name=Øyvær"):
        url = reverse("export_reviews", args=[joined.network.code]) + query
        answer = joined.client_of("coordinator").post(url)
        lines = csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")), delimiter=";")
        rows = [(row["organisation"], row["organisation_now"], row["organisation_code"]) for row in lines]
        assert sorted(set(rows)) == [
            ("IPS Granlia", "IPS Øyvær", str(joined.organisation.code)),
            ("IPS Øyvær", "IPS Øyvær", str(joined.organisation.code)),
        ]
        assert len(rows) == 3
    offered = get(joined, "coordinator", "exports", joined.network.code).context["form"].fields["organisation"].choices
    assert [label for _code, label in offered] == ["IPS Øyvær"]


def test_a_row_of_an_import_that_names_the_other_one_goes_to_the_one_that_remains(joined: World) -> None:
    data = csv_file(row_of(4, organisation="IPS Granlia"))
    stored = store_upload(
        network=joined.network, by=joined.coordinator, edition=joined.scale, file_name="gamle.csv", data=data
    )
    url = reverse("import_preview", args=[joined.network.code, stored.code])
    row = joined.client_of("coordinator").get(url).context["page"].rows[0]
    assert (row.organisation, row.written) == ("IPS Øyvær", "IPS Granlia")
    imported = import_one(joined, organisation="IPS Granlia")
    assert imported.organisation == joined.organisation
    # The same visit under the other name is the same review.
    again = csv_file(row_of(4, organisation="IPS Øyvær"))
    second = store_upload(
        network=joined.network, by=joined.coordinator, edition=joined.scale, file_name="nye.csv", data=again
    )
    page = joined.client_of("coordinator").get(reverse("import_preview", args=[joined.network.code, second.code]))
    assert page.context["page"].fault_count == 1


def test_a_cancelled_review_is_no_obstacle_to_importing_the_visit(joined: World) -> None:
    review = joined.plan_review(organisation=joined.sister, **on(2023))
    cells = {"organisation": "IPS Øyvær", "visit_start": "2023-03-01", "visit_end": "2023-03-02"}
    client, data = joined.client_of("coordinator"), csv_file(row_of(4, **cells))
    assert len(faults(client, joined, data, "gamle.csv")) == 1
    cancel(review=review, by=joined.evaluator, seen=plan_version(review), reason="Avlyst")
    assert not faults(client, joined, data, "nye.csv")


def test_a_review_of_the_other_one_offers_each_organisation_once(joined: World) -> None:
    Organisation.objects.create(network=joined.network, name="IPS Tindvik")
    for organisation in (joined.sister, joined.organisation):
        review = joined.plan_review(organisation=organisation, **on(2029))
        form = get(joined, "coordinator", "change_plan", review.code).context["form"]
        offered = [(str(value), label) for value, label in form.fields["organisation"].choices]
        assert sorted(label for _pk, label in offered) == ["IPS Tindvik", "IPS Øyvær"]
        assert (str(organisation.pk), "IPS Øyvær") in offered


def test_a_plan_that_names_the_other_row_of_one_organisation_moves_nothing(joined: World) -> None:
    review = joined.draft_review(4, organisation=joined.sister, **on(2028))
    events = review.events.count()
    plan = replace(review_plan(review), organisation=joined.organisation)
    with working():
        change_plan(review=review, by=joined.evaluator, seen=plan_version(review), plan=plan)
    assert (fresh(review).organisation, review.events.count(), mail.outbox) == (joined.sister, events, [])


def test_a_correction_that_was_moved_to_the_other_one_stays_once_they_are_joined(world: World) -> None:
    old = Review.objects.get(organisation=world.sister, total=50)
    correction = open_correction(review=old, by=world.evaluator, reason="Feil organisasjon")
    plan = replace(review_plan(correction), organisation=world.organisation)
    change_plan(review=correction, by=world.evaluator, seen=plan_version(correction), plan=plan)
    join(organisation=world.sister, to=world.organisation, by=world.coordinator)
    world.hand_out(fresh(correction))
    mail.outbox.clear()
    with working():
        world.sign(fresh(correction))
    assert not [message for message in mail.outbox if "another service" in message.body]
    assert Action.objects.get().state in Action.OPEN
    assert fresh(correction).lineage_here() == (correction.pk, old.pk)
    for who in ("team_leader", "other_leader"):
        assert get(world, who, "plan", old.code).status_code == 200
        assert "Flere møter" in text(world, who, "plan", correction.code)
    (note,) = correction_notes([fresh(correction)], world.coordinator).values()
    assert note.corrected == old.visit


def test_an_invitation_from_a_draft_of_the_other_one_is_to_the_one_that_remains(joined: World) -> None:
    Membership.objects.filter(role=Role.TEAM_LEADER).delete()
    Membership.objects.create(user=joined.evaluator, network=joined.network, role=Role.COORDINATOR)
    with_second_factor(joined.evaluator)
    review = joined.score_review(4, organisation=joined.sister, **on(2025, 6))
    page = text(joined, "evaluator", "move", review.code, DRAFT.name)
    assert f"?organisation={joined.organisation.code}" in page
    for organisation in (joined.sister, joined.organisation):
        form = get(joined, "coordinator", "invite", joined.network.code, organisation=organisation.code).context["form"]
        assert form["organisation"].value() == joined.organisation.pk


def test_the_other_one_can_be_chosen_for_nothing(joined: World) -> None:
    answer = get(joined, "evaluator", "new_review", joined.sister.code)
    assert answer.redirect_chain == [(reverse("new_review", args=[joined.organisation.code]), 302)]
    refused = joined.client_of("evaluator").post(reverse("new_review", args=[joined.sister.code]), {"kind": "peer"})
    assert refused.status_code == 409
    assert not Review.objects.filter(created_by=joined.evaluator, kind="peer").exists()
    invited = {"name": "Gjest", "email": "g@example.org", "role": "team_leader", "organisation": joined.sister.pk}
    url = reverse("invite", args=[joined.network.code])
    assert joined.client_of("coordinator").post(url, invited).status_code == 422
    assert "IPS Granlia" not in text(joined, "coordinator", "invite", joined.network.code)


def test_the_other_one_is_not_renamed(joined: World) -> None:
    url = reverse("rename_organisation", args=[joined.network.code, joined.sister.code])
    answer = joined.client_of("coordinator").post(url, {"name": "IPS Nytt"})
    assert answer.status_code == 409
    assert "«IPS Granlia» ble slått sammen" in answer.content.decode()
    assert reread(joined).sister.name == "IPS Granlia"


# --- Who may see ----------------------------------------------------------------------------------------------------


def test_the_team_leaders_of_both_read_the_reviews_of_both(joined: World) -> None:
    for who in ("team_leader", "other_leader"):
        assert totals(joined, who) == ["100", "50", "75"]
        user = User.objects.get(pk=getattr(joined, who).pk)
        user.coordinates_somewhere = False
        assert set(Review.objects.listed_to(user)) == set(Review.objects.visible_to(user))
        assert Review.objects.listed_to(user).count() == 3
        for review in Review.objects.finished():
            assert get(joined, who, "plan", review.code).context["page"].may_keep
            assert get(joined, who, "access", review.code).status_code == 200


def test_nobody_else_sees_more_than_before(joined: World) -> None:
    leader = member(
        "third", Role.TEAM_LEADER, joined.network, Organisation.objects.create(network=joined.network, name="C")
    )
    for user in (joined.stranger, joined.admin, joined.colleague, leader):
        user.coordinates_somewhere = False
        assert (
            not Review.objects.visible_to(user)
            .filter(status="final", organisation=joined.sister)
            .exclude(evaluators=user)
        )
        assert set(Review.objects.listed_to(user)) == set(Review.objects.visible_to(user))
    assert get(joined, "stranger", "organisation", joined.sister.code).status_code == 404


def test_mail_about_a_review_of_either_goes_to_the_team_leaders_of_both(joined: World) -> None:
    with working():
        review = joined.asked_review(4, organisation=joined.sister, **on(2028))
    assert {message.to[0] for message in mail.outbox} == {"leader@example.org", "otherleader@example.org"}
    remark(review, joined.team_leader)


def test_nobody_who_works_in_either_evaluates_it_independently(joined: World) -> None:
    Membership.objects.filter(user=joined.evaluator).update(organisation=joined.sister)
    Membership.objects.filter(user=joined.colleague).update(organisation=joined.organisation)
    for person in (joined.evaluator, joined.colleague):
        for organisation in (joined.sister, joined.organisation):
            with pytest.raises(NotIndependent, match="IPS Øyvær"):
                joined.plan_review(organisation=organisation, evaluators=[person])
    joined.plan_review(kind="self", evaluators=[joined.evaluator])


def test_an_evaluator_who_rated_the_other_one_before_the_joining_does_not_escape(world: World) -> None:
    review = world.hand_out(world.agreed_review(organisation=world.sister, **on(2026, 5)))
    Membership.objects.filter(user=world.colleague).update(organisation=world.organisation)
    page = get(world, "coordinator", "join_with", world.organisation.code, world.sister.code)
    planned = Review.objects.get(organisation=world.sister, status="planned")  # by the same evaluators
    assert page.context["from_inside"] == (review, planned)
    assert review.get_absolute_url() in page.content.decode()
    join(organisation=world.sister, to=world.organisation, by=world.coordinator)
    with pytest.raises(NotIndependent, match="Colleague"):
        world.sign(fresh(review))
    separate(organisation=reread(world).sister, joined_to=world.organisation, by=world.coordinator)
    world.sign(fresh(review))
    assert fresh(review).is_final


def test_the_page_of_joining_names_no_review_that_can_be_signed(world: World) -> None:
    world.plan_review(kind="self", organisation=world.sister, evaluators=[world.evaluator], **on(2028))
    Membership.objects.filter(user=world.evaluator).update(organisation=world.organisation)
    world.plan_review(organisation=world.others, evaluators=[world.evaluator], **on(2029))
    Review.objects.open().filter(organisation=world.sister).update(kind="guided_self")
    page = get(world, "coordinator", "join_with", world.organisation.code, world.sister.code)
    assert page.context["from_inside"] == ()


def test_an_invitation_from_before_gives_the_role_in_the_one_that_remains(world: World) -> None:
    given = {"network": world.network, "by": world.coordinator, "role": Role.TEAM_LEADER, "organisation": world.sister}
    invitation, _secret = invite(name="Gjest", email="gjest@example.org", **given)
    join(organisation=world.sister, to=world.organisation, by=world.coordinator)
    accept(invitation, world.stranger)
    assert totals(world, "stranger") == ["100", "50", "75"]


# --- What stays -----------------------------------------------------------------------------------------------------


def test_signed_sheets_keep_their_name_and_open_reviews_are_signed_under_the_one_that_remains(joined: World) -> None:
    signed = Review.objects.get(organisation=joined.sister, total=50)
    assert sheet_of(signed).organisation == "IPS Granlia"
    assert "IPS Granlia" in text(joined, "team_leader", "sheet", signed.code)
    later = joined.final_review(4, organisation=joined.sister, **on(2028))
    assert sheet_of(fresh(later)).organisation == "IPS Øyvær"
    call_command("verify_records")


def rows_of(model: Any) -> list[Any]:
    return list(model.objects.order_by("pk").values())


def test_no_review_event_or_membership_changes(world: World) -> None:
    before = [rows_of(model) for model in (Review, ReviewEvent, Membership, Action)]
    join(organisation=world.sister, to=world.organisation, by=world.coordinator)
    assert [rows_of(model) for model in (Review, ReviewEvent, Membership, Action)] == before
    (event,) = AccessEvent.objects.filter(action="organisations_joined")
    assert (event.by, event.organisation, event.joined_to) == (world.coordinator, world.sister, world.organisation)


# Not the first page: its news say that the organisations were joined.
PAGES = ("organisations", "overview", "heat_map", "benchmarks", "reviews", "dates")
CAST = ("coordinator", "evaluator", "colleague", "team_leader", "other_leader", "stranger")


def everything(world: World) -> list[Any]:
    """Return what the pages show to each person and what the database derives, without tokens of the session."""
    shown = []
    for who in CAST:
        client = world.client_of(who)
        urls = [reverse(name) for name in PAGES]
        urls += [
            reverse(name, args=[one.code])
            for name in ("organisation", "compare")
            for one in (world.organisation, world.sister)
        ]
        for url in urls:
            answer = client.get(url)
            token = client.get(url).context
            content = answer.content.decode()
            shown.append((who, url, answer.status_code, without_tokens(content), token is None))
    return [shown, rows_of(Organisation), rows_of(Review), rows_of(Membership)]


def without_tokens(content: str) -> str:
    changing = ("csrfmiddlewaretoken", "data-session-left")
    return "\n".join(line for line in content.splitlines() if not any(name in line for name in changing))


@travel("2026-11-20T10:00:00+01:00")  # pages count days, and midnight must not come in between
def test_undoing_restores_every_page_and_every_derived_column(world: World) -> None:
    before = everything(world)
    join(organisation=world.sister, to=world.organisation, by=world.coordinator)
    assert everything(world) != before
    separate(organisation=reread(world).sister, joined_to=world.organisation, by=world.coordinator)
    assert everything(world) == before
    assert AccessEvent.objects.filter(action="organisations_separated").count() == 1
    call_command("verify_records")


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.booleans()), max_size=8))
def test_any_sequence_of_joining_and_undoing_keeps_the_figures_true(
    world: World, steps: list[tuple[int, int, bool]]
) -> None:
    """There is never a chain, every derived column is that of its reviews, and undoing all restores the beginning."""
    with transaction.atomic():
        more = [Organisation.objects.create(network=world.network, name=name) for name in ("C", "D")]
        keys = [world.organisation.pk, world.sister.pk, *(one.pk for one in more)]
        before = rows_of(Organisation)
        for first, second, is_join in steps:
            one, other = (Organisation.objects.get(pk=keys[number]) for number in (first, second))
            try:
                if is_join:
                    join(organisation=one, to=other, by=world.coordinator)
                else:
                    separate(organisation=one, joined_to=other, by=world.coordinator)
            except (StateConflict, ValueError):
                pass
            assert not Organisation.objects.filter(joined_to__joined_to__isnull=False).exists()
            call_command("verify_records")
        for one in Organisation.objects.filter(joined_to__isnull=False):
            assert one.joined_to
            separate(organisation=one, joined_to=one.joined_to, by=world.coordinator)
        assert rows_of(Organisation) == before
        transaction.set_rollback(True)


# --- What is refused ------------------------------------------------------------------------------------------------


def test_an_organisation_to_which_others_were_joined_is_not_joined_itself(joined: World) -> None:
    third = Organisation.objects.create(network=joined.network, name="IPS Tindvik")
    with pytest.raises(StateConflict, match="IPS Granlia"):
        join(organisation=joined.organisation, to=third, by=joined.coordinator)
    join(organisation=third, to=joined.organisation, by=joined.coordinator)
    assert set(joined.organisation.joined.all()) == {joined.sister, third}


@pytest.mark.parametrize("to", ["organisation", "others"])
def test_it_is_not_joined_to_itself_or_across_networks(world: World, to: str) -> None:
    with pytest.raises(ValueError, match="one network"):
        join(organisation=world.organisation, to=getattr(world, to), by=world.coordinator)


def test_the_database_refuses_circles_chains_and_other_networks(joined: World) -> None:
    third = Organisation.objects.create(network=joined.network, name="IPS Tindvik")
    pairs = [
        (joined.organisation, joined.organisation),  # itself
        (joined.organisation, joined.sister),  # a circle
        (joined.organisation, third),  # a chain: another one was joined to it
        (third, joined.sister),  # a chain: it was joined itself
        (third, joined.others),  # another network
    ]
    fields = {"joined_at": timezone.now(), "joined_by": joined.coordinator}
    for one, to in pairs:
        with pytest.raises(IntegrityError), transaction.atomic():
            Organisation.objects.filter(pk=one.pk).update(joined_to=to, **fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.filter(pk=third.pk).update(joined_to=joined.organisation)  # by nobody


def test_the_one_that_remains_can_take_the_other_name_and_undoing_keeps_both(joined: World) -> None:
    name, address = (
        joined.sister.name,
        reverse("rename_organisation", args=[joined.network.code, joined.organisation.code]),
    )
    assert joined.client_of("coordinator").post(address, {"name": name}).status_code < 400
    separate(organisation=joined.sister, joined_to=joined.organisation, by=joined.coordinator)
    assert list(Organisation.objects.same_names().values_list("name", flat=True)) == [name, name]


def test_repeating_changes_nothing(joined: World) -> None:
    join(organisation=joined.sister, to=joined.organisation, by=joined.coordinator)
    separate(organisation=joined.sister, joined_to=joined.organisation, by=joined.coordinator)
    separate(organisation=joined.sister, joined_to=joined.organisation, by=joined.coordinator)
    assert AccessEvent.objects.filter(action__startswith="organisations_").count() == 2


# --- The pages ------------------------------------------------------------------------------------------------------


@pytest.fixture
def coordinator(world: World) -> Client:
    return world.client_of("coordinator")


def test_the_coordinator_chooses_the_other_one_and_sees_what_happens(world: World, coordinator: Client) -> None:
    listed = coordinator.get(reverse("join", args=[world.organisation.code]))
    assert [one.name for one in listed.context["page"].rows] == ["IPS Granlia"]
    page = coordinator.get(reverse("join_with", args=[world.organisation.code, world.sister.code]))
    rows = [(row.name, row.reviews, row.signed, row.people, row.open_actions) for row in page.context["shown"]]
    assert rows == [("IPS Øyvær", 2, 2, 1, 0), ("IPS Granlia", 2, 1, 1, 1)]
    assert "3 endelige vurderinger" in page.content.decode()


@pytest.mark.parametrize("kept", ["organisation", "sister"])
def test_the_name_that_is_chosen_remains(world: World, coordinator: Client, kept: str) -> None:
    url = reverse("join_with", args=[world.organisation.code, world.sister.code])
    answer = coordinator.post(url, {"keep": str(getattr(world, kept).code)}, follow=True)
    assert answer.redirect_chain == [(getattr(world, kept).get_absolute_url(), 302)]
    assert "er slått sammen med" in answer.content.decode()
    (remaining,) = world.network.organisations.current()
    assert remaining == getattr(world, kept)


@pytest.mark.parametrize("keep", ["", "x", "00000000-0000-0000-0000-000000000000", "\0", "a" * 5_000])
def test_another_choice_is_refused_in_words(world: World, coordinator: Client, keep: str) -> None:
    answer = coordinator.post(reverse("join_with", args=[world.organisation.code, world.sister.code]), {"keep": keep})
    assert answer.status_code == 422
    assert answer.context["form"].errors["keep"]
    assert world.network.organisations.current().count() == 2


def test_the_form_says_why_a_name_to_which_others_were_joined_must_remain(joined: World) -> None:
    third = Organisation.objects.create(network=joined.network, name="IPS Tindvik")
    url = reverse("join_with", args=[joined.organisation.code, third.code])
    answer = joined.client_of("coordinator").post(url, {"keep": str(third.code)})
    assert answer.status_code == 422
    assert "IPS Granlia" in answer.context["form"].errors["keep"][0]


@pytest.mark.parametrize("other", ["organisation", "others"])
def test_itself_and_organisations_elsewhere_are_not_found(world: World, coordinator: Client, other: str) -> None:
    url = reverse("join_with", args=[world.organisation.code, getattr(world, other).code])
    assert coordinator.get(url).status_code == 404
    assert coordinator.post(url, {"keep": str(world.organisation.code)}).status_code == 404


def test_one_that_was_joined_meanwhile_is_refused(joined: World) -> None:
    third = Organisation.objects.create(network=joined.network, name="IPS Tindvik")
    url = reverse("join_with", args=[third.code, joined.sister.code])
    client = joined.client_of("coordinator")
    assert client.post(url, {"keep": str(third.code)}).status_code == 409
    assert client.get(url).headers["Location"] == reverse("join", args=[third.code])


def test_the_coordinator_undoes_it_on_the_page_of_the_one_that_remains(joined: World) -> None:
    client, url = (
        joined.client_of("coordinator"),
        reverse("separate", args=[joined.organisation.code, joined.sister.code]),
    )
    assert url in text(joined, "coordinator", "organisation", joined.organisation.code)
    assert url not in text(joined, "evaluator", "organisation", joined.organisation.code)
    assert "er en egen organisasjon igjen" in client.post(url, follow=True).content.decode()
    assert client.post(url).status_code == 302
    assert joined.network.organisations.current().count() == 2


# --- Cost -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["reviews", "overview", "benchmarks", "heat_map", "dates", "organisations"])
def test_lists_take_as_many_queries_for_joined_organisations_as_for_others(
    world: World, django_assert_max_num_queries: Any, name: str
) -> None:
    client = world.client_of("coordinator")
    client.get(reverse(name))
    with django_assert_max_num_queries(100) as before:
        client.get(reverse(name))
    for number in range(4):
        other = Organisation.objects.create(network=world.network, name=f"IPS {number}")
        world.final_review(3, organisation=other, **on(2020 + number))
        join(organisation=other, to=world.organisation, by=world.coordinator)
    with django_assert_max_num_queries(len(before.captured_queries)):
        client.get(reverse(name))


def test_an_index_finds_the_reviews_of_an_organisation_and_of_those_joined_to_it(joined: World) -> None:
    third = Organisation.objects.create(network=joined.network, name="IPS Tindvik")
    many_finals(joined.final_review(3, organisation=third), 2_000, pdf=b"")
    Organisation.objects.bulk_create(Organisation(network=joined.network, name=f"IPS {n}") for n in range(3_000))
    with CaptureQueriesContext(connection) as asked:
        list(Review.objects.of(joined.organisation).values("pk"))
    plan = query_plan(asked.captured_queries[-1]["sql"])
    assert {"sqlite": "SEARCH reviews_review", "postgresql": "organisation_joined"}[connection.vendor] in plan


def test_another_network_is_not_touched(joined: World) -> None:
    elsewhere = Network.objects.get(pk=joined.others.network_id)
    assert elsewhere.organisations.current().count() == 1
    assert headers_of(joined.client_of("stranger").get(joined.others.get_absolute_url()))
    created = create_review(
        organisation=joined.others,
        by=joined.stranger,
        edition=joined.scale,
        kind="peer",
        method="together",
        evaluators=[joined.stranger],
        **on(2026),
    )
    assert created.organisation.current == joined.others
