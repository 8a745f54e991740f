"""Actions, downloads, facts, notices and tabs: lists that templates loop over. Pure: imports no Django."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Action:
    """Something that the reader can do. A page has one primary action at most.

    `form` is the id of a form that a button submits instead of a link to `url`. `hint` is a second line in a menu.
    """

    label: str
    url: str = ""
    is_primary: bool = False
    form: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Download:
    """A file that the reader can save. `format` is "PDF", "Word", "Excel" or the like."""

    format: str
    label: str
    url: str
    hint: str = ""


@dataclass(frozen=True)
class ActionBar:
    """The actions of a page: buttons, then the menus "Download" and "More", which are left out if they are empty."""

    actions: Sequence[Action] = ()
    downloads: Sequence[Download] = ()
    more: Sequence[Action] = ()


@dataclass(frozen=True)
class Fact:
    """A term and its values, each on a line of its own. `action` changes it; `language` is that of the values."""

    term: str
    values: Sequence[str]
    url: str = ""
    action: Action | None = None
    language: str = ""


@dataclass(frozen=True)
class Notice:
    """A sentence that the reader must not miss, with ways on. `lines` are further sentences."""

    text: str
    is_warning: bool = False
    actions: Sequence[Action] = ()
    lines: Sequence[str] = ()


@dataclass(frozen=True)
class Tab:
    """One of the pages of a thing, or a group of them: its `pages` are shown while it is current."""

    label: str
    url: str
    is_current: bool = False
    pages: Sequence["Tab"] = ()


@dataclass(frozen=True)
class Empty:
    """What a page says when it has nothing to show: what is missing, why, and the next step of this reader."""

    title: str
    explanation: str = ""
    actions: Sequence[Action] = field(default=())
