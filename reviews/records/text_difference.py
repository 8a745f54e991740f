"""The difference between two versions of a text, word by word, and its mark-up."""

import difflib
import re
from dataclasses import dataclass
from itertools import takewhile

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

MOST_WORDS = 300  # longer texts are not compared word by word
WORDS = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True)
class DiffSegment:
    """Some words of a text that changed. `kind` is "" if they are unchanged, "del" or "ins"."""

    kind: str
    text: str


def text_difference(before: str, after: str) -> tuple[DiffSegment, ...]:
    """Return the difference between two texts, word by word.

    Compares only what lies between the common beginning and the common end. If that is longer than 300 words, it is
    returned as one deletion and one insertion, because comparing takes quadratic time.
    """
    old, new = WORDS.findall(before), WORDS.findall(after)
    prefix = _common_length(old, new)
    suffix = _common_length(old[prefix:][::-1], new[prefix:][::-1])
    beginning, end = old[:prefix], old[len(old) - suffix :]
    old, new = old[prefix : len(old) - suffix], new[prefix : len(new) - suffix]
    if max(len(old), len(new)) > MOST_WORDS:
        changes = [("replace", 0, len(old), 0, len(new))]
    else:
        changes = list(difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes())
    segments = [("", beginning)]
    for kind, a, b, c, d in changes:
        segments += [("", old[a:b])] if kind == "equal" else [("del", old[a:b]), ("ins", new[c:d])]
    segments.append(("", end))
    return tuple(DiffSegment(kind, "".join(words)) for kind, words in segments if words)


def difference_html(segments: tuple[DiffSegment, ...]) -> SafeString:
    """Return a difference as HTML. A screen reader hears what was taken out and put in."""
    words = {"del": _("taken out"), "ins": _("put in")}
    hidden = '<span class="visually-hidden">{}</span>'

    def mark(segment: DiffSegment) -> str:
        if not segment.kind:
            return escape(segment.text)
        html = f"<{segment.kind}>{hidden}{{}}{hidden}</{segment.kind}>"
        return format_html(html, f"[{words[segment.kind]}: ", segment.text, "]")

    return SafeString("".join(mark(each) for each in segments))


def _common_length(first: list[str], second: list[str]) -> int:
    """Return the number of equal words at the start of two texts."""
    return sum(1 for _pair in takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False)))
