"""The main menu of signed-in pages and the colours of all pages, as a context processor."""

from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ipsfidelity.theme import theme_of

# The pages of the menu by URL name, in order; comments say who has an entry that not everybody has.
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
    """An entry of the menu."""

    url: str
    label: str
    is_current: bool


def menu(request: HttpRequest) -> dict[str, object]:
    """Add `menu`, `theme`, and `csrf_cookie`, the name of the cookie that the scripts read, to the context.

    Each process renders the menu once for each current page, language and role.
    """

    def rendered() -> SafeString:
        match = request.resolver_match
        place = match.url_name if match and match.url_name in LABELS else ""
        is_staff = getattr(request.user, "is_staff", False)
        coordinates = getattr(request.user, "coordinates_somewhere", False)
        return _menu(place or "", get_language() or "", is_staff=is_staff, coordinates=coordinates)

    return {
        "menu": SimpleLazyObject(rendered),
        "theme": theme_of(request),
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
    }


@lru_cache
def _menu(place: str, language: str, *, is_staff: bool, coordinates: bool) -> SafeString:
    hidden = set()
    if not coordinates:
        hidden.add("overview")
        if not is_staff:
            hidden.add("networks")
    links = [Link(reverse(name), str(label), name == place) for name, label in LABELS.items() if name not in hidden]
    return render_to_string("menu.html", {"links": links})
