"""A mail server that refuses, hangs and drips while people save: nobody waits for it, and each mail arrives once."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.builders import World
from tests.mail_servers import mail_server
from tests.reviews.maintenance.places import manage_at
from tests.served import served
from tests.soak.database import database
from tests.soak.people import Site, compare, hire, progress, saving
from tests.soak.processes import WITH_QUEUE, until

pytestmark = pytest.mark.django_db(transaction=True)
QUEUE = "from reviews.outbox import queue_mail\nfor n in range(3): queue_mail(f'a{n}@example.org', 'Emne', 'Tekst')"
BAD = {"refuses": {"replies": {"MAIL": "421 not now"}}, "hangs": {"hang": True}, "drips": {"drip": 3}}


@pytest.mark.parametrize("kind", BAD)
def test_a_mail_server_that(kind: str, world: World, tmp_path: Path) -> None:
    people = hire(world, 4)
    with mail_server(**BAD[kind]) as mails, database(tmp_path) as stored:
        settings = WITH_QUEUE | {"MAIL_HOST": "127.0.0.1", "MAIL_PORT": str(mails.port)}
        with served(stored.url, tmp_path, workers=2, **settings) as server, saving(people, Site((server.address,))):
            assert manage_at(stored.url, "shell", "--verbosity", "0", "--command", QUEUE).returncode == 0
            until(lambda: mails.connections > 0)
            begun = time.monotonic()
            progress(people, more=100)
            assert max(answer.seconds for person in people for answer in person.answers) < 5
            until(lambda: stored.rows("SELECT count(*) FROM reviews_job WHERE error <> ''")[0][0] > 0, 90)
            assert time.monotonic() - begun < 60
            mails.replies, mails.hang, mails.drip = {}, False, 0
            until(lambda: end_pauses(stored.write) or stored.rows("SELECT count(*) FROM reviews_mail") == [(0,)], 120)
        assert compare(people, stored) > 100
    ids = [line for mail in mails.mails for line in mail.splitlines() if line.lower().startswith("message-id")]
    assert (len(ids), len(set(ids))) == (3, 3)


def end_pauses(write: Callable[[str], None]) -> None:
    """Let what failed be tried again at once, as the button of the administrator does."""
    write("UPDATE reviews_job SET due_at = '2026-01-01T00:00:00+00:00' WHERE claim IS NULL AND state = 'waiting'")
