"""Settings of the WSGI server: `gunicorn --config python:ipsfidelity.gunicorn ipsfidelity.wsgi`.

Gunicorn logs in the format of the program (ipsfidelity/logs.py). The demo keeps gunicorn's own format.

The program is loaded before gunicorn forks (preloading.py), so a changed program needs a restart: HUP does not load it.

With WORKER_BESIDE_SERVER, which is the default, gunicorn also starts `manage.py work`, starts it again if it dies, and
stops it when it stops itself.
"""

import os
import subprocess
import sys
import threading
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ipsfidelity.settings")  # before the log is set up

# isort: split
from ipsfidelity.settings import BASE_DIR, LOGGING, METRICS_FOLDER, WORKER_BESIDE_SERVER

if LOGGING:
    logconfig_dict = LOGGING

preload_app = True
PAUSE = 2  # seconds before a worker that died is started again
STOPPING = 40  # seconds for the worker to finish its job; a mail takes 30 at most

_ending = threading.Event()
_worker: subprocess.Popen[bytes] | None = None


def on_starting(_server: Any) -> None:
    """Delete the counts of the previous server (ipsfidelity/metrics.py)."""
    for file in METRICS_FOLDER.glob("*.db"):
        file.unlink()


def when_ready(server: Any) -> None:
    """Load what requests need, and start the worker. Gunicorn calls this in its main process, before it forks."""
    from ipsfidelity.preloading import preload  # imports Django, which only the server needs

    preload()
    if WORKER_BESIDE_SERVER:
        threading.Thread(target=_keep_working, args=(server.pid,), daemon=True).start()


def on_exit(server: Any) -> None:
    """Stop the worker, and wait for the job that it does. Gunicorn calls this last."""
    _ending.set()
    if _worker:
        _worker.terminate()
        try:
            _worker.wait(STOPPING)
        except subprocess.TimeoutExpired:
            _worker.kill()


def _keep_working(server_pid: int) -> None:
    global _worker  # noqa: PLW0603 - `on_exit` stops what this thread has started
    command = [sys.executable, str(BASE_DIR / "manage.py"), "work", "--beside", str(server_pid)]
    while not _ending.is_set():
        _worker = subprocess.Popen(command)  # noqa: S603 - a fixed command
        _worker.wait()
        _ending.wait(PAUSE)
