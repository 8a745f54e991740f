"""Load what the rows of an upload are checked against: organisations and reviews of the network, kinds, limits."""

from collections.abc import Mapping

from django.conf import settings
from django.utils import timezone, translation

from reviews.fields import EARLIEST, MOST_LINES
from reviews.imports.row_checks import Candidate, ImportContext
from reviews.models import Network, Review
from reviews.models.scores import LONGEST_NOTE
from reviews.workflow import Kind
from scales.definition import Scale


def import_context(network: Network, scale: Scale, chosen: Mapping[str, str]) -> ImportContext:
    """Return the context for checking rows today. Two queries.

    `chosen` maps the key of a name that several organisations have to the code of the one that is meant.
    """
    reviews = Review.objects.filter(organisation__network=network)
    return ImportContext(
        scale=scale,
        organisations=candidates_by_key(network),
        chosen=chosen,
        kinds=_kinds(),
        existing=frozenset(reviews.values_list("organisation", "visit_start", "kind")),
        today=timezone.localdate(),
        earliest=EARLIEST,
        longest_note=LONGEST_NOTE,
        most_lines=MOST_LINES,
    )


def candidates_by_key(network: Network) -> dict[str, tuple[Candidate, ...]]:
    """Return the organisations that a name in a file may mean, by the key of the name. One query.

    Nothing else leads from a name to an organisation.
    """
    candidates: dict[str, tuple[Candidate, ...]] = {}
    for organisation in network.organisations.order_by("pk"):
        candidate = Candidate(organisation.pk, str(organisation.code), organisation.name, organisation.last_visit)
        key = organisation.name_key
        candidates[key] = (*candidates.get(key, ()), candidate)
    return candidates


def _kinds() -> dict[str, str]:
    """Return the kinds by their code and by their name in each language, in lower case."""
    kinds = {kind.value: kind.value for kind in Kind}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            kinds |= {str(kind.label).casefold(): kind.value for kind in Kind}
    return kinds
