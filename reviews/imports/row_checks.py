"""Interpret and check the rows of a table of past reviews. Pure: imports no Django.

All faults of all cells are reported, not only the first. `ImportContext` holds what the checks need from the database;
messages.py has the sentences. Only unambiguous variants are accepted: spaces around a text, "4.0" or "4,0" for 4, and
any case in names and kinds.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from ipsfidelity.names import cleaned_name, name_key
from reviews.imports import columns
from reviews.imports.tables import EMPTY, Fault, TableCell, excerpt
from reviews.typed_text import cleaned_line, cleaned_note
from scales.definition import Scale
from scales.rules import SCORES

LONGEST_NAMES = 500  # characters, of all evaluators
WHOLE = re.compile(r"([0-9]{1,6})(?:[.,]0{1,6})?")
ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
DOTTED_DAY = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")


@dataclass(frozen=True)
class Candidate:
    """An organisation that a row may be about. `last_visit` helps to tell it from others of the same name."""

    pk: int
    code: str
    name: str
    last_visit: date | None


@dataclass(frozen=True)
class ImportContext:
    """The data and the limits that rows are checked against.

    `organisations` maps the keys of names to the network's organisations; more than one shares a name only if it did
    so before names were compared by key. `chosen` maps the key of such a name to the code of the one that is meant.
    `kinds` maps names of kinds in lower case to kinds. `existing` holds organisation, first day and kind of the
    network's reviews that are open or valid.
    """

    scale: Scale
    organisations: Mapping[str, tuple[Candidate, ...]]
    chosen: Mapping[str, str]
    kinds: Mapping[str, str]
    existing: frozenset[tuple[int, date, str]]
    today: date
    earliest: date
    longest_note: int
    most_lines: int


@dataclass(frozen=True)
class CheckedRow:
    """One review as interpreted from a row. Values with a fault are None, "" or missing; `faults` has the reasons.

    `name` is the organisation's name in the file, `candidates` are all organisations that it may mean.
    """

    number: int
    name: str
    candidates: tuple[Candidate, ...]
    organisation: Candidate | None
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
        """The first and last day of the visit. Only for a row without faults: raise ValueError if a day is missing."""
        if self.visit_start is None or self.visit_end is None:
            raise ValueError("a row with a fault has no days")
        return self.visit_start, self.visit_end

    @property
    def organisation_pk(self) -> int:
        """The key of the organisation. Only for a row without faults: raise ValueError if it is missing."""
        if self.organisation is None:
            raise ValueError("a row with a fault has no organisation")
        return self.organisation.pk

    @property
    def key(self) -> tuple[int, date, str] | None:
        """Organisation, first day and kind, by which a row is the same review as another; None if one is missing."""
        if self.organisation is None or self.visit_start is None or not self.kind:
            return None
        return self.organisation.pk, self.visit_start, self.kind


@dataclass
class _RowReader:
    """Reads the cells of one row by column, and collects the faults in them."""

    number: int
    cells: Mapping[str, TableCell]
    faults: list[Fault] = field(default_factory=list)

    def fault(self, column: str, code: str, **values: object) -> None:
        """Add a fault. Column "" is the whole row."""
        self.faults.append(Fault(code, {name: str(value) for name, value in values.items()}, self.number, column))

    def text(self, column: str) -> str | None:
        """Return the text of a cell; None if the cell is odd, which is added as a fault."""
        cell = self.cells.get(column, EMPTY)
        if cell.odd:
            self.fault(column, cell.odd, was=cell.text)
            return None
        return cell.text


def check_rows(rows: Iterable[tuple[int, Mapping[str, TableCell]]], context: ImportContext) -> tuple[CheckedRow, ...]:
    """Return the checked rows. If the file has a review twice, the later row gets the fault."""
    checked_rows, first_rows = [], dict[tuple[int, date, str], int]()
    for number, cells in rows:
        row = _RowReader(number, cells)
        checked = _checked(row, context)
        if key := checked.key:
            if key in first_rows:
                row.fault("", "twice_in_file", row=first_rows[key])
            elif key in context.existing:
                row.fault("", "here_already")
            first_rows.setdefault(key, number)
        checked_rows.append(replace(checked, faults=tuple(row.faults)))
    return tuple(checked_rows)


def _checked(row: _RowReader, context: ImportContext) -> CheckedRow:
    """Return the interpreted row without its faults, which are collected in `row`."""
    start = _day(row, columns.START, context, needed=True)
    scores = _scores(row, context.scale)
    name = cleaned_name(row.cells.get(columns.ORGANISATION, EMPTY).text)
    checked = CheckedRow(
        number=row.number,
        name=name,
        candidates=context.organisations.get(name_key(name), ()),
        organisation=_organisation(row, context),
        visit_start=start,
        visit_end=_end(row, start, context),
        kind=_kind(row, context),
        evaluators=_evaluators(row),
        scores=scores,
        notes=dict(_notes(row, context, columns.note_column)),
        recommendations=dict(_notes(row, context, columns.recommendation_column)),
        faults=(),
    )
    _compare_total(row, scores, context.scale)
    return checked


def _organisation(row: _RowReader, context: ImportContext) -> Candidate | None:
    text = row.text(columns.ORGANISATION)
    if text is None:
        return None
    if not (name := cleaned_name(text)):
        row.fault(columns.ORGANISATION, "empty")
        return None
    key = name_key(name)
    candidates = context.organisations.get(key, ())
    meant = [each for each in candidates if len(candidates) == 1 or each.code == context.chosen.get(key)]
    if not meant:
        code = "several_organisations" if candidates else "no_such_organisation"
        row.fault(columns.ORGANISATION, code, was=excerpt(name))
    return meant[0] if meant else None


def _kind(row: _RowReader, context: ImportContext) -> str:
    text = row.text(columns.KIND)
    if text is None:
        return ""
    if not text:
        row.fault(columns.KIND, "empty")
        return ""
    kind = context.kinds.get(cleaned_line(text).casefold(), "")
    if not kind:
        row.fault(columns.KIND, "no_kind", was=excerpt(text))
    return kind


def _end(row: _RowReader, start: date | None, context: ImportContext) -> date | None:
    """Return the last day of the visit, which is the first day if the cell is empty."""
    if not row.cells.get(columns.END, EMPTY):
        return start
    end = _day(row, columns.END, context)
    if start and end and end < start:
        row.fault(columns.END, "end_before_start", end=end, start=start)
    return end


def _day(row: _RowReader, column: str, context: ImportContext, *, needed: bool = False) -> date | None:
    text = row.text(column)
    text = text and cleaned_line(text)
    if not text:
        if needed and text is not None:
            row.fault(column, "empty")
        return None
    parts = ISO_DAY.fullmatch(text) or DOTTED_DAY.fullmatch(text)
    if not parts:
        row.fault(column, "not_a_date", was=excerpt(text))
        return None
    numbers = [int(part) for part in parts.groups()]
    year, month, month_day = numbers if parts.re is ISO_DAY else numbers[::-1]
    try:
        day = date(year, month, month_day)
    except ValueError:
        row.fault(column, "no_such_date", was=excerpt(text))
        return None
    if day > context.today:
        row.fault(column, "in_the_future", was=day)
    elif day < context.earliest:
        row.fault(column, "too_early", was=day, earliest=context.earliest)
    return day


def _evaluators(row: _RowReader) -> tuple[str, ...]:
    """Return the names, which are separated by semicolons or line feeds if there are any, else by commas."""
    text = row.text(columns.EVALUATORS) or ""
    if len(text) > LONGEST_NAMES:
        row.fault(columns.EVALUATORS, "too_long", length=len(text), longest=LONGEST_NAMES)
        return ()
    names = re.split(r"[;\n]" if re.search(r"[;\n]", text) else ",", text)
    return tuple(name for name in map(cleaned_name, names) if name)


def _scores(row: _RowReader, scale: Scale) -> dict[int, int]:
    scores, missing = {}, []
    for item in scale.items:
        column = columns.score_column(item.number)
        text = row.text(column)
        if text == "":
            missing.append(column)
        elif text is not None:
            number = _whole(text)
            if number in SCORES:
                scores[item.number] = number
            else:
                row.fault(column, "no_score", was=excerpt(text))
    if missing:
        row.fault(", ".join(missing), "missing_scores", count=len(missing))
    return scores


def _compare_total(row: _RowReader, scores: Mapping[int, int], scale: Scale) -> None:
    text = row.text(columns.TOTAL)
    if not text:
        return
    number = _whole(text)
    if number is None:
        row.fault(columns.TOTAL, "no_total", was=excerpt(text))
    elif len(scores) == len(scale.items) and number != sum(scores.values()):
        row.fault(columns.TOTAL, "other_total", was=number, sum=sum(scores.values()))


def _notes(row: _RowReader, context: ImportContext, column_of: Callable[[int], str]) -> Iterator[tuple[int, str]]:
    for item in context.scale.items:
        column = column_of(item.number)
        text = cleaned_note(row.text(column) or "")
        if len(text) > context.longest_note:
            row.fault(column, "too_long", length=len(text), longest=context.longest_note)
        elif (lines := text.count("\n") + 1) > context.most_lines:
            row.fault(column, "too_many_lines", lines=lines, most=context.most_lines)
        elif text:
            yield item.number, text


def _whole(text: str) -> int | None:
    """Return a whole number, None for any other text."""
    match = WHOLE.fullmatch(cleaned_line(text))
    return int(match[1]) if match else None
