"""Which editions of scales are comparable, from what their documents name. Pure: imports no Django.

A document names older editions whose items, anchors and bands mean the same (`comparable_with`). That is mutual and
transitive: all editions that are connected by such names are one family. `loading.py` refuses editions whose items or
bands differ, so that a family shares both.
"""

from collections.abc import Iterable, Mapping

Names = Mapping[str, Iterable[str]]  # the editions that each edition names, by slug


def families(named: Names) -> dict[str, tuple[str, ...]]:
    """Return the family of each edition, itself included, the oldest edition first. Unknown slugs are ignored.

    An edition is newer than all that it names, and than all that these name. Where that does not decide, slugs do.
    """
    linked = {slug: set(others) for slug, others in named.items()}
    for slug, others in named.items():
        for other in linked.keys() & set(others):
            linked[other].add(slug)
    age = {slug: len(_reached(slug, named)) for slug in named}
    return {slug: tuple(sorted(_reached(slug, linked), key=lambda each: (age[each], each))) for slug in named}


def is_newer(slug: str, other: str, named: Names) -> bool:
    """Return whether an edition names another, or one that names it, and is not named by it in turn."""
    return slug != other and other in _reached(slug, named) and slug not in _reached(other, named)


def _reached(slug: str, links: Names) -> set[str]:
    """Return an edition and all that can be reached from it by links."""
    reached, waiting = {slug}, [slug]
    while waiting:
        new = {other for other in links[waiting.pop()] if other in links} - reached
        reached |= new
        waiting += new
    return reached
