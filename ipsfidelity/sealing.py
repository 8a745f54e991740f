"""Encrypt texts that the database stores for a short time, so that a copy of the database does not reveal them.

The key is derived from SECRET_KEY, which is not in the database. Texts that were sealed before SECRET_KEY was changed
can be read as long as the former key is in SECRET_KEY_FALLBACKS.
"""

from base64 import urlsafe_b64encode
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class SealBroken(Exception):
    """The text was sealed with another SECRET_KEY, or was changed."""


def seal(text: str) -> str:
    """Return a text in encrypted form."""
    return _cipher().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Return the text. Raises SealBroken."""
    try:
        return _cipher().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise SealBroken from error


def _cipher() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(urlsafe_b64encode(sha256(f"sealing:{key}".encode()).digest())) for key in keys])
