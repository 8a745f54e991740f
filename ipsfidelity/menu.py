"""The main menu of signed-in pages, as a context processor."""

from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString
from django.utils.translation import get_language

PLACES = frozenset({"home", "overview", "reviews", "dates", "organisations", "instruments", "networks"})


def menu(request: HttpRequest) -> dict[str, object]:
    """Add `menu` and `csrf_cookie`, the name of the cookie that the scripts read, to the context.

    Each process renders the menu once for each current page, language and role.
    """

    def rendered() -> SafeString:
        match = request.resolver_match
        place = match.url_name if match and match.url_name in PLACES else ""
        is_staff = getattr(request.user, "is_staff", False)
        coordinates = getattr(request.user, "coordinates_somewhere", False)
        return _menu(place or "", get_language() or "", is_staff=is_staff, coordinates=coordinates)

    return {"menu": SimpleLazyObject(rendered), "csrf_cookie": settings.CSRF_COOKIE_NAME}


@lru_cache
def _menu(place: str, language: str, *, is_staff: bool, coordinates: bool) -> SafeString:
    return render_to_string("menu.html", {"place": place, "is_staff": is_staff, "coordinates": coordinates})
