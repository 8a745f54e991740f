"""Triggers that keep final reviews and all events from every change, whoever asks the database.

Constraints say what one row may hold; triggers say what may no longer happen to it. They are
installed anew after every migration, because SQLite drops a table's triggers when Django rebuilds
it; `faults` tells what is missing or altered, for the system check and /readyz. Before a migration
on SQLite they are taken down: it refuses to rename a table that a trigger elsewhere speaks of.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from reviews.records.event_types import AFTERWARDS
from reviews.records.trigger_sql import Rule, engine_of
from reviews.workflow import FROZEN, Status

FROZEN_LIST = ", ".join(f"'{status.value}'" for status in sorted(FROZEN))
IS_FROZEN = f"EXISTS (SELECT 1 FROM reviews_review r WHERE r.id = {{row}}.review_id AND r.status IN ({FROZEN_LIST}))"  # noqa: S608
RATED_IS_FROZEN = (
    "EXISTS (SELECT 1 FROM reviews_reviewevaluator e JOIN reviews_review r ON r.id = e.review_id"  # noqa: S608
    f" WHERE e.id = {{row}}.evaluator_id AND r.status IN ({FROZEN_LIST}))"
)
NOTED_IS_FROZEN = (
    "EXISTS (SELECT 1 FROM reviews_interview i JOIN reviews_review r ON r.id = i.review_id"  # noqa: S608
    f" WHERE i.id = {{row}}.interview_id AND r.status IN ({FROZEN_LIST}))"
)
# The notes of a final review are deleted in their time; their interview says when, once, and they are gone then.
NOTES_GO_NOW = (
    "OLD.notes_deleted_at IS NULL AND NEW.notes_deleted_at IS NOT NULL"
    " AND NOT EXISTS (SELECT 1 FROM reviews_interviewnote n WHERE n.interview_id = OLD.id)"
)
EDITION_IS_FROZEN = (
    f"EXISTS (SELECT 1 FROM reviews_review r WHERE r.edition_id = OLD.id AND r.status IN ({FROZEN_LIST}))"  # noqa: S608
)
HAS_NO_RECORD = (
    f"NEW.status IN ({FROZEN_LIST}) AND NOT EXISTS (SELECT 1 FROM reviews_finalrecord f WHERE f.review_id = NEW.id)"  # noqa: S608
)
AFTERWARDS_LIST = ", ".join(f"'{event_type.value}'" for event_type in sorted(AFTERWARDS))
IS_ALLOWED_AFTERWARDS = f"NEW.happening IN ({AFTERWARDS_LIST})"
IS_SUPERSEDED_NOW = (
    f"OLD.status = '{Status.FINAL.value}' AND NEW.status = '{Status.SUPERSEDED.value}' AND EXISTS"  # noqa: S608
    f" (SELECT 1 FROM reviews_review c WHERE c.supersedes_id = OLD.id AND c.status IN ({FROZEN_LIST}))"
)


# Of each table: what makes a row x the one that a new row would replace, and when x is to stay.
REPLACED = {
    "reviews_review": (
        "x.id = NEW.id OR x.code = NEW.code OR x.supersedes_id = NEW.supersedes_id",
        f"x.status IN ({FROZEN_LIST})",
    ),
    "reviews_itemscore": ("x.id = NEW.id", IS_FROZEN.format(row="x")),
    "reviews_reviewevaluator": ("x.id = NEW.id", IS_FROZEN.format(row="x")),
    "reviews_rating": ("x.id = NEW.id", RATED_IS_FROZEN.format(row="x")),
    "reviews_interview": (
        "x.id = NEW.id OR x.code = NEW.code OR x.review_id = NEW.review_id AND x.label = NEW.label",
        IS_FROZEN.format(row="x"),
    ),
    "reviews_interviewnote": (
        "x.id = NEW.id OR x.interview_id = NEW.interview_id AND x.question = NEW.question",
        NOTED_IS_FROZEN.format(row="x"),
    ),
    "reviews_finalrecord": ("x.id = NEW.id OR x.review_id = NEW.review_id", "TRUE"),
    "reviews_reviewevent": (
        "x.id = NEW.id OR x.review_id = NEW.review_id AND x.previous = NEW.previous"
        " OR x.review_id = NEW.review_id AND x.item_number = NEW.item_number AND x.change = NEW.change",
        "TRUE",
    ),
    "reviews_accessevent": ("x.id = NEW.id", "TRUE"),
    "reviews_export": ("x.id = NEW.id", "TRUE"),
    "reviews_actionnote": ("x.id = NEW.id", "TRUE"),
    "reviews_remark": ("x.id = NEW.id OR x.code = NEW.code", IS_FROZEN.format(row="x")),
    "reviews_reporttext": ("x.id = NEW.id OR x.review_id = NEW.review_id", IS_FROZEN.format(row="x")),
}


# Tables whose rows are written once and never changed, whatever the review they speak of.
ONCE = ("reviews_accessevent", "reviews_export", "reviews_actionnote")


def rules(connection: BaseDatabaseWrapper) -> Iterator[Rule]:
    """Yield every rule, for the columns that the tables have now."""
    for rule in _rules(connection):
        if connection.vendor == "sqlite" and rule.table in REPLACED:
            # REPLACE deletes the row that stands in its way, and asks no trigger for DELETE.
            yield replace(rule, condition=f"{rule.condition} OR {_replaces(rule)}")
        else:
            yield rule


def _replaces(rule: Rule) -> str:
    if rule.event == "DELETE":
        return "FALSE"
    same, stays = REPLACED[rule.table]
    another = " AND x.id <> OLD.id" if rule.event == "UPDATE" else ""
    return f"EXISTS (SELECT 1 FROM {rule.table} x WHERE ({same}){another} AND {stays})"  # noqa: S608


def _rules(connection: BaseDatabaseWrapper) -> Iterator[Rule]:
    same = _unchanged_but(connection, "reviews_review", "status")
    yield Rule("reviews_review", "INSERT", f"NEW.status IN ({FROZEN_LIST})")
    yield Rule(
        "reviews_review",
        "UPDATE",
        f"OLD.status IN ({FROZEN_LIST}) AND NOT ({IS_SUPERSEDED_NOW} AND {same}) OR {HAS_NO_RECORD}",
    )
    yield Rule("reviews_review", "DELETE", f"OLD.status IN ({FROZEN_LIST})")
    for table, frozen in (
        ("reviews_itemscore", IS_FROZEN),
        ("reviews_reviewevaluator", IS_FROZEN),
        ("reviews_remark", IS_FROZEN),
        ("reviews_reporttext", IS_FROZEN),
        ("reviews_rating", RATED_IS_FROZEN),
    ):
        old, new = frozen.format(row="OLD"), frozen.format(row="NEW")
        yield Rule(table, "INSERT", new)
        yield Rule(table, "UPDATE", f"{old} OR {new}")
        yield Rule(table, "DELETE", old)
    yield from _rules_of_interviews(connection)
    yield Rule("reviews_finalrecord", "INSERT", IS_FROZEN.format(row="NEW"))
    yield Rule("reviews_reviewevent", "INSERT", f"{IS_FROZEN.format(row='NEW')} AND NOT ({IS_ALLOWED_AFTERWARDS})")
    if connection.vendor == "sqlite":
        yield from (Rule(table, "INSERT", "FALSE") for table in ONCE)
    for table in ("reviews_finalrecord", "reviews_reviewevent", *ONCE):
        yield Rule(table, "UPDATE", "TRUE")
        yield Rule(table, "DELETE", "TRUE")
    yield Rule("scales_scaleedition", "UPDATE", EDITION_IS_FROZEN)
    yield Rule("scales_scaleedition", "DELETE", EDITION_IS_FROZEN)


def _rules_of_interviews(connection: BaseDatabaseWrapper) -> Iterator[Rule]:
    """Of a final review nothing is noted any more and nothing altered; notes may go."""
    old, new = IS_FROZEN.format(row="OLD"), IS_FROZEN.format(row="NEW")
    same = _unchanged_but(connection, "reviews_interview", "notes_deleted_at")
    yield Rule("reviews_interview", "INSERT", new)
    yield Rule("reviews_interview", "UPDATE", f"({old} OR {new}) AND NOT ({NOTES_GO_NOW} AND {same})")
    yield Rule("reviews_interview", "DELETE", old)
    old, new = NOTED_IS_FROZEN.format(row="OLD"), NOTED_IS_FROZEN.format(row="NEW")
    yield Rule("reviews_interviewnote", "INSERT", new)
    yield Rule("reviews_interviewnote", "UPDATE", f"{old} OR {new}")


def tables_exist(using: str = DEFAULT_DB_ALIAS) -> bool:
    """Return whether the tables are there that the rules speak of."""
    return {"reviews_finalrecord", "reviews_interviewnote", "reviews_export", "scales_scaleedition"} <= set(
        connections[using].introspection.table_names()
    )


def install(using: str = DEFAULT_DB_ALIAS, **_kwargs: Any) -> None:
    """Put every trigger in place, replacing what has its name. Nothing happens before the tables exist."""
    connection = connections[using]
    if not tables_exist(using):
        return
    engine, wanted = engine_of(connection), list(rules(connection))
    statements = [statement for rule in wanted for statement in engine.create(rule)]
    with connection.cursor() as cursor:
        for statement in statements + engine.create_beyond_rows({rule.table for rule in wanted}):
            cursor.execute(statement)


def remove(using: str = DEFAULT_DB_ALIAS) -> None:
    """Take every trigger down: for a migration that rebuilds tables, or a database that is emptied."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for table, name in engine_of(connection).installed(cursor):
            cursor.execute(engine_of(connection).drop(table, name))


def step_aside(using: str = DEFAULT_DB_ALIAS, plan: Any = (), **_kwargs: Any) -> None:
    """Before a migration that does something: on SQLite, take the triggers down until it is done."""
    if plan and connections[using].vendor == "sqlite":
        remove(using)


def faults(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Return the names of triggers that are missing, switched off or not what they should be.

    Before the tables exist nothing is protected: then it is the tables that are missing.
    """
    connection = connections[using]
    if not tables_exist(using):
        return ["reviews_review"]
    with connection.cursor() as cursor:
        found = engine_of(connection).found(cursor)
    wanted = engine_of(connection).wanted(list(rules(connection)))
    return sorted(name for name, what in wanted.items() if found.get(name) != what)


def _unchanged_but(connection: BaseDatabaseWrapper, table: str, column: str) -> str:
    """Return what is true of OLD and NEW when they differ in one column at most."""
    same = "IS" if connection.vendor == "sqlite" else "IS NOT DISTINCT FROM"
    others = (name for name in _columns(connection, table) if name != column)
    return " AND ".join(f'OLD."{name}" {same} NEW."{name}"' for name in others)


def _columns(connection: BaseDatabaseWrapper, table: str) -> list[str]:
    with connection.cursor() as cursor:
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]
