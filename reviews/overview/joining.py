"""Join two organisations of a network that turned out to be one, and undo that.

A pointer leads from the one to the other, and nothing else is written: reviews, memberships and signed sheets keep the
organisation that they were made with. Whatever is shown follows the pointer (`Review.objects.of`,
`Membership.objects.of`, reviews/models/visibility.py), so that undoing restores everything.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsfidelity.errors import StateConflict
from reviews.models import AccessAction, Organisation, User
from reviews.records import access_log
from reviews.records.writing import lock, lock_all
from reviews.schedule.organisation_summary import refresh_summary


@transaction.atomic
def join(*, organisation: Organisation, to: Organisation, by: User, at: datetime | None = None) -> None:
    """Join an organisation to another one of its network, which keeps its name. Idempotent.

    Raises StateConflict (409) if one of them was joined to another meanwhile, or if others were joined to
    `organisation`; ValueError for the same organisation or one of another network.
    """
    if organisation == to or organisation.network_id != to.network_id:
        raise ValueError("two organisations of one network are joined")
    joined, current = _locked(organisation, to)
    if joined.joined_to_id == current.pk:
        return
    for row in (joined, current):
        if row.joined_to:
            raise _joined_meanwhile(row)
    if others := list(joined.joined.all()):
        raise StateConflict(others_joined_sentence(joined, others), joined.get_absolute_url())
    joined.joined_to, joined.joined_at, joined.joined_by = current, at or timezone.now(), by
    _store(joined, current, AccessAction.ORGANISATIONS_JOINED, by)


@transaction.atomic
def separate(*, organisation: Organisation, joined_to: Organisation, by: User) -> None:
    """Undo that an organisation was joined to another one. Idempotent.

    If another organisation has its name by now, both keep it, and the page of the network asks to rename one. Raises
    StateConflict (409) if it was joined to a third one meanwhile.
    """
    separated, current = _locked(organisation, joined_to)
    if separated.joined_to is None:
        return
    if separated.joined_to != current:
        raise _joined_meanwhile(separated)
    separated.joined_to = separated.joined_at = separated.joined_by = None
    separated.name_key_number = _free_number(separated)
    _store(separated, current, AccessAction.ORGANISATIONS_SEPARATED, by)


def others_joined_sentence(organisation: Organisation, joined: list[Organisation]) -> str:
    """Return why an organisation to which others were joined cannot be joined itself, and what to do instead."""
    sentence = _(
        "“%(organisation)s” already includes %(names)s. Let its name remain, or undo that first. Nothing was joined."
    )
    return sentence % {"names": ", ".join(other.name for other in joined), "organisation": organisation.name}


def _store(organisation: Organisation, other: Organisation, action: AccessAction, by: User) -> None:
    """Write the pointer and its event, and recompute the derived columns of both organisations."""
    organisation.save(update_fields=["joined_to", "joined_at", "joined_by", "name_key_number"])
    access_log.record(action, by, network=organisation.network, organisation=organisation, joined_to=other)
    refresh_summary(organisation, other)


def _locked(organisation: Organisation, other: Organisation) -> tuple[Organisation, Organisation]:
    """Return both as stored, locked after their network: nobody else joins or separates organisations of it."""
    lock(organisation.network)
    rows = lock_all(Organisation, (organisation.pk, other.pk))
    return rows[organisation.pk], rows[other.pk]


def _free_number(organisation: Organisation) -> int:
    """Return the number that tells an organisation from others of its name: its own unless another has it by now."""
    namesakes = Organisation.objects.current().filter(network=organisation.network_id, name_key=organisation.name_key)
    taken = set(namesakes.exclude(pk=organisation.pk).values_list("name_key_number", flat=True))
    own = organisation.name_key_number
    return max(taken) + 1 if own in taken else own


def _joined_meanwhile(organisation: Organisation) -> StateConflict:
    sentence = _("“%(organisation)s” has been joined to “%(current)s” meanwhile. Nothing was done.")
    values = {"organisation": organisation.name, "current": organisation}
    return StateConflict(sentence % values, organisation.get_absolute_url())
