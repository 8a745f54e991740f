"""Read model of one event of a review's history, in plain language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from reviews.components.rendered import Parts, Rendered
from reviews.models import EventType, Review, ReviewEvent
from reviews.records.event_names import Names
from reviews.records.event_types import FIELDS, EventField, Show
from reviews.records.text_difference import difference_html, text_difference
from reviews.wording import time_words
from scales.explanations import observation_words

NOTHING = "–"  # in place of a value
START = 100  # characters that stand for a folded value
LONG = 300  # characters of the two values of a field, from which the history folds it
POSITIONS = {field: position for position, field in enumerate(FIELDS)}


@dataclass(frozen=True)
class FieldChange(Rendered):
    """One field before and after. `marked` is the difference between two texts as HTML, "" for other fields.

    `url` is the address of the review that the field is about, "" for other fields. `language` is that of names from an
    instrument, "" for other fields. What is long is folded.
    """

    template: ClassVar[str] = "records/_change.html"

    field: str
    before: str
    after: str
    marked: SafeString | str = ""
    url: str = ""
    language: str = ""

    @property
    def is_long(self) -> bool:
        return len(self.before) + len(self.after) > LONG

    @property
    def start(self) -> str:
        """The first words of what is folded."""
        text = self.after if self.after != NOTHING else self.before
        return text if len(text) <= START else f"{text[: START - 1]}…"

    @property
    def is_new(self) -> bool:
        """Whether there was nothing before."""
        return self.before == NOTHING


@dataclass(frozen=True)
class HistoryEntry(Rendered):
    """One event. `machine_time` begins with the day. `item`, in `language`, is "" if the event is about the review.

    `hashes` are shown with the event's own.
    """

    template: ClassVar[str] = "records/_entry.html"

    machine_time: str
    time: str
    by: str
    description: str
    item: str
    language: str
    comment: str
    changes: Parts[FieldChange]
    hashes: tuple[FieldChange, ...]
    hash: str

    @property
    def is_long(self) -> bool:
        return len(self.comment) > LONG or any(change.is_long for change in self.changes)


def entry_of(event: ReviewEvent, review: Review, items: Mapping[int, str], names: Names) -> HistoryEntry:
    """Return an event as its line of the history. `items` are the names of items by number."""
    local = timezone.localtime(event.at)
    item = review.scale.by_number.get(event.item_number or 0)
    changes = dict(event.changes)
    if item and "observation" in changes:
        changes["observation"] = [
            observation_words(item, value, specialists_in(value)) for value in changes["observation"]
        ]
    shows = {field: _declared(field).show for field in sorted(changes, key=_position)}
    return HistoryEntry(
        machine_time=local.isoformat(timespec="seconds"),
        time=time_words(local),
        by=_("The rule on keeping notes") if event.type == EventType.NOTES_DELETED else str(event.by),
        description=_description(event),
        item=items[item.number] if item else "",
        language=review.scale.language if item else "",
        comment=event.comment,
        changes=Parts(
            _field_change(field, changes[field], names)
            for field, show in shows.items()
            if show not in (Show.NOT, Show.HASH)
        ),
        hashes=tuple(_field_change(field, changes[field], names) for field, show in shows.items() if show == Show.HASH),
        hash=event.hash,
    )


def _declared(field: str) -> EventField:
    """Return the declaration of a field, a plain one for a field that is not declared any more."""
    return FIELDS.get(field) or EventField(field)


def _position(field: str) -> int:
    """Return the position of a field in an entry. A field that is not declared any more comes last."""
    return POSITIONS.get(field, len(POSITIONS))


def _description(event: ReviewEvent) -> str:
    """Return what happened, in words. Several changes share the type PREPARED; their fields distinguish them."""
    if event.type == EventType.PREPARED:
        if "steps" in event.changes:
            return _("laid out the steps of the preparation")
        if "step_due" in event.changes:
            is_new = not event.changes["step"][0]
            return _("added a step to the preparation") if is_new else _("moved a step of the preparation")
        if event.changes["step_done"] == [True, False]:
            return _("unticked a step of the preparation")
    return str(event.get_type_display())


def _field_change(field: str, both: list[Any], names: Names) -> FieldChange:
    before, after = (_value_words(field, value, names.words) for value in both)
    declared = _declared(field)
    marked = difference_html(text_difference(*both)) if declared.show == Show.TEXT and all(both) else ""
    code = both[1] or both[0]
    url = reverse("review", args=[code]) if declared.show == Show.REVIEW and code in names.words else ""
    return FieldChange(str(declared.label), before, after, marked, url, _language(both, names))


def _language(both: list[Any], names: Names) -> str:
    """Return the language of what an instrument names in a field, "" for everything else."""
    parts = (part for value in both for part in (value if isinstance(value, list) else [value]))
    return next((names.languages[part] for part in parts if isinstance(part, str) and part in names.languages), "")


def _value_words(field: str, value: Any, names: dict[str, str]) -> str:
    """Return one value of a field as text. `names` maps the codes of what is stored by code to names."""
    declared = _declared(field)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value in (None, "", []):
        return NOTHING
    if declared.choices:
        return str(declared.choices(value).label)
    if declared.show == Show.DAY:
        return date_format(date.fromisoformat(value), "SHORT_DATE_FORMAT")
    unnamed = _("a review that you cannot open") if declared.show == Show.REVIEW else None
    separator = "; " if declared.show == Show.SOURCES else ", "  # names of sources contain commas
    return separator.join(
        str(names.get(part, unnamed or part)) for part in (value if isinstance(value, list) else [value])
    )


def specialists_in(observation: dict[str, Any]) -> tuple[str, ...]:
    """Return the labels of the specialists in an observation, including those who were left out of the review later."""
    return tuple(observation.get("specialists", ()))
