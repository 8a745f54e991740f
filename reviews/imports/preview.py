"""Read model of the preview of an upload: the interpreted rows, and all faults."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ipsfidelity.privacy import warning_about
from ipsfidelity.tables import as_csv
from reviews.imports.checked_rows import CheckedRow
from reviews.imports.columns import place_order
from reviews.imports.messages import notice_of, place_words, sentence_of
from reviews.imports.places import Places, column_letters_of
from reviews.imports.portions import portions_of, with_repeated
from reviews.imports.questions import Question, checked_names, questions_about
from reviews.imports.row_checks import ASKED
from reviews.imports.tables import MOST_COMMENTS, Budget, Fault, excerpt
from reviews.imports.uploads import CheckedFile, check_upload, edition_of
from reviews.models import Upload
from reviews.wording import visit_words
from reviews.workflow import Kind
from scales.definition import Scale
from scales.scoring import score

MOST_SHOWN = 1_000  # faults on the page; faults_csv returns all of them
DATABASE_FAULTS = frozenset({"no_such_organisation", "here_already", "same_review"})


@dataclass(frozen=True)
class FaultRow:
    """A fault, as text. `row` is the number of its row in the file, `column` the name of our column.

    `place` says in the words of the file where it is: its cell and its title, or several cells; "" for the whole row.
    """

    row: str
    column: str
    place: str
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
class NotRead:
    """A row or a column of the sheet that was not read, with its place and its beginning or its title."""

    place: str
    beginning: str


@dataclass(frozen=True)
class PortionLink:
    """A portion of a large file: its number, its reviews and its faults in words, and the address of its rows."""

    label: str
    faults: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Preview:
    """The preview of an upload with `count` reviews.

    Of a large own export one of the `portions` is shown; `elsewhere` is the number of faults in the others when the
    worker checked them last.

    `questions` are open or answered; `notices` say what was read in a certain way or not at all, and `not_read` which
    rows and columns. `place_word` heads the column with the numbers of rows, or the letters of columns in a sheet with
    the reviews side by side. `shows_columns` is False if the file has the names of the template.

    `faulty_rows` says how many rows have a fault, such as "3 rows". `listed` is the number of faults on the page if it
    does not show all of them, else "". `with_contacts` are the numbers of the rows whose notes seem to contain contact
    details. `is_conflict` is True if the file itself has no fault, but the state of the database prevents the import.
    """

    upload: Upload
    scale: Scale
    rows: tuple[PreviewRow, ...]
    questions: tuple[Question, ...]
    notices: tuple[str, ...]
    not_read: tuple[NotRead, ...]
    place_word: str
    shows_columns: bool
    faults: tuple[FaultRow, ...]
    count: int
    fault_count: int
    faulty_rows: str
    listed: str
    with_contacts: tuple[str, ...]
    is_conflict: bool
    sheet: str
    other_sheets: int
    portions: tuple[PortionLink, ...]
    elsewhere: int

    @property
    def may_be_imported(self) -> bool:
        """Whether no row has a fault, once the questions are answered."""
        return bool(self.count) and not self.fault_count and not self.elsewhere

    @property
    def chosen(self) -> str:
        """The answers that are chosen so far, as a query string."""
        chosen = ((question.field, option) for question in self.questions for option in question.options)
        return urlencode({field: option.value for field, option in chosen if option.is_chosen})

    @property
    def may_be_sent(self) -> bool:
        """Whether the rows can be imported, or another answer to the questions may make them so.

        What other portions lack may have been put right: the worker checks them again before it imports any.
        """
        return (bool(self.count) and not self.fault_count) or (bool(self.questions) and self.is_conflict)


def preview_of(
    upload: Upload, chosen: Mapping[str, str] | None = None, number: int = 0, budget: Budget | None = None
) -> Preview:
    """Return the preview of an upload with the answers that are `chosen` so far. Fifteen queries at most.

    `number` is that of the portion of a large own export that is shown, 0 for the first. Raise UnreadableFile if the
    budget is used up.
    """
    budget = budget or Budget()
    portions = portions_of(upload)
    shown = _shown(upload, portions, number)
    chosen, edition = chosen or {}, edition_of(shown)
    scale, checked = edition.scale, check_upload(shown, edition, chosen, budget)
    rows = with_repeated(checked.rows, upload.rows.get("twice", {}))
    place = column_letters_of if shown.rows.get("is_turned") else str
    places, faults = Places(shown.rows), _faults(rows)
    faulty = len({fault.row for fault in faults})
    in_question = checked_names(upload, checked.context) if portions else rows
    return Preview(
        upload=upload,
        scale=scale,
        rows=tuple(_row(row, scale, place) for row in rows),
        questions=tuple(questions_about(upload, in_question, checked.context, chosen, place)),
        notices=tuple(_notices(shown.rows)),
        not_read=tuple(_not_read(shown.rows, checked, place)),
        place_word=_("Column") if shown.rows.get("is_turned") else _("Row"),
        shows_columns="titles" in shown.rows,
        faults=tuple(_fault_row(fault, places) for fault in faults[:MOST_SHOWN]),
        count=sum(portion.row_count for portion in portions) or len(rows),
        fault_count=len(faults),
        faulty_rows=ngettext("%(n)s row", "%(n)s rows", faulty) % {"n": faulty},
        with_contacts=tuple(place(row.number) for row in rows if _has_contacts(row, budget)),
        listed=str(MOST_SHOWN) if len(faults) > MOST_SHOWN else "",
        is_conflict=all(fault.code in DATABASE_FAULTS for fault in faults),
        sheet=shown.rows["sheet"],
        other_sheets=max(shown.rows["sheets"] - 1, 0),
        portions=tuple(_portion_link(portion, shown) for portion in portions) if len(portions) > 1 else (),
        elsewhere=sum(portion.fault_count for portion in portions if portion != shown),
    )


def _shown(upload: Upload, portions: Sequence[Upload], number: int) -> Upload:
    """Return the portion with a number, or else the first; a file that has none itself."""
    return next((portion for portion in portions if portion.portion == number), next(iter(portions), upload))


def _portion_link(portion: Upload, shown: Upload) -> PortionLink:
    count = portion.fault_count
    label = ngettext("Part %(n)s: %(count)s review", "Part %(n)s: %(count)s reviews", portion.row_count)
    return PortionLink(
        label=label % {"n": str(portion.portion), "count": str(portion.row_count)},
        faults=ngettext("%(n)s fault", "%(n)s faults", count) % {"n": str(count)} if count else "",
        url=f"?portion={portion.portion}",
        is_current=portion == shown,
    )


def _has_contacts(row: CheckedRow, budget: Budget) -> bool:
    budget.check()
    return bool(warning_about(*_texts(row)))


def faults_csv(upload: Upload, chosen: Mapping[str, str], number: int = 0) -> bytes:
    """Return all faults of `preview_of` as CSV, in the reader's language. Ten queries at most.

    Raise UnreadableFile if that takes too long.
    """
    shown = _shown(upload, portions_of(upload), number)
    rows = check_upload(shown, edition_of(shown), chosen, Budget()).rows
    faults = _faults(with_repeated(rows, upload.rows.get("twice", {})))
    listed = (_fault_row(fault, Places(shown.rows)) for fault in faults)
    cells = ((fault.row, fault.column, fault.place, fault.sentence) for fault in listed)
    return as_csv((_("Row"), _("Column"), _("Place in the file"), _("Fault")), cells)


def _fault_row(fault: Fault, places: Places) -> FaultRow:
    return FaultRow(places.row(fault.row), fault.column, places.words(fault.row, fault.column), sentence_of(fault))


def _faults(checked: Iterable[CheckedRow]) -> list[Fault]:
    return [fault for row in checked for fault in row.faults if fault.code not in ASKED]


def _notices(stored: Mapping[str, Any]) -> Iterator[str]:
    if stored.get("is_turned"):
        yield _("The items stand one below the other: each column of the sheet was read as a review.")
    elif stored.get("above"):
        yield _("The names of the columns were found in row %(row)s.") % {"row": stored["header"]}
    yield from (notice_of(code, values) for code, values in stored.get("notices", ()))
    if stored.get("comment_count", 0) > MOST_COMMENTS:
        yield notice_of("more_comments", {"count": str(stored["comment_count"]), "most": str(MOST_COMMENTS)})


def _not_read(stored: Mapping[str, Any], checked: CheckedFile, place: Callable[[int], str]) -> Iterator[NotRead]:
    """Yield rows above the header and rows that are no reviews, columns that are not matched, comments on cells."""
    for number, beginning in stored.get("above", ()):
        yield NotRead(place_words(place(number)), beginning)
    for row in checked.left_out:
        yield NotRead(place_words(place(row.number)), row.beginning)
    titles = dict(stored.get("titles", ()))
    firsts = {place: cell for _number, cells in reversed(stored["rows"]) for place, cell in cells.items()}
    for column in sorted({*titles, *firsts}, key=place_order) if titles else ():
        if column not in stored["columns"]:
            first = firsts.get(column, "")
            yield NotRead(place_words(column), excerpt(titles.get(column) or (first if isinstance(first, str) else "")))
    for cell, text in stored.get("comments", ()):
        yield NotRead(_("comment on %(cell)s") % {"cell": cell}, text or _("text with a national identity number"))


def _texts(row: CheckedRow) -> tuple[str, ...]:
    return (*row.notes.values(), *row.recommendations.values())


def _row(row: CheckedRow, scale: Scale, place: Callable[[int], str]) -> PreviewRow:
    result = score(scale, row.scores)
    start, end = row.visit_start, row.visit_end
    return PreviewRow(
        number=place(row.number),
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
        is_faulty=any(fault.code not in ASKED for fault in row.faults),
    )


def _digits(row: CheckedRow, numbers: Iterable[int]) -> str:
    return " ".join(str(row.scores.get(number, "–")) for number in numbers)
