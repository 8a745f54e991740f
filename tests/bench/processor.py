"""Processor time in milliseconds of the processors on which the budgets were set.

Processors differ, and one that is shared is slower while others work. So a fixed piece of work, the yardstick, takes turns
with what is measured, and each time is divided by how much longer the yardstick takes here.
"""

import ast
import inspect
import statistics
import textwrap
import time
from collections.abc import Callable

from tests.bench import Figures

YARDSTICK = 3.5  # milliseconds where the budgets were set, with Python 3.13
SOURCE = inspect.getsource(textwrap)


def milliseconds(candidates: dict[str, Callable[[], object]], rounds: int) -> Figures:
    """Return the median processor time of each candidate. A first run of each is not measured."""
    for run in candidates.values():
        run()
    measured: dict[str, list[float]] = {name: [] for name in candidates}
    for _ in range(rounds):
        for name, run in candidates.items():
            slow = slowness()
            measured[name].append(_milliseconds(run) / slow)
    return {name: round(statistics.median(times), 2) for name, times in measured.items()}


def slowness() -> float:
    """Return how much longer a processor needs at present than those on which the budgets were set."""
    return statistics.median(_milliseconds(_yardstick) for _ in range(5)) / YARDSTICK


def _yardstick() -> None:
    ast.unparse(ast.parse(SOURCE))


def _milliseconds(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return (time.process_time() - start) * 1000
