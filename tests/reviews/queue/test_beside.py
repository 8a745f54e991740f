"""A small installation: gunicorn runs the queue beside the server, and stops both."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection

from reviews.models import Job
from reviews.outbox import queue_mail
from tests.mail_servers import closed_port, mail_server
from tests.reviews.queue.test_killed import is_done, until

pytestmark = pytest.mark.django_db(transaction=True)


def children_of(pid: int) -> list[int]:
    """Return the processes that `manage.py work` runs in, of those that a process has started."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    threads = [Path(path).read_text().split() for path in Path(f"/proc/{pid}/task").glob("*/children")]
    pids = {int(child) for group in [found, *threads] for child in group}
    return [child for child in pids if b"work" in Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")]


def database_url() -> str:
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds processes in /proc")
def test_gunicorn_starts_a_worker_again_when_it_dies_and_stops_it_with_the_server() -> None:
    program = Path(sys.executable).with_name("gunicorn")
    config = [
        "--config",
        "python:ipsfidelity.gunicorn",
        "--bind",
        f"127.0.0.1:{closed_port()}",
        "--no-control-socket",
        "ipsfidelity.wsgi",
    ]
    with mail_server() as server:
        mail = {"MAIL_HOST": "127.0.0.1", "MAIL_PORT": str(server.port)}
        environment = os.environ | mail | {"DATABASE_URL": database_url(), "DAILY_JOBS": "off", "JOB_LEASE": "1"}
        with subprocess.Popen([program, *config], cwd=settings.BASE_DIR, env=environment) as gunicorn:
            try:
                until(lambda: bool(children_of(gunicorn.pid)), 30)
                (first,) = children_of(gunicorn.pid)
                os.kill(first, signal.SIGKILL)
                queue_mail("kari@example.org", "Emne", "Tekst")
                until(is_done, 60)
                (second,) = children_of(gunicorn.pid)
                assert first != second
                gunicorn.terminate()
                assert gunicorn.wait(60) == 0
                assert not Path(f"/proc/{second}").exists()
            finally:
                gunicorn.kill()
    assert (len(server.mails), Job.objects.get().state) == (1, "done")
