"""Rate limits for password and code attempts, in allauth's counters (settings.ACCOUNT_RATE_LIMITS).

One limit per account across all IP addresses; known devices have a counter of their own, so that strangers cannot lock
an owner out. One limit per IP address across all accounts, unknown names included. An attempt is counted before it is
checked and refunded on success. The Host header is ignored.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.core.internal import ratelimit
from django.db.models import Q
from django.http import HttpRequest

from ipsfidelity.names import name_key
from reviews.models import User
from reviews.people.known_devices import device_number

LONGEST_NAME = 254  # characters of a user name or an address


def accounts_matching(*names: str) -> list[User]:
    """Return the accounts whose user name or e-mail address may be one of `names`, ignoring case and Unicode form."""
    matches = Q(email_key__in=[key for name in names if (key := name_key(name))])
    for spelling in {spelling for name in names for spelling in (name, name.lower(), _normalised(name))}:
        addresses = EmailAddress.objects.filter(email__iexact=spelling)
        matches |= Q(username__iexact=spelling) | Q(pk__in=addresses.values("user"))
    return list(User.objects.filter(matches).order_by("pk"))


def count_attempt(request: HttpRequest, accounts: Sequence[User], name: str = "") -> ratelimit.RateLimitUsage:
    """Count one attempt at the accounts, or at `name` if no account has it. Return the usage, which can be rolled back.

    Raises ValidationError after too many attempts.
    """
    devices = {account: device_number(request, account) for account in accounts}
    limits = [
        ("guesses_on_device", f"{account.pk} {device}") if device else _limit_of(account)
        for account, device in devices.items()
    ]
    if not accounts:
        limits.append(("guesses_of_account", f"name {_normalised(name)}"))
    if not accounts or not all(devices.values()):  # others behind the same IP address do not block a known device
        limits.append(("guesses_from_address", ""))
    counted = ratelimit.RateLimitUsage([])
    for action, key in limits:
        usage = ratelimit.consume(request, app="allauth.account", action=action, key=key, limit_get=True)
        if usage is None:
            raise get_adapter().validation_error("too_many_login_attempts")
        counted.usage += usage.usage
    return counted


def reset_limit(request: HttpRequest, accounts: Sequence[User]) -> None:
    """Reset the limit of the accounts, for example after a password reset by mail."""
    for account in accounts:
        action, key = _limit_of(account)
        ratelimit.clear(request, app="allauth.account", action=action, key=key)


@contextmanager
def rate_limited(user: User) -> Iterator[None]:
    """Count one attempt; refund it if the body does not raise. Raises ValidationError after too many attempts."""
    usage = count_attempt(context.request, [user])
    yield
    usage.rollback()


def _limit_of(account: User) -> tuple[str, str]:
    return "guesses_of_account", str(account.pk)


def _normalised(name: str) -> str:
    """Return a name in the form in which databases compare it. PostgreSQL treats ı and i as the same letter."""
    return unicodedata.normalize("NFKC", name[:LONGEST_NAME]).strip().upper().casefold()
