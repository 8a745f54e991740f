"""Checks every line that the program logs during the suite for names, notes, numbers and secrets.

A test fails if one is in a line that the program logged meanwhile, in its own process or in a served one. The lines are
those of an installation: the same formatter at the same levels.
"""

import json
import logging
import re
from pathlib import Path
from typing import Any

from ipsfidelity.logs import JsonFormatter
from reviews.models import User
from tests.builders import NO_CHECK, NO_EVIDENCE, SECRET, World

_numbers = json.loads((Path(__file__).parent / "js" / "privacy-cases.json").read_text(encoding="utf-8"))
CAST = [name.title() for name in World.__annotations__ if World.__annotations__[name] is User]
PLACES = ["Nordfjella", "Lyngheim", "Øyvær", "Granlia", "Lyngmo"]  # networks and organisations
TEXTS = [NO_CHECK, NO_EVIDENCE, SECRET, "Kari", "fortalte", "@example.org", "-pw", *_numbers["identity_numbers"]]
MARKERS = re.compile("|".join([rf"\b(?:{'|'.join(CAST + PLACES)})\b", *map(re.escape, TEXTS)]))
# A key of a session, and the secret in the address of a calendar, an invitation or a password reset.
RANDOM = re.compile(r"[A-Za-z0-9_-]{24,}")
CODE = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")  # of a person: gives access to nothing
HASH = re.compile(r"\b[0-9a-f]{64}\b")


def secrets_in(line: dict[str, Any]) -> list[str]:
    """Return what must not be in a line of the log."""
    words = CODE.sub("", f"{line['event']} {line.get('route', '')}")  # the rest are ids, and names in the code
    if line.get("logger") == "ipsfidelity.heads":  # whose purpose is to name hashes
        words = HASH.sub("", words)
    return MARKERS.findall(json.dumps(line, ensure_ascii=False)) + RANDOM.findall(words)


class LogCheck(logging.Handler):
    """Formats each record as an installation does, and keeps the lines that contain a secret."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonFormatter())
        self.count = 0
        self.faulty: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.count += 1
        line = self.format(record)
        if secrets_in(json.loads(line)):
            self.faulty.append(line)
