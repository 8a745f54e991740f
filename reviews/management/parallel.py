"""Run a check on parts of the database, on several processors. Knows nothing about what is checked.

Imports no model: a process that was just started imports this module before Django is set up.
"""

import gc
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import batched
from typing import Any

import django
from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

Span = tuple[int, int]  # the first and the last primary key of a part of a table


def spans_of(rows: QuerySet[Any], size: int) -> list[Span]:
    """Return the parts of `size` rows into which rows are divided by their keys."""
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    return [(part[0], part[-1]) for part in batched(keys, size)]


def processors() -> int:
    """Return the number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run_in_processes[Part, Result](
    check: Callable[[Part], Result], parts: Sequence[Part], processes: int
) -> Iterator[tuple[Part, Result]]:
    """Yield each part with the result of its check, in order. With one process, checks run in this one.

    `check` is a function of a module. Raises BrokenProcessPool if a process is killed.
    """
    if processes == 1:
        yield from ((part, check(part)) for part in parts)
        return
    fresh = multiprocessing.get_context("spawn")  # a forked process would share this one's connections
    with ProcessPoolExecutor(processes, fresh, _set_up, (connection.settings_dict["NAME"],)) as pool:
        try:
            yield from zip(parts, pool.map(check, parts), strict=True)
        finally:
            pool.shutdown(cancel_futures=True)


def _set_up(database: str) -> None:
    """Set up Django in a new process, with the database of the one that started it."""
    settings.DATABASES["default"]["NAME"] = database
    django.setup()
    # Rows stay in memory until their part is done. Looking for garbage meanwhile takes a sixth of the time.
    gc.set_threshold(50_000, 20, 100)
