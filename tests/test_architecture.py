"""Rules of the structure: pure modules stay pure, and imports between rooms run one way. tests/rooms.py finds the rooms."""

import ast
import re

import pytest

from tests.measure import WIDTH
from tests.rooms import ROOT, imports_of, modules_of, room_of, rooms_of

MODULES = modules_of(ROOT)
TEXTS = {name: path.read_text(encoding="utf-8") for name, path in MODULES.items()}
DOCSTRINGS = {name: ast.get_docstring(ast.parse(text)) or "" for name, text in TEXTS.items()}
IMPORTS = {name: set(imports_of(path)) for name, path in MODULES.items()}
TEMPLATES = {path: path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.html")}
PURE = "Pure: imports no Django."  # in the docstring of a module, or in that of a package for all its modules
CORE = {f"scales.{name}" for name in ("definition", "document", "next_step", "rules", "scoring", "suggestion")}
LIBRARIES = {"collections", "dataclasses", "datetime", "decimal", "enum", "fractions", "functools", "itertools"}
LIBRARIES |= {"difflib", "math", "mpmath", "re", "statistics", "typing", "unicodedata"}
LIBRARIES |= {"bisect", "contextlib", "csv", "defusedxml", "io", "json", "openpyxl", "posixpath", "time", "uuid"}
LIBRARIES |= {"xml", "zipfile", "zlib"}  # to read files
LIBRARIES |= {"hashlib", "random", "struct"}  # to resample in a way that repeats
PURE_MODULES = {name for name in MODULES if PURE in DOCSTRINGS[name] + DOCSTRINGS.get(name.rpartition(".")[0], "")}


def own_module(imported: str) -> str:
    """Return our module that defines an imported name, or "" for a library."""
    while imported and imported not in MODULES:
        imported = imported.rpartition(".")[0]
    return imported


@pytest.mark.parametrize("module", sorted(PURE_MODULES))
def test_a_pure_module_imports_pure_modules_and_few_libraries(module: str) -> None:
    ours = {own_module(imported) for imported in IMPORTS[module]} - {""}
    libraries = {imported.partition(".")[0] for imported in IMPORTS[module] if not own_module(imported)}
    assert ours <= PURE_MODULES
    assert libraries <= LIBRARIES


def test_the_core_of_the_scales_is_pure() -> None:
    assert CORE <= PURE_MODULES


def test_every_module_that_calls_itself_pure_uses_the_words_that_are_tested() -> None:
    assert [name for name, text in DOCSTRINGS.items() if "Pure" in text.replace(PURE, "")] == []


def test_rooms_have_no_circular_imports() -> None:
    assert rooms_of(ROOT)  # raises CycleError


def test_modules_outside_the_rooms_of_a_package_import_none_of_them() -> None:
    """Models, access, the scales and the installation import no room."""
    ground = [room for room in rooms_of(ROOT) if "." not in room.package]
    assert [(room.package, asked) for room in ground for asked in room.asks if "." in asked] == []


def test_the_installation_and_the_scales_do_not_name_the_reviews() -> None:
    """Not even in strings, except in the modules that assemble the installation."""
    naming = {name for name, text in TEXTS.items() if re.search(r"\breviews\.\w", text)}
    below = {name for name in naming if not name.startswith("reviews")}
    # The command takes the place of Django's, so its app comes first.
    assert below == {"ipsfidelity.settings", "ipsfidelity.urls", "ipsfidelity.management.commands.changepassword"}


def test_rooms_do_not_import_the_modules_that_assemble_them() -> None:
    for module in MODULES:
        if room_of(module, MODULES):
            ours = {own_module(imported) for imported in IMPORTS[module]} - {""}
            assert [name for name in ours if not room_of(name, MODULES)] == [], module


def test_rooms_do_not_import_each_others_views_or_forms() -> None:
    for module in MODULES:
        room = room_of(module, MODULES)
        named = {own_module(imported) for imported in IMPORTS[module] if room}
        foreign = {name for name in named if re.search(r"[._](views|forms)$", name) and room_of(name, MODULES) != room}
        assert foreign == set(), module


def test_only_the_renderer_and_its_structure_import_the_pdf_library() -> None:
    importers = [name for name, imported in IMPORTS.items() if any(one.startswith("weasyprint") for one in imported)]
    assert importers == ["ipsfidelity.pdf_renderer", "ipsfidelity.pdf_structure"]


def decides_by_status(code: str) -> bool:
    """Return whether a module compares a status, uses one as a key or filters rows by one."""
    deciding: list[str] = []
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Compare():
                deciding.append(ast.unparse(node))
            case ast.match_case(pattern=key) | ast.Subscript(slice=key):
                deciding.append(ast.unparse(key))
            case ast.Dict(keys=keys):
                deciding += [ast.unparse(key) for key in keys if key]
            case ast.Call(func=ast.Attribute(attr="exclude" | "filter" | "get") | ast.Name(id="Q" | "When")):
                deciding += [f".{keyword.arg}".replace("__", ".") for keyword in node.keywords]
    return any(re.search(r"\.status\b|\bStatus\.", text) for text in deciding)


def test_only_workflow_models_and_commands_decide_by_status() -> None:
    """Views and templates receive what is allowed and never check a status by name."""
    allowed = ("reviews.workflow", "reviews.models", "reviews.management")
    assert [name for name, text in TEXTS.items() if decides_by_status(text) and not name.startswith(allowed)] == []
    assert [path for path, text in TEMPLATES.items() if ".status ==" in text] == []


@pytest.mark.parametrize(
    ("code", "decides"),
    [
        ("review.status == expected", True),
        ("if value in (Status.FINAL, Status.SUPERSEDED): pass", True),
        ("LABELS[review.status]", True),
        ("{Status.FINAL: 'signed'}", True),
        ("match value:\n    case Status.FINAL: pass", True),
        ("Review.objects.filter(organisation__reviews__status__in=open)", True),
        ("{'status': review.status}", False),
        ("Review.objects.create(status=Status.SCORING)", False),
        ("render(request, page, status=409)", False),
    ],
)
def test_a_decision_by_status_is_found(code: str, decides: bool) -> None:
    assert decides_by_status(code) == decides


def test_templates_and_code_hold_nothing_inline_and_nothing_unescaped() -> None:
    forbidden = ("<style", ' style="', "<script>", "|safe", "{% autoescape off", " onclick=", " onchange=")
    assert [(path, words) for path, text in TEMPLATES.items() for words in forbidden if words in text] == []
    assert [name for name, text in TEXTS.items() if "mark_safe" in text] == []


def test_a_line_of_a_template_fits_on_the_screen() -> None:
    lines = [(path, line) for path, text in TEMPLATES.items() for line in text.splitlines()]
    assert [(path, line) for path, line in lines if len(line) > WIDTH] == []


def test_words_for_screen_readers_only_do_not_begin_with_a_mark() -> None:
    """They are read with a pause before them: "Change: the plan" would become "Change : the plan"."""
    hidden = re.compile(r'class="visually-hidden">\s*[^\w\s{<]')
    assert [path for path, text in TEMPLATES.items() if hidden.search(text)] == []


def test_no_item_section_or_band_is_named_in_code() -> None:
    words = ("Ansatte", "Organisering", "Tjenester", "ikke IPS", "god kvalitet", "jobbspesialist")
    assert [(name, word) for name, text in TEXTS.items() for word in words if word in text] == []
