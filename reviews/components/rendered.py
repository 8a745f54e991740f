"""Parts of pages whose mark-up depends on their own values and the language alone.

Each process renders equal parts once. The template of such a part is given the part and nothing else: no request and no
person. So a page can only get mark-up that shows what the page itself has read.
"""

from functools import lru_cache
from typing import ClassVar

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

MOST = 2000  # parts that a process keeps, of about 2 kB each


class Rendered:
    """The base of a frozen dataclass that has a template.

    Fields are text, numbers, tuples of these, and further frozen dataclasses. They are never rows of the database,
    whose equality says nothing about their values.
    """

    template: ClassVar[str]

    @property
    def is_long(self) -> bool:
        """Whether the part is rendered each time, because long texts would take too much memory."""
        return False

    @property
    def html(self) -> SafeString:
        """The mark-up of the part in the active language. The template knows the part as `row`."""
        return _rendered(self) if self.is_long else _html(self, get_language() or "")


class Parts[Part: Rendered](tuple[Part, ...]):
    """Parts that follow each other, such as the rows of a table."""

    __slots__ = ()

    @property
    def html(self) -> SafeString:
        """The mark-up of all parts. A loop in a template takes three times as long."""
        return SafeString("".join(part.html for part in self))


@lru_cache(maxsize=MOST)
def _html(part: Rendered, _language: str) -> SafeString:
    return _rendered(part)


def _rendered(part: Rendered) -> SafeString:
    return SafeString(render_to_string(part.template, {"row": part}))
