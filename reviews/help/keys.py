"""The keys of the interface, by place: the only list of them, for the page and for the sheet that `?` opens.

What the keys do is in static/js/: score-keys.js, agree-rows.js, crosshair.js, entry-keys.js and page-keys.js.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from reviews.help.page import Text


@dataclass(frozen=True)
class Key:
    """One key, or several that do the same kind of thing, and what they do."""

    caps: tuple[str, ...]
    what: Text


@dataclass(frozen=True)
class KeyGroup:
    """The keys that act while the focus is in one part of a page."""

    where: Text
    keys: tuple[Key, ...]


@dataclass(frozen=True)
class KeyPlace:
    """The keys of some pages. `names` are the URL names of the pages, empty for every page."""

    title: Text
    names: frozenset[str]
    groups: tuple[KeyGroup, ...]


EVERYWHERE = KeyPlace(
    _("On every page"),
    frozenset(),
    (
        KeyGroup(
            _("Outside fields"),
            (Key(("/",), _("go to the search field")), Key(("?",), _("this list"))),
        ),
        KeyGroup(_("Anywhere"), (Key(("Esc",), _("leave a field, close a menu or this list")),)),
    ),
)
PLACES = (
    KeyPlace(
        _("Scoring an item"),
        frozenset({"item", "agree"}),
        (
            KeyGroup(
                _("At the score"),
                (
                    Key(("1–5",), _("choose a score")),
                    Key(("0",), _("take the score back")),
                    Key(("+",), _("use the suggestion")),
                    Key(("Enter",), _("go on, with the suggestion if nothing is chosen")),
                ),
            ),
            KeyGroup(_("At the points"), (Key(("a–f",), _("tick a point")),)),
            KeyGroup(_("Outside fields"), (Key(("j", "k"), _("next, previous")),)),
        ),
    ),
    KeyPlace(
        _("Consensus"),
        frozenset({"consensus"}),
        (
            KeyGroup(_("At the scores of an item"), (Key(("1–5",), _("choose the common score")),)),
            KeyGroup(_("At the reason"), (Key(("Enter",), _("save, and go to the next open item")),)),
        ),
    ),
    KeyPlace(
        _("Item by item"),
        frozenset({"heat_map"}),
        (KeyGroup(_("At a score of the table"), (Key(("←", "→", "↑", "↓"), _("go from score to score")),)),),
    ),
    KeyPlace(
        _("Entering a paper sheet"),
        frozenset({"entry"}),
        (
            KeyGroup(
                _("At a row"),
                (
                    Key(("1–5",), _("enter the score and go to the next row")),
                    Key(("↑", "↓"), _("go to the previous or the next row")),
                ),
            ),
        ),
    ),
)


def places_for(name: str) -> tuple[tuple[KeyPlace, ...], tuple[KeyPlace, ...]]:
    """Return the keys of the page with a URL name, with those of every page, and the keys of all other pages."""
    here = tuple(place for place in PLACES if name in place.names)
    return (*here, EVERYWHERE), tuple(place for place in PLACES if name not in place.names)
