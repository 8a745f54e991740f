"""Invite many people to a network from a pasted list: check each line, then invite those without a fault.

Cells may stand in any order: the one with an @ is the address, one that names a role is the role, one that names an
organisation of the network is where the person leads or works, and the first other one is the name.
"""

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from ipsfidelity.names import name_key
from reviews.models import Invitation, Network, Organisation, User
from reviews.people.invitations import invite, places_taken
from reviews.people.pasted_text import PastedLine, lines_of
from reviews.records.writing import lock
from reviews.workflow import Role

MOST_LINES = 50  # each is a mail


@dataclass(frozen=True)
class PersonLine:
    """A line as it was read. `unused` are cells with no meaning, `fault` is "" if the person can be invited."""

    number: int
    text: str
    name: str
    email: str
    role: str
    organisation: Organisation | None
    unused: str
    fault: str


def check_people(network: Network, text: str, role: str) -> list[PersonLine]:
    """Return the lines of a pasted list, each checked. `role` is that of lines that name none. Three queries."""
    organisations = {organisation.name_key: organisation for organisation in network.organisations.current()}
    roles, taken = _role_words(), places_taken(network)
    lines = []
    for pasted in lines_of(text, "\t;,"):
        line = _read(pasted, role, roles, organisations)
        place = (name_key(line.email), line.role, line.organisation.pk if line.organisation else None)
        fault = line.fault or _fault(network, line) or taken.get(place, "")
        if not fault:
            taken[place] = _("Line %(number)s invites this address to the same role.") % {"number": line.number}
        lines.append(PersonLine(**vars(line) | {"fault": fault}))
    return lines


@transaction.atomic
def invite_people(
    *, network: Network, by: User, text: str, role: str
) -> tuple[list[tuple[Invitation, str]], list[PersonLine]]:
    """Invite the people of a pasted list. Return the invitations with their secrets, and the lines with a fault."""
    lines = check_people(lock(network), text, role)
    invited = [
        invite(network=network, by=by, name=line.name, email=line.email, role=line.role, organisation=line.organisation)
        for line in lines
        if not line.fault
    ]
    return invited, [line for line in lines if line.fault]


def _read(pasted: PastedLine, role: str, roles: dict[str, Role], organisations: dict[str, Organisation]) -> PersonLine:
    email = name = ""
    organisation = None
    named_role = ""
    unused = []
    for cell in pasted.cells:
        key = name_key(cell)
        if "@" in cell and not email:
            email = cell.removeprefix("mailto:")
        elif key in roles and not named_role:
            named_role = roles[key]
        elif key in organisations and not organisation:
            organisation = organisations[key]
        elif not name and "@" not in cell:
            name = cell
        else:
            unused.append(cell)
    fault = "" if email else _("There is no e-mail address on this line.")
    return PersonLine(
        pasted.number, pasted.text, name, email, named_role or role, organisation, " · ".join(unused), fault
    )


def _fault(network: Network, line: PersonLine) -> str:
    """Return why the person of a line cannot be invited, or ""."""
    given = {"name": line.name, "email": line.email, "role": line.role}
    try:
        Invitation(network=network, **given).clean_fields(
            exclude={field.name for field in Invitation._meta.fields} - given.keys()
        )
    except ValidationError as error:
        return " ".join(error.messages) if line.name else _("There is no name on this line.")
    if line.role == Role.TEAM_LEADER and not line.organisation:
        return _("A team leader needs an organisation of the network on the same line.")
    if line.role == Role.COORDINATOR and line.organisation:
        return _("A coordinator belongs to the network, not to an organisation.")
    return ""


def _role_words() -> dict[str, Role]:
    """Return the role by the key of each word for it, in every language of the interface."""
    words: dict[str, Role] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            words |= {name_key(str(role.label)): role for role in Role}
    return words
