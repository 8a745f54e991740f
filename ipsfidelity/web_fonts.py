"""The fonts of all pages, as small files for browsers: `fonts/Regular-latin.woff2` and others.

A finder of static files, as for the style sheet: each file is made of the font package at its first request (or by
`collectstatic`). PDFs use the files of the package themselves.
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage
from fontTools import subset

from ipsfidelity.static_files import package_folder

FACES = {"Regular": 400, "Semibold": 600}  # as the package names them, with their weights
# The signs of the Nordic and Sámi languages and of our own texts: all that most pages need.
_SIGNS = "§°±²³·×½«»–—‘’“”„•…€−←↑→↓✓"
_LETTERS = "áâãäåæçčđðèéêëìíîïñŋòóôõöøšŧùúûüýþž"
LATIN = frozenset({*map(chr, range(0x20, 0x7F)), "\xa0", "ß", *_SIGNS, *_LETTERS, *_LETTERS.upper()})
# Letters of other languages. Browsers fetch these files only for a page that has one of them.
OTHERS = frozenset(map(chr, [*range(0xA1, 0x530), *range(0x1E00, 0x1F00)])) - LATIN
PARTS = {"latin": LATIN, "others": OTHERS}
FEATURES = ["ccmp", "kern", "liga", "locl", "mark", "mkmk"]  # what browsers apply unless a style asks for more
NAMES = [0, 13, 14]  # of the texts in a font: copyright and license


class WebFontFinder(BaseFinder):
    """Finds the files of the fonts for browsers."""

    def find(self, path: str, find_all: bool = False, **_kwargs: Any) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        if path not in _names():
            return []
        found = str(web_font(path))
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        for name in _names():
            web_font(name)
            yield name, FileSystemStorage(location=_folder())


def font_rules() -> str:
    """Return the CSS that names the files, for a style sheet in the folder beside them."""
    return "\n".join(
        f'@font-face {{ font-family: "Source Sans"; font-weight: {weight}; font-display: optional; '
        f'src: url("../fonts/{face}-{part}.woff2") format("woff2"); unicode-range: {", ".join(_ranges(signs))}; }}'
        for part, signs in PARTS.items()
        for face, weight in FACES.items()
    )


def web_font(name: str) -> Path:
    """Return the path of a file by its name among the static files, and make it first if it does not exist."""
    path = _folder() / name
    if not path.exists():
        face, part = path.stem.split("-")
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{id(path)}")
        _make(f"SourceSansPro-{face}.ttf", part, unfinished)
        unfinished.replace(path)  # at once, because several workers may make it at the same time
    return path


def _ranges(signs: Iterable[str]) -> Iterator[str]:
    """Yield the ranges of code points, as CSS writes them: U+20-7E."""
    for _distance, run in groupby(enumerate(sorted(map(ord, signs))), lambda pair: pair[1] - pair[0]):
        codes = [code for _place, code in run]
        yield f"U+{codes[0]:X}-{codes[-1]:X}"


def _names() -> list[str]:
    return [f"fonts/{face}-{part}.woff2" for face in FACES for part in PARTS]


def _folder() -> Path:
    state = (version("font-source-sans-pro"), version("fonttools"), font_rules(), FEATURES, NAMES)
    return Path(settings.WEB_FONT_FOLDER) / sha256(repr(state).encode()).hexdigest()[:16]


def _make(source: str, part: str, path: Path) -> None:
    """Write a face in the format of browsers, without the hints for screens of low resolution, a fifth of its bytes."""
    options = subset.Options(flavor="woff2", hinting=False, layout_features=FEATURES, name_IDs=NAMES)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=map(ord, PARTS[part]))
    with subset.load_font(str(package_folder("font_source_sans_pro") / "files" / source), options) as font:
        subsetter.subset(font)
        subset.save_font(font, str(path), options)
