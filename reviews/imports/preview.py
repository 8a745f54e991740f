"""Read model of the preview of an upload: the interpreted rows, and all faults."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ipsfidelity.names import name_key
from ipsfidelity.privacy import warning_about
from ipsfidelity.tables import as_csv
from reviews.imports.messages import sentence_of
from reviews.imports.row_checks import Candidate, CheckedRow
from reviews.imports.tables import Fault
from reviews.imports.uploads import check_upload, edition_of
from reviews.models import Upload
from reviews.wording import visit_words
from reviews.workflow import Kind
from scales.definition import Scale
from scales.scoring import score

FIELD = "organisation:"  # followed by the key of a name: the field with the organisation that is meant
MOST_SHOWN = 1_000  # faults on the page; faults_csv returns all of them
DATABASE_FAULTS = frozenset({"no_such_organisation", "here_already", "same_review"})
ASKED = "several_organisations"  # not a fault of the file: the page asks which one is meant


@dataclass(frozen=True)
class FaultRow:
    """A fault, as text. `row` is the number of its row in the file."""

    row: str
    column: str
    sentence: str


@dataclass(frozen=True)
class PreviewRow:
    """One row as it was interpreted, as text; "" for values with a fault. `scores` has one text for each section.

    `written` is the name in the file if the organisation's name is another. `is_new` is True for a name that no
    organisation has, `is_asked` while several have it and none is chosen.
    """

    number: str
    organisation: str
    organisation_url: str
    written: str
    is_new: bool
    is_asked: bool
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
class OrganisationOption:
    """One of several organisations with the same name."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class OrganisationQuestion:
    """The question which of several organisations the rows with a name are about. `field` is the name of the field."""

    field: str
    name: str
    rows: tuple[str, ...]
    options: tuple[OrganisationOption, ...]


@dataclass(frozen=True)
class Preview:
    """The preview of an upload with `count` rows.

    `faulty_rows` says how many rows have a fault, such as "3 rows". `listed` is the number of faults on the page if it
    does not show all of them, else "". `with_contacts` are the numbers of the rows whose notes seem to contain contact
    details. `is_conflict` is True if the file itself has no fault, but the state of the database prevents the import.
    """

    upload: Upload
    scale: Scale
    rows: tuple[PreviewRow, ...]
    questions: tuple[OrganisationQuestion, ...]
    faults: tuple[FaultRow, ...]
    count: int
    fault_count: int
    faulty_rows: str
    listed: str
    with_contacts: tuple[str, ...]
    is_conflict: bool
    sheet: str
    other_sheets: int

    @property
    def may_be_imported(self) -> bool:
        """Whether no row has a fault, once the questions are answered."""
        return not self.fault_count

    @property
    def chosen(self) -> str:
        """The organisations that are chosen so far, as a query string."""
        chosen = ((question.field, option) for question in self.questions for option in question.options)
        return urlencode({field: option.value for field, option in chosen if option.is_chosen})

    @property
    def may_be_sent(self) -> bool:
        """Whether the rows can be imported, or another answer to the questions may make them so."""
        return self.may_be_imported or (bool(self.questions) and self.is_conflict)


def chosen_organisations(sent: Mapping[str, str]) -> dict[str, str]:
    """Return the answers in the form of the preview: the code of an organisation by the key of its name."""
    return {name.removeprefix(FIELD): value for name, value in sent.items() if name.startswith(FIELD)}


def preview_of(upload: Upload, chosen: Mapping[str, str] | None = None) -> Preview:
    """Return the preview of an upload with the organisations that are `chosen` so far. Three queries."""
    chosen, edition = chosen or {}, edition_of(upload)
    scale, checked = edition.scale, check_upload(upload, edition, chosen)
    faults = _faults(checked)
    faulty = len({fault.row for fault in faults})
    return Preview(
        upload=upload,
        scale=scale,
        rows=tuple(_row(row, scale) for row in checked),
        questions=_questions(checked, chosen),
        faults=tuple(FaultRow(str(fault.row), fault.column, sentence_of(fault)) for fault in faults[:MOST_SHOWN]),
        count=len(checked),
        fault_count=len(faults),
        faulty_rows=ngettext("%(n)s row", "%(n)s rows", faulty) % {"n": faulty},
        with_contacts=tuple(str(row.number) for row in checked if warning_about(*_texts(row))),
        listed=str(MOST_SHOWN) if len(faults) > MOST_SHOWN else "",
        is_conflict=all(fault.code in DATABASE_FAULTS for fault in faults),
        sheet=upload.rows["sheet"],
        other_sheets=max(upload.rows["sheets"] - 1, 0),
    )


def faults_csv(upload: Upload, chosen: Mapping[str, str]) -> bytes:
    """Return all faults of `preview_of` as CSV, in the reader's language. Three queries."""
    faults = _faults(check_upload(upload, edition_of(upload), chosen))
    rows = ((fault.row, fault.column, sentence_of(fault)) for fault in faults)
    return as_csv((_("Row"), _("Column"), _("Fault")), rows)


def _faults(checked: Iterable[CheckedRow]) -> list[Fault]:
    return [fault for row in checked for fault in row.faults if fault.code != ASKED]


def _questions(checked: Iterable[CheckedRow], chosen: Mapping[str, str]) -> tuple[OrganisationQuestion, ...]:
    """Return one question for each name that several organisations have."""
    rows: dict[str, list[CheckedRow]] = {}
    for row in checked:
        if len(row.candidates) > 1:
            rows.setdefault(name_key(row.name), []).append(row)
    return tuple(
        OrganisationQuestion(
            field=f"{FIELD}{key}",
            name=of_name[0].name,
            rows=tuple(str(row.number) for row in of_name),
            options=tuple(
                OrganisationOption(candidate.code, _label(candidate, number), candidate.code == chosen.get(key))
                for number, candidate in enumerate(of_name[0].candidates, start=1)
            ),
        )
        for key, of_name in rows.items()
    )


def _label(candidate: Candidate, number: int) -> str:
    """Return what tells an organisation from others of the same name. The network's page numbers them likewise."""
    visit = candidate.last_visit
    last = _("last visit %(day)s") % {"day": date_format(visit, "SHORT_DATE_FORMAT")} if visit else _("no review yet")
    return f"{candidate.name} ({number}), {last}"


def _texts(row: CheckedRow) -> tuple[str, ...]:
    return (*row.notes.values(), *row.recommendations.values())


def _row(row: CheckedRow, scale: Scale) -> PreviewRow:
    result = score(scale, row.scores)
    start, end = row.visit_start, row.visit_end
    return PreviewRow(
        number=str(row.number),
        organisation=row.organisation.name if row.organisation else row.name,
        organisation_url=reverse("organisation", args=[row.organisation.code]) if row.organisation else "",
        written=row.name if row.organisation and row.organisation.name != row.name else "",
        is_new=bool(row.name and not row.candidates),
        is_asked=bool(row.candidates and not row.organisation),
        visit=visit_words(start, max(start, end or start)) if start else "",
        kind=str(Kind(row.kind).label) if row.kind else "",
        evaluators=", ".join(row.evaluators),
        scores=tuple(_digits(row, (item.number for item in section.items)) for section in scale.sections),
        total="" if result.total is None else str(result.total),
        band=result.band.label if result.band else "",
        band_rank=scale.rank(result.band) if result.band else 0,
        notes=str(len(_texts(row))),
        is_faulty=any(fault.code != ASKED for fault in row.faults),
    )


def _digits(row: CheckedRow, numbers: Iterable[int]) -> str:
    return " ".join(str(row.scores.get(number, "–")) for number in numbers)
