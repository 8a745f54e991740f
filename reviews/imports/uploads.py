"""Uploads: the cells of a file of past reviews, stored between preview and import, for a day at most.

Owns the content of Upload.rows. Neither the file itself nor a text with a national identity number is stored. The rows
are checked again each time they are shown, so that an organisation that has been added since is found.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from ipsfidelity.privacy import identity_numbers
from reviews.conflicts import upload_gone
from reviews.imports import answers
from reviews.imports.checked_rows import CheckedRow, ImportContext
from reviews.imports.columns import missing_columns, readable_columns
from reviews.imports.context import import_context
from reviews.imports.matching import matched, own_names
from reviews.imports.names import Names
from reviews.imports.originals import with_known_originals
from reviews.imports.reader import read
from reviews.imports.review_rows import Cells, LeftOut, beginning_of, split_rows
from reviews.imports.row_checks import check_rows
from reviews.imports.staging import discard, left_behind
from reviews.imports.tables import (
    LONGEST_NORMALISED,
    MOST_ROWS,
    Budget,
    Oddity,
    Table,
    TableCell,
    TableRow,
    excerpt,
    unreadable,
)
from reviews.models import ColumnMatching, Network, Upload, User
from scales.definition import Scale
from scales.models import ScaleEdition

DIGIT = re.compile(r"\d")
FEWEST_DIGITS = 9  # in a national identity number of any country


@dataclass(frozen=True)
class CheckedFile:
    """The rows of an upload, checked against the current state of the database.

    `is_certain` is False while somebody has to confirm how the file was read: the columns, or the encoding.
    """

    rows: tuple[CheckedRow, ...]
    left_out: tuple[LeftOut, ...]
    context: ImportContext
    is_certain: bool

    @property
    def may_be_imported(self) -> bool:
        """Whether there are rows, none has a fault, and every question is answered."""
        return self.is_certain and bool(self.rows) and not any(row.faults for row in self.rows)


def store_upload(
    *, network: Network, by: User, edition: ScaleEdition, file_name: str, data: bytes, at: datetime | None = None
) -> Upload:
    """Store the cells of a file, and return the upload. Nothing else is written.

    An upload by the same person with the same file name is replaced, and expired uploads are deleted. Raise
    UnreadableFile with all reasons if the file as a whole cannot be used.
    """
    at = at or timezone.now()
    budget, names = Budget(), Names(edition.scale)
    table = read(data, names, budget)
    matching = _matching(network, edition, table, names)
    reviews, _left_out = split_rows(_rows_in(table, matching["columns"]), {}, edition.scale)
    count = _checked_count(reviews) if matching["is_matched"] else len(table.rows)
    rows = _as_plain(table, edition, budget) | matching
    with transaction.atomic():
        delete_uploads(Upload.objects.expired(at))
        replaced = Upload.objects.files().filter(network=network, by=by, file_name=file_name)
        delete_uploads(replaced.exclude(pk__in=replaced.in_queue().values("pk")))
        return Upload.objects.create(
            network=network,
            by=by,
            at=at,
            file_name=file_name,
            sha256=hashlib.sha256(data).hexdigest(),
            rows=rows,
            row_count=count,
        )


def match_columns(*, upload: Upload, by: User, columns: Mapping[str, str]) -> None:
    """Store which column each place of the file holds, and remember it for the next file with the same titles.

    Raise UnreadableFile if no row is a review then, or StateConflict (409) if the file is gone or in the queue.
    """
    with transaction.atomic():
        stored = Upload.objects.current().select_for_update(of=("self",)).filter(pk=upload.pk).first()
        if stored is None or stored.imported_at or stored.is_in_queue:
            raise upload_gone(upload.network)
        edition = edition_of(stored)
        stored.rows |= {"columns": dict(columns), "is_matched": True}
        stored.row_count = _checked_count(reviews_of(stored.rows, edition.scale)[0])
        stored.save(update_fields=["rows", "row_count"])
        ColumnMatching.objects.update_or_create(
            network=stored.network,
            titles=stored.rows["titles_hash"],
            defaults={"columns": dict(columns), "by": by, "at": timezone.now()},
        )


def delete_uploads(uploads: QuerySet[Upload]) -> int:
    """Delete uploads and return their number."""
    chosen = list(uploads.defer("rows"))
    for upload in chosen:
        withdraw_upload(upload=upload)
    return len(chosen)


def withdraw_upload(*, upload: Upload) -> None:
    """Delete an upload, with what a killed run of its import has left. Idempotent.

    An import that is running notices that its upload is gone, and deletes what it has written.
    """
    parts = (upload, *upload.portions.filter(imported_at__isnull=True).defer("rows")) if upload.confirmed_at else ()
    left = [key for part in parts for key in left_behind(part).values_list("pk", flat=True)]
    Upload.objects.filter(pk=upload.pk).delete()
    discard(left)


def edition_of(upload: Upload) -> ScaleEdition:
    """Return the edition of the scale by which the reviews of an upload were scored."""
    return ScaleEdition.objects.defer("document").get(slug=upload.rows["edition"])


def check_upload(upload: Upload, edition: ScaleEdition, chosen: Mapping[str, str]) -> CheckedFile:
    """Return the rows of an upload, checked against the current state of the database. Three queries at most.

    `chosen` has the answers to the questions of the preview, by field.
    """
    stored = upload.rows
    context = context_of(upload, edition, chosen)
    reviews, left_out = reviews_of(stored, edition.scale)
    is_certain = stored.get("is_matched", True) and (
        not stored.get("letters") or chosen.get(answers.LETTERS) == answers.RIGHT
    )
    rows = with_known_originals(upload.network, stored, check_rows(reviews, context))
    return CheckedFile(rows, tuple(left_out), context, is_certain)


def context_of(upload: Upload, edition: ScaleEdition, chosen: Mapping[str, str]) -> ImportContext:
    """Return what the rows of an upload are checked against. Two queries."""
    counts_from_1904 = upload.rows.get("counts_from_1904", False)
    return import_context(upload.network, edition.scale, chosen, counts_from_1904=counts_from_1904)


def reviews_of(stored: Mapping[str, Any], scale: Scale) -> tuple[list[tuple[int, Cells]], list[LeftOut]]:
    """Return the rows of an upload that are reviews, with their cells by column, and the rows that are none."""
    if "columns" not in stored:  # the file was stored by a version that read the names of the template only
        return [(number, _cells(plain)) for number, plain in stored["rows"]], []
    columns = stored["columns"]
    titles = {columns[place]: title for place, title in stored["titles"] if place in columns}
    return split_rows(_rows(stored, columns), titles, scale)


def _rows(stored: Mapping[str, Any], columns: Mapping[str, str]) -> Iterator[tuple[int, Cells, Iterable[TableCell]]]:
    for number, plain in stored["rows"]:
        cells = _cells(plain)
        yield number, {columns[place]: cell for place, cell in cells.items() if place in columns}, cells.values()


def _rows_in(table: Table, columns: Mapping[str, str]) -> Iterator[tuple[int, Cells, Iterable[TableCell]]]:
    places = [columns.get(place, "") for place in table.places]
    for row in table.rows:
        yield row.number, {name: cell for name, cell in zip(places, row.cells, strict=False) if name and cell}, ()


def _checked_count(reviews: Sequence[tuple[int, Cells]]) -> int:
    """Return the number of reviews. Raise UnreadableFile if a file has none or too many."""
    if not reviews:
        raise unreadable("no_review")
    if len(reviews) > MOST_ROWS:
        raise unreadable("too_many_rows", most=MOST_ROWS)
    return len(reviews)


def _matching(network: Network, edition: ScaleEdition, table: Table, names: Names) -> dict[str, Any]:
    """Return how the places of a table are matched to columns, and whether that needs no look by a person."""
    titles = [
        [place, names.key(cell.text)] for place, cell in zip(table.places, table.header.cells, strict=True) if cell
    ]
    plain = json.dumps([edition.slug, table.is_turned, titles])
    titles_hash = hashlib.sha256(plain.encode()).hexdigest()
    remembered = ColumnMatching.objects.filter(network=network, titles=titles_hash).first()
    allowed = set(readable_columns(edition.scale))
    own = own_names(table, names)
    columns = remembered.columns if remembered else own or matched(table, names)
    columns = {place: column for place, column in columns.items() if column in allowed and place in table.places}
    missing = missing_columns(columns.values(), edition.scale)
    if missing and len(table.places) < len(edition.scale.items):
        raise unreadable("missing_columns", names=", ".join(missing))  # no choice of columns could complete it
    return {
        "columns": columns,
        "titles_hash": titles_hash,
        "is_remembered": bool(remembered),
        "is_matched": not missing and bool(remembered or own),
    }


def _as_plain(table: Table, edition: ScaleEdition, budget: Budget) -> dict[str, Any]:
    """Return a table as JSON data, with the cells of each row by place."""
    source = table.source
    return {
        "edition": edition.slug,
        "sheet": source.sheet,
        "sheets": source.sheets,
        "letters": source.letters,
        "words": list(source.words),
        "counts_from_1904": source.counts_from_1904,
        "is_turned": table.is_turned,
        "header": table.header.number,
        "titles": [[place, _title(cell)] for place, cell in zip(table.places, table.header.cells, strict=True) if cell],
        "above": [[row.number, beginning_of(_without_identity_numbers(row.cells))] for row in table.above],
        "notices": [[notice.code, notice.values] for notice in source.notices],
        "rows": [[row.number, _plain_row(row, table.places, budget)] for row in table.rows],
    }


def _plain_row(row: TableRow, places: Iterable[str], budget: Budget) -> dict[str, str | list[str]]:
    budget.check()
    return {place: _plain_cell(cell) for place, cell in zip(places, row.cells, strict=False) if cell}


def _plain_cell(cell: TableCell) -> str | list[str]:
    """Return a cell as its text, or as a list of its oddity and its text."""
    if odd := _private(cell.text):
        return [odd, ""]
    return [cell.odd, cell.text] if cell.odd else cell.text


def _title(cell: TableCell) -> str:
    return "" if _private(cell.text) else excerpt(cell.text)


def _without_identity_numbers(cells: Iterable[TableCell]) -> list[TableCell]:
    return [cell for cell in cells if not _private(cell.text)]


def _cells(plain: Mapping[str, str | list[str]]) -> dict[str, TableCell]:
    """Return the cells of a row from JSON data."""
    return {
        name: TableCell(cell) if isinstance(cell, str) else TableCell(cell[1], cell[0]) for name, cell in plain.items()
    }


def _private(text: str) -> str:
    """Return why a text is not stored: it has a national identity number, or cannot be searched for one; else "".

    Counting characters and digits first spares most texts the check.
    """
    if len(text) < FEWEST_DIGITS and text.isascii():
        return ""
    normalised = text if text.isascii() else unicodedata.normalize("NFKC", text)
    if len(normalised) > LONGEST_NORMALISED:
        return Oddity.UNREADABLE
    is_private = len(DIGIT.findall(normalised)) >= FEWEST_DIGITS and identity_numbers(text) > 0
    return Oddity.IDENTITY_NUMBER if is_private else ""
