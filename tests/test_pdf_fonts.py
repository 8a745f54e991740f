"""Which signs PDFs can show."""

import subprocess
from pathlib import Path

import pytest

from ipsfidelity.pdf import render_pdf
from ipsfidelity.pdf_fonts import undrawable
from tests.test_installation import manage

WORDS = {
    "norsk": "Ærlig øvelse på Ål",
    "svenska": "Åtgärder för öppenhet",
    "suomi": "työhönvalmentaja",
    "davvisámegiella": "Čálli đŋšŧž",
    "polski": "żółć",
    "Tiếng Việt": "ằếộ",
    "Ελληνικά": "εργασία",
    "українська": "робота їґ",
    "العربية": "مرحبا",
    "فارسی": "پچژگ",
    "עברית": "שלום",
    "signs": "• – — “” « » € ≥ ≤ ≠ → ← ✓ ✗ ☐ ☑ ★ ■ ● ○ ▪ ➢ ❖",
}


@pytest.mark.parametrize("language", WORDS)
def test_the_fonts_draw_the_letters_of_the_services_languages_and_the_usual_signs(language: str) -> None:
    assert undrawable(WORDS[language]) == ""


def test_a_sign_without_a_picture_is_named_once() -> None:
    assert undrawable("Bra 👍👍 ✅ møte \ue000") == "👍✅\ue000"


def test_signs_that_are_never_drawn_are_not_named() -> None:
    assert undrawable("a\u200cb\tc\nd\u00a0e\u0301") == ""


@pytest.mark.pdf
def test_what_is_said_to_be_drawn_is_drawn_with_an_embedded_font() -> None:
    text = " ".join(WORDS.values())
    pdf = render_pdf(f'<html lang="nb"><title>Skrift</title><p>{text}</p></html>')
    fonts = subprocess.run(["pdffonts", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    names = {line.split()[0].partition("+")[2] for line in fonts.splitlines()[2:]}
    assert names == {"Source-Sans", "DejaVu-Sans"}
    assert all(line.split()[-5:-4] == ["yes"] for line in fonts.splitlines()[2:])


def test_the_check_at_start_names_the_missing_font_and_the_way_to_install_it(tmp_path: Path) -> None:
    nowhere = {"XDG_DATA_DIRS": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "HOME": str(tmp_path)}
    warned = manage("check", SECRET_KEY="only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz", **nowhere).stderr
    assert "DejaVu Sans is not installed" in warned
    assert "apt install fonts-dejavu-core" in warned
    assert "DejaVu" not in manage("check", SECRET_KEY="only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz").stderr
