"""What people choose for themselves: their name, which mails they get, and whether keys work on the whole page.

The access log records a new name. Signed score sheets keep the name as it was signed.
"""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from reviews.mail import Frequency
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


def choose_mails(person: User, choices: Mapping[str, str], *, page_keys: bool) -> None:
    """Store the mail choices of a person. Their first daily summary begins now, not with what was mailed before."""
    if Frequency.DAILY not in person.mail_choices.values():
        person.digest_until = timezone.now()
    person.mail_choices, person.page_keys = dict(choices), page_keys
    person.save(update_fields=["digest_until", "mail_choices", "page_keys"])
