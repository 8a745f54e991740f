"""Sends the requests of a file to the application, and has callgrind count the last of each.

instructions.py starts this under valgrind. The count goes from the call of the WSGI application to the last byte of its
answer; nothing is subtracted.
"""

import ctypes
import gc
import json
import sys
from collections.abc import Callable
from pathlib import Path

import django

django.setup()

import time_machine  # noqa: E402  after Django, as all that follows
from django.utils import translation  # noqa: E402

from scales.models import ScaleEdition  # noqa: E402
from tests.bench.network import TODAY, Requests  # noqa: E402

WARM_UPS = 3


def senders(requests: Requests) -> dict[str, Callable[[int], object]]:
    """Return a function for each request that sends it for the first, second, ... time."""

    def page(who: str, path: str) -> Callable[[int], object]:
        browser = requests.browser(who)
        return lambda _time: browser.get(path)

    evaluator = requests.browser("evaluator")
    return {name: page(*visit) for name, visit in requests.pages.items()} | {
        "autosave": lambda time: evaluator.save(requests.item, time)
    }


def main(counter: str, file: str) -> None:
    """Count the requests of a file. `counter` is the compiled callgrind.c."""
    callgrind, requests = ctypes.CDLL(counter), Requests(**json.loads(Path(file).read_text(encoding="utf-8")))
    translation.activate("nb")
    with time_machine.travel(TODAY, tick=False):
        for name, send in senders(requests).items():
            ScaleEdition.forget_families()  # read again once a minute (3 M), so by the first of these requests
            for time in range(WARM_UPS):
                send(time)
            gc.collect()
            callgrind.start()
            send(WARM_UPS)
            callgrind.stop(name.encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
