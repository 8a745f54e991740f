"""What a worker of gunicorn needs: for its first request, for each scoring page, and memory after many reports.

The server runs with the settings of an installation and the clock of the machine.
"""

import tempfile
import time
from pathlib import Path

import psutil
import requests
from django.urls import reverse

from reviews.queue.worker import run_due
from tests.bench import Figures
from tests.bench.processor import slowness
from tests.builders import World
from tests.served import Server, cookie_of, served, url_of_test_database

PAGES = 300
REPORTS = 200


def measure(world: World) -> Figures:
    """Return the figures of a server with one worker."""
    cookie, final = cookie_of(world, "evaluator"), world.final_review(4)
    run_due()  # the worker of the queue makes the report
    item = reverse("item", args=[world.score_review(4).code, 5])
    report = reverse("report_pdf", args=[final.code])
    with tempfile.TemporaryDirectory() as folder, served(url_of_test_database(), Path(folder)) as server:
        (worker,) = psutil.Process(server.process.pid).children()
        slow = slowness()
        start = time.perf_counter()
        _get(server, item, cookie)
        first = time.perf_counter() - start
        before = _processor(worker)
        for _ in range(PAGES):
            _get(server, item, cookie)
        page = (_processor(worker) - before) / PAGES
        slow = (slow + slowness()) / 2
        for _ in range(REPORTS):
            _get(server, report, cookie)
        memory = worker.memory_info().rss
    return {
        "milliseconds of the first request": round(first / slow * 1000, 1),
        "milliseconds of a scoring page": round(page / slow * 1000, 2),
        f"megabytes of a worker after {REPORTS} reports": round(memory / 1e6, 1),
    }


def _processor(process: psutil.Process) -> float:
    """Return the seconds of processor time that a process has used."""
    used = process.cpu_times()
    return used.user + used.system


def _get(server: Server, path: str, cookie: str) -> None:
    answer = requests.get(server.address + path, headers={"Cookie": cookie}, timeout=60)
    assert answer.status_code == 200, f"{path}: {answer.status_code}: {answer.text}"
