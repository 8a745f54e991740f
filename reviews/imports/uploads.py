"""Uploads: the cells of a file of past reviews, stored between preview and import, for a day at most.

Owns the content of Upload.rows. Neither the file itself nor a text with a national identity number is stored. The rows
are checked again each time they are shown, so that an organisation that has been added since is found.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from ipsfidelity.privacy import identity_numbers
from reviews.imports.columns import column_name, columns_of
from reviews.imports.context import import_context
from reviews.imports.header_checks import header_faults, stray_cell_faults
from reviews.imports.originals import with_known_originals
from reviews.imports.reader import read
from reviews.imports.row_checks import CheckedRow, check_rows
from reviews.imports.staging import discard, left_behind
from reviews.imports.tables import Oddity, Table, TableCell, UnreadableFile
from reviews.models import Network, Upload, User
from scales.models import ScaleEdition

DIGIT = re.compile(r"\d")
FEWEST_DIGITS = 9  # in a national identity number of any country


def store_upload(
    *, network: Network, by: User, edition: ScaleEdition, file_name: str, data: bytes, at: datetime | None = None
) -> Upload:
    """Store the cells of a file, and return the upload. Nothing else is written.

    An upload by the same person with the same file name is replaced, and expired uploads are deleted. Raise
    UnreadableFile with all reasons if the file as a whole cannot be used.
    """
    at = at or timezone.now()
    table = read(data, set(columns_of(edition.scale)))
    if faults := (header_faults(table.header, edition.scale) or stray_cell_faults(table)):
        raise UnreadableFile(*faults)
    with transaction.atomic():
        delete_uploads(Upload.objects.expired(at))
        replaced = Upload.objects.filter(network=network, by=by, file_name=file_name)
        delete_uploads(replaced.exclude(pk__in=replaced.in_queue().values("pk")))
        return Upload.objects.create(
            network=network,
            by=by,
            at=at,
            file_name=file_name,
            sha256=hashlib.sha256(data).hexdigest(),
            rows=(rows := _as_plain(table, edition)),
            row_count=len(rows["rows"]),
        )


def delete_uploads(uploads: QuerySet[Upload]) -> int:
    """Delete uploads and return their number."""
    chosen = list(uploads)
    for upload in chosen:
        withdraw_upload(upload=upload)
    return len(chosen)


def withdraw_upload(*, upload: Upload) -> None:
    """Delete an upload, with what a killed run of its import has left. Idempotent.

    An import that is running notices that its upload is gone, and deletes what it has written.
    """
    left = list(left_behind(upload).values_list("pk", flat=True)) if upload.confirmed_at else []
    Upload.objects.filter(pk=upload.pk).delete()
    discard(left)


def edition_of(upload: Upload) -> ScaleEdition:
    """Return the edition of the scale by which the reviews of an upload were scored."""
    return ScaleEdition.objects.defer("document").get(slug=upload.rows["edition"])


def check_upload(upload: Upload, edition: ScaleEdition, chosen: Mapping[str, str]) -> tuple[CheckedRow, ...]:
    """Return the rows of an upload, checked against the current state of the database. Three queries at most.

    `chosen` are the codes of the organisations that are meant, by the key of the name that several have.
    """
    rows = check_rows(rows_of(upload), import_context(upload.network, edition.scale, chosen))
    return with_known_originals(upload.network, upload.rows, rows)


def rows_of(upload: Upload) -> Iterator[tuple[int, dict[str, TableCell]]]:
    """Yield the number and the cells of each row."""
    return ((number, _cells(plain)) for number, plain in upload.rows["rows"])


def _as_plain(table: Table, edition: ScaleEdition) -> dict[str, Any]:
    """Return a table as JSON data, with the cells of each row by column."""
    names = [column_name(cell.text) for cell in table.header.cells]
    return {
        "edition": edition.slug,
        "sheet": table.sheet,
        "sheets": table.sheets,
        "rows": [
            [row.number, {name: _plain_cell(cell) for name, cell in zip(names, row.cells, strict=False) if cell}]
            for row in table.rows
        ],
    }


def _plain_cell(cell: TableCell) -> str | list[str]:
    """Return a cell as its text, or as a list of its oddity and its text."""
    if _has_identity_number(cell.text):
        return [Oddity.IDENTITY_NUMBER, ""]
    return [cell.odd, cell.text] if cell.odd else cell.text


def _cells(plain: Mapping[str, str | list[str]]) -> dict[str, TableCell]:
    """Return the cells of a row from JSON data."""
    return {
        name: TableCell(cell) if isinstance(cell, str) else TableCell(cell[1], cell[0]) for name, cell in plain.items()
    }


def _has_identity_number(text: str) -> bool:
    """Return whether a text contains a national identity number. Counting digits first spares most texts the check."""
    digits = len(DIGIT.findall(unicodedata.normalize("NFKC", text)))
    return digits >= FEWEST_DIGITS and identity_numbers(text) > 0
