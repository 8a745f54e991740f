"""What a person searches for: the words of a query, and those that may mean a year, a month, a kind or a code."""

import re
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import and_
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.dates import MONTHS

from ipsfidelity.names import search_key
from reviews.models import Organisation
from reviews.models.organisations import OrganisationQuerySet
from reviews.search.snippets import folded, pattern_of
from reviews.workflow import Kind

SHORTEST_PART = 3  # letters of a month or a kind
SHORTEST_CODE = 8  # hexadecimal digits, as in the names of exported files
MOST_NAMED = 100  # organisations whose reviews are found by index
NO_REVIEW = Q(pk__in=())
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

    def reviews(self, known: OrganisationQuerySet) -> tuple[Q, dict[str, str]]:
        """Return the condition that a review is meant, and the parameters of the list of reviews that mean the same.

        `known` are the organisations of the reader. If the name of one of them has all the words, its reviews are
        meant. Otherwise a word that can be a year, a month or a kind is one, and the others are parts of a name. A code
        means its review besides. The parameters are {} if the list cannot be limited so. At most two queries.
        """
        words = self.text.split()
        named = _is_of_named(known, words)
        condition = named or self._by_meaning(known, words)
        code = re.sub("[^0-9a-f]", "", self.text.lower()) if re.fullmatch(r"[0-9a-fA-F-]+", self.text.strip()) else ""
        if SHORTEST_CODE <= len(code) <= len(UUID(int=0).hex):
            first, last = UUID(code.ljust(32, "0")), UUID(code.ljust(32, "f"))
            condition |= Q(code__range=(first, last))
        return condition, {} if named else self._filters(words)

    def _by_meaning(self, known: OrganisationQuerySet, words: list[str]) -> Q:
        meanings = {word: _visit_or_kind(word) for word in words}
        of_name = [word for word, meaning in meanings.items() if not meaning]
        if of_name == words:  # no organisation has these
            return NO_REVIEW
        named = _is_of_named(known, of_name) if of_name else Q()
        return NO_REVIEW if named is None else reduce(and_, meanings.values(), named)

    def _filters(self, words: list[str]) -> dict[str, str]:
        """Return a year and a kind as parameters, {} if there are other words."""
        years = [word for word in words if YEAR.fullmatch(word)]
        kinds = _kinds(" ".join(word for word in words if word not in years))
        filters = ({"year": years[0]} if len(years) == 1 else {}) | ({"kind": kinds[0]} if len(kinds) == 1 else {})
        is_whole = len(years) + bool(kinds) == len(filters) and (kinds or len(years) == len(words))
        return filters if is_whole else {}


def _is_of_named(known: OrganisationQuerySet, words: list[str]) -> Q | None:
    """Return the condition that a review is of an organisation whose name has all words, None if there is none.

    The reviews of a few organisations are found by index. Of more, the reviews are looked through from the newest on,
    which soon gives a page of hits.
    """
    has_words = Q()
    for key in map(search_key, words):
        has_words &= Q(search_key__contains=key) | Q(joined_to__search_key__contains=key)
    keys = list(known.filter(has_words).order_by().values_list("pk", flat=True)[: MOST_NAMED + 1])
    if len(keys) > MOST_NAMED:
        return Q(Exists(Organisation.objects.filter(has_words, pk=OuterRef("organisation")).order_by()))
    return Q(organisation__in=keys) if keys else None


def _visit_or_kind(word: str) -> Q:
    """Return the condition that the visit or the kind of a review is what a word says, an empty one if it says none."""
    condition = Q()
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
