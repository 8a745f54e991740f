"""Interpret and check the rows of a table of past reviews. Pure: imports no Django.

All faults of all cells are reported, not only the first. messages.py has the sentences. Only unambiguous variants are
accepted: spaces around a text, "4.0" or "4,0" for 4, and any case in names and kinds. What can mean several things is
asked about (ASKED), and `ImportContext.chosen` has the answers.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from ipsfidelity.names import cleaned_name, name_key
from reviews.imports import answers, columns
from reviews.imports.checked_rows import CheckedRow, ImportContext, ReviewKey
from reviews.imports.days import Calendar, organisation_and_day, read_day
from reviews.imports.near_names import Candidate
from reviews.imports.review_rows import Cells
from reviews.imports.tables import EMPTY, Fault, TableCell, excerpt
from reviews.typed_text import cleaned_line, cleaned_note
from scales.definition import Scale
from scales.rules import SCORES

LONGEST_NAMES = 500  # characters, of all evaluators
AND = re.compile(r"\s(?:og|och|and|ja|&|/)\s", re.IGNORECASE)  # between names
WHOLE = re.compile(r"([0-9]{1,6})(?:[.,]0{1,6})?")
LONGEST_NAME = 300  # characters of an organisation's name or of a kind, of which more are not compared
# Not faults of the file: the page asks what is meant, once for the whole file or once for a name.
ASKED = frozenset({"several_organisations", "near_organisation", "which_organisation", "which_kind", "which_day"})


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


def with_organisation_and_day(rows: Iterable[tuple[int, Cells]], calendar: Calendar) -> list[tuple[int, Cells]]:
    """Return rows whose cell for organisation and day, if they have one, is divided into two."""
    return [(number, _divided(cells, calendar)) for number, cells in rows]


def names_in(rows: Iterable[tuple[int, Cells]]) -> dict[str, str]:
    """Return the names of organisations in rows, in the order of their first row, by key."""
    names = (_name(cells) for _number, cells in rows)
    return {key: name for name in dict.fromkeys(names) if (key := name_key(name))}


def check_rows(rows: Sequence[tuple[int, Cells]], context: ImportContext) -> tuple[CheckedRow, ...]:
    """Return the checked rows. If the file has a review twice, the later row gets the fault.

    Raise UnreadableFile if the budget of the context is used up.
    """
    lacking = {column for column in columns.ASKED_FOR if not any(column in cells for _number, cells in rows)}
    checked_rows, first_rows = [], dict[ReviewKey, int]()
    for number, cells in rows:
        context.budget.check()
        row = _RowReader(number, cells)
        checked = _checked(row, context, lacking)
        if key := checked.key:
            if key in first_rows:
                row.fault("", "twice_in_file", row=first_rows[key])
            first_rows.setdefault(key, number)
        checked_rows.append(replace(checked, faults=tuple(row.faults)))
    return tuple(checked_rows)


def with_reviews_here(rows: Iterable[CheckedRow], here: Collection[ReviewKey]) -> tuple[CheckedRow, ...]:
    """Return the rows, with a fault for each review that is `here`, unless the file has it twice."""
    return tuple(_refused(row) if row.key in here else row for row in rows)


def _refused(row: CheckedRow) -> CheckedRow:
    if any(fault.code == "twice_in_file" for fault in row.faults):
        return row
    return replace(row, faults=(*row.faults, Fault("here_already", {}, row.number)))


def _divided(cells: Cells, calendar: Calendar) -> Cells:
    both = cells.get(columns.ORGANISATION_AND_START)
    if not both:
        return cells
    name, day = organisation_and_day(both.text, calendar)
    divided = {columns.ORGANISATION: replace(both, text=name), columns.START: replace(both, text=day)}
    whole = {columns.ORGANISATION: both, columns.START: both}
    return {**cells, **(divided if day else whole)}


def _name(cells: Cells) -> str:
    return cleaned_name(cells.get(columns.ORGANISATION, EMPTY).text[:LONGEST_NAME])


def _checked(row: _RowReader, context: ImportContext, lacking: Collection[str]) -> CheckedRow:
    """Return the interpreted row without its faults, which are collected in `row`."""
    start, last = _days(row, columns.START, context.calendar, needed=True)
    scores = _scores(row, context.scale)
    name = _name(row.cells)
    named = context.organisations.get(name_key(name), ())
    candidates = named or context.near.get(name_key(name), ())
    checked = CheckedRow(
        number=row.number,
        name=name,
        candidates=candidates,
        is_near=bool(candidates and not named),
        organisation=_organisation(row, context, candidates, is_lacking=columns.ORGANISATION in lacking),
        visit_start=start,
        visit_end=_end(row, start, last, context.calendar),
        kind=_kind(row, context, is_lacking=columns.KIND in lacking),
        evaluators=_evaluators(row),
        scores=scores,
        notes=dict(_notes(row, context, columns.note_column)),
        recommendations=dict(_notes(row, context, columns.recommendation_column)),
        faults=(),
    )
    _compare_total(row, scores, context.scale)
    return checked


def _organisation(
    row: _RowReader, context: ImportContext, candidates: tuple[Candidate, ...], *, is_lacking: bool
) -> Candidate | None:
    text = row.text(columns.ORGANISATION)
    if text is None:
        return None
    if is_lacking:
        if not context.organisation_of_file:
            row.fault(columns.ORGANISATION, "which_organisation")
        return context.organisation_of_file
    if len(text) > LONGEST_NAME:
        row.fault(columns.ORGANISATION, "too_long", length=len(text), longest=LONGEST_NAME)
        return None
    if not (name := cleaned_name(text)):
        row.fault(columns.ORGANISATION, "empty")
        return None
    key = name_key(name)
    named = context.organisations.get(key, ())
    chosen = context.chosen.get(answers.organisation_field(key))
    meant = named if len(named) == 1 else [each for each in candidates if each.code == chosen]
    if not meant:
        asked = "several_organisations" if named else "near_organisation"
        row.fault(columns.ORGANISATION, asked if candidates else "no_such_organisation", was=excerpt(name))
    return meant[0] if meant else None


def _kind(row: _RowReader, context: ImportContext, *, is_lacking: bool) -> str:
    text = row.text(columns.KIND)
    if text is None:
        return ""
    if is_lacking:
        kind = context.chosen.get(answers.KIND, "")
        if kind not in context.kinds.values():
            row.fault(columns.KIND, "which_kind")
            return ""
        return kind
    if not text:
        row.fault(columns.KIND, "empty")
        return ""
    kind = context.kinds.get(cleaned_line(text[:LONGEST_NAME]).casefold(), "")
    if not kind:
        row.fault(columns.KIND, "no_kind", was=excerpt(text))
    return kind


def _end(row: _RowReader, start: date | None, last: date | None, calendar: Calendar) -> date | None:
    """Return the last day of the visit. If its cell is empty, it is that of the first cell, or else the first day."""
    if row.cells.get(columns.END, EMPTY):
        last, _last = _days(row, columns.END, calendar)
    if start and last and last < start:
        row.fault(columns.END, "end_before_start", end=last, start=start)
    return last or start


def _days(row: _RowReader, column: str, calendar: Calendar, *, needed: bool = False) -> tuple[date | None, date | None]:
    """Return the first and the last day in a cell; None for the last day if the cell has only one."""
    text = row.text(column)
    if not text:
        if needed and text is not None:
            row.fault(column, "empty")
        return None, None
    reading = read_day(text, calendar)
    if reading.code:
        row.fault(column, reading.code, was=excerpt(text))
    if reading.orders:
        row.fault(column, "which_day", was=excerpt(text))
    for day in filter(None, (reading.day, reading.last)):
        if day > calendar.today:
            row.fault(column, "in_the_future", was=day)
        elif day < calendar.earliest:
            row.fault(column, "too_early", was=day, earliest=calendar.earliest)
    return reading.day, reading.last


def _evaluators(row: _RowReader) -> tuple[str, ...]:
    """Return the names, which are separated by semicolons or line feeds if there are any, else by commas.

    The word "and" separates names too, and so does a slash with spaces.
    """
    text = row.text(columns.EVALUATORS) or ""
    if len(text) > LONGEST_NAMES:
        row.fault(columns.EVALUATORS, "too_long", length=len(text), longest=LONGEST_NAMES)
        return ()
    names = re.split(r"[;\n]" if re.search(r"[;\n]", text) else ",", text)
    each = (name for several in names for name in AND.split(several))
    return tuple(name for name in map(cleaned_name, each) if name)


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
