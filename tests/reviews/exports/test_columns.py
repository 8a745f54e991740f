"""The columns of exports: the document, the dictionary in the workbook and the files match one table."""

import csv
import io
import json
import re
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.urls import reverse

from reviews.exports.columns import CONTENTS, ITEMS, NUMBERED, REVIEWS, SHEETS, Column, ColumnType, dictionary, header
from reviews.exports.json_keys import JSON_KEYS
from reviews.exports.rows import ExportRow, item_rows, remark_rows, review_row
from reviews.models import Remark, Review
from tests.builders import World, fresh, save
from tests.import_files import import_one

DOCUMENT = settings.BASE_DIR / "docs" / "data-dictionary.md"
TABLES = {**SHEETS, "contents.csv": CONTENTS, "JSON lines": JSON_KEYS}
COUNTS = {"sections": 3, "items": 25}


@pytest.fixture
def full(world: World) -> Review:
    """Return a review with as many fields filled in as possible, and import another one of the same network."""
    review = world.agreed_review(
        4, dict.fromkeys(range(1, 26), 3), period_start=date(2026, 1, 1), period_end=date(2026, 2, 1)
    )
    save(review, world.evaluator, {4: {"observation": {"amount": "95"}, "departure": "Ett team", "sources": ["INT"]}})
    save(review, world.evaluator, {5: {"evidence": "Notat", "recommendation": "Råd"}})
    answered = {"answered_by": world.evaluator, "answered_at": datetime(2026, 3, 15, tzinfo=UTC)}
    for number, kind, text in ((None, "comment", "Takk"), (4, "fact", "Nei")):
        said = {"item_number": number, "kind": kind, "text": text, "by": world.team_leader}
        Remark.objects.create(review=review, answer="Ja", **said, **answered)
    world.hand_out(review)
    world.sign(review)
    import_one(world, notes={4: "Notat"})
    world.superseded_review(kind="peer")
    return fresh(review)


def take(world: World, name: str) -> bytes:
    url = reverse(name, args=[world.network.code]) + "?superseded=on"
    return b"".join(world.client_of("coordinator").post(url).streaming_content)  # type: ignore[attr-defined]


def described_by(columns: tuple[Column, ...]) -> list[tuple[str, ...]]:
    return [(f"`{one.name}`", one.type.value, one.range, one.meaning, one.since) for one in columns]


def documented() -> dict[str, list[tuple[str, ...]]]:
    """Return the tables of the document by heading, without their header rows."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for section in re.split(r"^## ", DOCUMENT.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        lines = [line for line in section.splitlines() if line.startswith("|")]
        found[section.splitlines()[0]] = [tuple(cell.strip() for cell in line.split("|")[1:-1]) for line in lines[2:]]
    return found


@pytest.mark.parametrize("table", TABLES)
def test_the_document_describes_exactly_the_columns_of_the_table(table: str) -> None:
    assert documented()[table] == described_by(TABLES[table])


def test_every_table_of_the_document_is_in_a_file() -> None:
    assert documented().keys() == TABLES.keys()


def test_column_names_are_unique_and_machine_readable() -> None:
    for columns in TABLES.values():
        names = [column.name for column in columns]
        assert len(names) == len(set(names))
        assert all(re.fullmatch(r"[a-z0-9_.\[\]]+", name.replace(NUMBERED, "")) for name in names)
        assert all(column.meaning.endswith(".") for column in columns)
    names_of_reviews = header(REVIEWS, **COUNTS)
    assert names_of_reviews[names_of_reviews.index("item_25") + 1] == "next_due"
    assert "item_26" not in names_of_reviews


@pytest.mark.django_db
def test_rows_have_the_columns_of_the_table_and_no_others(full: Review) -> None:
    def names(rows: Iterator[ExportRow] | list[ExportRow]) -> set[str]:
        return {name for row in rows for name in row}

    assert names([review_row(full)]) == set(header(REVIEWS, **COUNTS))
    assert names(item_rows(full)) == set(header(ITEMS))
    assert names(remark_rows(full)) == set(header(SHEETS["remarks"]))


@pytest.mark.django_db
def test_headers_of_the_files_are_the_tables_columns(world: World, full: Review) -> None:
    book = openpyxl.load_workbook(io.BytesIO(take(world, "export_workbook")))
    for sheet, columns in SHEETS.items():
        assert tuple(cell.value for cell in book[sheet][1]) == header(columns, **COUNTS), sheet
    tables = (("export_reviews", REVIEWS), ("export_items", ITEMS), ("export_remarks", SHEETS["remarks"]))
    for name, columns in tables:
        lines = csv.reader(io.StringIO(take(world, name).decode("utf-8-sig")), delimiter=";")
        assert next(lines) == list(header(columns, **COUNTS))


@pytest.mark.django_db
def test_the_workbooks_dictionary_is_the_table(world: World, full: Review) -> None:
    book = openpyxl.load_workbook(io.BytesIO(take(world, "export_workbook")))
    lines = [tuple(cell or "" for cell in line) for line in book["dictionary"].iter_rows(min_row=2, values_only=True)]
    assert lines == list(dictionary())


def types(columns: tuple[Column, ...]) -> dict[str, ColumnType]:
    return {name: one.type for one in columns for name in one.named(COUNTS["items"])}


PYTHON = {
    ColumnType.TEXT: str,
    ColumnType.WHOLE: int,
    ColumnType.YES_NO: int,
    ColumnType.DATE: datetime,
    ColumnType.TIME: datetime,
}


@pytest.mark.django_db
def test_cells_of_the_workbook_have_the_documented_type(world: World, full: Review) -> None:
    book = openpyxl.load_workbook(io.BytesIO(take(world, "export_workbook")))
    for sheet in ("reviews", "items", "remarks"):
        promised = types(SHEETS[sheet])
        names = [cell.value for cell in book[sheet][1]]
        for line in book[sheet].iter_rows(min_row=2):
            for name, cell in zip(names, line, strict=True):
                wanted = (int, float) if promised[name] == ColumnType.DECIMAL else PYTHON[promised[name]]
                assert cell.value is None or isinstance(cell.value, wanted), (sheet, name, cell.value)
                assert cell.is_date == (promised[name] in (ColumnType.DATE, ColumnType.TIME)) or cell.value is None, (
                    sheet,
                    name,
                )


def read(text: str, kind: ColumnType) -> Any:
    """Return a cell of a CSV as a value of its documented type. Raises ValueError if it is not of that type."""
    match kind:
        case ColumnType.WHOLE:
            return int(text)
        case ColumnType.YES_NO:
            return {"0": False, "1": True}[text]
        case ColumnType.DECIMAL:
            assert re.fullmatch(r"\d,\d\d", text)
            return float(text.replace(",", "."))
        case ColumnType.DATE:
            return date.fromisoformat(text)
        case ColumnType.TIME:
            return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    return text


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "columns"), [("export_reviews", REVIEWS), ("export_items", ITEMS)])
def test_cells_of_the_tables_have_the_documented_type_and_range(
    world: World, full: Review, name: str, columns: tuple[Column, ...]
) -> None:
    promised, seen = types(columns), set()
    ranges = {each: one.range for one in columns for each in one.named(COUNTS["items"])}
    for line in csv.DictReader(io.StringIO(take(world, name).decode("utf-8-sig"), newline=""), delimiter=";"):
        for column, text in line.items():
            if not text:
                continue
            seen.add(column)
            value = read(text, promised[column])
            match ranges[column]:
                case "1–5":
                    assert 1 <= value <= 5
                case "UUID":
                    assert str(uuid.UUID(value)) == value
                case "64 hexadecimal digits":
                    assert re.fullmatch("[0-9a-f]{64}", value)
    # covered by test_exports.py and by tests/reviews/imports/test_own_exports.py
    rare = {"summary", "strengths", "original", "original_fingerprint"}
    assert set(header(columns, **COUNTS)) - seen <= rare, "a column that nothing fills is not tested"


def leaves(thing: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every value with its path, as json_keys.py writes paths. Documented objects and lists are not split."""
    if path in WHOLE or not isinstance(thing, dict | list):
        yield path, thing
    elif isinstance(thing, dict):
        for key, value in thing.items():
            yield from leaves(value, f"{path}.{key}" if path else key)
    else:
        for value in thing:
            yield from leaves(value, f"{path}[]")


WHOLE = {one.name for one in JSON_KEYS if one.type in (ColumnType.OBJECT, ColumnType.TEXTS, ColumnType.LIST)}
JSON = {
    ColumnType.TEXT: str,
    ColumnType.WHOLE: int,
    ColumnType.DECIMAL: float,
    ColumnType.DATE: str,
    ColumnType.TIME: str,
    ColumnType.TRUTH: bool,
    ColumnType.OBJECT: dict,
    ColumnType.TEXTS: list,
    ColumnType.LIST: list,
}


@pytest.mark.django_db
def test_keys_and_types_of_json_lines_are_those_of_the_table(world: World, full: Review) -> None:
    promised, seen = {one.name: one.type for one in JSON_KEYS}, set()
    for text in take(world, "export_lines").splitlines():
        for path, value in leaves(json.loads(text)):
            if value is None and path not in promised:
                assert path == "signature"  # of the imported review
                continue
            seen.add(path)
            assert value is None or type(value) is JSON[promised[path]], (path, value)
            if value is not None and promised[path] == ColumnType.TIME:
                assert datetime.fromisoformat(value).tzinfo
            if value is not None and promised[path] == ColumnType.DATE:
                date.fromisoformat(value)
    of_own_exports = {"imported.original.code", "imported.original.fingerprint"}  # tests/reviews/imports
    assert seen == set(promised) - of_own_exports
