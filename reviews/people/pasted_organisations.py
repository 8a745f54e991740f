"""Add many organisations to a network from a pasted list: check each line, then create those without a fault."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from ipsfidelity.names import name_key
from reviews.models import AccessAction, Network, Organisation, User
from reviews.people.pasted_text import lines_of
from reviews.records import access_log
from reviews.records.writing import lock

MOST_LINES = 500


@dataclass(frozen=True)
class OrganisationLine:
    """A line with the name that was read. `unused` are the other cells, `fault` is "" if it can be added."""

    number: int
    text: str
    name: str
    unused: str
    fault: str


def check_organisations(network: Network, text: str) -> list[OrganisationLine]:
    """Return the lines of a pasted list, each checked against the network and the lines before it. One query."""
    names = dict(network.organisations.current().order_by().values_list("name_key", "name"))
    taken = {key: _("The network has “%(name)s” already.") % {"name": name} for key, name in names.items()}
    lines = []
    for line in lines_of(text, "\t"):
        name, fault = _cleaned(line.cells[0])
        key = name_key(name)
        fault = fault or taken.get(key, "")
        if not fault:
            taken[key] = _("Line %(number)s has this name already.") % {"number": line.number}
        lines.append(OrganisationLine(line.number, line.text, name, " · ".join(line.cells[1:]), fault))
    return lines


@transaction.atomic
def add_organisations(*, network: Network, by: User, text: str) -> tuple[list[Organisation], list[OrganisationLine]]:
    """Add the organisations of a pasted list. Return them, and the lines that have a fault.

    Raises IntegrityError if somebody adds an organisation of the same name at the same time.
    """
    lines = check_organisations(lock(network), text)
    organisations = [Organisation(network=network, name=line.name) for line in lines if not line.fault]
    added = Organisation.objects.bulk_create(organisations)
    access_log.record_organisations(AccessAction.ORGANISATION_ADDED, by, added)
    return added, [line for line in lines if line.fault]


def _cleaned(text: str) -> tuple[str, str]:
    """Return a name as it is stored, and "" or the reason why it is refused."""
    field = Organisation._meta.get_field("name")
    name = field.to_python(text)
    try:
        field.clean(name, None)
    except ValidationError as error:
        return name, _joined(error.messages)
    return name, ""


def _joined(sentences: Sequence[str]) -> str:
    return " ".join(sentences)
