"""Load what the rows of an upload are checked against: organisations and reviews of the network, kinds, limits.

Of the network only what the file may mean is read, however large it is.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain

from django.conf import settings
from django.utils import timezone, translation
from django.utils.dates import MONTHS, MONTHS_3, MONTHS_ALT, MONTHS_AP

from reviews.fields import EARLIEST, MOST_LINES, UUID_TEXT
from reviews.imports import answers
from reviews.imports.checked_rows import CheckedRow, ImportContext, ReviewKey
from reviews.imports.days import Calendar
from reviews.imports.near_names import MOST_COMPARED, MOST_NEAR, Candidate, near_keys
from reviews.imports.tables import Budget, unlimited
from reviews.models import Network, Organisation, Review
from reviews.models.organisations import current_organisation
from reviews.models.scores import LONGEST_NOTE
from reviews.workflow import Kind
from scales.definition import Scale


def import_context(
    network: Network,
    scale: Scale,
    chosen: Mapping[str, str],
    names: Mapping[str, str],
    *,
    calendar: Calendar,
    budget: Budget | None = None,
) -> ImportContext:
    """Return the context for checking rows today. Six queries at most.

    `chosen` has the answers to the questions of the preview, by field, and `names` the names of organisations in the
    file, by key.
    """
    budget = budget or unlimited()
    organisations = candidates_by_key(_named(network, names))
    unknown = {key: name for key, name in names.items() if key not in organisations}
    return ImportContext(
        scale=scale,
        names=names,
        organisations=organisations,
        near=_near(network, unknown, budget) if unknown else {},
        organisation_of_file=_of_file(network, chosen.get(answers.ORGANISATION)),
        chosen=chosen,
        kinds=_kinds(),
        calendar=calendar,
        longest_note=LONGEST_NOTE,
        most_lines=MOST_LINES,
        budget=budget,
    )


def context_now(network: Network, context: ImportContext, names: Mapping[str, str]) -> ImportContext:
    """Return a context as it is now, for these names of organisations. Six queries at most."""
    calendar = calendar_of(context.chosen, counts_from_1904=context.calendar.counts_from_1904)
    return import_context(network, context.scale, context.chosen, names, calendar=calendar, budget=context.budget)


def calendar_of(chosen: Mapping[str, str], *, counts_from_1904: bool) -> Calendar:
    """Return how days are read today. `counts_from_1904` says from which year the file counts days that are numbers."""
    order = chosen.get(answers.DAY_ORDER, "")
    return Calendar(EARLIEST, timezone.localdate(), dict(_months()), order, counts_from_1904)


def candidates_by_key(organisations: Iterable[Organisation]) -> dict[str, tuple[Candidate, ...]]:
    """Return the organisations that the names of these ones mean, by the key of the name.

    The name of an organisation that was joined to another one means that other one. Nothing else leads from a name to
    an organisation.
    """
    candidates: dict[str, dict[int, Candidate]] = {}
    for named in organisations:
        candidates.setdefault(named.name_key, {})[named.current.pk] = _candidate(named.current)
    return {key: tuple(by_pk.values()) for key, by_pk in candidates.items()}


def reviews_here(network: Network, rows: Iterable[CheckedRow]) -> frozenset[ReviewKey]:
    """Return the keys of the network's open and valid reviews of the organisations and days of rows. One query."""
    keys = [row.key for row in rows if row.key]
    parts = Organisation.objects.parts_of({organisation for organisation, _day, _kind in keys})
    reviews = Review.objects.standing().filter(
        organisation__in=parts.order_by().values("pk"), visit_start__in={day for _organisation, day, _kind in keys}
    )
    return frozenset(reviews.order_by().values_list(current_organisation(), "visit_start", "kind"))


def _named(network: Network, keys: Collection[str]) -> list[Organisation]:
    """Return the organisations that have, or had when they were joined, names with these keys. Two queries.

    An organisation that was joined is found by the index of such organisations, in which no network is named.
    """
    joined = Organisation.objects.filter(joined_to__isnull=False, name_key__in=keys).select_related("joined_to")
    of_network = (each for each in joined.order_by("pk") if each.network_id == network.pk)
    return [*network.organisations.current().filter(name_key__in=keys).order_by("pk"), *of_network]


def _near(network: Network, unknown: Mapping[str, str], budget: Budget) -> dict[str, tuple[Candidate, ...]]:
    """Return the organisations with a name near each of the unknown names, by the key of that. Three queries."""
    known = network.organisations.order_by("pk").values_list("name_key", flat=True)[:MOST_COMPARED]
    near = near_keys(unknown.values(), known, budget)
    candidates = candidates_by_key(_named(network, {*chain(*near.values())}))
    return {
        key: tuple(dict.fromkeys(chain(*(candidates[each] for each in near[name]))))[:MOST_NEAR]
        for key, name in unknown.items()
    }


def _of_file(network: Network, code: str | None) -> Candidate | None:
    """Return the organisation of the network with this code. One query if there is a code."""
    if not code or not UUID_TEXT.fullmatch(code):
        return None
    organisation = network.organisations.current().filter(code=code).first()
    return _candidate(organisation) if organisation else None


def _candidate(organisation: Organisation) -> Candidate:
    return Candidate(organisation.pk, str(organisation.code), organisation.name, organisation.last_visit)


def _kinds() -> dict[str, str]:
    """Return the kinds by their code, by their name in each language and by the first word of it, in lower case."""
    kinds = {kind.value: kind.value for kind in Kind}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            names = {str(kind.label).casefold(): kind.value for kind in Kind}
            kinds = {name.partition(" ")[0]: kind for name, kind in names.items()} | kinds | names
    return kinds


def _months() -> Iterator[tuple[str, int]]:
    """Yield the names of months and their abbreviations in each language, in lower case, with their numbers."""
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for names in (MONTHS, MONTHS_3, MONTHS_AP, MONTHS_ALT):
                yield from ((str(name).casefold().rstrip("."), number) for number, name in names.items())
