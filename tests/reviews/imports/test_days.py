"""Days as people write them: read if they can mean one day only, asked about if they can mean two, never guessed."""

from datetime import date

import pytest
from django.test import Client

from reviews.imports.services import queue_import
from reviews.imports.uploads import check_upload
from reviews.models import Review
from reviews.queue.worker import run_due
from tests.builders import World
from tests.import_files import csv_file, faults, preview, row_of, stored, url_of, xlsx_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(world: World) -> Client:
    return world.client_of("coordinator")


@pytest.mark.parametrize(
    "written",
    ["2024-11-05", "2024-11-05 00:00:00", "2024-11-05T12:30", "20241105", "05.11.24", "5.11.2024", "5. 11. 2024", "45601",
     "45601,0", "2024.11.05", "2024/11/05", "5. november 2024", "5 nov 2024", "November 5, 2024", "05.11.2024 09:00"],
)  # fmt: skip
def test_a_day_that_can_mean_one_day_only_is_read(client: Client, world: World, written: str) -> None:
    page = preview(client, world, csv_file(row_of(4, visit_start=written, visit_end="")))
    assert (page.faults, page.questions, page.rows[0].visit) == ((), (), "5. november 2024")


@pytest.mark.parametrize("written", ["05.11.2024-06.11.2024", "5.–6.11.2024", "5.11.2024 til 6.11.2024"])
def test_the_first_and_the_last_day_may_stand_in_one_cell(client: Client, world: World, written: str) -> None:
    page = preview(client, world, csv_file(row_of(4, visit_start=written, visit_end="")))
    assert (page.faults, page.rows[0].visit) == ((), "5.–6. november 2024")


@pytest.mark.parametrize("written", ["2024-11-05T23:00:00Z", "11/2024", "høsten 2024", "2024-11", "5.11", "31/31/2024", "1" * 5_000])  # fmt: skip
def test_a_text_that_names_no_certain_day_is_a_fault(client: Client, world: World, written: str) -> None:
    assert [fault[1] for fault in faults(client, world, csv_file(row_of(4, visit_start=written, visit_end="")))] == [
        "visit_start"
    ]


def test_a_serial_number_in_a_workbook_counts_as_that_workbook_does(client: Client, world: World) -> None:
    since_1904 = xlsx_file(row_of(4, visit_start=45601 - 1462, visit_end=""), date_1904=True)
    since_1900 = xlsx_file(row_of(4, visit_start=45601, visit_end=""))
    assert preview(client, world, since_1904).rows[0].visit == "5. november 2024"
    assert preview(client, world, since_1900, "b.xlsx").rows[0].visit == "5. november 2024"


@pytest.mark.parametrize(("order", "day"), [("dmy", date(2024, 11, 5)), ("mdy", date(2024, 5, 11))])
def test_a_day_that_can_mean_two_is_asked_about_once_for_the_file(
    client: Client, world: World, order: str, day: date
) -> None:
    rows = [row_of(4, visit_start=text, visit_end="") for text in ("5/11/2024", "25/12/2023", "5/5/2023")]
    waiting = stored(world, csv_file(*rows))
    page = client.get(url_of(waiting)).context["page"]
    assert [question.field for question in page.questions] == ["day_order"]
    assert "5/11/2024" in page.questions[0].label
    assert [row.visit for row in page.rows] == ["", "25. desember 2023", "5. mai 2023"]
    assert client.post(url_of(waiting)).status_code == 422
    queue_import(upload=waiting, by=world.coordinator, chosen={"day_order": order})
    run_due()
    assert set(Review.objects.values_list("visit_start", flat=True)) == {day, date(2023, 12, 25), date(2023, 5, 5)}


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Tirsdag 5. november 2024", ["2024-11-05", "2024-11-05"]),
        ("tisdag, den 5 november 2024", ["2024-11-05", "2024-11-05"]),
        ("den 5. november 2024", ["2024-11-05", "2024-11-05"]),
        ("05.11.2024 og 06.11.2024", ["2024-11-05", "2024-11-06"]),
        ("5. og 6. november 2024", ["2024-11-05", "2024-11-06"]),
        ("25/11-24", ["2024-11-25", "2024-11-25"]),
        ("25/11 2024", ["2024-11-25", "2024-11-25"]),
    ],
)
def test_days_as_people_write_them_in_the_nordic_countries_are_read(world: World, text: str, days: list[str]) -> None:
    checked = check_upload(stored(world, csv_file(row_of(4, visit_start=text, visit_end=""))), world.scale, {})
    assert [str(checked.rows[0].visit_start), str(checked.rows[0].visit_end)] == days


def test_a_day_that_can_mean_two_or_contradicts_its_weekday_is_not_guessed(client: Client, world: World) -> None:
    page = preview(client, world, csv_file(row_of(4, visit_start="5/11-24", visit_end="")))
    assert [question.field for question in page.questions] == ["day_order"]
    (fault,) = faults(client, world, csv_file(row_of(4, visit_start="Mandag 5. november 2024", visit_end="")))
    assert fault[1] == "visit_start"
