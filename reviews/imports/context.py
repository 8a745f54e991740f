"""Load what the rows of an upload are checked against: organisations and reviews of the network, kinds, limits."""

from collections.abc import Mapping

from django.conf import settings
from django.utils import timezone, translation

from reviews.fields import EARLIEST, MOST_LINES
from reviews.imports.row_checks import Candidate, ImportContext
from reviews.models import Network, Review
from reviews.models.organisations import current_organisation
from reviews.models.scores import LONGEST_NOTE
from reviews.workflow import Kind
from scales.definition import Scale


def import_context(network: Network, scale: Scale, chosen: Mapping[str, str]) -> ImportContext:
    """Return the context for checking rows today. Two queries.

    `chosen` maps the key of a name that several organisations have to the code of the one that is meant.
    """
    reviews = Review.objects.standing().filter(organisation__network=network)
    return ImportContext(
        scale=scale,
        organisations=candidates_by_key(network),
        chosen=chosen,
        kinds=_kinds(),
        existing=frozenset(reviews.values_list(current_organisation(), "visit_start", "kind")),
        today=timezone.localdate(),
        earliest=EARLIEST,
        longest_note=LONGEST_NOTE,
        most_lines=MOST_LINES,
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
    """Return the kinds by their code and by their name in each language, in lower case."""
    kinds = {kind.value: kind.value for kind in Kind}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            kinds |= {str(kind.label).casefold(): kind.value for kind in Kind}
    return kinds
