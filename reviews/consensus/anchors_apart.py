"""What separates the anchors of the scores that the evaluators gave an item, as a part of the page.

Cached in the process and shared by all requests: it depends on the scale and the scores only.
"""

from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from reviews.consensus.differing_words import differing_words
from scales.definition import Scale

CACHED = 1024


@lru_cache(CACHED)
def anchors_apart(scale: Scale, number: int, lowest: int, highest: int) -> SafeString:
    """Return the anchors from the lowest to the highest score, with the words marked that are not in all of them."""
    scores = range(lowest, highest + 1)
    texts = differing_words([scale.by_number[number].anchor(score) for score in scores])
    anchors = [(str(score), runs) for score, runs in zip(scores, texts, strict=True)]
    return render_to_string("consensus/anchors_apart.html", {"anchors": anchors, "language": scale.language})
