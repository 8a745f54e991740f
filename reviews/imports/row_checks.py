"""What a table of past reviews says, and everything that is wrong with it. Pure: imports no Django.

Every fault of every cell is found, not the first alone. What the database knows comes in as `Known`; the
sentences stand in import_words.py. Nothing is repaired but what cannot be mistaken: space around a text, "4.0"
or "4,0" for 4, capitals of names and kinds.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from reviews.imports import columns
from reviews.imports.tables import EMPTY, Cell, Fault, note, plain, shown
from scales.definition import Scale
from scales.rules import SCORES

LONGEST_NAMES = 500  # characters, of all evaluators
WHOLE = re.compile(r"([0-9]{1,6})(?:[.,]0{1,6})?")
ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
DOTTED_DAY = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")


@dataclass(frozen=True)
class Known:
    """What the database, the clock and the program's limits say.

    `organisations` are the network's keys by name as `plain` writes it; `kinds` the kinds by what they are called,
    in small letters; `here` the organisation, first day and kind of every review there is.
    """

    scale: Scale
    organisations: Mapping[str, int]
    kinds: Mapping[str, str]
    here: frozenset[tuple[int, date, str]]
    today: date
    earliest: date
    longest_note: int
    most_lines: int


@dataclass(frozen=True)
class CheckedRow:
    """One review as it was understood: what a cell did not yield is None, "" or missing, and `faults` say why."""

    number: int
    name: str
    organisation: int | None
    visit_start: date | None
    visit_end: date | None
    kind: str
    evaluators: tuple[str, ...]
    scores: Mapping[int, int]
    notes: Mapping[int, str]
    recommendations: Mapping[int, str]
    faults: tuple[Fault, ...]

    @property
    def days(self) -> tuple[date, date]:
        """The first and last day of the visit, of a row without a fault."""
        if self.visit_start is None or self.visit_end is None:
            raise ValueError("a row with a fault has no days")
        return self.visit_start, self.visit_end

    @property
    def key(self) -> tuple[int, date, str] | None:
        """What no two reviews have in common."""
        if self.organisation is None or self.visit_start is None or not self.kind:
            return None
        return self.organisation, self.visit_start, self.kind


@dataclass
class _Row:
    """The cells of one row by column, and the faults that were found in them."""

    number: int
    cells: Mapping[str, Cell]
    faults: list[Fault] = field(default_factory=list)

    def fault(self, column: str, code: str, **values: object) -> None:
        self.faults.append(Fault(code, {name: str(value) for name, value in values.items()}, self.number, column))

    def text(self, column: str) -> str | None:
        """Return a cell's text, None where what stands there is no text; that is a fault."""
        cell = self.cells.get(column, EMPTY)
        if cell.odd:
            self.fault(column, cell.odd, was=cell.text)
            return None
        return cell.text


def check_rows(rows: Iterable[tuple[int, Mapping[str, Cell]]], known: Known) -> tuple[CheckedRow, ...]:
    """Return the rows as they were understood; what stands in the file twice is a fault of the later one."""
    checked, first = [], dict[tuple[int, date, str], int]()
    for number, cells in rows:
        row = _Row(number, cells)
        found = _checked(row, known)
        if key := found.key:
            if key in first:
                row.fault("", "twice_in_file", row=first[key])
            elif key in known.here:
                row.fault("", "here_already")
            first.setdefault(key, number)
        checked.append(_with(found, row.faults))
    return tuple(checked)


def _with(row: CheckedRow, faults: list[Fault]) -> CheckedRow:
    return CheckedRow(**{**vars(row), "faults": tuple(faults)})


def _checked(row: _Row, known: Known) -> CheckedRow:
    start = _day(row, columns.START, known, needed=True)
    scores = _scores(row, known.scale)
    found = CheckedRow(
        number=row.number,
        name=plain(row.cells.get(columns.ORGANISATION, EMPTY).text),
        organisation=_organisation(row, known),
        visit_start=start,
        visit_end=_end(row, start, known),
        kind=_kind(row, known),
        evaluators=_evaluators(row),
        scores=scores,
        notes=dict(_notes(row, known, columns.note_column)),
        recommendations=dict(_notes(row, known, columns.recommendation_column)),
        faults=(),
    )
    _compare_total(row, scores, known.scale)
    return found


def _organisation(row: _Row, known: Known) -> int | None:
    text = row.text(columns.ORGANISATION)
    if text is None:
        return None
    if not (name := plain(text)):
        row.fault(columns.ORGANISATION, "empty")
        return None
    found = known.organisations.get(name) or known.organisations.get(name.casefold())
    if found is None:
        row.fault(columns.ORGANISATION, "no_such_organisation", was=shown(name))
    return found


def _kind(row: _Row, known: Known) -> str:
    text = row.text(columns.KIND)
    if text is None:
        return ""
    if not text:
        row.fault(columns.KIND, "empty")
        return ""
    kind = known.kinds.get(plain(text).casefold(), "")
    if not kind:
        row.fault(columns.KIND, "no_kind", was=shown(text), kinds=", ".join(sorted(set(known.kinds.values()))))
    return kind


def _end(row: _Row, start: date | None, known: Known) -> date | None:
    """Return the last day of the visit: the first, where the file names none."""
    if not row.cells.get(columns.END, EMPTY):
        return start
    end = _day(row, columns.END, known)
    if start and end and end < start:
        row.fault(columns.END, "end_before_start", end=end, start=start)
    return end


def _day(row: _Row, column: str, known: Known, *, needed: bool = False) -> date | None:
    text = row.text(column)
    text = text and plain(text)
    if not text:
        if needed and text is not None:
            row.fault(column, "empty")
        return None
    parts = ISO_DAY.fullmatch(text) or DOTTED_DAY.fullmatch(text)
    if not parts:
        row.fault(column, "not_a_date", was=shown(text))
        return None
    numbers = [int(part) for part in parts.groups()]
    year, month, day = numbers if parts.re is ISO_DAY else numbers[::-1]
    try:
        found = date(year, month, day)
    except ValueError:
        row.fault(column, "no_such_date", was=shown(text))
        return None
    if found > known.today:
        row.fault(column, "in_the_future", was=found)
    elif found < known.earliest:
        row.fault(column, "too_early", was=found, earliest=known.earliest)
    return found


def _evaluators(row: _Row) -> tuple[str, ...]:
    """Return the names as they are given: between semicolons or lines, else between commas."""
    text = row.text(columns.EVALUATORS) or ""
    if len(text) > LONGEST_NAMES:
        row.fault(columns.EVALUATORS, "too_long", length=len(text), longest=LONGEST_NAMES)
        return ()
    names = re.split(r"[;\n]" if re.search(r"[;\n]", text) else ",", text)
    return tuple(name for name in map(plain, names) if name)


def _scores(row: _Row, scale: Scale) -> dict[int, int]:
    found, missing = {}, []
    for item in scale.items:
        column = columns.score_column(item.number)
        text = row.text(column)
        if text == "":
            missing.append(column)
        elif text is not None:
            number = _whole(text)
            if number in SCORES:
                found[item.number] = number
            else:
                row.fault(column, "no_score", was=shown(text))
    if missing:
        row.fault(", ".join(missing), "missing_scores", count=len(missing))
    return found


def _compare_total(row: _Row, scores: Mapping[int, int], scale: Scale) -> None:
    text = row.text(columns.TOTAL)
    if not text:
        return
    number = _whole(text)
    if number is None:
        row.fault(columns.TOTAL, "no_total", was=shown(text))
    elif len(scores) == len(scale.items) and number != sum(scores.values()):
        row.fault(columns.TOTAL, "other_total", was=number, sum=sum(scores.values()))


def _notes(row: _Row, known: Known, column_of: Callable[[int], str]) -> Iterator[tuple[int, str]]:
    for item in known.scale.items:
        column = column_of(item.number)
        text = note(row.text(column) or "")
        if len(text) > known.longest_note:
            row.fault(column, "too_long", length=len(text), longest=known.longest_note)
        elif (lines := text.count("\n") + 1) > known.most_lines:
            row.fault(column, "too_many_lines", lines=lines, most=known.most_lines)
        elif text:
            yield item.number, text


def _whole(text: str) -> int | None:
    found = WHOLE.fullmatch(plain(text))
    return int(found[1]) if found else None
