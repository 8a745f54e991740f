"""Compare a file or a fingerprint with what was signed. Reads only: nothing that is compared is kept or logged."""

import hashlib
import json
import re
from collections.abc import Collection
from typing import Any
from uuid import UUID

from reviews.models import FinalRecord
from reviews.records.chain import digest

NOT_SIGNED = frozenset({"fingerprint", "valid", "current"})  # keys that an export adds to what was signed


def was_signed(code: UUID, fingerprints: Collection[str]) -> bool:
    """Return whether the review with a code was signed here with one of these fingerprints.

    A record has two: that of its PDF file and that of its content. The same query is made for a code that no review
    has, so that neither the answer nor its time tells whether the review exists.
    """
    records = FinalRecord.objects.filter(review__code=code, review__is_imported=False)
    signed = records.values_list("sha256", "fingerprint").first() or ()
    return not set(signed).isdisjoint(fingerprints)


def file_fingerprint(data: bytes) -> str:
    """Return the SHA-256 of a file as it is, as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def record_fingerprint(data: bytes) -> str:
    """Return the fingerprint of the signed content in a JSON file, "" if the file is not such a file.

    The keys that an export adds are left out. A key that occurs twice is refused, because programs read it differently.
    """
    try:
        content = json.loads(data, object_pairs_hook=_without_repetition)
        return digest({key: content[key] for key in content.keys() - NOT_SIGNED})
    except (ValueError, AttributeError, RecursionError):
        return ""


def typed_fingerprint(text: str) -> str:
    """Return a typed fingerprint without spaces and in lower case, "" if it is not 64 hexadecimal digits."""
    fingerprint = "".join(text.split()).lower()
    return fingerprint if re.fullmatch("[0-9a-f]{64}", fingerprint) else ""


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        raise ValueError("a key occurs twice")
    return content
