"""Encrypt texts in the database, so that a copy of the database does not reveal them.

Two kinds of texts have keys of their own. Neither key is in the database:

- Mails that wait to be sent, with a key that is derived from SECRET_KEY.
- Secrets of second factors, with SECRETS_KEY, or with a key derived from SECRET_KEY while there is none.

A text that was sealed with a former key can be read as long as that key is in SECRET_KEY_FALLBACKS or
SECRETS_KEY_FALLBACKS.
"""

from base64 import urlsafe_b64encode
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class SealBroken(Exception):
    """The text was sealed with a key that is no longer in the settings, or was changed."""


def seal(text: str) -> str:
    """Return a text of a mail in encrypted form."""
    return _seal(_cipher_of_mails(), text)


def unseal(sealed: str) -> str:
    """Return the text of a mail. Raises SealBroken."""
    return _unseal(_cipher_of_mails(), sealed)


def seal_secret(text: str) -> str:
    """Return a secret of a second factor in encrypted form."""
    return _seal(_cipher_of_secrets(), text)


def unseal_secret(sealed: str) -> str:
    """Return a secret of a second factor. Raises SealBroken, also for one that was never encrypted."""
    return _unseal(_cipher_of_secrets(), sealed)


def _seal(cipher: MultiFernet, text: str) -> str:
    return cipher.encrypt(text.encode()).decode()


def _unseal(cipher: MultiFernet, sealed: str) -> str:
    try:
        return cipher.decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise SealBroken from error


def _cipher_of_mails() -> MultiFernet:
    return MultiFernet([_fernet("sealing", key) for key in _keys_of_program()])


def _cipher_of_secrets() -> MultiFernet:
    """Return a cipher that encrypts with the first key and decrypts with each."""
    own = [key for key in (settings.SECRETS_KEY, *settings.SECRETS_KEY_FALLBACKS) if key]
    return MultiFernet([_fernet("second factors", key) for key in (*own, *_keys_of_program())])


def _keys_of_program() -> list[str]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def _fernet(purpose: str, key: str) -> Fernet:
    return Fernet(urlsafe_b64encode(sha256(f"{purpose}:{key}".encode()).digest()))
