"""`make measure` counts correctly: the figures of a small made-up project are known."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.measure import ROOT, as_text, duplicates, measure, percentile

MODULE = '''"""What is in here."""

import os
from pathlib import (
    Path,
)


@decorated
def documented(path):
    """Say what it returns."""
    import sys

    return os, sys, path


class Shape:
    class Meta:
        pass

    def area(self):
        async def inner(): pass
        return 4

    def _hidden(self):
        return 5
'''
RUN = ["alpha", "", "  beta", "gamma", "delta", "epsilon", "zeta"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for path, text in {
        "shop/__init__.py": "",
        "shop/module.py": MODULE,
        "shop/till/__init__.py": '"""Takes money."""\n',
        "shop/migrations/0001_initial.py": "x = 1\n" * 500,
        "scripts/no_package.py": "x = 1\n" * 500,
        "var/scratch.py": "x = 1\n" * 500,
        "tests/__init__.py": "",
        "tests/test_shop.py": "assert True\n" * 13,
        "templates/page.html": f"{'x' * 120}\n{'é' * 121}\n",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


def test_each_figure_of_a_small_project_is_right(project: Path) -> None:
    assert measure(project).app == {
        "function lines: median": 2,  # 1, 2, 3 and 5: the lower of the two in the middle
        "function lines: p90": 5,
        "function lines: longest": 5,
        "file lines: largest": 26,
        "imports of a module: median": 0,
        "imports of a module: p90": 3,
        "imports of a module: most": 3,
        "public names with a docstring, %": 60,  # two modules and a function of five; a class and a method have none
        "app lines": 27,
        "test lines for each app line": 0.48,
        "template lines over 120 characters": 1,
        "duplicates": 0,
    }


def test_each_folder_has_its_own_figures(project: Path) -> None:
    folders = measure(project).folders
    assert {folder: figures["file lines: largest"] for folder, figures in folders.items()} == {
        "shop": 26,
        "shop/till": 1,
    }


def test_a_figure_that_misses_its_goal_is_marked(project: Path) -> None:
    lines = as_text(measure(project)).splitlines()
    marked = [line.split("  ")[0] for line in lines if line.endswith("*")]
    assert marked == ["test lines for each app line", "template lines over 120 characters"]


@pytest.mark.parametrize(("share", "value"), [(50, 5), (90, 9), (91, 10), (100, 10)])
def test_a_percentile_is_a_value_that_occurs(share: int, value: int) -> None:
    assert percentile([10, 1, 9, 2, 8, 3, 7, 4, 6, 5], share) == value


def test_places_that_share_six_lines_are_one_duplicate_whatever_their_indentation() -> None:
    other = ["before", *("    " + line for line in RUN if line)]
    assert duplicates({Path("a.py"): RUN, Path("b.py"): other}) == ["a.py:1 = b.py:2"]


def test_a_longer_run_is_one_duplicate_and_a_third_place_makes_three_pairs() -> None:
    longer = [*RUN, "eta", "theta"]
    assert duplicates({Path("a.py"): longer, Path("b.py"): longer}) == ["a.py:1 = b.py:1"]
    assert duplicates({Path("a.py"): [*RUN, "then", *RUN], Path("b.py"): RUN}) == [
        "a.py:1 = a.py:9",
        "a.py:1 = b.py:1",
        "a.py:9 = b.py:1",
    ]


def test_five_lines_are_not_a_duplicate() -> None:
    assert duplicates({Path("a.py"): RUN, Path("b.py"): RUN[:-1]}) == []


def test_the_report_is_available_as_json() -> None:
    done = subprocess.run([sys.executable, "-m", "tests.measure", "--json"], cwd=ROOT, capture_output=True, check=True)
    report = json.loads(done.stdout)
    assert report["app"]["app lines"] > 0
    assert set(report["folders"]) >= {"ipsfidelity", "reviews", "scales"}
