"""The metrics of /metrics: requests and conflicts, which processes count, and the figures of ipsfidelity/figures.py.

Each process counts in a file of its own in settings.METRICS_FOLDER, and the process that answers adds all files up. A
file outlives its process, so nothing is lost when a worker dies; a server that starts deletes the files
(ipsfidelity/gunicorn.py). Labels are URL names and status classes, never paths, people or organisations.

Imported only if METRICS_TOKEN is set.
"""

import os
import time
from collections.abc import Callable, Iterator
from http import HTTPStatus

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from ipsfidelity import figures

os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(settings.METRICS_FOLDER)  # the library reads it when it is imported

# isort: split
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

settings.METRICS_FOLDER.mkdir(parents=True, exist_ok=True)
BOUNDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)  # seconds

REQUESTS = Histogram("ips_request_seconds", "Requests, by duration.", ("page", "status"), buckets=BOUNDS)
CONFLICTS = Counter("ips_conflicts", "Saves refused because of a change by somebody else or of the state (409).")


class CountRequests:
    """Middleware that counts requests. `page` is the URL name, "" for static files and unknown URLs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        page = request.resolver_match.view_name if request.resolver_match else ""
        REQUESTS.labels(page, f"{response.status_code // 100}xx").observe(time.perf_counter() - began)
        if response.status_code == HTTPStatus.CONFLICT:
            CONFLICTS.inc()
        return response


class Figures:
    """Collects the figures. Those of the database are missing while it is away."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield a metric for each figure that has a value, and whether the database answers."""
        answers = 1
        for figure in figures.registered:
            try:
                value = figure.read() if answers else None
            except DatabaseError:
                value, answers = None, 0
            if value is not None:
                yield GaugeMetricFamily(figure.name, figure.description, value)
        yield GaugeMetricFamily("ips_database_up", "Whether the database answers (1) or not (0).", answers)


def exposition() -> bytes:
    """Return all metrics in the text format of Prometheus."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    registry.register(Figures())
    return generate_latest(registry)
