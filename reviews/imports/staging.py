"""The rows of an import that is under way: written in short transactions, and seen by nobody.

A review that is being imported has the status IMPORTING, which `Review.objects` leaves out. Of its parts only the
scores and the empty report text are written. Its events and its final record are prepared as statements, which the
transaction that makes it valid executes (services.py). All that takes time is done while nothing is locked.

The code of a review follows from its file and its row, or from its original in an own export, so that two runs of an
import cannot both write it, and the rows that a killed run has left are found.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched, chain
from typing import Any
from uuid import UUID, uuid5

from django.db import connection, transaction
from django.db.models import Model, QuerySet

from reviews.conduct.transitions import EVENT_OF
from reviews.conflicts import upload_gone
from reviews.imports.checked_rows import CheckedRow
from reviews.imports.originals import Original, StoredRows, code_here, original_of
from reviews.models import (
    EventType,
    FinalRecord,
    ItemScore,
    Organisation,
    ReportText,
    Review,
    ReviewEvent,
    Upload,
    User,
)
from reviews.records.chain import continued
from reviews.sheets import archive
from reviews.sheets.attribution import ImportOrigin, SignedElsewhere
from reviews.workflow import IMPORT, IMPORTING, Method, Status
from scales.definition import Scale
from scales.models import ScaleEdition
from scales.scoring import score

AT_ONCE = 25  # reviews in one transaction
# The columns in which scores of a table differ, and those of an own export.
OF_TABLES = ("review_id", "item_number", "value", "evidence", "recommendation")
OF_ORIGINALS = (*OF_TABLES, "sources", "observation", "departure", "decision")
ROWS_AT_ONCE = 500  # in one statement: PostgreSQL takes most of its time for each, SQLite limits the parameters
# Rows of scores from a parameter in JSON, and a column of them. A parameter for each value takes three times as long.
FROM_JSON = {
    "postgresql": ("json_populate_recordset(NULL::{table}, %s)", "{column}"),
    "sqlite": ("json_each(%s)", "value ->> '{column}'"),
}
Statement = tuple[str, Sequence[Any]]  # with its parameters
Result = tuple[int | None, str]  # total and band


@dataclass(frozen=True)
class ImportRun:
    """What all reviews of one run share."""

    upload: Upload
    edition: ScaleEdition
    organisations: Mapping[int, Organisation]
    by: User
    at: datetime


@dataclass
class Staged:
    """What a run has written: the keys of its reviews by their result, and the statements that are left to execute."""

    keys: dict[Result, list[int]] = field(default_factory=lambda: defaultdict(list))
    statements: list[Statement] = field(default_factory=list)

    @property
    def all_keys(self) -> list[int]:
        """The keys of all reviews."""
        return [key for keys in self.keys.values() for key in keys]


def stage(this: ImportRun, rows: Sequence[CheckedRow], staged: Staged) -> None:
    """Write the reviews of all rows to `staged`, a few at a time, and note the progress on the upload.

    Raises StateConflict if the upload was withdrawn meanwhile.
    """
    for done, batch in enumerate(batched(rows, AT_ONCE)):
        reviews = Review.being_imported.bulk_create([_review(this, row) for row in batch])
        results = [_result(this.edition.scale, row) for row in batch]
        for review, result in zip(reviews, results, strict=True):
            staged.keys[result].append(review.pk)
        scores = [_scores(this, review, row) for review, row in zip(reviews, batch, strict=True)]
        texts = [_report_text(this, review, row) for review, row in zip(reviews, batch, strict=True)]
        _write(this.upload, done * AT_ONCE + len(batch), [*_insert(texts), *_insert_scores(this, [*chain(*scores)])])
        records = [_record(this, *each) for each in zip(reviews, batch, scores, strict=True)]
        events = [_events(this, *each) for each in zip(reviews, results, records, strict=True)]
        staged.statements += [*_insert(records), *_insert([*chain(*events)])]


def execute(statements: Iterable[Statement]) -> None:
    """Execute prepared statements."""
    with connection.cursor() as cursor:
        for sql, parameters in statements:
            cursor.execute(sql, parameters)


def discard(keys: Collection[int]) -> None:
    """Delete reviews that are being imported, a few at a time. Others with these keys are left alone.

    The rows are locked first: another import of the same originals may be about to make them final.
    """
    for batch in batched(keys, AT_ONCE):
        with transaction.atomic():
            reviews = Review.being_imported.filter(pk__in=batch).order_by("pk")
            locked = list(reviews.select_for_update().values_list("pk", flat=True))
            for model in (ItemScore, ReportText):
                model._base_manager.filter(review__in=locked)._raw_delete("default")
            Review.being_imported.filter(pk__in=locked)._raw_delete("default")


def left_behind(upload: Upload) -> QuerySet[Review]:
    """Return the reviews that a run of an import has left, because it was killed."""
    rows = Upload.objects.filter(pk=upload.pk).values_list("rows", flat=True).first() or {}
    codes = [_code(upload, rows, number) for number, _cells in rows.get("rows", ())]
    return Review.being_imported.filter(code__in=codes)


def _code(upload: Upload, rows: StoredRows, number: int) -> UUID:
    original = original_of(rows, number)
    return code_here(upload.network.code, original.code) if original else uuid5(upload.code, str(number))


def _original(this: ImportRun, row: CheckedRow) -> Original | None:
    return original_of(this.upload.rows, row.number)


def _review(this: ImportRun, row: CheckedRow) -> Review:
    original = _original(this, row)
    period_start, period_end = original.period if original else (None, None)
    return Review(
        code=_code(this.upload, this.upload.rows, row.number),
        organisation=this.organisations[row.organisation_pk],
        edition=this.edition,
        kind=row.kind,
        status=IMPORTING,
        method=Method.TOGETHER,  # not shown: the method of an imported review is unknown
        specialists=original.specialists if original else [],
        visit_start=row.days[0],
        visit_end=row.days[1],
        period_start=period_start,
        period_end=period_end,
        created_by=this.by,
        created_at=this.at,
        is_imported=True,
    )


def _scores(this: ImportRun, review: Review, row: CheckedRow) -> list[ItemScore]:
    shared = ItemScore(review_id=review.pk, version=1, saved_by_id=this.by.pk, saved_at=this.at)
    original, rows = _original(this, row), []
    for number, value in row.scores.items():
        evidence, recommendation = row.notes.get(number, ""), row.recommendations.get(number, "")
        own = {"item_number": number, "value": value, "evidence": evidence, "recommendation": recommendation}
        if original:
            own |= original.items[number]
        # The constructor of the model takes a fifth of the time of an import.
        score = ItemScore.__new__(ItemScore)
        score.__dict__ = shared.__dict__ | own
        rows.append(score)
    return rows


def _report_text(this: ImportRun, review: Review, row: CheckedRow) -> ReportText:
    original = _original(this, row)
    return ReportText(review=review, **original.report if original else {})


def _result(scale: Scale, row: CheckedRow) -> Result:
    result = score(scale, row.scores)
    return result.total, result.band.label if result.band else ""


def _record(this: ImportRun, review: Review, row: CheckedRow, scores: Sequence[ItemScore]) -> FinalRecord:
    upload, by, original = this.upload, this.by, _original(this, row)
    elsewhere = SignedElsewhere(original.code, original.fingerprint) if original else None
    origin = ImportOrigin(str(by), str(by.code), this.at, upload.file_name, upload.sha256, elsewhere)
    report = _report_text(this, review, row)
    document = archive.compose_imported(review, origin=origin, evaluators=row.evaluators, scores=scores, report=report)
    return archive.record_of(review, document, b"")


def _events(this: ImportRun, review: Review, result: Result, record: FinalRecord) -> list[ReviewEvent]:
    """Return the events of an imported review: that it was created, and that it was imported."""
    total, band = result
    changes = {
        "status": [str(Status.PLANNED), str(IMPORT.target)],
        "file": ["", this.upload.sha256],
        "total": [None, total],
        "band": ["", band],
        "fingerprint": ["", record.fingerprint],
    }
    organisation = {"organisation": ["", str(review.organisation.code)]}
    created = ReviewEvent(type=EventType.CREATED, by=this.by, at=this.at, changes=organisation)
    imported = ReviewEvent(type=EVENT_OF[IMPORT.name], by=this.by, at=this.at, changes=changes)
    return continued(review, "", created, imported)


def _insert(rows: Sequence[Model]) -> Iterator[Statement]:
    """Yield the statements that insert rows of one model."""
    into = _into(type(rows[0]), _values(rows[0]))
    for batch in batched(rows, ROWS_AT_ONCE):
        values = [list(_values(row).values()) for row in batch]
        one = f"({', '.join(['%s'] * len(values[0]))})"
        yield f"{into} VALUES {', '.join([one] * len(values))}", [*chain(*values)]


def _insert_scores(this: ImportRun, scores: Sequence[ItemScore]) -> Iterator[Statement]:
    """Yield a statement that does the same as `_insert`, in a fraction of the time: the rows differ in few columns."""
    columns = OF_ORIGINALS if this.upload.rows.get("originals") else OF_TABLES
    shared = {column: value for column, value in _values(scores[0]).items() if column not in columns}
    rows = [{column: getattr(score, column) for column in columns} for score in scores]
    source, one = FROM_JSON[connection.vendor]
    selected = [one.format(column=column) for column in columns] + ["%s"] * len(shared)
    into = _into(ItemScore, [*columns, *shared])
    yield (
        f"{into} SELECT {', '.join(selected)} FROM {source.format(table=ItemScore._meta.db_table)}",  # noqa: S608
        [*shared.values(), json.dumps(rows, ensure_ascii=False)],
    )


def _into(model: type[Model], columns: Iterable[str]) -> str:
    return f"INSERT INTO {model._meta.db_table} ({', '.join(map(connection.ops.quote_name, columns))})"


def _values(row: Model) -> dict[str, Any]:
    """Return the values of a row as the database takes them, by column."""
    return {
        column.column: column.get_db_prep_save(getattr(row, column.attname), connection) for column in _columns(row)
    }


def _columns(model: type[Model] | Model) -> list[Any]:
    return [column for column in model._meta.concrete_fields if not column.primary_key]


@transaction.atomic
def _write(upload: Upload, prepared: int, statements: Iterable[Statement]) -> None:
    """Execute statements and note the progress. Raises StateConflict if the upload was withdrawn."""
    if not Upload.objects.filter(pk=upload.pk).update(prepared=prepared):
        raise upload_gone(upload.network)
    execute(statements)
