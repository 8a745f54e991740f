"""Secrets of second factors: encrypted with the installation's SECRETS_KEY (ipsfidelity/sealing.py), codes used once.

allauth encrypts and decrypts by the hooks of its adapter. Passkeys have no secret here, only a public key.
"""

from typing import Any

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import DefaultMFAAdapter, get_adapter
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import transaction

from ipsfidelity.sealing import seal_secret, unseal_secret
from reviews.models import User

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


def use_code(user: User, code: str) -> None:
    """Mark a right code as used. Raise ValidationError if it was used before, for as long as it is right.

    allauth forgets a code after one period, although it is right for one before and one after it too.
    """
    seconds = (2 * app_settings.TOTP_TOLERANCE + 1) * app_settings.TOTP_PERIOD
    if not cache.add(f"used-code-{user.pk}-{normalize_user_code(code)}", "used", timeout=seconds):
        raise get_adapter().validation_error("incorrect_code")


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
