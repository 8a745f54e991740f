"""Secrets of second factors in the database: encrypted with the installation's SECRETS_KEY (ipsfidelity/sealing.py).

allauth encrypts and decrypts by the hooks of its adapter. Passkeys have no secret here, only a public key.
"""

from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.db import transaction

from ipsfidelity.sealing import seal_secret, unseal_secret

# The keys of Authenticator.data with secrets: of apps, of recovery codes, and of codes that were taken over.
SECRETS = ("secret", "seed", "migrated_codes")


class SecondFactorAdapter(DefaultMFAAdapter):
    """Second factors whose secrets are encrypted."""

    def encrypt(self, text: str) -> str:
        """Return a secret as it is stored."""
        return seal_secret(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Return a stored secret. Raises SealBroken if its key is not in the settings."""
        return unseal_secret(encrypted_text)


@transaction.atomic
def seal_again() -> int:
    """Encrypt all secrets with the current key and return the number of second factors. Raises SealBroken.

    Does nothing if one of them cannot be read. Rows are locked, because a recovery code may be used meanwhile.
    """
    factors = Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).select_for_update().order_by("pk")
    for factor in factors:
        factor.data = {key: _sealed_again(value) if key in SECRETS else value for key, value in factor.data.items()}
        factor.save(update_fields=["data"])
    return len(factors)


def _sealed_again(value: Any) -> Any:
    if isinstance(value, list):
        return [_sealed_again(each) for each in value]
    return seal_secret(unseal_secret(value))
