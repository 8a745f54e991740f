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
    """What a page needs to know about its colours."""

    value: ThemeChoice
    scheme: str  # content of the meta element `color-scheme`
    media: str  # when the dark values apply, as a media query; "" for never
    choices: tuple[ThemeChoice, ...] = tuple(ThemeChoice)


_THEMES: dict[str, Theme] = {
    ThemeChoice.SYSTEM: Theme(ThemeChoice.SYSTEM, "light dark", "screen and (prefers-color-scheme: dark)"),
    ThemeChoice.LIGHT: Theme(ThemeChoice.LIGHT, "light", ""),
    ThemeChoice.DARK: Theme(ThemeChoice.DARK, "dark", "screen"),
}


def theme_of(request: HttpRequest) -> Theme:
    """Return the theme that the browser's cookie names, or the system's."""
    return _THEMES.get(request.COOKIES.get(settings.THEME_COOKIE_NAME, ""), _THEMES[ThemeChoice.SYSTEM])
