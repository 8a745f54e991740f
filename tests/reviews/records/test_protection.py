"""Final records are protected in the database itself: SQL without our code, on both engines."""

import hashlib
from copy import deepcopy
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from reviews.actionplan.services import ActionFields, add_action, change_action
from reviews.apps import final_reviews_are_protected
from reviews.models import (
    AccessEvent,
    ActionNote,
    EventType,
    Export,
    FinalRecord,
    Interview,
    InterviewNote,
    Organisation,
    QuickNote,
    Rating,
    Remark,
    ReportText,
    Review,
    ReviewEvaluator,
    ReviewEvent,
)
from reviews.records import access_log, chain, log_chain, protection
from reviews.records.trigger_sql import engine_of
from reviews.schedule.organisation_summary import refresh_summary
from tests.builders import World, answer, build_world, fresh, hold_interview, instrument, quick_note, remark

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def built(module_transaction: None) -> tuple[World, Review]:
    """Return a world and a final review with a row in each of its tables and a line in the access log."""
    access_log.forget()  # another module's rows may have had the same keys within the hour
    world = build_world(instrument())
    review = world.asked_review(4)
    answer(remark(review, world.team_leader), world.evaluator)
    Rating.objects.create(evaluator=review.participations.first(), item_number=1, value=3)
    hold_interview(review, world.evaluator, {"5.3": "Sagt i et intervju"})
    quick_note(review, world.evaluator, "Sagt i gangen", item_number=5)
    world.sign(review)
    access_log.record_reading(world.coordinator, review, "review")
    log_chain.append([Export(by=world.coordinator, network=world.network, form=Export.Form.CSV, reviews=1)])
    fields = ActionFields("Møt")
    action = add_action(review=fresh(review), by=world.coordinator, code=uuid4(), item_number=None, fields=fields)
    change_action(
        review=fresh(review), action=action, by=world.coordinator, seen=action.version, fields=fields, note="Begynt"
    )
    refresh_summary(world.organisation)
    connection.check_constraints()  # PostgreSQL alters no table while constraint checks are pending
    return world, fresh(review)


@pytest.fixture
def world(built: tuple[World, Review], db: None) -> World:
    return deepcopy(built[0])


@pytest.fixture
def final(built: tuple[World, Review], db: None) -> Review:
    return fresh(built[1])


def refused(sql: str, *values: object) -> bool:
    with pytest.raises(IntegrityError, match="stay as they are"), transaction.atomic():
        connection.cursor().execute(sql, values)
    return True


PROTECTED = (
    Review,
    ReviewEvaluator,
    Rating,
    FinalRecord,
    ReviewEvent,
    AccessEvent,
    Export,
    ActionNote,
    Interview,
    InterviewNote,
    QuickNote,
    Remark,
    ReportText,
)
DELETABLE = {
    "reviews_interviewnote",
    "reviews_quicknote",
}  # after the weeks of retention; see the tests of interview notes below


def columns() -> list[tuple[str, str]]:
    models_and_scores = [*PROTECTED, Review._meta.get_field("scores").related_model]
    return [
        (model._meta.db_table, field.column)
        for model in models_and_scores
        for field in model._meta.concrete_fields
        if not field.primary_key
    ]


@pytest.mark.parametrize(("table", "column"), columns())
def test_no_column_of_a_final_review_can_be_updated(final: Review, table: str, column: str) -> None:
    assert connection.cursor().execute(f'SELECT 1 FROM {table} WHERE "{column}" IS NULL OR 1 = 1') is not False
    assert refused(f'UPDATE {table} SET "{column}" = "{column}"')


@pytest.mark.parametrize("table", sorted({table for table, _column in columns()} - DELETABLE))
def test_no_row_of_a_final_review_can_be_deleted(final: Review, table: str) -> None:
    assert refused(f"DELETE FROM {table}")


def test_nothing_can_be_added_to_a_final_review(final: Review, world: World) -> None:
    assert refused(
        "INSERT INTO reviews_reviewevaluator (review_id, user_id) VALUES (%s, %s)", final.pk, world.coordinator.pk
    )
    row = final.scores.get(item_number=1)
    row.pk, row.item_number = None, 26
    with pytest.raises(IntegrityError, match="stay as they are"), transaction.atomic():
        row.save(force_insert=True)


def test_the_deletion_of_notes_of_a_final_review_is_marked_once(final: Review) -> None:
    gone = "UPDATE reviews_interview SET notes_deleted_at = created_at"
    assert refused(gone)  # while the notes exist
    connection.cursor().execute("DELETE FROM reviews_interviewnote")
    assert refused(f"{gone}, place = 'Et annet sted'")
    assert refused(f"{gone}, review_id = review_id + 1")
    connection.cursor().execute(gone)
    assert refused(gone)
    assert refused("UPDATE reviews_interview SET notes_deleted_at = NULL")


def test_no_note_and_no_interview_can_be_added_to_a_final_review(final: Review, world: World) -> None:
    interview, row = final.interviews.get(), InterviewNote.objects.get(question="5.3")
    assert refused("UPDATE reviews_interviewnote SET text = 'x' WHERE id = %s", row.pk)
    row.pk, row.question = None, "99.1"
    with pytest.raises(IntegrityError, match="stay as they are"), transaction.atomic():
        row.save(force_insert=True)
    other = hold_interview(world.plan_review(), world.evaluator, label="Ny")
    assert refused("UPDATE reviews_interview SET review_id = %s WHERE id = %s", final.pk, other.pk)
    note = other.notes.first().pk
    assert refused("UPDATE reviews_interviewnote SET interview_id = %s WHERE id = %s", interview.pk, note)
    written = quick_note(other.review, world.evaluator, "Ny")
    assert refused("UPDATE reviews_quicknote SET review_id = %s WHERE id = %s", final.pk, written.pk)
    with pytest.raises(IntegrityError, match="stay as they are"), transaction.atomic():
        QuickNote.objects.filter(pk=written.pk).update(review=final)


def test_no_remark_can_be_added_to_a_final_review(final: Review, world: World) -> None:
    other = remark(world.asked_review(3), world.team_leader)
    assert refused("UPDATE reviews_remark SET review_id = %s WHERE id = %s", final.pk, other.pk)
    row = final.remarks.get()
    row.pk, row.code = None, other.code
    Remark.objects.filter(pk=other.pk).delete()
    with pytest.raises(IntegrityError, match="stay as they are"), transaction.atomic():
        row.save(force_insert=True)


def test_an_interview_of_an_open_review_can_be_changed_and_removed(world: World) -> None:
    interview = hold_interview(world.plan_review(), world.evaluator, {"5.3": "x"})
    connection.cursor().execute("UPDATE reviews_interview SET place = 'x' WHERE id = %s", [interview.pk])
    connection.cursor().execute("DELETE FROM reviews_interviewnote WHERE interview_id = %s", [interview.pk])
    connection.cursor().execute("DELETE FROM reviews_interview WHERE id = %s", [interview.pk])
    assert not Interview.objects.filter(pk=interview.pk).exists()


def test_a_final_review_takes_no_event_but_those_of_its_correction(final: Review, world: World) -> None:
    with pytest.raises(IntegrityError, match="stay as they are"), transaction.atomic():
        chain.append(final, ReviewEvent(by=world.evaluator, type=EventType.SCORED, item_number=1))
    chain.append(final, ReviewEvent(by=world.evaluator, type=EventType.CORRECTED))


@pytest.mark.parametrize("pragma", ["ON", "OFF"])
@pytest.mark.parametrize("table", [model._meta.db_table for model in PROTECTED])
def test_no_row_of_a_final_review_can_be_replaced(final: Review, world: World, table: str, pragma: str) -> None:
    """SQLite's REPLACE deletes conflicting rows; PostgreSQL's ON CONFLICT updates them."""
    if connection.vendor == "postgresql":
        assert refused(f"INSERT INTO {table} SELECT * FROM {table} ON CONFLICT (id) DO UPDATE SET id = excluded.id")
        return
    connection.cursor().execute(f"PRAGMA recursive_triggers = {pragma}")
    assert refused(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
    connection.cursor().execute("PRAGMA recursive_triggers = ON")


def test_a_key_of_a_final_review_cannot_be_taken_over(final: Review, world: World) -> None:
    if connection.vendor == "postgresql":
        replace = "UPDATE"
        expected = "duplicate key|stay as they are"
    else:
        replace, expected = "UPDATE OR REPLACE", "stay as they are"
    other = world.score_review(3)
    interview = hold_interview(other, world.evaluator, label="Ny")
    note, stays = interview.notes.first().pk, InterviewNote.objects.get(text__gt="").pk
    for sql, values in (
        (f"{replace} reviews_interview SET id = %s WHERE id = %s", [final.interviews.get().pk, interview.pk]),
        (f"{replace} reviews_interviewnote SET id = %s WHERE id = %s", [stays, note]),
        (f"{replace} reviews_review SET code = %s WHERE id = %s", [key_of(final), other.pk]),
        (f"{replace} reviews_itemscore SET id = %s WHERE id = %s", [final.scores.first().pk, other.scores.first().pk]),
    ):
        with pytest.raises(IntegrityError, match=expected), transaction.atomic():
            connection.cursor().execute(sql, values)


def key_of(review: Review) -> str:
    return review.code.hex if connection.vendor == "sqlite" else str(review.code)


def test_a_temporary_table_does_not_deceive_the_triggers(final: Review) -> None:
    connection.cursor().execute("CREATE TEMP TABLE reviews_review (id bigint, status text)")
    try:
        if connection.vendor == "sqlite":
            assert refused("UPDATE main.reviews_itemscore SET value = 1")
        else:
            assert refused("UPDATE public.reviews_itemscore SET value = 1")
    finally:
        connection.cursor().execute(
            "DROP TABLE temp.reviews_review" if connection.vendor == "sqlite" else "DROP TABLE pg_temp.reviews_review"
        )


def test_a_row_cannot_be_moved_into_a_final_review(final: Review, world: World) -> None:
    other = world.score_review(3)
    score, person = other.scores.first().pk, other.participations.first().pk
    assert refused("UPDATE reviews_itemscore SET review_id = %s WHERE id = %s", final.pk, score)
    assert refused("UPDATE reviews_reviewevaluator SET review_id = %s WHERE id = %s", final.pk, person)


def test_the_final_status_can_neither_be_undone_nor_forged(final: Review, world: World) -> None:
    assert refused("UPDATE reviews_review SET status = 'scoring', total = NULL WHERE id = %s", final.pk)
    assert refused("UPDATE reviews_review SET status = 'superseded' WHERE id = %s", final.pk)
    draft = world.draft_review(4)
    assert refused(
        "UPDATE reviews_review SET status = 'final', total = 100, band = 'x', finalised_at = created_at,"
        " finalised_by_id = created_by_id WHERE id = %s",
        draft.pk,
    )


def test_the_scale_of_a_final_review_cannot_be_changed(final: Review) -> None:
    assert refused("UPDATE scales_scaleedition SET title = 'x' WHERE id = %s", final.edition_id)
    assert refused("DELETE FROM scales_scaleedition WHERE id = %s", final.edition_id)


def test_an_open_review_can_be_changed(world: World) -> None:
    review = world.score_review(4)
    connection.cursor().execute("UPDATE reviews_itemscore SET value = 5 WHERE review_id = %s", [review.pk])
    assert set(review.scores.values_list("value", flat=True)) == {5}


def test_a_protected_table_cannot_be_emptied_at_once(final: Review) -> None:
    emptying = "DELETE FROM {}" if connection.vendor == "sqlite" else "TRUNCATE {} CASCADE"
    tables = ["reviews_reviewevent", "reviews_accessevent", "reviews_finalrecord", "reviews_itemscore"]
    if connection.vendor == "postgresql":
        tables += ["reviews_interviewnote"]  # row by row they may be deleted, after the weeks of retention
    for table in tables:
        assert refused(emptying.format(table))


def drop_one_trigger() -> None:
    with connection.cursor() as cursor:
        cursor.execute(engine_of(connection).drop("reviews_itemscore", "ips_reviews_itemscore_update"))


def test_a_trigger_that_was_switched_off_is_noticed_and_switched_on_again(final: Review) -> None:
    off = "DROP TRIGGER {0}" if connection.vendor == "sqlite" else "ALTER TABLE reviews_review DISABLE TRIGGER {0}"
    with connection.cursor() as cursor:
        cursor.execute(off.format("ips_reviews_review_update"))
    assert protection.faults() == ["ips_reviews_review_update"]
    protection.install()
    assert protection.faults() == []


def test_a_missing_trigger_is_noticed_by_the_check_readyz_and_the_command(final: Review) -> None:
    drop_one_trigger()
    assert [warning.id for warning in final_reviews_are_protected(databases=["default"])] == ["reviews.W001"]
    answer = Client().get(reverse("readyz"))
    assert (answer.status_code, answer.content) == (503, b"final reviews are not protected")
    with pytest.raises(CommandError, match="ips_reviews_itemscore_update"):
        call_command("verify_records")
    protection.install()
    assert protection.faults() == []
    assert Client().get(reverse("readyz")).status_code == 200


def test_a_trigger_of_the_right_name_that_does_nothing_is_noticed(final: Review) -> None:
    drop_one_trigger()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "CREATE TRIGGER ips_reviews_itemscore_update BEFORE UPDATE ON reviews_itemscore BEGIN SELECT 1; END"
            )
        else:
            cursor.execute(
                "CREATE OR REPLACE FUNCTION ips_reviews_itemscore_update() RETURNS trigger LANGUAGE plpgsql AS"
                " $$ BEGIN RETURN NEW; END $$"
            )
            cursor.execute(
                "CREATE TRIGGER ips_reviews_itemscore_update BEFORE UPDATE ON reviews_itemscore FOR EACH ROW"
                " EXECUTE FUNCTION ips_reviews_itemscore_update()"
            )
    assert protection.faults() == ["ips_reviews_itemscore_update"]


DECEIVED = {
    "UPDATE OF a column": (
        "CREATE OR REPLACE TRIGGER ips_reviews_itemscore_update BEFORE UPDATE OF id ON reviews_itemscore"
        " FOR EACH ROW EXECUTE FUNCTION ips_reviews_itemscore_update()",
        "ips_reviews_itemscore_update",
    ),
    "row security": ("ALTER TABLE reviews_review ENABLE ROW LEVEL SECURITY", "row security of reviews_review"),
    "row security of the owner": (
        "ALTER TABLE reviews_finalrecord FORCE ROW LEVEL SECURITY",
        "row security of reviews_finalrecord",
    ),
    "operator": (
        "CREATE FUNCTION public.never(varchar, varchar) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT false';"
        " CREATE OPERATOR public.= (LEFTARG = varchar, RIGHTARG = varchar, FUNCTION = public.never)",
        "operator = in public",
    ),
}


@pytest.mark.parametrize("what", DECEIVED)
def test_what_deceives_the_triggers_of_postgresql_is_noticed(final: Review, what: str) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has neither")
    sql, told = DECEIVED[what]
    assert protection.faults() == []
    with connection.cursor() as cursor:
        cursor.execute(sql)
    assert protection.faults() == [told]
    assert Client().get(reverse("readyz")).status_code == 503


# --- Changes after removing the triggers, which verify_records finds ----------------------


TAMPERED = {
    "event": ("UPDATE reviews_reviewevent SET comment = 'x' WHERE review_id = %s AND happening = 'created'", "altered"),
    "signing": ("DELETE FROM reviews_reviewevent WHERE review_id = %s AND happening = 'finalised'", "follow"),
    "middle event": ("DELETE FROM reviews_reviewevent WHERE review_id = %s AND happening = 'drafted'", "follow"),
    "score": ("UPDATE reviews_itemscore SET value = 5 WHERE review_id = %s AND item_number = 1", "total"),
    "note": ("UPDATE reviews_itemscore SET evidence = 'x' WHERE review_id = %s AND item_number = 1", "notes"),
    "total": ("UPDATE reviews_review SET total = 99 WHERE id = %s", "total is stored as 99"),
    "hash of the file": ("UPDATE reviews_finalrecord SET sha256 = 'x' WHERE review_id = %s", "PDF"),
    "fingerprint": ("UPDATE reviews_finalrecord SET fingerprint = 'x' WHERE review_id = %s", "fingerprint"),
    "kind": ("UPDATE reviews_review SET kind = 'self' WHERE id = %s", "kind, dates"),
    "status": ("UPDATE reviews_review SET status = 'superseded' WHERE id = %s", "status is superseded"),
    "who signed": ("UPDATE reviews_review SET finalised_by_id = finalised_by_id + 1 WHERE id = %s", "not signed by"),
    "evaluators": (
        "DELETE FROM reviews_reviewevaluator WHERE review_id = %s AND id NOT IN"
        " (SELECT evaluator_id FROM reviews_rating)",
        "evaluators",
    ),
    "remark": ("UPDATE reviews_remark SET text = 'x' WHERE review_id = %s", "remarks"),
    "answer to a remark": ("UPDATE reviews_remark SET answer = 'x' WHERE review_id = %s", "remarks"),
    "record": ("DELETE FROM reviews_finalrecord WHERE review_id = %s", "no stored PDF"),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_tampering_behind_the_triggers_is_found(final: Review, what: str) -> None:
    sql, told = TAMPERED[what]
    protection.remove()
    with connection.cursor() as cursor:
        cursor.execute(sql, [final.pk])
    connection.check_constraints()
    protection.install()
    with pytest.raises(CommandError, match=told) as fault:
        call_command("verify_records")
    assert str(final.code) in str(fault.value)


def test_another_pdf_with_its_own_hash_behind_the_triggers_is_found(final: Review) -> None:
    protection.remove()
    FinalRecord.objects.filter(review=final).update(pdf=b"%PDF", sha256=hashlib.sha256(b"%PDF").hexdigest())
    connection.check_constraints()
    protection.install()
    with pytest.raises(CommandError, match="not the one that was signed"):
        call_command("verify_records")


def test_a_scale_changed_behind_the_triggers_is_found(final: Review) -> None:
    protection.remove()
    edition = final.edition
    edition.document["title"] = "Another title"
    edition.save()
    protection.install()
    with pytest.raises(CommandError, match="scale is not the one"):
        call_command("verify_records")


def test_a_summary_of_an_organisation_that_no_review_supports_is_found_and_repaired(
    final: Review, world: World
) -> None:
    Organisation.objects.filter(pk=world.organisation.pk).update(last_total=125, next_due=None)
    with pytest.raises(CommandError, match=f"{world.organisation.code}: last_total is stored as 125"):
        call_command("verify_records")
    call_command("refresh_summaries")
    call_command("verify_records")
    world.organisation.refresh_from_db()
    assert world.organisation.last_total == final.total


def test_an_untouched_database_is_found_in_order(final: Review, world: World, capsys: pytest.CaptureFixture) -> None:
    world.score_review(3)
    call_command("verify_records")
    told = capsys.readouterr()
    assert "2 reviews: chains, stored PDFs and totals are as they were." in told.out
    assert "2/2" in told.err


# --- Verifying a PDF ----------------------------------------------------------------------


def check(client: Client, review: Review, data: bytes) -> str:
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile("sheet.pdf", data, content_type="application/pdf")
    return client.post(reverse("verify", args=[review.code]), {"pdf": file}).content.decode()


def test_the_stored_file_is_recognised_and_any_other_is_not(final: Review, world: World) -> None:
    client = world.client_of("team_leader")
    pdf = client.get(reverse("sheet_pdf", args=[final.code])).content
    assert "Dette er den lagrede filen" in check(client, final, pdf)
    for other in (pdf + b" ", pdf[:-1], pdf.replace(b"1", b"2", 1), b"", b"%PDF-1.7"):
        assert "Dette er ikke den lagrede filen" in check(client, final, other)


def test_the_verify_page_shows_the_printed_fingerprint(final: Review, world: World) -> None:
    page = world.client_of("team_leader").get(reverse("verify", args=[final.code])).content.decode()
    assert final.record.fingerprint in page
    assert hashlib.sha256(final.record.pdf).hexdigest() in page
