"""The queries of pages and of a save, and the bytes of pages before they are compressed."""

import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.bench import Figures
from tests.bench.network import TODAY, Requests


def count(requests: Requests) -> tuple[Figures, Figures]:
    """Return the number of queries and the kilobytes of each page. The first request of a page fills caches."""
    queries, kilobytes = {}, {}
    with time_machine.travel(TODAY, tick=False):
        for name, (who, path) in requests.pages.items():
            browser = requests.browser(who)
            browser.get(path)
            with CaptureQueriesContext(connection) as captured:
                kilobytes[name] = round(len(browser.get(path)) / 1000, 1)
            queries[name] = len(captured)
        browser = requests.browser("evaluator")
        browser.save(requests.item, 0)
        with CaptureQueriesContext(connection) as captured:
            browser.save(requests.item, 1)
        queries["autosave"] = len(captured)
    return queries, kilobytes
