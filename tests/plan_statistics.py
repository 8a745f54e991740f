"""The statistics of a large network, with which a small PostgreSQL database plans queries like a large one.

    DATABASE_URL=postgresql://… python -m tests.plan_statistics

keeps the statistics of a network that tests/bench/at_scale.py has written, in tests/plan_statistics.json. `load` gives them
to the database of a test, in its transaction. SQLite needs none: an installation never runs ANALYZE, so that SQLite
plans by the query and its indexes alone.
"""

import json
from pathlib import Path

FILE = Path(__file__).with_suffix(".json")
LARGE = 50_000  # rows
MOST_VALUES = 12  # of a column, the most common ones: statuses, kinds, networks


def read() -> dict[str, list[list[object]]]:
    """Return the statistics of the connected database: rows of tables and indexes, and values of columns."""
    from django.db import connection  # the module is also run, before Django is set up

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, relkind = 'r', reltuples::bigint FROM pg_class WHERE relkind IN ('r', 'i') "
            "AND relnamespace = 'public'::regnamespace AND reltuples >= 1000 ORDER BY relname"
        )
        relations = [list(row) for row in cursor.fetchall()]
        common = "CASE WHEN cardinality(most_common_freqs) <= %s THEN"
        cursor.execute(
            "SELECT tablename, attname, null_frac, avg_width, n_distinct, correlation, "
            f"{common} most_common_vals::text END, {common} most_common_freqs::text END, "
            # of days and moments: pages ask for some weeks of them
            "CASE WHEN histogram_bounds::text SIMILAR TO '{[\"0-9]+-[0-9]{2}-%%' THEN histogram_bounds::text::text[] END "
            "FROM pg_stats WHERE schemaname = 'public' AND tablename = ANY(%s) ORDER BY 1, 2",
            [MOST_VALUES, MOST_VALUES, [name for name, _is_table, _rows in relations]],
        )
        columns = [[*row, bounds and ",".join(f'"{bound}"' for bound in bounds[::10])] for *row, bounds in cursor]
    return {"relations": relations, "columns": columns}


def large_tables() -> set[str]:
    """Return the tables that no page may read from the first row to the last."""
    relations = json.loads(FILE.read_text(encoding="utf-8"))["relations"]
    return {name for name, is_table, rows in relations if is_table and rows >= LARGE}


def load(keys: dict[str, int]) -> None:
    """Give the statistics to the connected database, until the transaction ends.

    `keys` are the foreign keys that nearly all rows of a column have: that of the network of the test, for example.
    """
    from django.db import connection

    known = json.loads(FILE.read_text(encoding="utf-8"))
    with connection.cursor() as cursor:
        for name, _is_table, rows in known["relations"]:
            # PostgreSQL multiplies the rows of a page by the number of pages that a table has now.
            cursor.execute(
                "SELECT pg_restore_relation_stats('schemaname', 'public', 'relname', relname::text, "
                "'relpages', pages, 'reltuples', %s::real, 'relallvisible', pages) FROM (SELECT relname, "
                "greatest(pg_relation_size(oid) / 8192, 1)::integer AS pages FROM pg_class "
                "WHERE relname = %s AND relnamespace = 'public'::regnamespace) AS relation",
                [rows, name],
            )
        for table, column, nulls, width, distinct, correlation, values, frequencies, bounds in known["columns"]:
            given = {"null_frac": nulls, "avg_width": width, "n_distinct": distinct, "correlation": correlation}
            if values and column in keys:  # the first value is by far the most common one
                given["most_common_vals"] = f"{{{keys[column]}}}"
                given["most_common_freqs"] = frequencies.partition(",")[0].rstrip("}") + "}"
            elif values:
                given |= {"most_common_vals": values, "most_common_freqs": frequencies}
            if bounds:
                given["histogram_bounds"] = f"{{{bounds}}}"
            given = {name: value for name, value in given.items() if value is not None}
            pairs = ", ".join(f"'{name}', %s::{TYPES.get(name, 'real')}" for name in given)
            cursor.execute(
                "SELECT pg_restore_attribute_stats('schemaname', 'public', 'relname', %s::text, 'attname', %s::text, "
                f"'inherited', false, {pairs})",
                [table, column, *given.values()],
            )


TYPES = {
    "avg_width": "integer",
    "most_common_vals": "text",
    "most_common_freqs": "real[]",
    "histogram_bounds": "text",
}


def main() -> None:
    """Replace the file by the statistics of the connected database."""
    import django

    django.setup()
    lists = (
        f'"{name}": [\n' + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]"
        for name, rows in read().items()
    )
    FILE.write_text("{\n" + ",\n".join(lists) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
