"""kill -9 of the processes of a server amid saves, a signature, an import, an export, a report and a mail."""

import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
import requests
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.urls import reverse

from tests.builders import NO_EVIDENCE, World
from tests.import_files import csv_file, row_of
from tests.mail_servers import mail_server
from tests.reviews.maintenance.places import manage_at
from tests.served import CSRF, Server, cookie_of, served
from tests.soak.database import Database, database
from tests.soak.people import Site, compare, hire, progress, saving
from tests.soak.processes import WITH_QUEUE, kill, queue_workers, until, web_workers

pytestmark = pytest.mark.django_db(transaction=True)
QUEUE = WITH_QUEUE | {"JOB_LEASE": "2"}
MOMENTS = (0.02, 0.1, 0.3, 0.5, 0.8, 1.2)  # seconds after the request was sent


def amid(server: Server, seconds: float, request: Callable[[], requests.Response]) -> requests.Response | None:
    """Send a request and kill all processes that answer requests after `seconds`; return what came, if it was whole."""
    answers: list[requests.Response] = []

    def send() -> None:
        with suppress(requests.RequestException):
            answers.append(request())

    sending = threading.Thread(target=send)
    sending.start()
    time.sleep(seconds)
    kill(*web_workers(server))
    sending.join(60)
    until(lambda: _answers(server))
    return answers[0] if answers else None


def _answers(server: Server) -> bool:
    with suppress(requests.RequestException):
        return server.get("/livez").ok
    return False


def post(server: Server, path: str, cookie: str, **options: object) -> requests.Response:
    headers = {"Cookie": cookie, "X-CSRFToken": CSRF}
    return requests.post(server.address + path, headers=headers, timeout=60, allow_redirects=False, **options)


def test_workers_are_killed_while_people_save(world: World, tmp_path: Path) -> None:
    people, dice = hire(world, 6), random.Random(25)
    with database(tmp_path) as stored:
        with served(stored.url, tmp_path, workers=2) as server, saving(people, Site((server.address,))):
            progress(people)
            for _kill in range(12):
                time.sleep(dice.uniform(0.1, 0.6))
                kill(*dice.sample(web_workers(server), k=1))
            progress(people, more=60)
        assert compare(people, stored) > 100


def test_workers_are_killed_amid_a_signature(world: World, tmp_path: Path) -> None:
    hasher = Argon2PasswordHasher()  # the served program does not accept the quick hashes of the tests
    world.evaluator.password = hasher.encode("evaluator-pw", hasher.salt())
    world.evaluator.save()
    review, cookie = world.draft_review(4), cookie_of(world, "evaluator")
    path = reverse("move", args=[review.code, "finalise"])
    form = {"password": "evaluator-pw", "gaps_reason": NO_EVIDENCE}
    states = set()
    with database(tmp_path) as stored:
        seen = stored.rows("SELECT hash FROM reviews_reviewevent ORDER BY id DESC LIMIT 1")[0][0]
        with served(stored.url, tmp_path, workers=2) as server:
            for moment in MOMENTS:
                amid(server, moment, lambda: post(server, path, cookie, data=form | {"seen": seen}))
                states.add(state_of_signature(stored))
                stored.verify()
            last = post(server, path, cookie, data=form | {"seen": seen})
        assert last.status_code in {302, 409}
        assert state_of_signature(stored) == ("final", 1, 1)
    assert ("draft", 0, 0) in states


def state_of_signature(stored: Database) -> tuple[str, int, int]:
    """Return the status of the only review, and how many records and events of signing there are."""
    ((status,),) = stored.rows("SELECT status FROM reviews_review")
    ((records,),) = stored.rows("SELECT count(*) FROM reviews_finalrecord")
    ((events,),) = stored.rows("SELECT count(*) FROM reviews_reviewevent WHERE happening = 'finalised'")
    state = (status, records, events)
    assert state in {("draft", 0, 0), ("final", 1, 1)}
    return state


def test_the_worker_of_the_queue_is_killed_amid_an_import_and_an_export(world: World, tmp_path: Path) -> None:
    """Nobody ever sees a part of the import, and the file of the export is whole and recorded once."""
    days = [f"20{year:02}-{month:02}-{day}" for year in range(25) for month in range(1, 13) for day in (10, 20)]
    cookie, imports = cookie_of(world, "coordinator"), reverse("imports", args=[world.network.code])
    seen = set()
    with database(tmp_path) as stored, served(stored.url, tmp_path, workers=2, **QUEUE) as server:

        def is_killed_once(progress: str, done: str, dice: random.Random) -> bool:
            """Kill the worker soon after it has come further; return whether the job was not done before."""
            until(lambda: stored.rows(progress) != [(0,)] or stored.rows(done) != [(0,)])
            time.sleep(dice.uniform(0, 0.5))
            kill(*queue_workers(server))
            seen.add(stored.rows("SELECT count(*) FROM reviews_review WHERE status <> 'importing'")[0][0])
            return stored.rows(done) == [(0,)]

        files = {"file": ("gamle.csv", csv_file(*[row_of(4, visit_start=day, visit_end=day) for day in days]))}
        sent = post(server, imports, cookie, data={"edition": world.scale.slug}, files=files)
        assert sent.status_code == 302, sent.text[-2000:]
        confirmed = post(server, sent.headers["Location"], cookie)
        assert confirmed.status_code == 302, confirmed.text[-2000:]
        imported = "SELECT count(*) FROM reviews_upload WHERE imported_at IS NOT NULL"
        progress, dice = "SELECT prepared FROM reviews_upload", random.Random(15)
        kills = sum(is_killed_once(progress, imported, dice) for _kill in range(5))
        until(lambda: stored.rows(imported) == [(1,)])
        assert kills
        assert seen <= {0, len(days)}
        assert stored.rows("SELECT count(*) FROM reviews_review") == [(len(days),)]
        assert stored.rows("SELECT count(*) FROM reviews_accessevent WHERE act = 'imported'") == [(1,)]

        asked = post(server, reverse("export_workbook", args=[world.network.code]), cookie)
        assert asked.status_code in {302, 303}, asked.text[-2000:]
        ready = "SELECT count(*) FROM reviews_exportfile WHERE ready_at IS NOT NULL"
        progress = "SELECT done FROM reviews_exportfile"
        kills = sum(is_killed_once(progress, ready, dice) for _kill in range(3))
        until(lambda: stored.rows(ready) == [(1,)])
        assert kills
        file = requests.get(
            f"{server.address}{asked.headers['Location']}download/", headers={"Cookie": cookie}, timeout=60
        )
        assert b"PK\x05\x06" in file.content[-1024:]
        exported = "SELECT count(*), count(DISTINCT review_id) FROM reviews_accessevent WHERE act = 'exported'"
        assert stored.rows(exported) == [(len(days), len(days))]
        stored.verify()


@pytest.mark.parametrize(("name", "who"), [("export_workbook", "coordinator"), ("report_pdf", "evaluator")])
def test_a_file_of_a_killed_worker_never_looks_whole(name: str, who: str, world: World, tmp_path: Path) -> None:
    """A kill before the answer is complete leaves the reader with an error. The next request gets all of it."""
    review, cookie = world.final_review(4), cookie_of(world, who)
    path = reverse(name, args=[world.network.code if name.startswith("export") else review.code])

    def get() -> requests.Response:
        if name.startswith("export"):
            return post(server, path, cookie)
        return requests.get(server.address + path, headers={"Cookie": cookie}, timeout=60)

    with database(tmp_path) as stored, served(stored.url, tmp_path, workers=2) as server:
        answers = [amid(server, moment, get) for moment in MOMENTS[:4]]
        answers.append(get())
        stored.verify()
    whole = [answer for answer in answers if answer is not None]
    assert None in answers
    for answer in whole:
        assert answer.status_code == 200, answer.text[-1000:]
        end = answer.content[-1024:]
        assert b"%%EOF" in end if name == "report_pdf" else b"PK\x05\x06" in end


def test_the_worker_of_the_queue_is_killed_amid_mails(world: World, tmp_path: Path) -> None:
    """Each mail arrives; one that the server took unheard arrives again with the same Message-ID."""
    with mail_server(silent=True) as mails, database(tmp_path) as stored:
        settings = {"MAIL_HOST": "127.0.0.1", "MAIL_PORT": str(mails.port)}
        with served(stored.url, tmp_path, **QUEUE, **settings) as server:
            queue = (
                "from reviews.outbox import queue_mail\nfor n in range(5): queue_mail(f'a{n}@example.org', 'Emne', 'x')"
            )
            queued = manage_at(stored.url, "shell", "--verbosity", "0", "--command", queue)
            assert queued.returncode == 0, queued.stderr
            for taken in (1, 2):
                until(lambda taken=taken: len(mails.mails) >= taken)
                kill(*queue_workers(server))
            mails.silent = False
            until(lambda: stored.rows("SELECT count(*) FROM reviews_job WHERE state <> 'done'") == [(0,)])
        assert stored.rows("SELECT count(*) FROM reviews_mail") == [(0,)]
    ids = [line for mail in mails.mails for line in mail.splitlines() if line.lower().startswith("message-id")]
    assert len(set(ids)) == 5
    assert 6 <= len(ids) <= 7
