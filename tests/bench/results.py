"""The results of a run of `make bench`: printed, compared with budgets and with another run, and kept as JSON."""

import json
import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from tests.bench import Figures
from tests.bench.budgets import BUDGETS, Budget

KEPT = Path(settings.BASE_DIR) / "var" / "bench"
NONE: Mapping[str, Budget] = {}
LARGEST = 20  # figures that are printed of a ruler with one budget
NO_BUDGET = Budget(float("inf"))


class Results:
    """The figures of a run by ruler. `earlier` are those of another run, or none."""

    def __init__(self, earlier: Path | None) -> None:
        self.figures: dict[str, Figures] = {}
        self.earlier = json.loads(earlier.read_text(encoding="utf-8"))["figures"] if earlier else {}
        self.exceeded: list[str] = []

    def add(self, ruler: str, figures: Figures) -> None:
        """Add and print the figures of a ruler. Raises KeyError if it has no budgets."""
        self.figures[ruler] = figures
        budgets, earlier = BUDGETS[ruler], self.earlier.get(ruler, {})
        self.exceeded += [f"{ruler}: {name} was not measured" for name in budgets if name not in figures]
        print(f"\n{ruler}")
        for name, figure in figures.items():
            budget = budgets.get(name, NO_BUDGET)
            if figure > budget.limit:
                self.exceeded.append(f"{ruler}: {name}")
            print(_line(name, figure, budget, earlier.get(name)), flush=True)

    def add_all(self, ruler: str, figures: Figures, budget: Budget, others: Mapping[str, Budget] = NONE) -> None:
        """Add the figures of a ruler that has one budget for all but the `others`. Print the largest ones."""
        self.figures[ruler] = figures
        budgets, earlier = {name: others.get(name, budget) for name in figures}, self.earlier.get(ruler, {})
        self.exceeded += [f"{ruler}: {name}" for name, figure in figures.items() if figure > budgets[name].limit]
        print(f"\n{ruler}, the largest of {len(figures)}")
        for name in sorted(figures, key=figures.__getitem__, reverse=True)[:LARGEST]:
            print(_line(name, figures[name], budgets[name], earlier.get(name)), flush=True)

    def write(self) -> Path:
        """Write the figures to a file of their own in var/bench and return its path."""
        made = datetime.now(UTC)
        KEPT.mkdir(parents=True, exist_ok=True)
        path = KEPT / f"{made:%Y-%m-%dT%H%M%S}.json"
        about = {
            "made": made.isoformat(timespec="seconds"),
            "processors": os.cpu_count(),
            "python": platform.python_version(),
        }
        path.write_text(json.dumps(about | {"figures": self.figures}, indent=2) + "\n", encoding="utf-8")
        return path


def newest() -> Path | None:
    """Return the file of the newest run in var/bench, or None without any."""
    return max(KEPT.glob("*.json"), default=None)


def _line(name: str, figure: float, budget: Budget, earlier: float | None) -> str:
    """Return the line of a figure: itself, its budget and how far it is kept, and the earlier figure."""
    line = f"  {name:<44} {figure:>9.2f}"
    if budget is not NO_BUDGET:
        line += f"  budget {budget.aim:<6g} {budget.verdict(figure):<12}"
    return line + (f"  before {earlier:.2f} ({figure / earlier:.2f}x)" if earlier else "")
