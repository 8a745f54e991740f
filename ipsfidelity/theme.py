"""The colours of the pages: those of the system, or light or dark by choice.

The choice is kept in a cookie, because it belongs to a screen and its surroundings and not to a person.
"""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import TextChoices
from django.http import HttpRequest
from django.utils.translation import pgettext_lazy


class ThemeChoice(TextChoices):
    SYSTEM = "system", pgettext_lazy("colours", "As the system")
    LIGHT = "light", pgettext_lazy("colours", "Light")
    DARK = "dark", pgettext_lazy("colours", "Dark")


@dataclass(frozen=True)
class Theme:
    """What a page needs to know: the content of its meta element `color-scheme`, and when the dark values apply.

    `media` is a media query, "" for never.
    """

    scheme: str
    media: str


THEMES = {
    ThemeChoice.SYSTEM: Theme("light dark", "screen and (prefers-color-scheme: dark)"),
    ThemeChoice.LIGHT: Theme("light", ""),
    ThemeChoice.DARK: Theme("dark", "screen"),
}


def theme_of(request: HttpRequest) -> ThemeChoice:
    """Return the choice that the browser's cookie names, or the system's."""
    value = request.COOKIES.get(settings.THEME_COOKIE_NAME, "")
    return ThemeChoice(value) if value in ThemeChoice else ThemeChoice.SYSTEM
