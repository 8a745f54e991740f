"""The scripts of pages as they are collected: in one file with the modules that they import, without comments.

The demo serves the modules themselves. Many small files are compressed to twice the size, and each has headers.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage

_LINKED = re.compile(r'"(js/[\w-]+\.js)"')
# With lines of its own, a type within one, or at the end of one.
_COMMENT = re.compile(r"""^[ \t]*(?://.*|/\*[\s\S]*?\*/[ \t]*)\n|/\*\* @.*?\*/ ?|[ \t]+// [^"'`\n]*$""", re.MULTILINE)
_IMPORT = re.compile(r'^import (?:(?P<names>\{.*\}) from )?"\./(?P<file>[\w-]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?:\{\};\n|(?=(?:async )?(?:function|const|class) (\w+)))", re.MULTILINE)
# Other imports and exports, and a text over several lines, whose spaces would be lost.
_OTHER = re.compile(r"^(?:import|export)\b.*|^[^`\n]*`[^`\n]*$", re.MULTILINE)
_SPACE = re.compile(r"\n\s+")


class ScriptFinder(BaseFinder):
    """Lists the scripts that templates link, for `collectstatic`. Finds none, so that the demo serves the modules."""

    def find(self, path: str, find_all: bool = False, **_kwargs: Any) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        return []

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, InMemoryStorage]]:
        storage = InMemoryStorage()
        for name in sorted(linked_scripts()):
            storage.save(name, ContentFile(whole_script(settings.BASE_DIR / "static" / name)))
            yield name, storage


def linked_scripts() -> set[str]:
    """Return the names of the scripts that templates link: js/copy.js."""
    templates = (settings.BASE_DIR / "templates").rglob("*.html")
    return {name for path in templates for name in _LINKED.findall(path.read_text(encoding="utf-8"))}


def whole_script(path: Path) -> str:
    """Return a script with all modules that it imports, each once and ahead of those that import it.

    Each module becomes a function of its own, because two modules may use the same name. Raise ValueError for an import
    or export that is written in another way than ours, a text over several lines, and modules that import each other.
    """
    modules: dict[Path, str] = {}
    _add(path, modules)
    return "".join(modules.values())


def _add(path: Path, modules: dict[Path, str]) -> None:
    text = _COMMENT.sub("", path.read_text(encoding="utf-8"))
    modules[path] = ""
    for match in _IMPORT.finditer(text):
        module = path.with_name(match["file"])
        if modules.get(module) == "":
            raise ValueError(f"{path.name} and {module.name} import each other.")
        if module not in modules:
            _add(module, modules)
    exported = ", ".join(filter(None, _EXPORT.findall(text)))
    text = _EXPORT.sub("", _IMPORT.sub(_names_of, text)).strip()
    if other := _OTHER.search(text):
        raise ValueError(f"{path.name} has what cannot be put into one file: {other[0]}")
    start, end = (f"const {_variable(path.name)} = ", f"\nreturn {{ {exported} }};") if exported else ("", "")
    del modules[path]  # it comes behind what it imports
    modules[path] = _SPACE.sub("\n", f"{start}(() => {{\n{text}{end}\n}})();\n")


def _names_of(match: re.Match[str]) -> str:
    return f"const {match['names']} = {_variable(match['file'])};\n" if match["names"] else ""


def _variable(file: str) -> str:
    """Return the name of what a module exports. No module uses such a name itself."""
    return "$" + file.removesuffix(".js").replace("-", "_")
