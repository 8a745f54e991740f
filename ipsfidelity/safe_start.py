"""Settings with which the program does not start: weak keys, and the demo where others can reach it."""

import zlib
from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

SHORTEST_KEY = 50  # characters
LEAST_VARIED = 35  # bytes, compressed: 50 random digits need more, and a repeated word needs less
INSECURE = "django-insecure-"  # the beginning of keys that Django makes for development


def refuse_weak_key(name: str, key: str) -> None:
    """Raise ImproperlyConfigured if a key can be guessed."""
    is_varied = len(zlib.compress(key.encode())) >= LEAST_VARIED
    if len(key) < SHORTEST_KEY or not is_varied or key.startswith(INSECURE):
        raise ImproperlyConfigured(
            f"{name} is weak: it needs {SHORTEST_KEY} or more random characters, for example from "
            "`openssl rand -base64 48`."
        )


def refuse_public_demo(hosts: Iterable[str], database_url: str) -> None:
    """Raise ImproperlyConfigured if DEBUG is on and a host, or the server of the database, is not this machine."""
    if public := [host for host in hosts if not is_local(host)]:
        raise ImproperlyConfigured(
            f"DEBUG=on is for the demo on your own machine, where passwords equal user names: ALLOWED_HOSTS has "
            f"{', '.join(public)}. Switch DEBUG off, or leave these out."
        )
    server = urlsplit(database_url)
    if server.scheme.startswith(("postgres", "pgsql")) and not is_local(server.hostname or "localhost"):
        raise ImproperlyConfigured(
            "DEBUG=on is for the demo on your own machine, and DATABASE_URL names PostgreSQL on another one. "
            "Switch DEBUG off."
        )


def is_local(host: str) -> bool:
    """Return whether a host name is only reached from this machine. "%2F" begins the path of a socket."""
    name = host.strip("[]").lower()
    if name == "localhost" or name.endswith(".localhost") or name.startswith("%2f"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
