"""Which editions of scales are comparable, from what their documents name. Pure: imports no Django.

A document names older editions whose items, anchors and bands mean the same (`comparable_with`). That is mutual and
transitive: all editions that are connected by such names are one family. `loading.py` refuses editions whose items or
bands differ, so that a family shares both. A document also names the editions that new reviews no longer use
(`replaces`): a translation is comparable with its original and replaces nothing.
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


def successors(replaces: Names) -> dict[str, str]:
    """Return the newest edition that replaces each replaced one, directly or through others. `replaces` is by slug."""
    newest_first = sorted(replaces, key=lambda slug: (-len(_reached(slug, replaces)), slug))
    found: dict[str, str] = {}
    for slug in newest_first:
        for replaced in _reached(slug, replaces) - {slug}:
            found.setdefault(replaced, slug)
    return found


def _reached(slug: str, links: Names) -> set[str]:
    """Return an edition and all that can be reached from it by links."""
    reached, waiting = {slug}, [slug]
    while waiting:
        new = {other for other in links[waiting.pop()] if other in links} - reached
        reached |= new
        waiting += new
    return reached
