"""The instructions of pages and of a save, in millions a request, counted by callgrind.

Unlike times, they repeat on any load of the machine. counted.py sends the requests.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from django.db import connection

from tests.bench import Figures
from tests.bench.network import Requests

COUNTER = Path(__file__).with_name("callgrind.c")


def count(requests: Requests) -> Figures:
    """Send requests to a copy of the database; return the millions of instructions of each."""
    with tempfile.TemporaryDirectory(prefix="ipsfidelity-instructions-") as name:
        folder = Path(name)
        counter, file, database = folder / "callgrind.so", folder / "requests.json", folder / "db.sqlite3"
        subprocess.run(["cc", "-shared", "-fPIC", "-o", counter, COUNTER], check=True)
        file.write_text(json.dumps(asdict(requests)), encoding="utf-8")
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(database)])
        command = [
            "valgrind",
            "--tool=callgrind",
            "--quiet",
            "--instr-atstart=no",
            f"--callgrind-out-file={folder}/counts",
        ]
        command += [sys.executable, "-W", "ignore", "-m", "tests.bench.counted", str(counter), str(file)]
        environment = os.environ | {"PYTHONHASHSEED": "0", "DATABASE_URL": f"sqlite:///{database}"}
        subprocess.run(command, env=environment, check=True)
        dumps = sorted(folder.glob("counts.*"), key=lambda path: int(path.suffix[1:]))
        return dict(_figure(path.read_text(encoding="utf-8")) for path in dumps)


def _figure(dump: str) -> tuple[str, float]:
    """Return the name of the request that a file of callgrind is about, and its millions of instructions."""
    name, total = re.search(r"^desc: Trigger: Client Request: (.+)\n[\s\S]*^totals: (\d+)$", dump, re.M).groups()
    return name, round(int(total) / 1e6, 2)
