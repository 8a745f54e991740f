"""Read a JSON document and collect all its faults. Pure: imports no Django.

A `Node` is an object of the document together with its place. After a fault every reader returns a harmless value, so
that parsing continues.
"""

import re
from collections.abc import Collection, Iterable
from typing import Any

SLUG = re.compile(r"[a-z0-9-]{1,50}")
LONGEST_TEXT = 5_000  # characters; printed anchors and descriptions are far shorter


class DocumentFaults(ValueError):
    """A document cannot be used. `faults` lists all reasons with their places."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


class Node:
    """A JSON object at `place` of a document. Readers add faults to the list `faults`, which all nodes share.

    Readers of keys that are not required return an empty value ("", 0, (), False) if the key is missing.
    """

    def __init__(self, value: Any, place: str, faults: list[str]) -> None:
        self.place = place
        self.faults = faults
        self.read: set[str] = set()
        self.value: dict[str, Any] = value if isinstance(value, dict) else {}
        if not isinstance(value, dict):
            self.fault("must be an object")

    def fault(self, message: str, key: str = "") -> None:
        """Add a fault of the object, or of one of its keys."""
        place = ".".join(part for part in (self.place, key) if part)
        self.faults.append(f"{place or 'document'}: {message}")

    def _take(self, key: str, *, required: bool) -> Any:
        self.read.add(key)
        if self.value.get(key) is None and required:
            self.fault("is missing", key)
        return self.value.get(key)

    def text(self, key: str, *, required: bool = True, longest: int = LONGEST_TEXT) -> str:
        """Return a text of at most `longest` characters, without surrounding or doubled spaces."""
        value = self._take(key, required=required)
        if value is None:
            return ""
        return self._checked_text(value, key, longest)

    def _checked_text(self, value: Any, key: str, longest: int = LONGEST_TEXT) -> str:
        if not isinstance(value, str) or not value.strip():
            self.fault("must be a text", key)
            return ""
        if value != value.strip() or "  " in value:
            self.fault("has surrounding or doubled spaces", key)
        if len(value) > longest or "\0" in value:
            self.fault(f"is longer than {longest} characters or holds a NUL character", key)
        return value

    def slug(self, key: str) -> str:
        """Return a text that can be a part of a URL: lower-case letters, digits and hyphens."""
        return self._checked_slug(self.text(key), key)

    def slugs(self, key: str) -> tuple[str, ...]:
        """Return a list of slugs, which may be missing."""
        values = self.texts(key, required=False)
        return tuple(self._checked_slug(value, f"{key}[{i}]") for i, value in enumerate(values))

    def _checked_slug(self, value: str, key: str) -> str:
        if value and not SLUG.fullmatch(value):
            self.fault("must be 1 to 50 small letters, digits and hyphens", key)
        return value

    def texts(self, key: str, *, required: bool = True, longest: int = LONGEST_TEXT) -> tuple[str, ...]:
        """Return a list of texts of at most `longest` characters each."""
        values = self._list(key, required=required)
        return tuple(self._checked_text(value, f"{key}[{i}]", longest) for i, value in enumerate(values))

    def number(self, key: str, *, required: bool = True) -> int:
        """Return a whole number."""
        value = self._take(key, required=required)
        if value is None:
            return 0
        if not _whole(value):
            self.fault("must be a whole number", key)
            return 0
        return value

    def numbers(self, key: str, *, required: bool = True) -> tuple[int, ...]:
        """Return a list of whole numbers."""
        values = self._list(key, required=required)
        if not all(_whole(value) for value in values):
            self.fault("must hold whole numbers only", key)
            return ()
        return tuple(values)

    def flag(self, key: str) -> bool:
        """Return true or false; false if the key is missing."""
        value = self._take(key, required=False)
        if value is not None and not isinstance(value, bool):
            self.fault("must be true or false", key)
        return value is True

    def choice(self, key: str, allowed: Collection[str]) -> str:
        """Return a text that is one of `allowed`. Any other text is a fault and is returned."""
        value = self.text(key)
        if value and value not in allowed:
            self.fault(f"must be one of {', '.join(sorted(allowed))}, not {value!r}", key)
        return value

    def node(self, key: str) -> "Node":
        """Return a required object."""
        return Node(self._take(key, required=True) or {}, f"{self.place}.{key}".lstrip("."), self.faults)

    def optional_node(self, key: str) -> "Node | None":
        """Return an object, None if the key is missing."""
        return self.node(key) if key in self.value else None

    def nodes(self, key: str, *, required: bool = True) -> list["Node"]:
        """Return a list of objects."""
        place = f"{self.place}.{key}".lstrip(".")
        return [Node(value, f"{place}[{i}]", self.faults) for i, value in enumerate(self._list(key, required=required))]

    def _list(self, key: str, *, required: bool) -> list[Any]:
        value = self._take(key, required=required)
        if value is not None and not isinstance(value, list):
            self.fault("must be a list", key)
        if required and value == []:
            self.fault("must not be empty", key)
        return value if isinstance(value, list) else []

    def nothing_else(self) -> None:
        """Add a fault for each key that has not been read, so that misspelt keys are not ignored silently."""
        for key in self.value.keys() - self.read:
            self.fault("is not known here", key)


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
