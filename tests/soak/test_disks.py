"""A disk that is full, and one that became read-only, while people save. Needs root and a file system of its own."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

from tests.builders import World
from tests.deploy.test_full_disk import fill, small_disk
from tests.served import Server, served
from tests.soak.database import Database, database
from tests.soak.people import Person, Site, acknowledged, compare, hire, progress, saving

pytestmark = pytest.mark.django_db(transaction=True)
MEGABYTES = 60 if connection.vendor == "sqlite" else 300


@contextmanager
def ext4(folder: Path, megabytes: int) -> Iterator[Path]:
    """Mount a disk that becomes read-only at its first fault, as Debian mounts disks."""
    image = folder.with_suffix(".img")
    with image.open("wb") as file:
        file.truncate(megabytes * 1_000_000)
    subprocess.run(["mkfs.ext4", "-q", image], check=True)
    folder.mkdir()
    subprocess.run(["mount", "-o", "loop,errors=remount-ro", image, folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def break_down(disk: Path) -> None:
    """Let a disk have a fault: what is open cannot be written any more either."""
    device = subprocess.run(["findmnt", "-no", "SOURCE", disk], capture_output=True, text=True, check=True).stdout
    Path(f"/sys/fs/ext4/{Path(device.strip()).name}/trigger_fs_error").write_text("1")


def saves_stop(server: Server, people: list[Person]) -> None:
    """Check that nothing is acknowledged any more, and that the answers are the page for an outage."""
    time.sleep(2)
    before = acknowledged(people)
    time.sleep(3)
    assert acknowledged(people) == before
    log = [line for line in server.lines() if line["logger"] == "django.request"]
    assert {line["status"] for line in log} == {503}


def test_the_disk_is_full_for_a_while(world: World, tmp_path: Path) -> None:
    people = hire(world, 4)
    with small_disk(tmp_path / "disk", MEGABYTES) as disk, database(tmp_path, disk) as stored:
        with served(stored.url, tmp_path, workers=2) as server, saving(people, Site((server.address,))):
            progress(people, more=40)
            fill(disk)
            saves_stop(server, people)
            assert server.get("/readyz").status_code == 503
            (disk / "filler").unlink()
            if stored.server:  # which stops when it cannot write its log
                stored.server.ensure_postgres_running()
            progress(people, more=40)
        assert compare(people, stored) > 80


def test_the_disk_becomes_read_only(world: World, tmp_path: Path) -> None:
    """What was acknowledged is in a copy of the disk, which is what docs/operate/incidents.md says to make."""
    people, copy = hire(world, 4), tmp_path / "copy"
    with ext4(tmp_path / "disk", MEGABYTES) as disk, database(tmp_path, disk) as stored:
        with served(stored.url, tmp_path, workers=2) as server, saving(people, Site((server.address,))):
            progress(people, more=40)
            break_down(disk)
            saves_stop(server, people)
            assert server.get("/readyz").status_code == 503
        if stored.server:
            from tests import postgres  # its package is for PostgreSQL only

            postgres.kill(stored.server)
        subprocess.run(["cp", "-a", disk, copy], check=True)
        with moved(stored, copy) as rescued:
            assert compare(people, rescued) >= 40


@contextmanager
def moved(stored: Database, copy: Path) -> Iterator[Database]:
    """Open the database in a copy of its folder."""
    if not stored.server:
        yield Database(f"sqlite:///{copy}/{Path(stored.url).name}")
        return
    from tests import postgres  # its package is for PostgreSQL only

    for state_of_server in ("postmaster.pid", ".handle_pids.json"):
        (copy / "data" / state_of_server).unlink(missing_ok=True)
    server = postgres.new_server(copy, durable=True)
    yield Database(server.get_uri(), server)
    server.cleanup()
