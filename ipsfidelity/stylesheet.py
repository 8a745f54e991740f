"""The style sheets: `css/app.css` of all pages, with the rules of Bootstrap in use, and one for each kind of page.

A finder of static files, so that no command has to be run before the pages have styles. The sheets are composed at the
first request (or by `collectstatic`), and again when one of their sources has changed.
"""

import re
from collections.abc import Iterable, Iterator
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import tinycss2
from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage
from tinycss2.ast import AtRule, Node, QualifiedRule

from ipsfidelity.static_files import package_folder
from ipsfidelity.web_fonts import font_rules

DARK = "css/tokens-dark.css"  # linked with a condition
ALL_PAGES = "css/app.css"
# In the order of the cascade. Each file names its layer; Bootstrap is the lowest one.
SHEETS = {
    ALL_PAGES: (
        *("tokens", "tokens-screen", "base", "frame", "components", "forms", "tables", "review", "forced-colours"),
    ),
    "css/work.css": ("scoring", "interviews", "consensus"),  # pages on which evaluators rate and write
    "css/reading.css": ("charts", "lists", "finding", "documents", "records", "people", "help"),  # all others
}
_CLASS = re.compile(r"\.((?:\\.|[\w-])+)")
_WORD = re.compile(r"[A-Za-z][\w-]*")
_QUOTED = re.compile(r"""\{% translate .*?%\}|"([^"\n]*)"|'([^'\n]*)'|`([^`]*)`""")  # but for texts of the interface
_SPACE = re.compile(r"""("[^"]*")|/\*.*?\*/|\s*([{};,])\s*|(:)\s+|\s+""", re.DOTALL)
_VARIABLE_READ = re.compile(r"var\((--bs-[\w-]+)")


class StylesheetFinder(BaseFinder):
    """Finds the composed style sheets, and lists what is served in place of the files that they are composed of."""

    def find(self, path: str, find_all: bool = False, **_kwargs: Any) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        if path not in SHEETS:
            return []
        found = str(stylesheet(path))
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        for name in SHEETS:
            yield name, FileSystemStorage(location=stylesheet(name).parent.parent)
        yield DARK, FileSystemStorage(location=settings.BASE_DIR / "static")


def stylesheet(name: str) -> Path:
    """Return the path of a composed sheet, and compose it first if a source of any sheet has changed since."""
    bootstrap = package_folder("bootstrap") / "css" / "bootstrap.min.css"
    markup = list(_markup())
    sources = [_source(part) for parts in SHEETS.values() for part in parts]
    files = [f"{path}{path.stat().st_mtime_ns}" for path in [*sources, *markup]]
    state = [version("bootstrap-wrapper"), font_rules(), *files]
    folder = Path(settings.STYLESHEET_FOLDER) / sha256("\n".join(state).encode()).hexdigest()[:16]
    sheet = folder / name
    if not sheet.exists():
        text = "\n".join(_source(part).read_text(encoding="utf-8") for part in SHEETS[name])
        if name == ALL_PAGES:
            words = {word for path in markup for word in quoted_words(path.read_text(encoding="utf-8"))}
            used = rules_in_use(bootstrap.read_text(encoding="utf-8"), words)
            text = f"{font_rules()}@layer bootstrap {{{used}}}{text}"
        sheet.parent.mkdir(parents=True, exist_ok=True)
        unfinished = sheet.with_suffix(f".{id(text)}")
        unfinished.write_text(compact(text), encoding="utf-8")
        unfinished.replace(sheet)  # at once, because several workers may compose it at the same time
    return sheet


def _source(part: str) -> Path:
    return Path(settings.BASE_DIR / "static" / "css" / f"{part}.css")


def _markup() -> Iterator[Path]:
    """Yield the files that name classes: templates, scripts, and forms."""
    forms = package_folder("crispy_bootstrap5") / "templates" / "bootstrap5"
    yield from (settings.BASE_DIR / "templates").rglob("*.html")
    yield from (settings.BASE_DIR / "static" / "js").glob("*.js")
    yield from (settings.BASE_DIR / "reviews").rglob("*forms.py")
    yield from (path for path in forms.glob("*.html") if not path.name.startswith("accordion"))


def quoted_words(markup: str) -> set[str]:
    """Return the words in quotes in a template or a program: classes, and others."""
    return {word for match in _QUOTED.finditer(markup) for text in match.groups("") for word in _WORD.findall(text)}


def compact(css: str) -> str:
    """Return the same rules without comments and with as few spaces as possible. Strings are in double quotes."""
    return _SPACE.sub(lambda match: match[1] or match[2] or match[3] or (" " if match[0].isspace() else ""), css)


def rules_in_use(css: str, words: set[str]) -> str:
    """Return the rules of a style sheet whose classes are all in `words`, each with the selectors that qualify.

    `!important` is left out: in the lowest layer it would win over our own rules. Variables that no remaining rule
    reads are left out too.
    """
    kept = _in_use(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True), words)
    read: set[str] = set()
    while True:  # a variable may be read only by the value of another variable
        text = "".join(_written(kept, read))
        found = set(_VARIABLE_READ.findall(text))
        if found <= read:
            return text
        read |= found


def _in_use(nodes: Iterable[Node], words: set[str]) -> list[tuple[str, list[Any]]]:
    """Return (prelude, content) of the rules in use; the content of an at-rule is a list of the same kind."""
    kept: list[tuple[str, list[Any]]] = []
    for node in nodes:
        if isinstance(node, QualifiedRule):
            selectors = [part.strip() for part in tinycss2.serialize(node.prelude).split(",")]
            used = [part for part in selectors if {name.replace("\\", "") for name in _CLASS.findall(part)} <= words]
            if used:
                kept.append((",".join(used), tinycss2.parse_blocks_contents(node.content, skip_whitespace=True)))
        elif isinstance(node, AtRule) and node.at_keyword in {"media", "supports"}:
            rules = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
            if inner := _in_use(rules, words):
                kept.append((f"@{node.at_keyword}{tinycss2.serialize(node.prelude)}", inner))
    return kept


def _written(rules: list[tuple[str, list[Any]]], read: set[str]) -> Iterator[str]:
    for prelude, content in rules:
        if prelude.startswith("@"):
            inner = "".join(_written(content, read))
            text = inner
        else:
            text = "".join(
                f"{part.name}:{tinycss2.serialize(part.value).strip()};"
                for part in content
                if part.type == "declaration" and (not part.name.startswith("--bs-") or part.name in read)
            )
        if text:
            yield f"{prelude}{{{text}}}\n"
