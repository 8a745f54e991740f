"""The style sheets of pages: Bootstrap's rules in use, then our own, and nothing else."""

import re
from pathlib import Path

import pytest
import tinycss2
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client, override_settings
from django.urls import reverse

from ipsfidelity.stylesheet import ALL_PAGES, SHEETS, compact, quoted_words, rules_in_use, stylesheet
from ipsfidelity.theme import ThemeChoice

CSS = settings.BASE_DIR / "static" / "css"
PARTS = [part for parts in SHEETS.values() for part in parts]
COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\brgb\(|\bhsl\(", re.IGNORECASE)


def test_only_rules_are_kept_whose_classes_are_used() -> None:
    css = ".row,.col-4{color:red}.modal .row{color:red}h1{color:blue}@media print{.modal{top:0}}@media (hover){.row{top:0}}"
    assert rules_in_use(css, {"row"}) == ".row{color:red;}\nh1{color:blue;}\n@media (hover){.row{top:0;}\n}\n"


def test_nothing_of_bootstrap_is_important_because_it_is_the_lowest_layer() -> None:
    assert rules_in_use(".mb-3{margin-bottom:1rem!important}", {"mb-3"}) == ".mb-3{margin-bottom:1rem;}\n"


def test_variables_stay_if_a_rule_reads_them_even_by_another_variable() -> None:
    css = ":root{--bs-a:var(--bs-b);--bs-b:1px;--bs-c:2px}.row{margin:var(--bs-a)}"
    assert rules_in_use(css, {"row"}) == ":root{--bs-a:var(--bs-b);--bs-b:1px;}\n.row{margin:var(--bs-a);}\n"


def test_a_compact_sheet_has_the_same_rules() -> None:
    css = '/* a */a:hover > b ,  b { content: "; /* x */" ;\n  margin : 0  1px; }\n@media (width > 1px) { i { top: 0; } }\n'
    assert compact(css) == 'a:hover > b,b{content:"; /* x */";margin :0 1px;}@media (width > 1px){i{top:0;}}'
    for part in PARTS:
        source = (CSS / f"{part}.css").read_text()
        assert without_spaces(compact(source)) == without_spaces(source)


def without_spaces(css: str) -> str:
    """Return the tokens of a sheet but for comments and spaces outside of strings."""
    tokens = tinycss2.parse_component_value_list(css, skip_comments=True)
    return re.sub(r"\s+", "", tinycss2.serialize([token for token in tokens if token.type != "comment"]))


def test_classes_are_the_words_in_quotes_but_not_those_of_texts() -> None:
    markup = (
        """<p class="row {% if x == 'y' %}col{% endif %}">card {% translate "alert" %}</p> link.className = `btn`"""
    )
    assert quoted_words(markup) == {"row", "if", "x", "y", "col", "endif", "btn"}


def test_each_sheet_has_its_files_and_the_first_one_little_of_bootstrap() -> None:
    for name, parts in SHEETS.items():
        for part in parts:
            assert compact((CSS / f"{part}.css").read_text()).strip() in stylesheet(name).read_text()
    text = stylesheet(ALL_PAGES).read_text()
    bootstrap = text[: text.index(compact((CSS / "tokens.css").read_text()).strip())]
    assert ".form-control{" in bootstrap
    for unused in (".carousel", ".accordion", ".card", ".popover"):
        assert unused not in bootstrap
    assert len(bootstrap) < 30_000


def test_every_class_of_ours_is_in_use() -> None:
    """A name that is composed, such as band-{{ number }}, counts by its first part."""
    sources = [
        path for room in ("templates", "static/js", "reviews") for path in (settings.BASE_DIR / room).rglob("*.*")
    ]
    markup = "".join(path.read_text() for path in sources if path.suffix in {".html", ".js", ".py"})
    words = set(re.findall(r"[A-Za-z][\w-]*", markup))
    composed = tuple(re.findall(r"([a-z][a-z-]*-)\{[{%\w]", markup))
    ours = compact("".join((CSS / f"{part}.css").read_text() for part in PARTS))
    selectors = re.findall(r"([^{};]+)\{", ours)
    classes = {name for selector in selectors for name in re.findall(r"\.([a-zA-Z][\w-]*)", selector)}
    assert {name for name in classes - words if not name.startswith(composed)} == set()


def test_every_file_of_ours_is_part_of_one_sheet() -> None:
    apart = ["tokens-dark", "print"]  # linked by pages with a condition; read by the PDF renderer
    assert sorted(path.stem for path in CSS.glob("*.css")) == sorted(PARTS + apart)


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_can_be_parsed(name: str) -> None:
    rules = tinycss2.parse_stylesheet(stylesheet(name).read_text(), skip_comments=True, skip_whitespace=True)
    assert [rule for rule in rules if rule.type == "error"] == []


def test_colours_are_tokens() -> None:
    literal = {path.name: found for path in CSS.glob("*.css") if (found := COLOUR.findall(path.read_text()))}
    assert set(literal) <= {"tokens.css", "tokens-dark.css", "print.css"}


def test_light_and_dark_have_the_same_tokens() -> None:
    def colours(name: str) -> set[str]:
        return set(re.findall(r"(--[\w-]+):\s*(?:#|rgb)", (CSS / name).read_text()))

    missing = colours("tokens.css") - colours("tokens-dark.css")
    assert missing == set()


def test_a_changed_source_makes_a_new_sheet(tmp_path: Path) -> None:
    with override_settings(STYLESHEET_FOLDER=tmp_path):
        first = finders.find(ALL_PAGES)
        assert finders.find(ALL_PAGES) == first
        (CSS / "base.css").touch()
        assert finders.find(ALL_PAGES) != first


@pytest.mark.parametrize(
    ("choice", "scheme", "media"),
    [("", "light dark", "screen and (prefers-color-scheme: dark)"), ("light", "light", ""), ("dark", "dark", "screen")],
)
@pytest.mark.django_db
def test_the_chosen_colours_apply_to_every_page_of_the_browser(choice: str, scheme: str, media: str) -> None:
    client = Client()
    if choice:
        answer = client.post(reverse("theme"), {"theme": choice, "back": "/accounts/login/"})
        assert answer.headers["Location"] == "/accounts/login/"
    page = client.get(reverse("account_login")).content.decode()
    assert f'<meta name="color-scheme" content="{scheme}">' in page
    assert re.findall(r'tokens-dark.css" media="([^"]*)"', page) == ([media] if media else [])
    assert f'value="{choice or ThemeChoice.SYSTEM}"' in page


@pytest.mark.django_db
def test_unknown_colours_are_refused_and_a_forged_cookie_is_ignored() -> None:
    client = Client()
    assert client.post(reverse("theme"), {"theme": "pink"}).status_code == 422
    client.cookies[settings.THEME_COOKIE_NAME] = '"><script>'
    assert "<script>" not in client.get(reverse("account_login")).content.decode().split("<title>")[0]
