"""The fonts of our PDFs, and which signs they cannot draw.

Source Sans, a package of the program, draws Latin with the Nordic and Sámi letters, Greek and Cyrillic. DejaVu Sans, a
font of the system that is found by name, adds Arabic, Hebrew and symbols. Reads font files only, and renders nothing.
The libraries for fonts are imported on first use: they take 5 MB.
"""

import unicodedata
from functools import cache

from django.core.checks import CheckMessage
from django.core.checks import Warning as CheckWarning
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ipsfidelity.static_files import package_folder

SOURCE_SANS = package_folder("font_source_sans_pro") / "files" / "SourceSansPro-Regular.ttf"
DEJAVU_SANS = "DejaVuSans.ttf"
INVISIBLE = frozenset({"Cc", "Cf", "Mn", "Me", "Zl", "Zp", "Zs"})  # categories: nothing of their own to draw


def undrawable(text: str) -> str:
    """Return the signs of a text that no font of our PDFs draws, each once, in the order of the text."""
    drawn = _drawn_signs()
    signs = dict.fromkeys(unicodedata.normalize("NFC", text))
    return "".join(sign for sign in signs if ord(sign) not in drawn and unicodedata.category(sign) not in INVISIBLE)


def refuse_undrawable(text: str) -> None:
    """Raise ValidationError if no font of our PDFs draws a sign of the text. A validator for form fields."""
    if signs := undrawable(text):
        sentence = _("The PDF cannot show these signs: %(signs)s. Write a word for them, or leave them out.")
        raise ValidationError(sentence % {"signs": signs}, code="undrawable")


def faults() -> list[CheckMessage]:
    """Return a warning if the font for Arabic, Hebrew and symbols is missing."""
    if _path_of_dejavu():
        return []
    return [
        CheckWarning(
            "The font DejaVu Sans is not installed: PDFs show no Arabic, no Hebrew and few symbols.",
            hint="Install it (Debian and Ubuntu: apt install fonts-dejavu-core; macOS: brew install font-dejavu).",
            id="ipsfidelity.W001",
        )
    ]


@cache
def _drawn_signs() -> frozenset[int]:
    """Return the code points that the fonts draw. Read once by each process, in 20 ms."""
    paths = [str(SOURCE_SANS), _path_of_dejavu()]
    return frozenset(code for path in paths if path for code in _drawn_by(path))


def _drawn_by(path: str) -> frozenset[int]:
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap())


def _path_of_dejavu() -> str:
    """Return the path of DejaVu Sans among the fonts of the system, "" if it is not installed."""
    from PIL import ImageFont

    try:
        return str(ImageFont.truetype(DEJAVU_SANS).path)
    except OSError:
        return ""
