"""Addresses of pages that pages link to many times."""

from functools import lru_cache
from uuid import UUID

from django.urls import get_script_prefix, reverse


def address(name: str, *arguments: UUID | str | int) -> str:
    """Return the address of a page whose pattern takes only codes, slugs and whole numbers, as `reverse` does.

    Each process reverses the pattern once for each page, with other arguments in the place of those.
    """
    return _pattern(name, tuple(map(type, arguments)), get_script_prefix()).format(*arguments)


@lru_cache
def _pattern(name: str, kinds: tuple[type, ...], _script_prefix: str) -> str:
    """Return the address with `{0}`, `{1}`, ... for its arguments, which are of these types."""
    stand_ins = [9_874_000 + place if kind is int else UUID(int=9874 << 96 | place) for place, kind in enumerate(kinds)]
    url = reverse(name, args=stand_ins)
    for place, stand_in in enumerate(stand_ins):
        url = url.replace(str(stand_in), f"{{{place}}}")
    return url
