"""The fonts of pages: small files that draw what our texts need, and a stand-in of the same measures."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpResponseNotFound
from django.test import RequestFactory, override_settings
from fontTools.ttLib import TTFont
from whitenoise.middleware import WhiteNoiseMiddleware

from ipsfidelity.static_files import package_folder
from ipsfidelity.web_fonts import FACES, LATIN, OTHERS, font_rules

PACKAGE = package_folder("font_source_sans_pro") / "files"
# What people read, with the escapes of programs resolved.
TEXTS = (
    "templates/**/*.html",
    "templates/**/*.txt",
    "ipsfidelity/locale*/**/*.po",
    "fixtures/**/*.json",
    "static/js/*.js",
)


def drawn_by(path: Path) -> set[str]:
    with TTFont(path, lazy=True) as font:
        return set(map(chr, font.getBestCmap()))


def file_of(face: str, part: str) -> Path:
    return Path(finders.find(f"fonts/{face}-{part}.woff2"))


def test_the_small_files_draw_every_sign_of_our_texts() -> None:
    texts = [path.read_text(encoding="utf-8") for pattern in TEXTS for path in settings.BASE_DIR.glob(pattern)]
    signs = {sign for text in texts for sign in re.sub(r"\\u([0-9a-f]{4})", lambda code: chr(int(code[1], 16)), text)}
    assert len(texts) > 300
    assert (signs & drawn_by(PACKAGE / "SourceSansPro-Regular.ttf")) - LATIN == set()


@pytest.mark.parametrize("face", FACES)
def test_each_file_draws_what_its_rule_says(face: str) -> None:
    whole = drawn_by(PACKAGE / f"SourceSansPro-{face}.ttf")
    assert drawn_by(file_of(face, "latin")) == LATIN
    assert drawn_by(file_of(face, "others")) == OTHERS & whole
    assert not LATIN & OTHERS
    assert file_of(face, "latin").stat().st_size < 11_000


def test_a_name_from_elsewhere_is_drawn_in_the_same_family() -> None:
    assert set("ŁukaszĐorđeŞahinΑθηνάЮлия") <= LATIN | OTHERS


def test_a_file_keeps_who_made_the_font_and_its_licence() -> None:
    with TTFont(file_of("Regular", "latin")) as font:
        assert "Adobe" in font["name"].getDebugName(0)
        assert "SIL Open Font License" in font["name"].getDebugName(13)


def test_a_file_that_was_deleted_is_made_again_with_the_same_bytes(tmp_path: Path) -> None:
    """Otherwise two application servers would serve it under two names."""
    with override_settings(WEB_FONT_FOLDER=tmp_path):
        file = file_of("Regular", "latin")
        first = file.read_bytes()
        file.unlink()
        assert file_of("Regular", "latin").read_bytes() == first
        assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_no_other_file_of_the_finder_exists() -> None:
    assert finders.find("fonts/Black-latin.woff2") is None
    assert "Semibold-latin.woff2" in font_rules()


def test_the_stand_in_is_as_high_as_the_font() -> None:
    """The measures of a stand-in are shares of its own size, which `size-adjust` changes."""
    css = (settings.BASE_DIR / "static" / "css" / "base.css").read_text()
    measures = re.findall(r"size-adjust: ([\d.]+)%; ascent-override: ([\d.]+)%; descent-override: ([\d.]+)%", css)
    with TTFont(PACKAGE / "SourceSansPro-Regular.ttf") as font:
        ascent, descent = (font["hhea"].ascent, -font["hhea"].descent)
    assert len(measures) == css.count("unicode-range: U+20-2AF, U+2010-2027;") == 4
    for size, above, below in measures:
        assert float(size) * float(above) / 10 == pytest.approx(ascent, abs=1)
        assert float(size) * float(below) / 10 == pytest.approx(descent, abs=1)


@pytest.mark.django_db  # an answer that ends closes connections that tests before may have left
@override_settings(WHITENOISE_AUTOREFRESH=True, WHITENOISE_USE_FINDERS=True, WHITENOISE_MAX_AGE=0)
def test_browsers_keep_the_fonts_of_the_demo_for_a_day_and_ask_for_the_rest() -> None:
    serve, kept = WhiteNoiseMiddleware(lambda _request: HttpResponseNotFound()), {}
    for name in ("fonts/Regular-latin.woff2", "css/app.css"):
        answer = serve(RequestFactory().get(f"/static/{name}"))
        answer.close()
        kept[name] = answer["Cache-Control"]
    assert kept == {"fonts/Regular-latin.woff2": "max-age=86400, public", "css/app.css": "max-age=0, public"}
