"""Addresses of the pages that lists link to in every row."""

from functools import lru_cache
from uuid import UUID

from django.urls import get_script_prefix, reverse

STAND_INS = [str(UUID(int=9874 << 96 | place)) for place in range(3)]


def address(name: str, *codes: UUID) -> str:
    """Return the address of a page whose pattern takes only codes, as `reverse` does.

    Each process reverses the pattern once for each page, with other codes in the place of those.
    """
    url = _pattern(name, len(codes), get_script_prefix())
    for stand_in, code in zip(STAND_INS, codes, strict=False):
        url = url.replace(stand_in, str(code))
    return url


@lru_cache
def _pattern(name: str, count: int, _script_prefix: str) -> str:
    return reverse(name, args=STAND_INS[:count])
