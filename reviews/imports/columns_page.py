"""Read model of the page on which a coordinator sees and corrects which column of a file is read as what."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from reviews.imports import columns
from reviews.imports.messages import place_words
from reviews.imports.tables import excerpt
from reviews.imports.uploads import edition_of
from reviews.models import Upload
from scales.definition import Scale

FIELD = "column:"  # followed by the place in the sheet: the field with the column that it is read as
MOST_EXAMPLES, LONGEST_EXAMPLE = 3, 40  # cells that are shown of each column, and their characters


@dataclass(frozen=True)
class Choice:
    """What a column can be read as. `value` is "" for one that is not read."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class ChoiceGroup:
    """Choices below one heading, such as all scores."""

    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class FileColumn:
    """A column of the sheet, with its title, its first cells and what it can be read as.

    `unread` is the choice not to read it, which stands above the groups.
    """

    field: str
    place: str
    title: str
    examples: tuple[str, ...]
    unread: Choice
    groups: tuple[ChoiceGroup, ...]

    @property
    def choices(self) -> tuple[Choice, ...]:
        """All choices, in the order of the list."""
        return (self.unread, *(choice for group in self.groups for choice in group.choices))


@dataclass(frozen=True)
class ColumnsPage:
    """The columns of a file. `errors` are the reasons why a choice was not stored, `missing` what no column holds yet.

    `is_remembered` is True if an earlier file of the network had the same titles.
    """

    upload: Upload
    scale: Scale
    columns: tuple[FileColumn, ...]
    errors: tuple[str, ...]
    missing: str
    is_remembered: bool
    is_turned: bool
    not_matched: int


def chosen_columns(upload: Upload, sent: Mapping[str, str]) -> dict[str, str]:
    """Return the columns that were chosen in the form of the page, by place."""
    allowed = set(columns.readable_columns(edition_of(upload).scale))
    chosen = {place: sent.get(f"{FIELD}{place}", "") for place in _places(upload.rows)}
    return {place: column for place, column in chosen.items() if column in allowed}


def columns_page(upload: Upload, chosen: Mapping[str, str] | None = None) -> ColumnsPage:
    """Return the page with the columns that are `chosen`, or else with those that were matched. One query."""
    scale, stored = edition_of(upload).scale, upload.rows
    matching = stored["columns"] if chosen is None else chosen
    titles, groups = dict(stored["titles"]), _groups(scale)
    labels = {name: label for _heading, named in groups for name, label in named.items()}
    of_file = tuple(
        FileColumn(
            field=f"{FIELD}{place}",
            place=place_words(place),
            title=excerpt(titles.get(place, "")),
            examples=tuple(examples),
            unread=Choice("", _("not read"), not matching.get(place)),
            groups=tuple(_choice_group(heading, named, matching.get(place, "")) for heading, named in groups),
        )
        for place, examples in _places(stored).items()
    )
    return ColumnsPage(
        upload=upload,
        scale=scale,
        columns=of_file,
        missing=", ".join(labels[name] for name in columns.missing_columns(matching.values(), scale)),
        errors=() if chosen is None else tuple(_errors(chosen, labels, scale)),
        is_remembered=stored["is_remembered"],
        is_turned=stored["is_turned"],
        not_matched=sum(column.unread.is_chosen for column in of_file),
    )


def _errors(chosen: Mapping[str, str], labels: Mapping[str, str], scale: Scale) -> list[str]:
    counts = Counter(chosen.values())
    errors = [
        _("“%(name)s” is chosen for several columns. Choose it once.") % {"name": labels[name]}
        for name, count in counts.items()
        if count > 1
    ]
    if missing := columns.missing_columns(counts, scale):
        names = ", ".join(labels[name] for name in missing)
        errors.append(_("Still missing: %(names)s. Choose the column that holds it.") % {"names": names})
    return errors


def _places(stored: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the columns with a title or a cell in the order of the sheet, with the beginnings of their first cells."""
    examples: dict[str, list[str]] = {place: [] for place, _title in stored["titles"]}
    for _number, cells in stored["rows"]:
        for place, cell in cells.items():
            of_place = examples.setdefault(place, [])
            if len(of_place) < MOST_EXAMPLES and isinstance(cell, str):
                of_place.append(cell[:LONGEST_EXAMPLE])
    return dict(sorted(examples.items(), key=lambda item: columns.place_order(item[0])))


def _choice_group(heading: str, named: Mapping[str, str], chosen: str) -> ChoiceGroup:
    return ChoiceGroup(heading, tuple(Choice(name, label, name == chosen) for name, label in named.items()))


def _groups(scale: Scale) -> list[tuple[str, dict[str, str]]]:
    """Return the headings of the list, each with what our columns are called below it."""
    about = {
        columns.ORGANISATION: _("organisation"),
        columns.START: _("first day of the visit"),
        columns.ORGANISATION_AND_START: _("organisation and first day"),
        columns.END: _("last day of the visit"),
        columns.KIND: _("kind of review"),
        columns.EVALUATORS: _("evaluators"),
        columns.TOTAL: _("total"),
    }
    scores, evidence, recommendations = {}, {}, {}
    for item in scale.items:
        named = {"number": item.number, "title": item.title}
        scores[columns.score_column(item.number)] = _("score of item %(number)s: %(title)s") % named
        evidence[columns.note_column(item.number)] = _("evidence for item %(number)s") % named
        recommendations[columns.recommendation_column(item.number)] = _("recommendation for item %(number)s") % named
    return [
        (_("The review"), about),
        (_("Scores"), scores),
        (_("Evidence"), evidence),
        (_("Recommendations"), recommendations),
    ]
