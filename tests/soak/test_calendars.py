"""50 calendar programs a second ask a server without a proxy: people who save do not notice."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.urls import reverse

from reviews.schedule.calendar_feed import make_feed
from tests.builders import World
from tests.served import served
from tests.soak.database import database
from tests.soak.people import Site, compare, hire, saving

pytestmark = pytest.mark.django_db(transaction=True)
A_SECOND, SECONDS = 50, 10


def test_calendar_programs_ask_fifty_times_a_second(world: World, tmp_path: Path) -> None:
    (person,) = hire(world, 1)
    path = reverse("calendar_feed", args=[make_feed(world.coordinator)])
    with database(tmp_path) as stored, served(stored.url, tmp_path, workers=2) as server:
        site, statuses = Site((server.address,)), []
        etag = site.send("GET", path, "", {}).headers["ETag"]

        def poll() -> None:
            statuses.append(site.send("GET", path, "", {"If-None-Match": etag}).status)

        with ThreadPoolExecutor(20) as programs, saving([person], site):
            for _poll in range(A_SECOND * SECONDS):
                programs.submit(poll)
                time.sleep(1 / A_SECOND)
        assert set(statuses) == {304}
        assert sorted(answer.seconds for answer in person.answers)[len(person.answers) * 95 // 100] < 1
        assert compare([person], stored) > 20
