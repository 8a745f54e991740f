"""The house keeps its rooms: what is pure stays pure, and imports run one way."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PURE = (
    "scales/document.py",
    "scales/places.py",
    "scales/rules.py",
    "scales/definition.py",
    "scales/scoring.py",
    "scales/suggestion.py",
    "reviews/consensus/agreement.py",
    "reviews/charts/bars.py",
    "reviews/charts/trend.py",
    "reviews/charts/multiples.py",
    "reviews/charts/distribution.py",
    "scales/benchmarks.py",
    "scales/next_step.py",
    "reviews/imports/columns.py",
    "reviews/imports/tables.py",
    "reviews/imports/csv_files.py",
    "reviews/imports/reader.py",
    "reviews/imports/xlsx_files.py",
    "reviews/imports/header_checks.py",
    "reviews/imports/row_checks.py",
)
ROOMS = (
    "conduct",
    "consensus",
    "exports",
    "factcheck",
    "actionplan",
    "imports",
    "schedule",
    "interviews",
    "overview",
    "people",
    "records",
    "reports",
    "sheets",
)
# What each room may ask of others, besides models and access: imports run one way.
MAY_ASK = {
    "records": set(),
    "sheets": {"records"},
    "people": {"records"},
    "interviews": {"records"},
    "factcheck": {"records"},
    "schedule": {"records", "actionplan"},
    "actionplan": {"records", "schedule"},
    "overview": {"schedule", "records"},
    "conduct": {"records", "sheets", "people", "interviews", "actionplan", "factcheck", "schedule"},
    "consensus": {"conduct", "records"},
    "reports": {"records", "sheets", "actionplan", "schedule", "consensus", "factcheck", "overview"},
    "exports": {"records", "sheets", "schedule"},
    "imports": {"records", "sheets", "conduct", "schedule"},
}


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("path", PURE)
def test_the_pure_modules_import_neither_django_nor_a_model(path: str) -> None:
    allowed = {"collections", "dataclasses", "decimal", "fractions", "functools", "itertools", "math", "mpmath"}
    allowed |= {"datetime", "enum", "re", "typing", "unicodedata", "scales"}
    allowed |= {"csv", "defusedxml", "io", "openpyxl", "xml", "zipfile", "zlib"}  # files of past reviews
    ours = {name.replace(".", "/") + ".py" for name in imports_of(ROOT / path) if name.startswith("reviews.")}
    assert {name for name in ours if (ROOT / name).is_file()} <= set(PURE)
    assert {name.split(".")[0] for name in imports_of(ROOT / path)} <= allowed | {"reviews"}
    assert "scales.models" not in set(imports_of(ROOT / path))


def test_scales_know_no_reviews() -> None:
    for path in (ROOT / "scales").rglob("*.py"):
        assert not [name for name in imports_of(path) if name.startswith("reviews")], path


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_ask_each_other_one_way(room: str) -> None:
    asked = {
        name.split(".")[1]
        for path in (ROOT / "reviews" / room).rglob("*.py")
        for name in imports_of(path)
        if name.startswith("reviews.") and name.split(".")[1] in ROOMS and name.split(".")[1] != room
    }
    assert asked <= MAY_ASK[room]


def test_statuses_are_compared_in_the_table_and_the_models_only() -> None:
    allowed = {"workflow.py", "models", "records/protection.py", "conduct/transitions.py", "conduct/planning.py"}
    allowed |= {"migrations", "sheets/sheet.py", "overview/forms.py", "records/history.py", "conduct/scoring.py"}
    asking = {
        path.relative_to(ROOT / "reviews").as_posix()
        for path in (ROOT / "reviews").rglob("*.py")
        if re.search(r"\bStatus\.|\.status (==|!=|in|not in)\b|status__in", path.read_text(encoding="utf-8"))
    }
    assert {name for name in asking if not name.startswith(tuple(allowed))} == {"management/commands/load_demo.py"}


def test_only_one_module_imports_the_pdf_library() -> None:
    importers = {
        path.relative_to(ROOT).as_posix()
        for room in ("ipsfidelity", "scales", "reviews")
        for path in (ROOT / room).rglob("*.py")
        if any(name.split(".")[0] == "weasyprint" for name in imports_of(path))
    }
    assert importers == {"ipsfidelity/pdf_renderer.py"}


def test_rooms_do_not_import_each_others_views_or_forms() -> None:
    for room in ROOMS:
        for path in (ROOT / "reviews" / room).glob("*.py"):
            foreign = [
                name for name in imports_of(path) if name.startswith("reviews.") and name.endswith((".views", ".forms"))
            ]
            assert [name for name in foreign if not name.startswith(f"reviews.{room}.")] == [], path


def test_models_import_no_service() -> None:
    for path in (ROOT / "reviews" / "models").glob("*.py"):
        rooms = [name for name in imports_of(path) if name.startswith(tuple(f"reviews.{room}" for room in ROOMS))]
        assert rooms == [], path


def test_statuses_are_compared_in_the_workflow_and_the_models_only() -> None:
    """Templates and views get what is allowed; they never ask for a status by name."""
    for path in (ROOT / "templates").rglob("*.html"):
        assert ".status ==" not in path.read_text(encoding="utf-8"), path


def test_templates_and_code_hold_nothing_inline_and_nothing_unescaped() -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        for forbidden in ("<style", ' style="', "<script>", "|safe", "{% autoescape off", " onclick=", " onchange="):
            assert forbidden not in text, (path, forbidden)
    for room in ("ipsfidelity", "scales", "reviews"):
        for path in (ROOT / room).rglob("*.py"):
            assert "mark_safe" not in path.read_text(encoding="utf-8"), path


def test_no_item_section_or_band_is_named_in_code() -> None:
    words = ("Ansatte", "Organisering", "Tjenester", "ikke IPS", "god kvalitet", "jobbspesialist")
    for room in ("ipsfidelity", "scales", "reviews"):
        for path in (ROOT / room).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            assert not [word for word in words if word in text], path
