"""Copies of the checkout, for tests that change or damage its files."""

import shutil
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
# Files that a clone lacks: created by the commands of the Makefile, by the program or by tools.
GENERATED = shutil.ignore_patterns(".git", ".venv*", "var", "*.mo", "*.tmp", ".*_cache", ".hypothesis")


def copy_checkout(place: Path) -> Path:
    """Copy the checkout without generated files, as a clone has it, and link its `.venv`."""
    shutil.copytree(ROOT, place, ignore=GENERATED)
    (place / ".venv").symlink_to((ROOT / ".venv").resolve())
    return place
