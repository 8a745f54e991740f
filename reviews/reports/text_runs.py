"""Text in pieces of one format, for values that page, PDF and Word file show alike. Pure: imports no Django."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class TextRun:
    """A piece of text in one format.

    Its language is that of the reader, unless `in_scale_language` is set. In a document with several scales, `language`
    is another one instead, with its country, such as nb-NO.
    """

    text: str
    in_scale_language: bool = False
    strong: bool = False
    language: str = ""


Text = str | TextRun | Sequence[str | TextRun]


def in_scale_language(text: str | None, *, strong: bool = False) -> TextRun:
    """Return a run in the language of the scale; None becomes an empty run."""
    return TextRun(text or "", in_scale_language=True, strong=strong)


def runs_of(text: Text) -> tuple[TextRun, ...]:
    """Return a text as runs."""
    pieces = [text] if isinstance(text, str | TextRun) else text
    return tuple(TextRun(piece) if isinstance(piece, str) else piece for piece in pieces)
