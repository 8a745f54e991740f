"""What a person searches for: the words of a query, and those that may mean a year, a month, a kind or a code."""

import re
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db.models import Q
from django.utils.dates import MONTHS

from ipsfidelity.names import search_key
from reviews.models import Organisation
from reviews.search.snippets import folded, pattern_of
from reviews.workflow import Kind

SHORTEST_PART = 3  # letters of a month or a kind
SHORTEST_CODE = 8  # hexadecimal digits, as in the names of exported files
YEAR = re.compile(r"(?:19|20)\d\d")
MONTH_OF_YEAR = re.compile(rf"({YEAR.pattern})-(\d{{1,2}})|(\d{{1,2}})[./]({YEAR.pattern})")
ITEM = re.compile(r"\D*?0?(\d{1,2})")


@dataclass(frozen=True)
class Terms:
    """A query: what the person typed, and the pattern that finds it in texts."""

    text: str

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return pattern_of(self.text)

    @property
    def item_number(self) -> int | None:
        """The number of an item, as in "4", "04" or "item 4". None for other queries."""
        match = ITEM.fullmatch(self.text.strip())
        return int(match[1]) if match else None

    def reviews(self) -> Q:
        """Return the condition that a review has all words of the query: in its organisation, visit, kind or code."""
        condition = Q()
        for word in self.text.split():
            condition &= _has_word(word)
        code = re.sub("[^0-9a-f]", "", self.text.lower()) if re.fullmatch(r"[0-9a-fA-F-]+", self.text.strip()) else ""
        if SHORTEST_CODE <= len(code) <= len(UUID(int=0).hex):
            first, last = UUID(code.ljust(32, "0")), UUID(code.ljust(32, "f"))
            condition |= Q(code__range=(first, last))
        return condition

    @property
    def filters(self) -> dict[str, str]:
        """The parameters of the list of reviews that mean the same as the query, {} if it has other words."""
        words = self.text.split()
        years = [word for word in words if YEAR.fullmatch(word)]
        kinds = _kinds(" ".join(word for word in words if word not in years))
        filters = ({"year": years[0]} if len(years) == 1 else {}) | ({"kind": kinds[0]} if len(kinds) == 1 else {})
        is_whole = len(years) + bool(kinds) == len(filters) and (kinds or len(years) == len(words))
        return filters if is_whole else {}


def _has_word(word: str) -> Q:
    """Return the condition that the name of the organisation, or the visit or the kind of a review, has a word."""
    key = search_key(word)
    named = Organisation.objects.filter(Q(search_key__contains=key) | Q(joined_to__search_key__contains=key))
    condition = Q(organisation__in=named.order_by().values("pk"))  # a subquery, because a review has several words
    if match := MONTH_OF_YEAR.fullmatch(word):
        year, month = (match[1], match[2]) if match[1] else (match[4], match[3])
        condition |= Q(visit_start__year=int(year), visit_start__month=int(month))
    elif YEAR.fullmatch(word):
        condition |= Q(visit_start__year=int(word))
    elif months := [number for number, name in MONTHS.items() if _begins(str(name), word)]:
        condition |= Q(visit_start__month__in=months)
    if kinds := _kinds(word):
        condition |= Q(kind__in=kinds)
    return condition


def _kinds(words: str) -> list[str]:
    """Return the kinds whose label, in the language of the reader, contains the words."""
    needle = folded(words)
    return [kind.value for kind in Kind if len(needle) >= SHORTEST_PART and needle in folded(str(kind.label))]


def _begins(name: str, word: str) -> bool:
    return len(word) >= SHORTEST_PART and folded(name).startswith(folded(word))
