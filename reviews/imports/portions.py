"""The portions of an own export: which of them are left, and what is wrong with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import QuerySet

from reviews.imports.checked_rows import CheckedRow
from reviews.imports.row_checks import ASKED
from reviews.imports.tables import Fault
from reviews.imports.uploads import check_upload, edition_of
from reviews.models import Upload


@dataclass(frozen=True)
class CheckedPortions:
    """Whether every portion that is left can be imported, and the rows that repeat a review of another portion.

    `twice` maps the number of such a row, as text, to that of the first one.
    """

    may_be_imported: bool
    twice: Mapping[str, int]


def portions_left(upload: Upload) -> QuerySet[Upload]:
    """Return the portions that are not imported, in the order of the file."""
    return upload.portions.filter(imported_at__isnull=True).order_by("portion")


def portions_of(upload: Upload) -> list[Upload]:
    """Return the portions that are left, without their rows; [] without a query for a file that was never divided."""
    if "names" not in upload.rows:
        return []
    return list(portions_left(upload).defer("rows").select_related("network"))


def check_portions(upload: Upload, chosen: Mapping[str, str]) -> CheckedPortions:
    """Check all portions that are left, one after the other, and store how many faults each has.

    `chosen` has the answers to the questions of the preview, by field.
    """
    first_rows: dict[object, int] = {}
    all_twice: dict[str, int] = {}
    may_be_imported = True
    for key in list(portions_left(upload).values_list("pk", flat=True)):
        portion = Upload.objects.select_related("network").get(pk=key)
        checked = check_upload(portion, edition_of(portion), chosen)
        own = {row.key: row.number for row in reversed(checked.rows) if row.key}
        twice = {str(row.number): first_rows[row.key] for row in checked.rows if row.key in first_rows}
        first_rows = own | first_rows
        all_twice |= twice
        may_be_imported = may_be_imported and checked.may_be_imported and not twice
        faults = [fault for row in checked.rows for fault in row.faults if fault.code not in ASKED]
        Upload.objects.filter(pk=key).update(fault_count=len(faults) + len(twice))
    return CheckedPortions(may_be_imported, all_twice)


def with_repeated(rows: Sequence[CheckedRow], twice: Mapping[str, int]) -> tuple[CheckedRow, ...]:
    """Return the rows of a portion, with a fault for each that repeats a review of another portion."""
    return tuple(_repeated(row, twice.get(str(row.number))) for row in rows)


def _repeated(row: CheckedRow, first: int | None) -> CheckedRow:
    if first is None:
        return row
    return replace(row, faults=(*row.faults, Fault("twice_in_file", {"row": str(first)}, row.number)))
