"""Two servers on one database, of which one is killed, and a server that is stopped while requests are under way."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from django.core.management import call_command
from django.urls import reverse

from tests.builders import World
from tests.deploy import site as deploy
from tests.mail_servers import mail_server
from tests.reviews.maintenance.places import manage_at
from tests.served import Server, cookie_of, served
from tests.soak.database import database
from tests.soak.people import Site, acknowledged, compare, hire, progress, saving
from tests.soak.processes import WITH_QUEUE, kill_server, until

pytestmark = pytest.mark.django_db(transaction=True)
JOBS = 30  # mails, and as many jobs that change data
SETTINGS = WITH_QUEUE | {"JOB_LEASE": "2", "ALLOWED_HOSTS": f"127.0.0.1,localhost,{deploy.HOST}"}
QUEUE = (
    "from reviews.outbox import queue_mail; from tests.soak.tasks import add_network\n"
    f"for n in range({JOBS}): queue_mail(f'a{{n}}@example.org', 'Emne', 'x'); add_network.enqueue(f'Nett {{n}}')"
)


@pytest.mark.parametrize("proxy", ["alone", "nginx"])
def test_of_two_servers_on_one_database_one_is_killed(proxy: str, world: World, tmp_path: Path) -> None:
    """People go on at the other one, by themselves or through nginx. Changes of data by jobs happen once."""
    people = hire(world, 8)
    for name in ("first", "second", "nginx"):
        (tmp_path / name).mkdir()
    with mail_server() as mails, database(tmp_path) as stored:
        settings = SETTINGS | {"MAIL_HOST": "127.0.0.1", "MAIL_PORT": str(mails.port)}
        settings |= {"BEHIND_PROXY": "on"} if proxy == "nginx" else {}
        with (
            served(stored.url, tmp_path / "first", workers=2, **settings) as first,
            served(stored.url, tmp_path / "second", workers=2, **settings) as second,
            in_front(proxy, tmp_path / "nginx", first, second) as site,
            saving(people, site),
        ):
            progress(people, more=40)
            assert manage_at(stored.url, "shell", "--verbosity", "0", "--command", QUEUE).returncode == 0
            time.sleep(0.3)
            kill_server(first)
            progress(people, more=80)
            until(lambda: stored.rows("SELECT count(*) FROM reviews_job WHERE state <> 'done'") == [(0,)])
        again = stored.rows("SELECT count(*) FROM reviews_job WHERE attempts > 1")[0][0]
        names = [name for (name,) in stored.rows("SELECT name FROM reviews_network WHERE name LIKE 'Nett %'")]
        assert sorted(names) == sorted(f"Nett {number}" for number in range(JOBS))
        assert compare(people, stored) > 120
    ids = [line for mail in mails.mails for line in mail.splitlines() if line.lower().startswith("message-id")]
    assert len(set(ids)) == JOBS
    assert len(ids) - JOBS <= 1  # the mail that the killed worker was sending, with the same Message-ID
    assert again <= 2  # one of each queue


@contextmanager
def in_front(proxy: str, folder: Path, *servers: Server) -> Iterator[Site]:
    """Return where people send their requests: to the servers in turn, or to nginx in front of them."""
    if proxy == "alone":
        yield Site(tuple(server.address for server in servers))
        return
    first, *others = [urlsplit(server.address).port for server in servers]
    site = deploy.Site(folder, behind=first)
    call_command("error_pages", folder / "errors")
    site.start_nginx(*others)
    try:
        yield Site((f"https://127.0.0.1:{site.https}",), deploy.HOST, str(folder / "fullchain.pem"))
    finally:
        deploy.end(site)


def test_a_server_that_is_stopped_under_load_finishes_what_it_has_begun(world: World, tmp_path: Path) -> None:
    """What the server has begun arrives: a report, which takes a second, and every save.

    Connections that wait for a free worker at that moment are ended unanswered; pages send their saves again.
    """
    review, cookie = world.final_review(4), cookie_of(world, "evaluator")
    people, reports = hire(world, 4), []
    with database(tmp_path) as stored:
        with served(stored.url, tmp_path, workers=2) as server:
            path = server.address + reverse("report_pdf", args=[review.code])

            def fetch() -> None:
                reports.append(requests.get(path, headers={"Cookie": cookie}, timeout=60))

            with saving(people, Site((server.address,))):
                progress(people)
                fetching = threading.Thread(target=fetch)
                fetching.start()
                time.sleep(0.5)
                server.process.send_signal(signal.SIGTERM)
                fetching.join(60)
                assert server.process.wait(45) == 0
        (report,) = reports
        assert (report.status_code, b"%%EOF" in report.content[-1024:]) == (200, True)
        served_lines = [line for line in server.lines() if line["logger"] == "ipsfidelity.requests"]
        done = [line for line in served_lines if line["method"] == "POST" and line["status"] == 200]
        assert len(done) == acknowledged(people)
        with served(stored.url, tmp_path, workers=2) as server, saving(people, Site((server.address,))):
            progress(people)
        assert compare(people, stored) > 40
