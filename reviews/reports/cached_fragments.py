"""Fragments of the report that depend on an item of a scale, its scores and the language only.

They are cached in the process and shared by all requests. Nothing else about a review or a person may be rendered here.
"""

from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from reviews.charts.bars import Bar
from scales.definition import Scale

CACHED = 4096  # fragments of each kind: an item has six scores, and as many in the review before


@lru_cache(CACHED)
def item_row(name: str, score: str, last: str, change: str, scale_language: str) -> SafeString:
    """Return the `<tr>` of an item in the table of scores."""
    context = {"name": name, "score": score, "last": last, "change": change, "language": scale_language}
    return render_to_string("reports/_item_row.html", context)


@lru_cache(CACHED)
def item_heading(
    name: str, score: int | None, anchor: str | None, *, last: str, change: str, scale_language: str, language: str
) -> SafeString:
    """Return the heading of an item, with its score in words. `change` is that since the review before, in words."""
    context = {"name": name, "score": score, "anchor": anchor, "last": last, "change": change}
    return render_to_string("reports/_item_heading.html", context | {"language": scale_language})


@lru_cache(CACHED)
def bar(bar: Bar, left: str, thick: str, scale_language: str) -> SafeString:
    """Return the bar of an item in the picture, which begins at `left` and is `thick`."""
    context = {"bar": bar, "left": left, "thick": thick, "language": scale_language}
    return render_to_string("reports/_bar.html", context)


@lru_cache
def corrections(scale: Scale, language: str) -> SafeString:
    """Return the corrections of a scale to its printed source."""
    return render_to_string("reports/_corrections.html", {"scale": scale})
