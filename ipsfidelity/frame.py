"""The menu that frames every signed-in page: the same for everybody who stands at the same place."""

from functools import lru_cache

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString
from django.utils.translation import get_language

PLACES = frozenset({"home", "reviews", "organisations", "instruments"})


def frame(request: HttpRequest) -> dict[str, object]:
    """Give templates `menu`; rendered once a process for each place, language and right."""

    def current() -> SafeString:
        match = request.resolver_match
        place = match.url_name if match and match.url_name in PLACES else ""
        return _menu(place or "", get_language() or "", is_staff=getattr(request.user, "is_staff", False))

    return {"menu": SimpleLazyObject(current)}


@lru_cache
def _menu(place: str, language: str, *, is_staff: bool) -> SafeString:
    return render_to_string("menu.html", {"place": place, "is_staff": is_staff})
