"""What shares a name or an address since before these were compared by key. Read-only."""

from itertools import groupby

from django.db import connections

from reviews.models import Network, Organisation, User


def same_names(network: Network) -> tuple[tuple[Organisation, ...], ...]:
    """Return the organisations that share a name, in groups and by the name. One query."""
    groups = groupby(network.organisations.same_names(), key=lambda organisation: organisation.name_key)
    return tuple(tuple(organisations) for _key, organisations in groups)


def networks_and_accounts_of_one_name(using: str) -> list[str]:
    """Return the networks by name and the accounts by number that nobody can tell from another one.

    Addresses are not named: the words end up in the log. Empty before the keys exist.
    """
    with connections[using].cursor() as cursor:
        tables = connections[using].introspection
        if "reviews_user" not in tables.table_names(cursor):
            return []
        columns = {column.name for column in tables.get_table_description(cursor, "reviews_user")}
    if "email_key_number" not in columns:
        return []
    # Only these columns: `migrate` checks the database before it adds those of a new version.
    networks = Network.objects.using(using).filter(name_key_number__gt=0).values_list("name", flat=True)
    accounts = User.objects.using(using).filter(email_key_number__gt=0).order_by("pk").values_list("pk", flat=True)
    return [
        *(f"network {name}" for name in networks),
        *(f"the address of account {number}" for number in accounts),
    ]
