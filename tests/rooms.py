"""Draw the packages of the code: `python -m tests.rooms` writes the picture and the table of docs/architecture.md.

- A room is a top-level package, or a package directly in one. A package that Django names, such as `models`, is part of
  the room around it. Modules of a top-level package that assemble rooms, such as `urls`, belong to no room.
- A room asks another room if one of its modules imports from it, even inside a function.
- A room is one floor above the highest room that it asks. Circular imports raise `graphlib.CycleError`.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from graphlib import TopologicalSorter
from itertools import accumulate, pairwise
from pathlib import Path
from statistics import fmean

ROOT = Path(__file__).resolve().parent.parent
PARTS_OF_A_ROOM = {"access", "formats", "management", "migrations", "models", "templatetags"}
ASSEMBLY = {"admin", "apps", "gunicorn", "management", "settings", "urls", "wsgi"}
BEGIN, END = "<!-- rooms: written by `python -m tests.rooms` -->", "<!-- end of rooms -->"
HEIGHT, GAP = 34, 22  # pixels: height of a box, gap between boxes
FLOOR, LANE = 84, 26  # pixels: from floor to floor, width for an arrow that crosses a floor
STYLE = """
  .page { fill: #fff } .box { fill: #eef3fa; stroke: #34608f } .head { fill: #5c6b7a }
  .arrow { fill: none; stroke: #5c6b7a; marker-end: url(#head) }
  text { fill: #16212c; font: 14px system-ui, sans-serif; text-anchor: middle }
  @media (prefers-color-scheme: dark) {
    .page { fill: #14191f } .box { fill: #22303f; stroke: #8ab4e0 } .head { fill: #9fb0c0 }
    .arrow { stroke: #9fb0c0 } text { fill: #e8eef4 }
  }
"""
Lane = list[
    str
]  # the places on the way of an arrow, one a floor: a room, `asker>asked>floor` for each floor between, a room


@dataclass(frozen=True)
class Room:
    """A package. `answers` is the first line of its docstring, `asks` lists the rooms that it asks, lowest first."""

    package: str
    floor: int
    answers: str
    asks: tuple[str, ...]


def name_of(package: str) -> str:
    return package.rpartition(".")[2]


def names_of(packages: Iterable[str]) -> str:
    return ", ".join(map(name_of, packages))


def modules_of(root: Path) -> dict[str, Path]:
    """Return the modules of the app by dotted name; a package is the module of its `__init__.py`."""
    tops = [path.parent for path in sorted(root.glob("*/__init__.py")) if path.parent.name != "tests"]
    paths = [path for top in tops for path in sorted(top.rglob("*.py"))]
    return {".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): path for path in paths}


def imports_of(path: Path) -> Iterator[str]:
    """Yield the dotted names that a module imports: `a.b` for `import a.b` as for `from a import b`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room_of(name: str, modules: dict[str, Path]) -> str:
    """Return the package of the room to which a module, or a name in one, belongs, or "" if it belongs to none."""
    top, _dot, rest = name.partition(".")
    inner = rest.partition(".")[0]
    if top not in modules or inner in ASSEMBLY:
        return ""
    path = modules.get(f"{top}.{inner}")
    return f"{top}.{inner}" if path and path.name == "__init__.py" and inner not in PARTS_OF_A_ROOM else top


def rooms_of(root: Path) -> list[Room]:
    """Return all rooms from the ground floor up."""
    modules = modules_of(root)
    asks: dict[str, set[str]] = defaultdict(set)
    for module, path in modules.items():
        room = room_of(module, modules)
        asks[room] |= {room_of(name, modules) for name in imports_of(path)} - {room, ""}
    del asks[""]
    floors: dict[str, int] = {}
    for package in TopologicalSorter(asks).static_order():
        floors[package] = max((floors[asked] + 1 for asked in asks[package]), default=0)
    order = sorted(floors, key=lambda package: (floors[package], package))
    return [
        Room(package, floors[package], first_line(modules[package]), tuple(sorted(asks[package], key=order.index)))
        for package in order
    ]


def first_line(path: Path) -> str:
    """Return the first line of a module's docstring, or "" without one."""
    return (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").partition("\n")[0]


def drawn(rooms: list[Room]) -> list[tuple[str, str]]:
    """Return the arrows that no chain of other arrows implies, as asker and asked."""
    reach: dict[str, set[str]] = {}
    arrows = []
    for room in rooms:
        implied = set().union(*(reach[asked] for asked in room.asks))
        reach[room.package] = implied.union(room.asks)
        arrows += [(room.package, asked) for asked in room.asks if asked not in implied]
    return arrows


def lanes_of(rooms: list[Room]) -> list[Lane]:
    floors = {room.package: room.floor for room in rooms}
    return [
        [asker, *(f"{asker}>{asked}>{floor}" for floor in range(floors[asker] - 1, floors[asked], -1)), asked]
        for asker, asked in drawn(rooms)
    ]


def middles_of(rooms: list[Room], lanes: list[Lane], width: int) -> dict[str, float]:
    """Return the horizontal middle of each place. Joined places are close together, so that few arrows cross."""
    floors: dict[int, list[str]] = defaultdict(list)
    joined: dict[str, list[str]] = defaultdict(list)
    for room in rooms:
        floors[room.floor].append(room.package)
    for lane in lanes:
        for place in lane[1:-1]:
            floors[int(place.rpartition(">")[2])].append(place)
        for upper, lower in pairwise(lane):
            joined[upper].append(lower)
            joined[lower].append(upper)
    middles = {place: 0.0 for floor in floors.values() for place in floor}
    for _sweep in range(20):
        for floor in floors.values():
            floor.sort(key=lambda place: (fmean(middles[other] for other in joined[place] or [place]), place))
            ends = list(accumulate((LANE if ">" in place else width + GAP for place in floor), initial=0))
            middles |= {place: (ends[i] + ends[i + 1] - ends[-1]) / 2 for i, place in enumerate(floor)}
    return middles


def picture(rooms: list[Room]) -> str:
    """Return the rooms as SVG, with the ground floor at the bottom. The description names every arrow."""
    width = 24 + 8 * max(len(name_of(room.package)) for room in rooms)
    lanes = lanes_of(rooms)
    x = middles_of(rooms, lanes, width)
    top = rooms[-1].floor
    y = {room.package: (top - room.floor) * FLOOR for room in rooms}
    y |= {place: (top - int(place.rpartition(">")[2])) * FLOOR for lane in lanes for place in lane[1:-1]}
    shapes = []
    for lane in lanes:
        path = f"M{x[lane[0]]:.0f} {y[lane[0]] + HEIGHT}"
        for upper, lower in pairwise(lane):
            start, end = y[upper] + HEIGHT, y[lower]
            path += f"V{start}C{x[upper]:.0f} {start + 30} {x[lower]:.0f} {end - 30} {x[lower]:.0f} {end}"
        shapes.append(f'<path class="arrow" d="{path}"/>')
    for room in rooms:
        place = f'x="{x[room.package] - width / 2:.0f}" y="{y[room.package]}"'
        shapes.append(f'<rect class="box" {place} width="{width}" height="{HEIGHT}" rx="6"/>')
        shapes.append(f'<text x="{x[room.package]:.0f}" y="{y[room.package] + 22}">{name_of(room.package)}</text>')
    asks = [f"{name_of(room.package)} asks {names_of(room.asks)}" for room in reversed(rooms) if room.asks]
    left = int(min(x.values())) - width
    wide, high = int(max(x.values())) + width - left, top * FLOOR + HEIGHT + 2 * GAP
    head = f"""<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" role="img"
 viewBox="{left} {-GAP} {wide} {high}" aria-labelledby="title desc">
<title id="title">The rooms of the code and what each asks of others</title>
<desc id="desc">{"; ".join(asks)}. Arrows that others imply are not drawn.</desc>
<style>{STYLE}</style>
<marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">
<path class="head" d="M0 0L8 4L0 8z"/></marker>
<rect class="page" x="{left}" y="{-GAP}" width="100%" height="100%" rx="10"/>"""
    return "\n".join([head, *shapes, "</svg>\n"])


def table(rooms: list[Room]) -> str:
    rows = [f"| `{name_of(room.package)}` | {room.answers} | {names_of(room.asks)} |" for room in rooms]
    return "\n".join(["| Room | Subject | Imports |", "|---|---|---|", *rows])


def outputs(root: Path) -> dict[Path, str]:
    """Return the files that show the rooms, with their contents. The table goes between the document's markers."""
    rooms = rooms_of(root)
    files = {root / "docs/images/rooms.svg": picture(rooms)}
    document = root / "docs/architecture.md"
    if document.exists():
        text = document.read_text(encoding="utf-8")
        new = f"{BEGIN}\n\n{table(rooms)}\n\n{END}"
        files[document] = re.sub(f"{re.escape(BEGIN)}.*{re.escape(END)}", lambda _: new, text, flags=re.DOTALL)
    return files


if __name__ == "__main__":
    for path, text in outputs(ROOT).items():
        path.write_text(text, encoding="utf-8")
