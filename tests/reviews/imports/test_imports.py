"""Imports of past reviews: previewed first, then imported completely or not at all, and final afterwards."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pikepdf
import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import DatabaseError, OperationalError, connection, transaction
from django.test import Client
from django.urls import reverse
from docx import Document

from ipsfidelity.errors import StateConflict
from reviews.exports.rows import review_row
from reviews.imports.services import FaultyRows, import_reviews
from reviews.imports.uploads import store_upload, withdraw_upload
from reviews.models import AccessEvent, FinalRecord, Network, Organisation, Review, Upload
from reviews.queue.worker import run_due
from reviews.records import chain, protection
from tests.builders import World, fresh, hand_over, save
from tests.import_files import HEAD, csv_file, row_of, upload, xlsx_file

pytestmark = pytest.mark.django_db
GOOD = csv_file(row_of([*range(1, 6)] * 5), row_of(5, visit_start="2023-03-10", organisation="IPS Granlia"))


@pytest.fixture
def client(world: World) -> Client:
    return world.client_of("coordinator")


def kept(world: World, data: bytes = GOOD, **given: Any) -> Upload:
    fields = {"network": world.network, "by": world.coordinator, "edition": world.scale, "file_name": "gamle.csv"}
    return store_upload(data=data, **fields | given)


def url_of(upload: Upload, name: str = "import_preview") -> str:
    return reverse(name, args=[upload.network.code, upload.code])


@pytest.fixture
def imported(world: World) -> Review:
    """Return an imported review of IPS Øyvær in March 2024, with notes."""
    head, row = (*HEAD, "note_4", "recommendation_4"), [*row_of(4), "Møte hver uke\r\nog mer", "Fortsett"]
    import_reviews(upload=kept(world, csv_file(row, head=head)), by=world.coordinator)
    return Review.objects.get()


# --- From the file to the reviews ---------------------------------------------------------------


def test_a_coordinator_uploads_previews_and_imports(client: Client, world: World) -> None:
    assert (
        reverse("imports", args=[world.network.code]) in client.get(world.network.get_absolute_url()).content.decode()
    )
    answer = upload(client, world, GOOD)
    page = client.get(answer.headers["Location"])
    assert "2 vurderinger ble lest uten feil" in page.content.decode()
    assert [(row.organisation, row.total, row.evaluators) for row in page.context["page"].rows] == [
        ("IPS Øyvær", "75", "Kari Nymoen, Per Berg"),
        ("IPS Granlia", "125", "Kari Nymoen, Per Berg"),
    ]
    assert not Review.objects.exists()
    waits = client.post(answer.headers["Location"], follow=True)
    assert waits.redirect_chain == [(answer.headers["Location"], 302)]
    assert not Review.objects.exists()
    run_due()
    done = client.get(answer.headers["Location"])
    assert "2 vurderinger er importert" in done.content.decode()
    assert Review.objects.valid().count() == 2
    assert Upload.objects.get().rows == {}


def test_an_imported_review_is_final_and_marked_as_imported(imported: Review, world: World) -> None:
    assert (imported.is_valid, imported.is_imported, imported.has_stored_pdf) == (True, True, False)
    assert (imported.total, imported.method, imported.kind) == (100, "together", "independent")
    assert (imported.visit_start, imported.visit_end) == (date(2024, 3, 10), date(2024, 3, 11))
    assert (imported.created_by, imported.finalised_by) == (world.coordinator, world.coordinator)
    assert not imported.evaluators.exists()
    row = imported.scores.get(item_number=4)
    assert (row.value, row.evidence, row.recommendation) == (4, "Møte hver uke\nog mer", "Fortsett")
    assert (row.saved_by, row.version, imported.scores.count()) == (world.coordinator, 1, 25)


def test_the_record_and_the_chain_of_an_imported_review_name_the_file(imported: Review, world: World) -> None:
    record, events = imported.record, list(imported.events.select_related("by", "review"))
    assert [event.type for event in events] == ["created", "imported"]
    assert list(chain.breaks(events)) == []
    content = record.content
    assert content["signature"] is None
    assert content["imported"]["code"] == str(world.coordinator.code)
    assert content["imported"]["at"] == content["review"]["finalised_at"]
    assert content["review"]["evaluators"] == ["Kari Nymoen", "Per Berg"]
    assert (bytes(record.pdf), record.fingerprint) == (b"", chain.digest(content))
    assert events[1].changes == {
        "status": ["planned", "final"],
        "file": ["", content["imported"]["sha256"]],
        "total": [None, 100],
        "band": ["", imported.band],
        "fingerprint": ["", record.fingerprint],
    }


def test_the_organisation_and_the_access_log_show_the_import(imported: Review, world: World) -> None:
    world.organisation.refresh_from_db()
    assert (world.organisation.last_review, world.organisation.last_total) == (imported, 100)
    line = AccessEvent.objects.get(action="imported")
    assert (line.by, line.network) == (world.coordinator, world.network)


def test_an_older_review_does_not_come_before_a_newer_one(world: World) -> None:
    newest = world.final_review(5)
    import_reviews(upload=kept(world, csv_file(row_of(4))), by=world.coordinator)
    world.organisation.refresh_from_db()
    assert (world.organisation.last_review, world.organisation.last_change) == (newest, 25)


def test_the_next_review_can_be_compared_with_an_imported_one(imported: Review, world: World, client: Client) -> None:
    newer = world.final_review(5)
    assert list(Review.objects.comparable_before(newer)) == [imported]
    page = client.get(world.organisation.get_absolute_url()).content.decode()
    assert page.count("mark-label") == 2


def test_verify_records_accepts_an_imported_review(imported: Review) -> None:
    call_command("verify_records", stdout=io.StringIO(), stderr=io.StringIO())


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE reviews_review SET is_imported = FALSE WHERE id = %s",
        "UPDATE reviews_itemscore SET value = 1 WHERE review_id = %s",
        "UPDATE reviews_reporttext SET summary = 'x' WHERE review_id = %s",
        "UPDATE reviews_finalrecord SET fingerprint = 'x' WHERE review_id = %s",
        "DELETE FROM reviews_reviewevent WHERE review_id = %s",
        "DELETE FROM reviews_review WHERE id = %s",
    ],
)
def test_nothing_of_an_imported_review_can_be_changed(imported: Review, sql: str) -> None:
    with pytest.raises(DatabaseError, match="stay as they are"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [imported.pk])


# --- Permissions and expiry -----------------------------------------------------------------------


@pytest.mark.parametrize("who", ["evaluator", "team_leader", "stranger", "admin"])
def test_nobody_but_its_coordinator_imports_into_a_network(world: World, who: str) -> None:
    waiting, client = kept(world), world.client_of(who)
    assert upload(client, world, GOOD).status_code == 404
    for method in (client.get, client.post):
        assert method(url_of(waiting)).status_code == 404
    assert client.post(url_of(waiting, "withdraw_import")).status_code == 404
    assert (Review.objects.count(), Upload.objects.count()) == (0, 1)


def test_a_file_opens_in_its_own_network_only(world: World) -> None:
    elsewhere = Network.objects.get(name="Lyngheim")
    waiting = kept(world)
    world.coordinator.memberships.update(network=elsewhere)
    client = world.client_of("coordinator")
    assert client.get(reverse("import_preview", args=[elsewhere.code, waiting.code])).status_code == 409
    assert client.get(url_of(waiting)).status_code == 404


def test_a_file_that_is_gone_is_reported_with_a_link_to_go_on(client: Client, world: World) -> None:
    waiting = kept(world)
    withdraw_upload(upload=waiting)
    for answer in (client.post(url_of(waiting)), client.get(url_of(waiting))):
        assert answer.status_code == 409
        assert "importert eller trukket tilbake" in answer.content.decode()
        assert reverse("imports", args=[world.network.code]) in answer.content.decode()
    with pytest.raises(StateConflict):
        import_reviews(upload=waiting, by=world.coordinator)


def test_a_file_can_be_withdrawn(client: Client, world: World) -> None:
    waiting = kept(world)
    answer = client.post(url_of(waiting, "withdraw_import"), follow=True)
    assert "Filen er trukket tilbake" in answer.content.decode()
    assert not Upload.objects.exists()
    assert client.post(url_of(waiting, "withdraw_import")).status_code == 409


def test_a_file_is_deleted_after_a_day(world: World) -> None:
    waiting = kept(world)
    with time_machine.travel(waiting.at + timedelta(days=1, seconds=1), tick=False):
        client = world.client_of("coordinator")
        assert client.get(url_of(waiting)).status_code == 409
        assert "gamle.csv" not in client.get(reverse("imports", args=[world.network.code])).content.decode()
        with pytest.raises(StateConflict):
            import_reviews(upload=waiting, by=world.coordinator)
        other = kept(world, file_name="nye.csv")
    assert list(Upload.objects.all()) == [other]


@pytest.mark.parametrize("dry", [True, False])
def test_the_daily_command_deletes_files_of_yesterday_and_no_others(world: World, *, dry: bool) -> None:
    old, told = kept(world), io.StringIO()
    with time_machine.travel(old.at + timedelta(days=1), tick=False):
        new = kept(world, file_name="nye.csv")
    old = kept(world, at=new.at - timedelta(days=1))
    with time_machine.travel(new.at, tick=False):
        call_command("delete_uploads", *(["--dry-run"] if dry else []), stdout=told)
    assert set(Upload.objects.all()) == ({old, new} if dry else {new})
    named, counted = told.getvalue().splitlines()
    assert named.startswith(f"{world.network}: gamle.csv, ")
    assert counted == ("1 files would be deleted." if dry else "1 files deleted.")


def test_every_fault_is_in_the_table_however_many_there_are(client: Client, world: World) -> None:
    wrong = csv_file(*[row_of(9, visit_start=f"2020-01-{n % 28 + 1:02}", kind="=1+1") for n in range(50)])
    waiting = kept(world, wrong)
    page = client.get(url_of(waiting))
    assert (page.context["page"].fault_count, len(page.context["page"].faults)) == (1_300, 1_000)
    assert "Bare de første 1000 er listet opp her." in page.content.decode()
    assert url_of(waiting, "import_faults") in page.content.decode()
    answer = client.get(url_of(waiting, "import_faults"))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="import-faults.csv"'
    head, *lines = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
    assert head == ["Rad", "Kolonne", "Sted i filen", "Feil"]
    assert len(lines) == 1_300
    assert ["2", "item_1", "F2, kolonne «item_1»", "«9» er ikke en skåre fra 1 til 5."] in lines


def test_uploading_a_file_again_replaces_it_and_leaves_others_alone(client: Client, world: World) -> None:
    other = kept(world, file_name="andre.csv")
    kept(world)
    again = kept(world)
    assert set(Upload.objects.all()) == {other, again}
    page = client.get(reverse("imports", args=[world.network.code])).content.decode()
    assert url_of(again) in page
    assert url_of(other) in page


# --- All or nothing -------------------------------------------------------------------------------


def test_with_one_fault_there_is_no_button_and_pressing_it_is_422(client: Client, world: World) -> None:
    waiting = kept(world, csv_file(row_of(4), row_of(9, visit_start="2023-01-01", visit_end="")))
    page = client.get(url_of(waiting)).content.decode()
    assert "Importer 2 vurderinger" not in page
    answer = client.post(url_of(waiting))
    assert answer.status_code == 422
    assert "«9» er ikke en skåre" in answer.content.decode()
    assert not Review.objects.exists()


def test_importing_the_same_file_again_is_refused_as_duplicates(client: Client, world: World) -> None:
    import_reviews(upload=kept(world), by=world.coordinator)
    again = kept(world)
    page = client.get(url_of(again)).context["page"]
    assert [(fault.row, fault.column) for fault in page.faults] == [("2", ""), ("3", "")]
    assert client.post(url_of(again)).status_code == 409
    assert Review.objects.count() == 2


def test_a_planned_review_of_that_day_is_a_duplicate_too(world: World, client: Client) -> None:
    world.plan_review(visit_start=date(2024, 3, 10), visit_end=date(2024, 3, 11))
    assert "Det finnes allerede en vurdering" in client.get(url_of(kept(world))).content.decode()


def test_a_file_that_became_invalid_after_the_preview_is_409(client: Client, world: World) -> None:
    waiting = kept(world)
    assert client.get(url_of(waiting)).context["page"].may_be_imported
    Organisation.objects.filter(name="IPS Granlia").update(name="Noe annet")
    answer = client.post(url_of(waiting))
    assert answer.status_code == 409
    assert "«IPS Granlia»" in answer.content.decode()
    assert not Review.objects.exists()


def test_an_organisation_that_is_added_meanwhile_is_known(client: Client, world: World) -> None:
    waiting = kept(world, csv_file(row_of(4, organisation="IPS Ny")))
    assert not client.get(url_of(waiting)).context["page"].may_be_imported
    Organisation.objects.create(network=world.network, name="IPS Ny")
    assert client.post(url_of(waiting)).status_code == 302
    run_due()
    assert Review.objects.get().organisation.name == "IPS Ny"


def test_organisations_of_other_networks_are_unknown(world: World) -> None:
    waiting = kept(world, csv_file(row_of(4, organisation="IPS Lyngmo")))
    with pytest.raises(FaultyRows):
        import_reviews(upload=waiting, by=world.coordinator)


def test_an_interrupted_import_leaves_nothing(world: World) -> None:
    waiting = kept(world)

    def break_off(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith('INSERT INTO "reviews_accessevent"'):  # the last statement of the import
            raise OperationalError("the connection is gone")
        return execute(sql, *rest)

    with connection.execute_wrapper(break_off), pytest.raises(OperationalError):
        import_reviews(upload=waiting, by=world.coordinator)
    assert (Review.objects.count(), FinalRecord.objects.count(), AccessEvent.objects.count()) == (0, 0, 0)
    assert import_reviews(upload=waiting, by=world.coordinator) == 2


# --- Pages of an imported review --------------------------------------------------------------------


def test_the_service_and_the_coordinator_read_it_and_evaluators_do_not(imported: Review, world: World) -> None:
    for who, status in (("coordinator", 200), ("team_leader", 200), ("evaluator", 404), ("other_leader", 404)):
        assert world.client_of(who).get(imported.get_absolute_url()).status_code == status


@pytest.mark.parametrize("who", ["coordinator", "team_leader"])
def test_every_page_of_an_imported_review_says_so(imported: Review, world: World, who: str) -> None:
    client = world.client_of(who)
    page = client.get(imported.get_absolute_url()).content.decode()
    assert "importert av Coordinator" in page
    assert "Kari Nymoen" in page
    assert reverse("verify", args=[imported.code]) not in page
    sheet = client.get(reverse("sheet", args=[imported.code]) + "?notes=1").content.decode()
    assert "Importert av Coordinator" in sheet
    assert "Ikke signert her" in sheet
    assert imported.record.fingerprint in sheet
    assert "Kari Nymoen, Per Berg" in sheet
    assert "lagret da" not in sheet
    assert "importert" in client.get(reverse("reviews")).content.decode()
    history = client.get(reverse("history", args=[imported.code])).content.decode()
    assert "importerte vurderingen" in history
    assert imported.record.content["imported"]["sha256"] in history


@pytest.mark.pdf
def test_the_pdf_of_an_imported_review_is_rendered_on_request_and_says_so(imported: Review, client: Client) -> None:
    answer = client.get(reverse("sheet_pdf", args=[imported.code]) + "?notes=1")
    assert answer.headers["Content-Type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(answer.content)) as document:
        assert len(document.pages) >= 1


def test_the_data_of_an_imported_review_say_so(imported: Review, client: Client, world: World) -> None:
    data = client.get(reverse("sheet_json", args=[imported.code])).json()
    assert (data["imported"], data["signature"], data["total"], data["valid"]) == (True, None, 100, True)
    assert data["fingerprint"] == imported.record.fingerprint
    signed = world.final_review(4)
    assert client.get(reverse("sheet_json", args=[signed.code])).json()["imported"] is False
    assert "imported" not in signed.record.content


def test_method_and_specialists_that_the_file_does_not_name_are_not_shown(
    imported: Review, client: Client, world: World
) -> None:
    assert imported.specialists == []
    data = client.get(reverse("sheet_json", args=[imported.code])).json()
    assert data["review"]["method"] is None
    conditions = imported.record.content["conditions"]
    assert (conditions["method"], conditions["specialists"]) == (None, [])
    row = review_row(imported)
    assert (row["method"], row["specialist_count"]) == ("", None)
    for name in ("review", "sheet", "report"):
        page = client.get(reverse(name, args=[imported.code])).content.decode()
        assert "felles skåring" not in page.casefold()
        assert ">Metode<" not in page
        assert ">Jobbspesialister<" not in page
    signed = world.final_review(4)
    page = client.get(reverse("report", args=[signed.code])).content.decode()
    assert "felles skåring" in page.casefold()
    assert ">Jobbspesialister<" in page


def test_the_word_file_omits_what_is_unknown_about_an_imported_review(imported: Review, client: Client) -> None:
    answer = client.get(reverse("report_docx", args=[imported.code]))
    texts = set(Document(io.BytesIO(b"".join(answer))).element.body.itertext())
    assert "Type" in texts
    assert texts.isdisjoint({"Metode", "Jobbspesialister"})
    assert "felles skåring" not in " ".join(texts).casefold()


def test_a_correction_of_an_imported_review_starts_with_one_specialist(
    imported: Review, client: Client, world: World
) -> None:
    client.post(reverse("correct", args=[imported.code]), {"comment": "Arket hadde feil tall."})
    correction = Review.objects.get(supersedes=imported)
    assert correction.specialists == [{"label": "A"}]
    hand_over(correction, by=world.coordinator, evaluators=[world.evaluator])
    item = next(item for item in correction.scale.items if item.per_specialist)
    page = world.client_of("evaluator").get(reverse("item", args=[correction.code, item.number]))
    assert page.status_code == 200
    assert len(page.context["page"].observation_lines) == 1


def test_there_is_no_stored_pdf_to_compare_with(imported: Review, client: Client) -> None:
    url = reverse("verify", args=[imported.code])
    for answer in (client.get(url), client.post(url)):
        assert answer.status_code == 409
        assert "importert og ikke signert her" in answer.content.decode()


def test_names_stay_as_they_were_imported(imported: Review, client: Client, world: World) -> None:
    Organisation.objects.filter(pk=world.organisation.pk).update(name="IPS Nytt navn")
    sheet = client.get(reverse("sheet", args=[imported.code])).content.decode()
    assert "IPS Øyvær" in sheet


def test_a_correction_of_an_imported_review_is_signed_by_evaluators_whom_the_coordinator_names(
    imported: Review, client: Client, world: World
) -> None:
    sent = {"comment": "Arket hadde feil tall."}
    assert client.post(reverse("correct", args=[imported.code]), sent).status_code == 302
    correction = Review.objects.get(supersedes=imported)
    assert (correction.is_imported, correction.evaluators.count()) == (False, 0)
    for name in ("review", "sheet", "history", "evidence"):
        assert client.get(reverse(name, args=[correction.code])).status_code == 200
    hand_over(correction, by=world.coordinator, evaluators=[world.evaluator])
    save(fresh(correction), world.evaluator, {1: {"value": 5}})
    world.hand_out(correction)
    world.sign(correction)
    assert (fresh(imported).is_valid, fresh(correction).total) == (False, 101)
    for review in (imported, correction):
        assert client.get(reverse("sheet", args=[review.code])).status_code == 200
    call_command("verify_records", stdout=io.StringIO(), stderr=io.StringIO())


def test_no_page_makes_a_planned_review_an_imported_one(world: World, client: Client) -> None:
    review = world.plan_review()
    assert client.get(reverse("move", args=[review.code, "import"])).status_code == 404


TAMPERED = {
    "its event": ("DELETE FROM reviews_reviewevent WHERE review_id = %s AND happening = 'imported'", "marked as imported"),
    "its mark": ("UPDATE reviews_review SET is_imported = FALSE WHERE id = %s", "fingerprint"),
    "the record": ("UPDATE reviews_finalrecord SET fingerprint = 'x' WHERE review_id = %s", "fingerprint"),
    "a score": ("UPDATE reviews_itemscore SET value = 5 WHERE review_id = %s AND item_number = 1", "total"),
    "a stored file": ("UPDATE reviews_finalrecord SET pdf = 'x' WHERE review_id = %s", "stored PDF"),
    "who imported it": ("UPDATE reviews_review SET finalised_by_id = finalised_by_id - 1 WHERE id = %s", "not signed by"),
}  # fmt: skip


@pytest.mark.parametrize("what", TAMPERED)
def test_tampering_with_an_imported_review_is_found(imported: Review, what: str) -> None:
    sql, told = TAMPERED[what]
    protection.remove()
    with connection.cursor() as cursor:
        cursor.execute(sql, [imported.pk])
    connection.check_constraints()
    protection.install()
    with pytest.raises(CommandError, match=told):
        call_command("verify_records", stdout=io.StringIO(), stderr=io.StringIO())


# --- The page, the template, the size -------------------------------------------------------------


def test_the_templates_hold_every_column_and_come_back_as_header_only(client: Client, world: World) -> None:
    for name in ("import_template_xlsx", "import_template_csv"):
        answer = client.get(reverse(name, args=[world.network.code, world.scale.slug]))
        assert answer.headers["Content-Disposition"].startswith("attachment")
        refused = upload(client, world, answer.content)
        assert refused.context["form"].errors["file"] == [
            "Filen har en første rad med kolonnenavn, men ingen vurdering under den."
        ]
        assert client.get(reverse(name, args=[world.network.code, "x"])).status_code == 404


def test_without_a_file_or_a_scale_the_form_says_so(client: Client, world: World) -> None:
    url = reverse("imports", args=[world.network.code])
    assert client.post(url, {"edition": world.scale.slug}).status_code == 422
    assert upload(client, world, GOOD, edition="x").status_code == 422
    assert not Upload.objects.exists()


def test_the_page_is_read_in_every_language(client: Client, world: World) -> None:
    waiting = kept(world, csv_file(row_of(9)))
    for language, words in (("sv", "är inte en poäng"), ("en", "is not a score")):
        world.coordinator.language = language
        world.coordinator.save()
        assert words in client.get(url_of(waiting)).content.decode()


def test_pages_take_as_many_queries_for_one_row_as_for_many(
    client: Client, world: World, django_assert_max_num_queries: Any
) -> None:
    few = kept(world, csv_file(row_of(4)))
    many = kept(
        world, csv_file(*[row_of(4, visit_start=f"{y}-01-01", visit_end="") for y in range(2000, 2025)]), file_name="b"
    )
    client.get(url_of(few))
    for waiting in (few, many):
        with django_assert_max_num_queries(2 + 8):
            client.get(url_of(waiting))
    with django_assert_max_num_queries(2 + 8):
        client.get(reverse("imports", args=[world.network.code]))


def test_many_reviews_come_in_with_a_few_statements_each(world: World, django_assert_max_num_queries: Any) -> None:
    rows = [row_of(4, visit_start=f"{y}-0{m}-01", visit_end="") for y in range(2000, 2020) for m in (1, 7)]
    waiting = kept(world, xlsx_file(*rows))
    with django_assert_max_num_queries(40 * 7 + 40):
        assert import_reviews(upload=waiting, by=world.coordinator) == 40


def test_an_import_is_listed_with_its_time(world: World) -> None:
    at = datetime(2026, 5, 4, 12, tzinfo=UTC)
    import_reviews(upload=kept(world, at=at), by=world.coordinator, at=at)
    assert {review.finalised_at for review in Review.objects.all()} == {at}
