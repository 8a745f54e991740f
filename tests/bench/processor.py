"""Processor time of candidates that take turns, so that noise affects all of them."""

import statistics
import time
from collections.abc import Callable

from tests.bench import Figures


def milliseconds(candidates: dict[str, Callable[[], object]], rounds: int) -> Figures:
    """Return the median processor time of each candidate. A first run of each is not measured."""
    for run in candidates.values():
        run()
    measured: dict[str, list[float]] = {name: [] for name in candidates}
    for _ in range(rounds):
        for name, run in candidates.items():
            measured[name].append(_milliseconds(run))
    return {name: round(statistics.median(times), 2) for name, times in measured.items()}


def _milliseconds(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return (time.process_time() - start) * 1000
