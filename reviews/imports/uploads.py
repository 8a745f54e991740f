"""Uploads: the cells of a file of past reviews, stored between preview and import, for a day at most.

The rows are checked again each time they are shown, so that an organisation that has been added since is found.
stored_rows.py owns their form.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from reviews.conflicts import upload_gone
from reviews.imports import answers
from reviews.imports.checked_rows import CheckedRow, ImportContext
from reviews.imports.columns import missing_columns, readable_columns
from reviews.imports.context import calendar_of, import_context, reviews_here
from reviews.imports.encodings import read_again
from reviews.imports.matching import matched, own_names
from reviews.imports.names import Names
from reviews.imports.originals import with_known_originals
from reviews.imports.reader import read
from reviews.imports.review_rows import Cells, LeftOut, split_rows
from reviews.imports.row_checks import check_rows, names_in, with_organisation_and_day, with_reviews_here
from reviews.imports.staging import discard, left_behind
from reviews.imports.stored_rows import as_plain, reviews_of, stored_table
from reviews.imports.tables import (
    MOST_ROWS,
    Budget,
    Table,
    TableCell,
    unreadable,
)
from reviews.models import ColumnMatching, Network, Upload, User
from scales.models import ScaleEdition


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
    *,
    network: Network,
    by: User,
    edition: ScaleEdition,
    file_name: str,
    data: bytes,
    at: datetime | None = None,
    budget: Budget | None = None,
) -> Upload:
    """Store the cells of a file, and return the upload. Nothing else is written.

    An upload by the same person with the same file name is replaced, and expired uploads are deleted. Raise
    UnreadableFile with all reasons if the file as a whole cannot be used.
    """
    at = at or timezone.now()
    budget = budget or Budget()
    names = Names(edition.scale, budget)
    table = read(data, names, budget)
    matching = _matching(network, edition, table, names)
    reviews, _left_out = split_rows(_rows_in(table, matching["columns"]), {}, edition.scale)
    count = _checked_count(reviews) if matching["is_matched"] else len(table.rows)
    rows = as_plain(table, edition, budget) | matching
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
        stored = _to_change(upload)
        edition = edition_of(stored)
        stored.rows |= {"columns": dict(columns), "is_matched": True}
        stored.row_count = _checked_count(reviews_of(stored.rows, edition.scale)[0])
        stored.save(update_fields=["rows", "row_count"])
        ColumnMatching.objects.update_or_create(
            network=stored.network,
            titles=stored.rows["titles_hash"],
            defaults={"columns": dict(columns), "by": by, "at": timezone.now()},
        )


def read_in_encoding(*, upload: Upload, encoding: str, chosen: Mapping[str, str]) -> bool:
    """Read a file in another of its encodings and keep the answers that are `chosen`; return whether it was another.

    Raise StateConflict (409) if the file is gone or in the queue. Columns that a person has matched stay as they are.
    """
    if encoding == upload.rows.get("letters") or encoding not in upload.rows.get("encodings", ()):
        return False
    with transaction.atomic():
        stored = _to_change(upload)
        stored.rows = read_again(stored.rows, encoding)
        edition, is_matched = edition_of(stored), stored.rows["is_matched"]
        matching = _matching(stored.network, edition, stored_table(stored.rows), Names(edition.scale))
        stored.rows |= {name: matching[name] for name in (("titles_hash",) if is_matched else matching)}
        stored.chosen = dict(chosen)
        stored.save(update_fields=["rows", "chosen"])
    return True


def _to_change(upload: Upload) -> Upload:
    """Lock an upload and return it. Raise StateConflict (409) if it is gone or in the queue."""
    stored = Upload.objects.current().select_for_update(of=("self",)).filter(pk=upload.pk).first()
    if stored is None or stored.imported_at or stored.is_in_queue:
        raise upload_gone(upload.network)
    return stored


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


def check_upload(
    upload: Upload, edition: ScaleEdition, chosen: Mapping[str, str], budget: Budget | None = None
) -> CheckedFile:
    """Return the rows of an upload, checked against the current state of the database. Eight queries at most.

    `chosen` has the answers to the questions of the preview, by field. Raise UnreadableFile if the budget is used up;
    without one there is no limit.
    """
    stored = upload.rows
    reviews, left_out = reviews_of(stored, edition.scale)
    calendar = calendar_of(chosen, counts_from_1904=stored.get("counts_from_1904", False))
    reviews = with_organisation_and_day(reviews, calendar)
    names = names_in(reviews)
    context = import_context(upload.network, edition.scale, chosen, names, calendar=calendar, budget=budget)
    is_certain = stored.get("is_matched", True) and (
        not stored.get("letters") or chosen.get(answers.LETTERS) == stored["letters"]
    )
    return CheckedFile(refuse_reviews_here(upload, check_rows(reviews, context)), tuple(left_out), context, is_certain)


def refuse_reviews_here(upload: Upload, rows: Sequence[CheckedRow]) -> tuple[CheckedRow, ...]:
    """Return the rows of an upload, with a fault for each review that the network has now. Two queries at most."""
    rows = with_reviews_here(rows, reviews_here(upload.network, rows))
    return with_known_originals(upload.network, upload.rows, rows)


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
