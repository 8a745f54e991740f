"""What somebody with all rights in the database can change behind the program, and `verify_records` finds."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from reviews.actionplan.services import ActionFields, add_action, change_action
from reviews.maintenance import heads
from reviews.models import AccessAction, Export, Review
from reviews.records import access_log, log_chain, protection
from tests.builders import World, answer, fresh, remark, save

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _unprotected() -> Iterator[None]:
    """The triggers are removed for the tampering and installed again before the command runs."""
    yield
    protection.install()


@pytest.fixture
def reviews(world: World, settings: Any, tmp_path: Path) -> tuple[Review, Review]:
    """Return a final review scored together with an action plan, and an open one. Their heads have been published."""
    settings.HEADS_FILE = str(tmp_path / "heads")
    final = world.asked_review(4)
    answer(remark(final, world.team_leader), world.evaluator)
    world.sign(final)
    final = fresh(final)
    fields = ActionFields("Møt NAV")
    action = add_action(review=final, by=world.coordinator, code=uuid4(), item_number=3, fields=fields)
    change_action(review=fresh(final), action=action, by=world.coordinator, seen=0, fields=fields, note="Begynt")
    opened = world.score_review(3)
    save(opened, world.evaluator, {7: {"evidence": "Sett i journalen."}})
    for person in (world.coordinator, world.team_leader, world.evaluator):
        access_log.record_reading(person, final, "review")
        access_log.record_reading(person, opened, "review")
    for _time in range(2):
        log_chain.append([Export(by=world.coordinator, network=world.network, form=Export.Form.CSV, reviews=1)])
    access_log.record(AccessAction.SIGNED_IN, world.admin)
    return fresh(final), fresh(opened)


def execute(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def verify() -> str:
    """Return what `verify_records` says, "" if all is in order."""
    connection.check_constraints()
    protection.install()
    try:
        call_command("verify_records")
    except CommandError as fault:
        return str(fault)
    return ""


# The statement, with the keys of the final review (F), of the open one (O) and of people, and what is said.
TAMPERED = {
    "evaluator of a final review swapped": (
        "UPDATE reviews_reviewevaluator SET user_id = {leader} WHERE id ="
        " (SELECT min(id) FROM reviews_reviewevaluator WHERE review_id = {F})",
        "its evaluators are not those",
    ),
    "evaluator of an open review swapped": (
        "UPDATE reviews_reviewevaluator SET user_id = {leader} WHERE id ="
        " (SELECT min(id) FROM reviews_reviewevaluator WHERE review_id = {O})",
        "its evaluators are not those",
    ),
    "organisation of a final review": (
        "UPDATE reviews_review SET organisation_id = {sister} WHERE id = {F}",
        "its organisation is not the one",
    ),
    "organisation of an open review": (
        "UPDATE reviews_review SET organisation_id = {sister} WHERE id = {O}",
        "its organisation is not the one",
    ),
    "time of signing": ("UPDATE reviews_review SET finalised_at = created_at WHERE id = {F}", "time of signing"),
    "access log emptied": ("DELETE FROM reviews_accessevent", "reviews_accessevent lacks lines"),
    "line of the access log removed": (
        "DELETE FROM reviews_accessevent WHERE id = (SELECT min(id) + 1 FROM reviews_accessevent)",
        "continues was removed",
    ),
    "first line of the access log removed": (
        "DELETE FROM reviews_accessevent WHERE id = (SELECT min(id) FROM reviews_accessevent)",
        "continues was removed",
    ),
    "last line of the access log removed": (
        "DELETE FROM reviews_accessevent WHERE id = (SELECT max(id) FROM reviews_accessevent)",
        "reviews_accessevent lacks lines",
    ),
    "line of the access log rewritten": (
        "UPDATE reviews_accessevent SET by_id = {leader} WHERE by_id = {coordinator}",
        "was altered",
    ),
    "exports emptied": ("DELETE FROM reviews_export", "reviews_export lacks lines"),
    "export rewritten": ("UPDATE reviews_export SET reviews = 0", "was altered"),
    "first export removed": (
        "DELETE FROM reviews_export WHERE id = (SELECT min(id) FROM reviews_export)",
        "continues was removed",
    ),
    "note on an action rewritten": ("UPDATE reviews_actionnote SET text = 'x'", "notes on its actions"),
    "note on an action by somebody else": (
        "UPDATE reviews_actionnote SET by_id = {leader}",
        "notes on its actions",
    ),
    "action rewritten": ("UPDATE reviews_action SET state = 'done'", "its actions are not those"),
    "score of an open review": (
        "UPDATE reviews_itemscore SET value = 5 WHERE review_id = {O} AND item_number = 1",
        "scores or notes are not those",
    ),
    "note of an open review": (
        "UPDATE reviews_itemscore SET evidence = '' WHERE review_id = {O} AND item_number = 7",
        "scores or notes are not those",
    ),
    "last event of an open review cut": (
        "DELETE FROM reviews_reviewevent WHERE id = (SELECT max(id) FROM reviews_reviewevent WHERE review_id = {O})",
        "scores or notes are not those",
    ),
    "last event of a final review cut": (
        "DELETE FROM reviews_reviewevent WHERE id = (SELECT max(id) FROM reviews_reviewevent WHERE review_id = {F})",
        "notes on its actions",
    ),
    "last event of an open review cut, and its effect": (
        "DELETE FROM reviews_reviewevent WHERE id = (SELECT max(id) FROM reviews_reviewevent WHERE review_id = {O});"
        "UPDATE reviews_itemscore SET evidence = '', saved_at ="
        " (SELECT at FROM reviews_reviewevent WHERE review_id = {O} AND item_number = 7)"
        " WHERE review_id = {O} AND item_number = 7",
        "the events of reviews are not those of",
    ),
    "status of an open review": (
        "UPDATE reviews_review SET status = 'planned' WHERE id = {O}",
        "its status is planned",
    ),
    "report of an open review": (
        "UPDATE reviews_reporttext SET summary = 'x' WHERE review_id = {O}",
        "the text of its report",
    ),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_tampering_is_found(world: World, reviews: tuple[Review, Review], what: str) -> None:
    final, opened = reviews
    heads.publish_heads(timezone.now() + timedelta(hours=2))
    assert verify() == ""
    sql, told = TAMPERED[what]
    protection.remove()
    for statement in sql.split(";"):
        execute(
            statement.format(
                F=final.pk,
                O=opened.pk,
                leader=world.team_leader.pk,
                coordinator=world.coordinator.pk,
                sister=world.sister.pk,
            )
        )
    assert told in verify()


def delete_wholly(review: Review) -> None:
    protection.remove()
    owned = "(SELECT id FROM reviews_reviewevaluator WHERE review_id = %s)"
    execute(f"DELETE FROM reviews_rating WHERE evaluator_id IN {owned}", review.pk)
    execute(
        "DELETE FROM reviews_actionnote WHERE action_id IN (SELECT id FROM reviews_action WHERE review_id = %s)",
        review.pk,
    )
    execute(
        "DELETE FROM reviews_interviewnote WHERE interview_id IN (SELECT id FROM reviews_interview WHERE review_id = %s)",
        review.pk,
    )
    execute(
        "UPDATE reviews_organisation SET last_review_id = NULL, last_total = NULL WHERE last_review_id = %s", review.pk
    )
    for relation in Review._meta.related_objects:
        if relation.one_to_many or relation.one_to_one:
            model = relation.related_model
            if model._meta.db_table not in ("reviews_organisation", "reviews_review"):
                execute(f"DELETE FROM {model._meta.db_table} WHERE {relation.field.column} = %s", review.pk)
    execute("DELETE FROM reviews_review WHERE id = %s", review.pk)


def test_a_final_review_that_is_removed_with_all_its_rows_leaves_a_gap_in_the_access_log(
    world: World, reviews: tuple[Review, Review]
) -> None:
    delete_wholly(reviews[0])
    call_command("refresh_summaries")
    assert "continues was removed" in verify()


def test_a_removed_review_that_nobody_has_opened_is_found_by_the_heads(
    world: World, reviews: tuple[Review, Review]
) -> None:
    unread = world.plan_review()
    heads.publish_heads(timezone.now() + timedelta(hours=2))
    assert verify() == ""
    delete_wholly(unread)
    assert "the events of reviews are not those of" in verify()
