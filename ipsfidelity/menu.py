"""The menu that frames every signed-in page: the same for everybody who stands at the same place."""

from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString
from django.utils.translation import get_language

PLACES = frozenset({"home", "overview", "reviews", "dates", "organisations", "instruments", "networks"})


def menu(request: HttpRequest) -> dict[str, object]:
    """Give templates `menu`, rendered once a process for each place, language and right, and the
    name of the cookie that the scoring module reads."""

    def current() -> SafeString:
        match = request.resolver_match
        place = match.url_name if match and match.url_name in PLACES else ""
        is_staff = getattr(request.user, "is_staff", False)
        coordinates = getattr(request.user, "coordinates_somewhere", False)
        return _menu(place or "", get_language() or "", is_staff=is_staff, coordinates=coordinates)

    return {"menu": SimpleLazyObject(current), "csrf_cookie": settings.CSRF_COOKIE_NAME}


@lru_cache
def _menu(place: str, language: str, *, is_staff: bool, coordinates: bool) -> SafeString:
    return render_to_string("menu.html", {"place": place, "is_staff": is_staff, "coordinates": coordinates})
