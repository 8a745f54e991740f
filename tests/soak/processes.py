"""The processes of a running server, and how to kill them. Reads /proc, so it runs on Linux only."""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tests.served import Server

WITH_QUEUE = {"WORKER_BESIDE_SERVER": "on", "DAILY_JOBS": "off"}  # settings of a server that does jobs


def children_of(pid: int) -> list[int]:
    """Return the processes that a process has started and that still run."""
    found: list[int] = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += map(int, path.read_text().split())
    return found


def is_queue(pid: int) -> bool:
    """Return whether a process is `manage.py work`."""
    try:
        return b"work" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False


def web_workers(server: Server) -> list[int]:
    """Return the processes that answer requests."""
    return [pid for pid in children_of(server.process.pid) if not is_queue(pid)]


def queue_workers(server: Server) -> list[int]:
    """Return the process that does the jobs, or nothing while it is not running."""
    return [pid for pid in children_of(server.process.pid) if is_queue(pid)]


def kill(*pids: int) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def kill_server(server: Server) -> None:
    """Kill all processes of a server at once, as when its machine loses power."""
    kill(server.process.pid, *children_of(server.process.pid))
    server.process.wait(30)


def until(is_so: Callable[[], bool], seconds: float = 60) -> float:
    """Wait until something is so; return for how long."""
    begun = time.monotonic()
    while not is_so():
        assert time.monotonic() - begun < seconds, "it did not happen in time"
        time.sleep(0.05)
    return time.monotonic() - begun
