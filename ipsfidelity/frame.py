"""What surrounds the content of every page: styles and scripts, header, menus. A context processor.

These parts depend on few things, none of which is personal. Each process renders them once for each combination.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ipsfidelity.middleware import SessionLimits
from ipsfidelity.owner import Owner
from ipsfidelity.theme import THEMES, ThemeChoice, theme_of

# The pages of the main menu by URL name, in order; comments say who has an entry that not everybody has.
LABELS = {
    "home": _("Home"),
    "overview": _("Overview"),  # coordinators
    "reviews": _("Reviews"),
    "organisations": _("Organisations"),
    "dates": _("Dates"),
    "instruments": _("Scales"),
    "networks": _("Network"),  # coordinators and administrators
}


@dataclass(frozen=True)
class Link:
    """An entry of the main menu."""

    url: str
    label: str
    is_current: bool


class State(NamedTuple):
    """All that the parts depend on. `place` is the URL name of the page if the main menu has it, else ""."""

    language: str
    theme: ThemeChoice
    place: str
    is_signed_in: bool
    is_staff: bool
    is_superuser: bool
    coordinates: bool
    page_keys: bool
    owner: Owner


@dataclass(frozen=True)
class Frame:
    """The parts as HTML. Their buttons submit the form `own-choices` of base.html."""

    language: str
    head: SafeString
    brand: SafeString
    navigation: SafeString
    search: SafeString
    search_link: SafeString
    own_menu: SafeString
    menu_button: SafeString
    about: SafeString
    preferences: SafeString
    session_end: SafeString


def frame(request: HttpRequest) -> dict[str, object]:
    """Add to the context: `frame`, `csrf_cookie`, the name of the cookie that the scripts read, and `session_left`.

    `session_left` is the number of seconds until the session ends in any case.
    """
    return {
        "session_left": SimpleLazyObject(lambda: SessionLimits.seconds_left(request)[1]),
        "frame": _frame(_state_of(request)),
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
    }


def _state_of(request: HttpRequest) -> State:
    # A request that is refused early, for its host, has neither.
    match, user = request.resolver_match, getattr(request, "user", None)
    return State(
        language=get_language() or "",
        theme=theme_of(request),
        place=match.url_name if match and match.url_name in LABELS else "",
        is_signed_in=getattr(user, "is_authenticated", False),
        is_staff=getattr(user, "is_staff", False),
        is_superuser=getattr(user, "is_superuser", False),
        coordinates=getattr(user, "coordinates_somewhere", False),
        page_keys=getattr(user, "page_keys", False),
        owner=settings.OWNER,
    )


@lru_cache(maxsize=1000)
def _frame(state: State) -> Frame:
    context = {
        "state": state,
        "theme": THEMES[state.theme],
        "themes": [(choice.value, choice.label, choice == state.theme) for choice in ThemeChoice],
        "languages": [(code, name, code == state.language) for code, name in settings.LANGUAGES],
        "owner": state.owner,
        "session_idle": settings.SESSION_IDLE,
        "session_warning": settings.SESSION_WARNING,
        "session_precision": SessionLimits.PRECISION,
        "links": [
            Link(reverse(name), str(label), name == state.place)
            for name, label in LABELS.items()
            if name not in _hidden(state)
        ],
    }

    def part(name: str) -> SafeString:
        return SafeString(render_to_string(f"frame/{name}.html", context))

    return Frame(
        language=state.language,
        head=part("head"),
        brand=part("brand"),
        navigation=part("navigation"),
        search=part("search"),
        search_link=part("search_link"),
        own_menu=part("own_menu"),
        menu_button=part("menu_button"),
        about=part("about"),
        preferences=part("preferences"),
        session_end=part("session_end"),
    )


def _hidden(state: State) -> set[str]:
    """Return the entries of the main menu that the reader does not have."""
    hidden = set() if state.coordinates else {"overview"}
    return hidden if state.coordinates or state.is_staff else hidden | {"networks"}
