"""Read model of a review's history, newest first. Reads; never writes."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from ipsfidelity.prepared import prepared
from reviews.components.rendered import Parts
from reviews.models import EventType, Review, User
from reviews.records.event_names import names_in
from reviews.records.event_rows import facets_of, is_whole, page_of
from reviews.records.history_entry import HistoryEntry, entry_of
from reviews.wording import day_words
from scales.models import ScaleEdition

PAGE_SIZE = 50


@dataclass(frozen=True)
class HistoryDay:
    """The events of one day, newest first."""

    title: str
    entries: Parts[HistoryEntry]


@dataclass(frozen=True)
class HistoryFilter:
    """Which events are asked for: by the code of a person, the number of an item and a type. "" asks for all."""

    person: str = ""
    item: str = ""
    kind: str = ""


@dataclass(frozen=True)
class FilterChoices:
    """What a history can be filtered by: values with labels, of the events that the reader may see."""

    people: tuple[tuple[str, str], ...]
    items: tuple[tuple[str, str], ...]
    kinds: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class History:
    """One page of the history, newest first.

    `older` is the primary key from which the next page continues, "" on the last page. `is_whole` says whether the
    reader sees internal events too.
    """

    days: tuple[HistoryDay, ...]
    older: str
    is_whole: bool

    @property
    def entries(self) -> tuple[HistoryEntry, ...]:
        return tuple(entry for day in self.days for entry in day.entries)


def history_of(review: Review, user: User, chosen: HistoryFilter, before: int | None = None) -> History:
    """Return a page of a review's history. Three queries, and one for each kind of thing that the events name.

    `review` must have been fetched for `user` by `for_page`. `before` is the primary key of the previous page's last
    event.
    """
    person = UUID(chosen.person) if chosen.person else None
    item = int(chosen.item) if chosen.item else None
    rows = page_of(review, user, person, item, before, kind=chosen.kind, size=PAGE_SIZE + 1)
    names, items = names_in(rows[:PAGE_SIZE], review, user), _item_names(review)
    entries = [entry_of(event, review, items, names) for event in rows[:PAGE_SIZE]]
    today = timezone.localdate()
    days = tuple(
        HistoryDay(day_words(date.fromisoformat(day), today), Parts(of_day))
        for day, of_day in groupby(entries, lambda entry: entry.machine_time[:10])
    )
    return History(days, str(rows[PAGE_SIZE - 1].pk) if len(rows) > PAGE_SIZE else "", is_whole(review))


def filter_choices(review: Review, user: User) -> FilterChoices:
    """Return the people, items and types of the events that `user` may see. Two queries."""
    rows = facets_of(review, user)
    people = _people(*sorted({person for person, _item, _type in rows}))
    names = _item_names(review)
    return FilterChoices(
        people=tuple(sorted(((str(person.code), str(person)) for person in people), key=lambda pair: pair[1])),
        items=tuple((str(number), name) for number, name in names.items() if number in {row[1] for row in rows}),
        kinds=tuple((kind.value, str(kind.label)) for kind in EventType if kind in {row[2] for row in rows}),
    )


@prepared
def _people(*keys: int) -> QuerySet[User]:
    return User.objects.filter(pk__in=keys)


def _item_names(review: Review) -> dict[int, str]:
    """Return the number and short name of each item."""
    return {item.number: f"{item.number} {item.short}" for item in ScaleEdition.named_scale_of(review.edition_id).items}
