"""A copy of the checkout, for tests that damage what other tests are running from."""

import shutil
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
# What a clone has not: made by the commands of the Makefile, by the program, or by the tools.
MADE = shutil.ignore_patterns(".git", ".venv*", "var", "*.mo", "*.tmp", ".*_cache", ".hypothesis")


def copy_checkout(place: Path) -> Path:
    """Copy the checkout as a clone would have it, with nothing compiled, and link its `.venv`."""
    shutil.copytree(ROOT, place, ignore=MADE)
    (place / ".venv").symlink_to((ROOT / ".venv").resolve())
    return place
