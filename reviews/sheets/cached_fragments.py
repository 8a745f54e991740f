"""Fragments of score sheets and reports that depend on an item of a scale, its score and the language only.

They are cached in the process and shared by all requests. Nothing else about a review or a person may be rendered here.
"""

from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

CACHED = 4096  # fragments of each kind; 30 items with six scores in three languages are 540


@lru_cache(CACHED)
def sheet_row(number: int, title: str, score: str, scale_language: str) -> SafeString:
    """Return the `<tr>` of an item on the score sheet. `number` counts within the section."""
    context = {"number": number, "title": title, "score": score, "language": scale_language}
    return render_to_string("sheets/_sheet_row.html", context)


@lru_cache(CACHED)
def score_words(score: int | None, anchor: str | None, scale_language: str, language: str) -> SafeString:
    """Return a score with the words of its anchor, or that there is none, in the reader's language."""
    context = {"score": score, "anchor": anchor, "language": scale_language}
    return render_to_string("components/item_score.html", context)
