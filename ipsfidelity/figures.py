"""Figures that /metrics reads from the database or the disk on each request. Apps register theirs in `AppConfig.ready`.

A figure is the same whichever process answers. ipsfidelity/metrics.py owns what each process counts itself.
"""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from django.conf import settings


class Figure(NamedTuple):
    """A figure. `read` returns its value now, None if it has none yet. It may query the database."""

    name: str
    description: str
    read: Callable[[], float | None]


registered: list[Figure] = []


def register(name: str, description: str, read: Callable[[], float | None]) -> None:
    """Add a figure to /metrics. Its name begins with ips_ and ends with its unit."""
    registered.append(Figure(name, description, read))


def free_disk_space() -> int:
    """Return the free bytes of the disk with the SQLite database, or with the folder var/ on PostgreSQL."""
    database = settings.DATABASES["default"]
    is_file = database["ENGINE"] == "django.db.backends.sqlite3"
    return shutil.disk_usage(Path(database["NAME"]).parent if is_file else settings.BASE_DIR).free
