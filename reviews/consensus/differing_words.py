"""Which words of several texts differ. Pure: imports no Django."""

from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby

LARGEST_SHARE = 0.6  # of marked words; where more differ, marks would say nothing
PUNCTUATION = ".,;:()"


def differing_words(texts: Sequence[str]) -> tuple[tuple[tuple[str, bool], ...], ...]:
    """Return each text in runs of words, with whether the run differs from any of the other texts.

    Case and punctuation do not count. Texts that have too little in common have no marked runs.
    """
    words = [text.split() for text in texts]
    plain = [[word.casefold().strip(PUNCTUATION) for word in each] for each in words]
    marks = [_differing(plain[place], plain[:place] + plain[place + 1 :]) for place in range(len(texts))]
    if sum(map(sum, marks)) > LARGEST_SHARE * sum(map(len, marks)):
        marks = [[False] * len(each) for each in marks]
    return tuple(tuple(_runs(*pair)) for pair in zip(words, marks, strict=True))


def _differing(words: list[str], others: Iterable[list[str]]) -> list[bool]:
    differs = [False] * len(words)
    for other in others:
        blocks = SequenceMatcher(None, words, other, autojunk=False).get_matching_blocks()
        same = {block.a + offset for block in blocks for offset in range(block.size)}
        differs = [marked or place not in same for place, marked in enumerate(differs)]
    return differs


def _runs(words: list[str], differs: list[bool]) -> Iterator[tuple[str, bool]]:
    for is_marked, run in groupby(zip(words, differs, strict=True), key=lambda pair: pair[1]):
        yield " ".join(word for word, _marked in run), is_marked
