"""Read model of the preview of an upload: the interpreted rows, and all faults."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ipsfidelity.privacy import warning_about
from ipsfidelity.tables import as_csv
from reviews.imports.messages import sentence_of
from reviews.imports.row_checks import CheckedRow
from reviews.imports.uploads import check_upload, edition_of
from reviews.models import Upload
from reviews.wording import visit_words
from reviews.workflow import Kind
from scales.definition import Scale
from scales.scoring import score

MOST_SHOWN = 1_000  # faults on the page; faults_csv returns all of them
DATABASE_FAULTS = frozenset({"no_such_organisation", "here_already"})


@dataclass(frozen=True)
class FaultRow:
    """A fault, as text. `row` is the number of its row in the file."""

    row: str
    column: str
    sentence: str


@dataclass(frozen=True)
class PreviewRow:
    """One row as it was interpreted, as text; "" for values with a fault. `scores` has one text for each section."""

    number: str
    organisation: str
    visit: str
    kind: str
    evaluators: str
    scores: tuple[str, ...]
    total: str
    band: str
    band_rank: int
    notes: str
    is_faulty: bool


@dataclass(frozen=True)
class Preview:
    """The preview of an upload with `count` rows.

    `listed` is the number of faults on the page if it does not show all of them, else "". `with_contacts` are the
    numbers of the rows whose notes seem to contain contact details. `is_conflict` is True if the file itself has no
    fault, but the state of the database prevents the import.
    """

    upload: Upload
    scale: Scale
    rows: tuple[PreviewRow, ...]
    faults: tuple[FaultRow, ...]
    count: int
    fault_count: int
    faulty_rows: int
    listed: str
    with_contacts: tuple[str, ...]
    is_conflict: bool
    sheet: str
    other_sheets: int

    @property
    def may_be_imported(self) -> bool:
        """Whether no row has a fault."""
        return not self.fault_count


def preview_of(upload: Upload) -> Preview:
    """Return the preview of an upload. Three queries."""
    edition = edition_of(upload)
    scale, checked = edition.scale, check_upload(upload, edition)
    faults = [fault for row in checked for fault in row.faults]
    return Preview(
        upload=upload,
        scale=scale,
        rows=tuple(_row(row, scale) for row in checked),
        faults=tuple(FaultRow(str(fault.row), fault.column, sentence_of(fault)) for fault in faults[:MOST_SHOWN]),
        count=len(checked),
        fault_count=len(faults),
        faulty_rows=sum(bool(row.faults) for row in checked),
        with_contacts=tuple(str(row.number) for row in checked if warning_about(*_texts(row))),
        listed=str(MOST_SHOWN) if len(faults) > MOST_SHOWN else "",
        is_conflict=all(fault.code in DATABASE_FAULTS for fault in faults),
        sheet=upload.rows["sheet"],
        other_sheets=max(upload.rows["sheets"] - 1, 0),
    )


def faults_csv(upload: Upload) -> bytes:
    """Return all faults of an upload as CSV, in the reader's language. Three queries."""
    checked = check_upload(upload, edition_of(upload))
    rows = ((fault.row, fault.column, sentence_of(fault)) for row in checked for fault in row.faults)
    return as_csv((_("Row"), _("Column"), _("Fault")), rows)


def _texts(row: CheckedRow) -> tuple[str, ...]:
    return (*row.notes.values(), *row.recommendations.values())


def _row(row: CheckedRow, scale: Scale) -> PreviewRow:
    result = score(scale, row.scores)
    start, end = row.visit_start, row.visit_end
    return PreviewRow(
        number=str(row.number),
        organisation=row.name,
        visit=visit_words(start, max(start, end or start)) if start else "",
        kind=str(Kind(row.kind).label) if row.kind else "",
        evaluators=", ".join(row.evaluators),
        scores=tuple(_digits(row, (item.number for item in section.items)) for section in scale.sections),
        total="" if result.total is None else str(result.total),
        band=result.band.label if result.band else "",
        band_rank=scale.rank(result.band) if result.band else 0,
        notes=str(len(_texts(row))),
        is_faulty=bool(row.faults),
    )


def _digits(row: CheckedRow, numbers: Iterable[int]) -> str:
    return " ".join(str(row.scores.get(number, "–")) for number in numbers)
