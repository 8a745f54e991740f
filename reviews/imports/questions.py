"""The questions that the preview of a file asks: what the file lacks, and what can mean several things.

Each is asked once for the whole file, or once for each name. Nothing is imported before all are answered.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ipsfidelity.names import name_key
from reviews.imports import answers
from reviews.imports.checked_rows import CheckedRow, ImportContext
from reviews.imports.columns import KIND, ORGANISATION
from reviews.imports.context import context_now
from reviews.imports.encodings import OFFERED, reader
from reviews.imports.near_names import Candidate
from reviews.imports.row_checks import check_rows, names_in
from reviews.imports.tables import TableCell
from reviews.models import Upload
from reviews.workflow import Kind

DAY_ORDERS = {
    "dmy": gettext_lazy("day, month, year"),
    "mdy": gettext_lazy("month, day, year"),
    "ymd": gettext_lazy("year, month, day"),
}
MOST_EXAMPLES = 3


@dataclass(frozen=True)
class Option:
    """One of the answers to a question."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class Question:
    """A question about the file. `field` is the name of its field in the form."""

    field: str
    label: str
    options: tuple[Option, ...]


def checked_names(upload: Upload, context: ImportContext) -> tuple[CheckedRow, ...]:
    """Return a checked row for each name of an organisation in a large file, which says in which row it comes first.

    Nothing but a name is asked about in an own export.
    """
    kind = {KIND: TableCell(Kind.INDEPENDENT)}
    rows = [(row, kind | {ORGANISATION: TableCell(name)}) for name, row in upload.rows["names"].items()]
    return check_rows(rows, context_now(upload.network, context, names_in(rows)))


def questions_about(
    upload: Upload,
    rows: Sequence[CheckedRow],
    context: ImportContext,
    chosen: Mapping[str, str],
    place: Callable[[int], str],
) -> Iterator[Question]:
    """Yield the questions about rows, open or answered. `place` returns the place of a row in the sheet."""

    def question(field: str, label: str, options: Iterable[tuple[str, str]]) -> Question:
        of_field = tuple(Option(value, text, value == chosen.get(field)) for value, text in options)
        return Question(field, label, of_field)

    if upload.rows.get("letters"):
        label = _("The file is not UTF-8. In which encoding are these words right?")
        yield question(answers.LETTERS, label, _encodings(upload.rows))
    if _asked(rows, "which_organisation") or chosen.get(answers.ORGANISATION):
        label = _("The file names no organisation. Which one are all of its reviews about?")
        organisations = upload.network.organisations.current().values_list("code", "name")
        yield question(answers.ORGANISATION, label, [(str(code), name) for code, name in organisations])
    if _asked(rows, "which_kind") or chosen.get(answers.KIND):
        label = _("The file does not say of what kind the reviews are. Of which kind are all of them?")
        yield question(answers.KIND, label, [(kind.value, str(kind.label)) for kind in Kind])
    if (examples := _asked(rows, "which_day")) or chosen.get(answers.DAY_ORDER):
        label = _("Days such as %(examples)s can mean several. In which order are they written in this file?")
        label %= {"examples": ", ".join(list(dict.fromkeys(examples))[:MOST_EXAMPLES])}
        if not examples:
            label = _("In which order are days written in this file?")
        yield question(answers.DAY_ORDER, label, [(order, str(words)) for order, words in DAY_ORDERS.items()])
    for key, named in _rows_by_unclear_name(rows).items():
        is_near = named[0].is_near
        numbers = {"name": named[0].name, "rows": ", ".join(place(row.number) for row in named)}
        label = (
            _("No organisation is named “%(name)s”. Which one is meant? Rows: %(rows)s")
            if is_near
            else _("Which “%(name)s” is meant? Rows: %(rows)s")
        )
        candidates = [
            (each.code, _candidate(each, 0 if is_near else n)) for n, each in enumerate(named[0].candidates, 1)
        ]
        yield question(answers.organisation_field(key), label % numbers, candidates)


def _encodings(stored: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the encodings in which a file can be read, with some of its words in each; its own comes first."""
    own = stored["letters"]
    for encoding in dict.fromkeys((own, *stored.get("encodings", ()))):
        words = ", ".join(map(reader(own, encoding), stored["words"]))
        yield encoding, f"{words} ({OFFERED[encoding]})" if words else OFFERED[encoding]


def _asked(rows: Iterable[CheckedRow], code: str) -> list[str]:
    """Return what the rows have in the cells that a question is about."""
    return [fault.values.get("was", "") or "–" for row in rows for fault in row.faults if fault.code == code]


def _rows_by_unclear_name(rows: Iterable[CheckedRow]) -> dict[str, list[CheckedRow]]:
    """Return the rows by the key of their name, for the names that several organisations have or that are near one."""
    by_key: dict[str, list[CheckedRow]] = {}
    for row in rows:
        if len(row.candidates) > 1 or row.is_near:
            by_key.setdefault(name_key(row.name), []).append(row)
    return by_key


def _candidate(candidate: Candidate, number: int) -> str:
    """Return what tells an organisation from others of the same name. The network's page numbers them likewise.

    Number 0 is that of an organisation that shares its name with no other.
    """
    visit = candidate.last_visit
    last = _("last visit %(day)s") % {"day": date_format(visit, "SHORT_DATE_FORMAT")} if visit else _("no review yet")
    return f"{candidate.name} ({number}), {last}" if number else f"{candidate.name}, {last}"
