"""`make measure`: report figures about the code, each with its goal. The exit code is always 0.

- App code is every top-level package except `tests`. Migrations and empty files are left out.
- All lines of a file count. The lines of a function run from `def` to its end and include the docstring.
- A percentile is the smallest value that the given share of the values does not exceed.
- Each import statement counts once, including those inside functions.
- Public names are modules, classes, functions and methods without a leading underscore. `Meta` does not count.
- A duplicate is a pair of places in app code or templates that share six or more lines. Indentation, blank lines and
  imports are ignored.
"""

import ast
import json
import math
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain, combinations
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WIDTH = 120  # characters of a template line
SHARED = 6  # lines of the shortest duplicate
GOALS = {
    "function lines: median": ("≤", 6),
    "function lines: p90": ("≤", 16),
    "function lines: longest": ("≤", 50),
    "file lines: largest": ("≤", 300),
    "imports of a module: most": ("≤", 20),
    "test lines for each app line": ("≥", 1.2),
    f"template lines over {WIDTH} characters": ("≤", 0),
    "duplicates": ("≤", 0),
}
Figures = dict[str, float]
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """The measurements of one Python file. `code` has all its lines; import lines are empty."""

    code: list[str]
    functions: list[int]
    imports: int
    documented: list[bool]


@dataclass(frozen=True)
class Report:
    """The figures of the app and of each folder, and the locations of duplicates."""

    app: Figures
    folders: dict[str, Figures]
    duplicates: list[str]


def source(text: str) -> Source:
    tree = ast.parse(text)
    statements = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]
    imports = [node for node in statements if isinstance(node, ast.Import | ast.ImportFrom)]
    imported = {number for node in imports for number in lines_of(node)}
    return Source(
        code=["" if number in imported else line for number, line in enumerate(text.splitlines(), 1)],
        functions=[len(lines_of(node)) for node in statements if isinstance(node, Function)],
        imports=len(imports),
        documented=documented(tree),
    )


def lines_of(node: ast.stmt) -> range:
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)


def documented(owner: ast.Module | ast.ClassDef | Function) -> list[bool]:
    """Return whether `owner` and each public name in it have a docstring."""
    answers = [ast.get_docstring(owner) is not None]
    if not isinstance(owner, Function):
        inner = [node for node in owner.body if isinstance(node, ast.ClassDef | Function)]
        answers += [
            has_docstring
            for node in inner
            if node.name[0] != "_" and node.name != "Meta"
            for has_docstring in documented(node)
        ]
    return answers


def percentile(values: Iterable[int], share: int) -> int:
    """Return the smallest value that `share` percent of the values do not exceed, or 0 without values."""
    ordered = sorted(values) or [0]
    return ordered[math.ceil(len(ordered) * share / 100) - 1]


def duplicates(files: Mapping[Path, Sequence[str]]) -> list[str]:
    """Return where each pair of duplicates starts. A run of more than `SHARED` lines is one pair."""
    places = defaultdict(list)
    numbers = {}
    for name, text in files.items():
        numbers[name] = [number for number, line in enumerate(text) if line.strip()]
        lines = [text[number].strip() for number in numbers[name]]
        for start in range(len(lines) - SHARED + 1):
            places[tuple(lines[start : start + SHARED])].append((name, start))
    pairs = {pair for same in places.values() for pair in combinations(same, 2)}
    first = sorted(pair for pair in pairs if tuple((name, start - 1) for name, start in pair) not in pairs)
    return [" = ".join(f"{name.as_posix()}:{numbers[name][start] + 1}" for name, start in pair) for pair in first]


def figures_of(sources: Iterable[Source]) -> Figures:
    """Return the figures that are given for each folder and for the whole app."""
    sources = list(sources)
    functions = [lines for file in sources for lines in file.functions]
    imports = [file.imports for file in sources]
    answers = [answer for file in sources for answer in file.documented]
    return {
        "function lines: median": percentile(functions, 50),
        "function lines: p90": percentile(functions, 90),
        "function lines: longest": percentile(functions, 100),
        "file lines: largest": percentile((len(file.code) for file in sources), 100),
        "imports of a module: median": percentile(imports, 50),
        "imports of a module: p90": percentile(imports, 90),
        "imports of a module: most": percentile(imports, 100),
        "public names with a docstring, %": round(100 * sum(answers) / max(len(answers), 1)),
    }


def measure(root: Path) -> Report:
    paths = [path.relative_to(root) for top in root.glob("*/__init__.py") for path in top.parent.rglob("*.py")]
    written = [path for path in sorted(paths) if "migrations" not in path.parts and (root / path).stat().st_size]
    sources = {path: source((root / path).read_text(encoding="utf-8")) for path in written}
    tests = [sources.pop(path) for path in written if path.parts[0] == "tests"]
    pages = [path.relative_to(root) for path in sorted((root / "templates").rglob("*.html"))]
    templates = {path: (root / path).read_text(encoding="utf-8").splitlines() for path in pages}
    same = duplicates({path: one.code for path, one in sources.items()} | templates)
    lines = sum(len(one.code) for one in sources.values())
    app = figures_of(sources.values()) | {
        "app lines": lines,
        "test lines for each app line": round(sum(len(one.code) for one in tests) / lines, 2),
        f"template lines over {WIDTH} characters": sum(len(line) > WIDTH for line in chain(*templates.values())),
        "duplicates": len(same),
    }
    folders = {
        folder.as_posix(): figures_of(one for path, one in sources.items() if path.parent == folder)
        for folder in sorted({path.parent for path in sources})
    }
    return Report(app, folders, same)


def as_text(report: Report) -> str:
    """Return one line for each figure, folder and duplicate; `*` marks a figure that misses its goal."""
    lines = []
    for name, value in report.app.items():
        sign, bound = GOALS.get(name, ("", value))
        missed = value > bound if sign == "≤" else value < bound
        lines.append(f"{name:<38}{value:>8}  {f'{sign} {bound}' if sign else '':<6} {'*' if missed else ''}".rstrip())
    lines.append(f"\n{'folder':<34}function: med p90 max  file: max  imports: med p90 max  docstrings: %")
    for folder, figures in report.folders.items():
        columns = zip((47 - len(folder), 4, 4, 11, 14, 4, 4, 15), figures.values(), strict=True)
        lines.append(folder + "".join(f"{value:>{width}}" for width, value in columns))
    return "\n".join([*lines, "", *(f"duplicate: {pair}" for pair in report.duplicates)])


if __name__ == "__main__":
    measured = measure(ROOT)
    print(json.dumps(asdict(measured), indent=2) if "--json" in sys.argv else as_text(measured))
