"""OpenID Connect providers in OIDC_PROVIDERS. Imported by the settings, so it must not read them.

A provider has "id", "name", "server_url", "client_id" and "secret". Optional keys are "strong": true (the provider
requires a second factor itself) and "origins": other origins that it redirects to during sign-in.
"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

Provider = dict[str, Any]
REQUIRED = frozenset({"id", "name", "server_url", "client_id", "secret"})


def require_complete(providers: Iterable[Provider]) -> None:
    """Raise ImproperlyConfigured if a provider lacks one of its required keys."""
    for provider in providers:
        if missing := REQUIRED - provider.keys():
            raise ImproperlyConfigured(f"OIDC_PROVIDERS: a provider lacks {', '.join(sorted(missing))}.")


def allauth_apps(providers: Iterable[Provider]) -> list[Provider]:
    """Return the providers in the format of allauth's setting APPS."""
    return [
        {
            "provider_id": provider["id"],
            "name": provider["name"],
            "client_id": provider["client_id"],
            "secret": provider["secret"],
            "settings": {"server_url": provider["server_url"]},
        }
        for provider in providers
    ]


def sign_in_origins(providers: Iterable[Provider]) -> list[str]:
    """Return the origins that a sign-in form may redirect to, sorted."""
    urls = (url for provider in providers for url in (provider["server_url"], *provider.get("origins", ())))
    return sorted({"{0.scheme}://{0.netloc}".format(urlsplit(url)) for url in urls})
