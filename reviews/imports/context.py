"""Load what the rows of an upload are checked against: organisations and reviews of the network, kinds, limits."""

from django.conf import settings
from django.utils import timezone, translation

from reviews.fields import EARLIEST, MOST_LINES
from reviews.imports.row_checks import ImportContext
from reviews.models import Network, Review
from reviews.models.scores import LONGEST_NOTE
from reviews.typed_text import cleaned_line
from reviews.workflow import Kind
from scales.definition import Scale


def import_context(network: Network, scale: Scale) -> ImportContext:
    """Return the context for checking rows today. Two queries."""
    reviews = Review.objects.filter(organisation__network=network)
    return ImportContext(
        scale=scale,
        organisations=_by_name(network),
        kinds=_kinds(),
        existing=frozenset(reviews.values_list("organisation", "visit_start", "kind")),
        today=timezone.localdate(),
        earliest=EARLIEST,
        longest_note=LONGEST_NOTE,
        most_lines=MOST_LINES,
    )


def _by_name(network: Network) -> dict[str, int]:
    """Return the network's organisations by name, and by the name in lower case if only one has it. One query."""
    exact: dict[str, int] = {}
    in_lower_case: dict[str, set[int]] = {}
    for pk, name in network.organisations.values_list("pk", "name"):
        exact[cleaned_line(name)] = pk
        in_lower_case.setdefault(cleaned_line(name).casefold(), set()).add(pk)
    return {name: pks.pop() for name, pks in in_lower_case.items() if len(pks) == 1} | exact


def _kinds() -> dict[str, str]:
    """Return the kinds by their code and by their name in each language, in lower case."""
    kinds = {kind.value: kind.value for kind in Kind}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            kinds |= {str(kind.label).casefold(): kind.value for kind in Kind}
    return kinds
