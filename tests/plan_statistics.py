"""The statistics of a large network, with which a small database plans queries like a large one.

    DATABASE_URL=sqlite:////tmp/scale.sqlite3 python -m tests.plan_statistics
    DATABASE_URL=postgresql://… python -m tests.plan_statistics

Run it once for each engine on a network that tests/at_scale.py has written. It keeps the statistics in
tests/plan_statistics.json; `load` gives them to the database of a test, in its transaction.
"""

import json
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_suffix(".json")
LARGE = 50_000  # rows
MOST_VALUES = 12  # of a column, the most common ones: statuses, kinds, networks


def read() -> dict[str, Any]:
    """Return the statistics of the connected database."""
    from django.db import connection  # the module is also run before Django is set up

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("ANALYZE")
            cursor.execute("SELECT tbl, idx, stat FROM sqlite_stat1 WHERE tbl LIKE 'reviews_%' ORDER BY tbl, idx")
            return {"indexes": [list(row) for row in cursor.fetchall()]}
        cursor.execute(
            "SELECT relname, reltuples::bigint FROM pg_class WHERE relnamespace = 'public'::regnamespace "
            "AND relkind IN ('r', 'i') AND reltuples >= 1000 ORDER BY relname"
        )
        relations = [list(row) for row in cursor.fetchall()]
        cursor.execute(
            "SELECT tablename, attname, null_frac, avg_width, n_distinct, correlation, "
            "CASE WHEN cardinality(most_common_freqs) <= %s THEN most_common_vals::text END, "
            "CASE WHEN cardinality(most_common_freqs) <= %s THEN most_common_freqs::text END "
            "FROM pg_stats WHERE schemaname = 'public' AND tablename = ANY(%s) ORDER BY 1, 2",
            [MOST_VALUES, MOST_VALUES, [name for name, _rows in relations]],
        )
        return {"relations": relations, "columns": [list(row) for row in cursor.fetchall()]}


def large_tables() -> set[str]:
    """Return the tables that no page may read from the first row to the last."""
    relations = json.loads(FILE.read_text(encoding="utf-8"))["postgresql"]["relations"]
    indexes = {idx for _tbl, idx, _stat in json.loads(FILE.read_text(encoding="utf-8"))["sqlite"]["indexes"]}
    return {name for name, rows in relations if rows >= LARGE and name.startswith("reviews_") and name not in indexes}


def load() -> None:
    """Give the statistics to the connected database, until the transaction ends."""
    from django.db import connection

    known = json.loads(FILE.read_text(encoding="utf-8"))[connection.vendor]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("ANALYZE")  # creates the table of statistics
            cursor.execute("DELETE FROM sqlite_stat1")
            cursor.executemany("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (%s, %s, %s)", known["indexes"])
            cursor.execute("ANALYZE sqlite_schema")  # has SQLite read it
            return
        for name, rows in known["relations"]:
            # PostgreSQL multiplies the rows of a page by the number of pages that a table has now.
            cursor.execute(
                "SELECT pg_restore_relation_stats('schemaname', 'public', 'relname', relname::text, "
                "'relpages', greatest(pg_relation_size(oid) / 8192, 1)::integer, 'reltuples', %s::real) "
                "FROM pg_class WHERE relname = %s AND relnamespace = 'public'::regnamespace",
                [rows, name],
            )
        for table, column, nulls, width, distinct, correlation, values, frequencies in known["columns"]:
            given = ["'null_frac', %s::real, 'avg_width', %s, 'n_distinct', %s::real"]
            arguments = [table, column, nulls, width, distinct]
            if correlation is not None:
                given.append("'correlation', %s::real")
                arguments.append(correlation)
            if values is not None:
                given.append("'most_common_vals', %s::text, 'most_common_freqs', %s::real[]")
                arguments += [values, frequencies]
            cursor.execute(
                "SELECT pg_restore_attribute_stats('schemaname', 'public', 'relname', %s::text, 'attname', %s::text, "
                f"'inherited', false, {', '.join(given)})",
                arguments,
            )


def main() -> None:
    """Replace the statistics of the connected engine in the file."""
    import django

    django.setup()
    from django.db import connection

    kept = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    kept[connection.vendor] = read()
    parts = [
        f'"{vendor}": {{\n'
        + ",\n".join(
            f'"{name}": [\n' + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]"
            for name, rows in lists.items()
        )
        + "\n}"
        for vendor, lists in sorted(kept.items())
    ]
    FILE.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
