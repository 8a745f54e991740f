"""Read model of the page on which a coordinator sees and corrects which column of a file is read as what."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from reviews.imports import columns
from reviews.imports.messages import place_words
from reviews.imports.tables import excerpt
from reviews.imports.uploads import edition_of
from reviews.models import Upload
from scales.definition import Item, Scale

KIND, ITEM = "column:", "item:"  # followed by the place in the sheet: the fields of what it is read as
NUMBER = re.compile(r"\s*0*([0-9]{1,3})\b")  # at the beginning of the field of an item
MOST_EXAMPLES, LONGEST_EXAMPLE = 3, 40  # cells that are shown of each column, and their characters
LONGEST_ITEM = 200  # characters of the field of an item that are shown again
# What is there once for each item: the name of its column follows from its number.
OF_ITEMS = {
    "item": columns.score_column,
    "note": columns.note_column,
    "recommendation": columns.recommendation_column,
}


@dataclass(frozen=True)
class ReadAs:
    """What a column is read as: "", one of our columns, or one of OF_ITEMS with the item as it was typed."""

    kind: str = ""
    item: str = ""

    def column(self, scale: Scale) -> str:
        """Return the name of our column, "" without one."""
        if self.kind not in OF_ITEMS:
            return self.kind
        number = NUMBER.match(self.item)
        is_known = number is not None and int(number[1]) in scale.by_number
        return OF_ITEMS[self.kind](int(number[1])) if number and is_known else ""


@dataclass(frozen=True)
class Choice:
    """What a column can be read as. `value` is "" for one that is not read."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class FileColumn:
    """A column of the sheet, with its title, its first cells and what it is read as.

    `kind_field` and `item_field` are the names of the two fields. `item` is the number and the title of an item, or
    what was typed; `is_wrong` if that is no item.
    """

    kind_field: str
    item_field: str
    place: str
    title: str
    examples: tuple[str, ...]
    choices: tuple[Choice, ...]
    item: str
    is_wrong: bool

    @property
    def is_read(self) -> bool:
        """Whether something is chosen."""
        return not self.choices[0].is_chosen


@dataclass(frozen=True)
class ColumnsPage:
    """The columns of a file. `errors` are the reasons why a choice was not stored, `missing` what no column holds yet.

    `items` are the numbers and titles of the scale, to choose from.

    `is_remembered` is True if an earlier file of the network had the same titles.
    """

    upload: Upload
    scale: Scale
    columns: tuple[FileColumn, ...]
    items: tuple[str, ...]
    errors: tuple[str, ...]
    missing: str
    is_remembered: bool
    is_turned: bool
    not_matched: int


def chosen_columns(upload: Upload, sent: Mapping[str, str]) -> dict[str, ReadAs]:
    """Return what was chosen in the form of the page, by place. What the form does not offer is not read."""
    kinds = {*_kinds(), ""}
    chosen = {
        place: ReadAs(sent.get(f"{KIND}{place}", ""), sent.get(f"{ITEM}{place}", "")[:LONGEST_ITEM])
        for place in _places(upload.rows)
    }
    return {place: read_as if read_as.kind in kinds else ReadAs() for place, read_as in chosen.items()}


def columns_of(chosen: Mapping[str, ReadAs], scale: Scale) -> dict[str, str]:
    """Return our columns by place, for the places that are read."""
    named = {place: read_as.column(scale) for place, read_as in chosen.items()}
    return {place: column for place, column in named.items() if column}


def columns_page(upload: Upload, chosen: Mapping[str, ReadAs] | None = None) -> ColumnsPage:
    """Return the page with the columns that are `chosen`, or else with those that were matched. One query."""
    scale, stored = edition_of(upload).scale, upload.rows
    matched = {place: _read_as(column) for place, column in stored["columns"].items()}
    read = matched if chosen is None else chosen
    titles, named = dict(stored["titles"]), columns_of(read, scale)
    of_file = tuple(
        _file_column(place, excerpt(titles.get(place, "")), examples, read.get(place, ReadAs()), scale)
        for place, examples in _places(stored).items()
    )
    return ColumnsPage(
        upload=upload,
        scale=scale,
        columns=of_file,
        items=tuple(map(_item_words, scale.items)),
        missing=", ".join(_label(name, scale) for name in columns.missing_columns(named.values(), scale)),
        errors=() if chosen is None else tuple(_errors(read, named, scale)),
        is_remembered=stored["is_remembered"],
        is_turned=stored["is_turned"],
        not_matched=sum(not column.is_read for column in of_file),
    )


def _read_as(column: str) -> ReadAs:
    kind, _underscore, number = column.rpartition("_")
    return ReadAs(kind, number) if kind in OF_ITEMS else ReadAs(column)


def _file_column(place: str, title: str, examples: Sequence[str], read_as: ReadAs, scale: Scale) -> FileColumn:
    is_of_item, column = read_as.kind in OF_ITEMS, read_as.column(scale)
    kinds = {"": _("not read"), **_kinds()}
    item = _item_words(scale.by_number[int(column.rpartition("_")[2])]) if is_of_item and column else read_as.item
    return FileColumn(
        kind_field=f"{KIND}{place}",
        item_field=f"{ITEM}{place}",
        place=place_words(place),
        title=title,
        examples=tuple(examples),
        choices=tuple(Choice(kind, label, kind == read_as.kind) for kind, label in kinds.items()),
        item=item if is_of_item else "",
        is_wrong=is_of_item and not column,
    )


def _item_words(item: Item) -> str:
    return f"{item.number} {item.title}"


def _errors(read: Mapping[str, ReadAs], named: Mapping[str, str], scale: Scale) -> Iterator[str]:
    numbers = {"first": str(min(scale.by_number)), "last": str(max(scale.by_number))}
    for place, read_as in read.items():
        if read_as.kind in OF_ITEMS and place not in named:
            words = {"place": place_words(place), **numbers}
            yield _("%(place)s: write the number of an item, from %(first)s to %(last)s.") % words
    counts = Counter(named.values())
    for name, count in counts.items():
        if count > 1:
            label = {"name": _label(name, scale)}
            yield _("“%(name)s” is chosen for several columns. Choose it once.") % label
    if missing := columns.missing_columns(counts, scale):
        names = ", ".join(_label(name, scale) for name in missing)
        yield _("Still missing: %(names)s. Choose the column that holds it.") % {"names": names}


def _places(stored: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the columns with a title or a cell in the order of the sheet, with the beginnings of their first cells."""
    examples: dict[str, list[str]] = {place: [] for place, _title in stored["titles"]}
    for _number, cells in stored["rows"]:
        for place, cell in cells.items():
            of_place = examples.setdefault(place, [])
            if len(of_place) < MOST_EXAMPLES and isinstance(cell, str):
                of_place.append(cell[:LONGEST_EXAMPLE])
    return dict(sorted(examples.items(), key=lambda item: columns.place_order(item[0])))


def _kinds() -> dict[str, str]:
    """Return what a column can be read as, in words."""
    return {
        columns.ORGANISATION: _("organisation"),
        columns.START: _("first day of the visit"),
        columns.ORGANISATION_AND_START: _("organisation and first day"),
        columns.END: _("last day of the visit"),
        columns.KIND: _("kind of review"),
        columns.EVALUATORS: _("evaluators"),
        "item": _("score of the item"),
        columns.TOTAL: _("total"),
        "note": _("evidence for the item"),
        "recommendation": _("recommendation for the item"),
    }


def _label(column: str, scale: Scale) -> str:
    """Return what one of our columns is called in a sentence."""
    read_as = _read_as(column)
    if read_as.kind not in OF_ITEMS:
        return _kinds()[column]
    named = {"number": read_as.item, "title": scale.by_number[int(read_as.item)].title}
    sentences = {
        "item": _("score of item %(number)s: %(title)s"),
        "note": _("evidence for item %(number)s"),
        "recommendation": _("recommendation for item %(number)s"),
    }
    return sentences[read_as.kind] % named
