"""Load what the rows of an upload are checked against: organisations and reviews of the network, kinds, limits."""

from collections.abc import Iterator, Mapping

from django.conf import settings
from django.utils import timezone, translation
from django.utils.dates import MONTHS, MONTHS_3, MONTHS_ALT, MONTHS_AP

from reviews.fields import EARLIEST, MOST_LINES
from reviews.imports import answers
from reviews.imports.checked_rows import ImportContext
from reviews.imports.days import Calendar
from reviews.imports.near_names import Candidate
from reviews.imports.tables import Budget, unlimited
from reviews.models import Network, Review
from reviews.models.organisations import current_organisation
from reviews.models.scores import LONGEST_NOTE
from reviews.workflow import Kind
from scales.definition import Scale


def import_context(
    network: Network,
    scale: Scale,
    chosen: Mapping[str, str],
    *,
    counts_from_1904: bool = False,
    budget: Budget | None = None,
) -> ImportContext:
    """Return the context for checking rows today. Two queries.

    `chosen` has the answers to the questions of the preview, by field. `counts_from_1904` says from which year the file
    counts days that are plain numbers.
    """
    reviews = Review.objects.standing().filter(organisation__network=network)
    return ImportContext(
        scale=scale,
        organisations=candidates_by_key(network),
        chosen=chosen,
        kinds=_kinds(),
        existing=frozenset(reviews.values_list(current_organisation(), "visit_start", "kind")),
        calendar=Calendar(
            EARLIEST, timezone.localdate(), dict(_months()), chosen.get(answers.DAY_ORDER, ""), counts_from_1904
        ),
        longest_note=LONGEST_NOTE,
        most_lines=MOST_LINES,
        budget=budget or unlimited(),
    )


def candidates_by_key(network: Network) -> dict[str, tuple[Candidate, ...]]:
    """Return the organisations that a name in a file may mean, by the key of the name. One query.

    The name of an organisation that was joined to another one means that other one. Nothing else leads from a name to
    an organisation.
    """
    candidates: dict[str, dict[int, Candidate]] = {}
    for named in network.organisations.select_related("joined_to").order_by("pk"):
        meant = named.current
        candidate = Candidate(meant.pk, str(meant.code), meant.name, meant.last_visit)
        candidates.setdefault(named.name_key, {})[meant.pk] = candidate
    return {key: tuple(by_pk.values()) for key, by_pk in candidates.items()}


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
