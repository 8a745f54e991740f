"""Change one's own name, which the access log records. Signed score sheets keep the name as it was signed."""

from django.db import transaction

from reviews.models import AccessAction, User
from reviews.records import access_log


@transaction.atomic
def change_own_name(person: User, name: str) -> None:
    """Give a person another name. Writes nothing if it is the same."""
    if name == person.name:
        return
    person.name = name
    person.save(update_fields=["name"])
    access_log.record(AccessAction.NAME_CHANGED, person, person=person)
