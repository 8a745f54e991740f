"""The clock of program and database goes back three days, and ahead thirteen hours, while people work."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.builders import World
from tests.mail_servers import mail_server
from tests.reviews.maintenance.places import manage_at
from tests.served import served
from tests.soak.database import database
from tests.soak.people import Person, Site, compare, hire, progress, saving
from tests.soak.processes import WITH_QUEUE, until

pytestmark = pytest.mark.django_db(transaction=True)
QUEUE = "from reviews.outbox import queue_mail\nqueue_mail('a@example.org', 'Emne', 'Tekst')"


@contextmanager
def clock(folder: Path) -> Iterator[Path]:
    """Give every process that is started in the block the clock of a file, which holds by how much it is off, in seconds."""
    library, file = folder / "clock.so", folder / "off_by"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, Path(__file__).with_name("clock.c")], check=True)
    file.write_text("0")
    for place in (file, library, *file.parents[:3]):
        place.chmod(0o755)  # PostgreSQL may run as another user
    settings = {"LD_PRELOAD": str(library), "CLOCK_FILE": str(file)}
    os.environ |= settings
    try:
        yield file
    finally:
        for name in settings:
            del os.environ[name]


def clock_settings() -> dict[str, str]:
    return {name: os.environ[name] for name in ("LD_PRELOAD", "CLOCK_FILE")}


def sign_in_again(people: list[Person], url: str) -> None:
    """Give each person a session of the served program, as at the sign-in that 401 asks for."""
    code = (
        "from django.test import Client; from django.conf import settings; from reviews.models import User\n"
        "for user in User.objects.filter(username__startswith='person').order_by('pk'):\n"
        "    client = Client(); client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])\n"
        "    print('SESSION', client.cookies[settings.SESSION_COOKIE_NAME].value)\n"
    )
    done = manage_at(url, "shell", "--verbosity", "0", "--command", code, **clock_settings())
    assert done.returncode == 0, done.stderr
    sessions = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("SESSION")]
    for person, session in zip(people, sessions, strict=True):
        person.cookie = f"__Host-sid={session}; " + person.cookie.partition("; ")[2]


def test_the_clock_goes_back_three_days(world: World, tmp_path: Path) -> None:
    """People notice nothing, and a mail that was queued before is sent after."""
    people = hire(world, 4)
    with clock(tmp_path) as file, mail_server(replies={"MAIL": "421 not now"}) as mails, database(tmp_path) as stored:
        settings = WITH_QUEUE | {"MAIL_HOST": "127.0.0.1", "MAIL_PORT": str(mails.port)}
        with served(stored.url, tmp_path, workers=2, **settings) as server, saving(people, Site((server.address,))):
            progress(people, more=40)
            assert (
                manage_at(stored.url, "shell", "--verbosity", "0", "--command", QUEUE, **clock_settings()).returncode
                == 0
            )
            until(lambda: mails.connections > 0)
            mails.replies = {}
            file.write_text(str(-3 * 24 * 3600))
            progress(people, more=80)
            until(lambda: len(mails.mails) == 1, 30)
        assert compare(people, stored) > 120
        days = stored.rows("SELECT min(at), max(at) FROM reviews_reviewevent WHERE change IS NOT NULL")
    assert str(days[0][0])[:10] != str(days[0][1])[:10]  # the database has both clocks


def test_the_clock_goes_ahead_thirteen_hours(world: World, tmp_path: Path) -> None:
    """Sessions end, nothing is stored for them, and the same saves are stored after signing in again."""
    people = hire(world, 4)
    with clock(tmp_path) as file, database(tmp_path) as stored:
        with served(stored.url, tmp_path, workers=2) as server:
            site = Site((server.address,))
            with saving(people, site):
                progress(people, more=40)
                file.write_text(str(13 * 3600))
                until(lambda: all(person.refused for person in people))
            assert {status for person in people for status, _content in person.refused} == {401}
            for person in people:
                person.refused.clear()
            sign_in_again(people, stored.url)
            with saving(people, site):
                progress(people, more=40)
            file.write_text("0")
            time.sleep(1)
            with saving(people, site):
                progress(people, more=40)
        assert compare(people, stored) > 100
