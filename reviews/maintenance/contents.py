"""What a database contains, in figures that show whether anything is missing: counts, heads of chains, fingerprints.

Works on any DB-API cursor and with the tables of every released version, because it also reads copies that Django has
no connection to, and databases that are not migrated yet.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.conf import settings

# Rows that no copy contains: a reader of a copy must not be able to continue somebody's session, caches fill
# themselves, files of exports are kept for a day only and can be asked for again, kept forms for an hour, and pieces of
# files until they are read.
LEFT_OUT = (
    "django_session",
    "usersessions_usersession",
    "reviews_exportchunk",
    "reviews_exportfile",
    "reviews_keptpost",
    "reviews_uploadpiece",
    *(cache["LOCATION"] for cache in settings.CACHES.values()),
)

HEADS = """
    SELECT r.code, e.hash FROM reviews_review r JOIN reviews_reviewevent e
    ON e.id = (SELECT max(last.id) FROM reviews_reviewevent last WHERE last.review_id = r.id)
"""
RECORDS = (
    "SELECT r.code, f.fingerprint, f.sha256 FROM reviews_finalrecord f JOIN reviews_review r ON r.id = f.review_id"
)
TABLES = {
    "sqlite": r"SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()",
}


@dataclass(frozen=True)
class Contents:
    """The figures of a database.

    `migrations` are the applied ones as "app.name". `counts` has the number of rows by table, without those of
    LEFT_OUT. `heads` has the hash of each review's last event, and `records` the fingerprints of each signed record
    and of its PDF, both by the review's code.
    """

    migrations: list[str]
    counts: dict[str, int]
    heads: dict[str, str]
    records: dict[str, list[str]]

    def as_json(self) -> dict[str, Any]:
        """Return the figures as plain data, from which `Contents(**data)` makes them again."""
        return asdict(self)


def table_names(cursor: Any, vendor: str) -> list[str]:
    """Return the names of all tables, sorted."""
    cursor.execute(TABLES[vendor])
    return sorted(name for (name,) in cursor.fetchall())


def read_contents(cursor: Any, vendor: str) -> Contents:
    """Return the figures of the database of a cursor."""
    tables = table_names(cursor, vendor)
    return Contents(
        migrations=sorted(f"{app}.{name}" for app, name in _rows(cursor, "SELECT app, name FROM django_migrations")),
        counts={name: _count(cursor, name) for name in tables if name not in LEFT_OUT},
        heads={_plain(code): head for code, head in _rows(cursor, HEADS)},
        records={_plain(code): fingerprints for code, *fingerprints in _rows(cursor, RECORDS)},
    )


def differences(expected: Contents, found: Contents) -> Iterator[str]:
    """Yield what differs between the figures of a copy and of its original, as sentences."""
    for table, count in expected.counts.items():
        if found.counts.get(table) != count:
            yield f"{table} has {found.counts.get(table, 'no')} rows instead of {count}"
    yield from _changed("the last event", expected.heads, found.heads)
    yield from _changed("the signed record", expected.records, found.records)


def lost_since(earlier: Contents, cursor: Any) -> Iterator[str]:
    """Yield what an earlier copy had and the database of a cursor has not, as sentences.

    A database grows: the event that was a review's last one is still in its chain, and signed records stay. A review
    that the retention rule deleted is no loss if the access log says so.
    """
    deleted = {page for (page,) in _rows(cursor, "SELECT page FROM reviews_accessevent WHERE act = 'expired'")}
    events = "SELECT r.code, e.hash FROM reviews_reviewevent e JOIN reviews_review r ON r.id = e.review_id"
    found = {(_plain(code), head) for code, head in _rows(cursor, events)}
    for code, head in earlier.heads.items():
        if (code, head) not in found and code not in deleted:
            yield f"review {UUID(code)} lacks an event that the earlier copy has"
    records = {_plain(code): fingerprints for code, *fingerprints in _rows(cursor, RECORDS)}
    yield from _changed("the signed record", earlier.records, records)


def _changed(what: str, expected: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[str]:
    for code, value in expected.items():
        if found.get(code) != value:
            yield f"{what} of review {UUID(code)} is {'another one' if code in found else 'missing'}"


def summary_of(sentences: Iterable[str], *, shown: int = 5) -> str:
    """Return the first sentences and the number of the others, "" if there are none."""
    found = list(sentences)
    rest = [f"and {len(found) - shown} more"] if len(found) > shown else []
    return "; ".join([*found[:shown], *rest])


def _count(cursor: Any, table: str) -> int:
    ((count,),) = _rows(cursor, f'SELECT count(*) FROM "{table}"')  # noqa: S608  a name from the database's catalogue
    return int(count)


def _plain(code: Any) -> str:
    """Return a code alike for both engines: SQLite stores 32 digits, PostgreSQL returns a UUID or its text."""
    return UUID(str(code)).hex


def _rows(cursor: Any, sql: str) -> list[Any]:
    cursor.execute(sql)
    return list(cursor.fetchall())
