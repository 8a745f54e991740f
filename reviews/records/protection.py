"""Database triggers that protect final and cancelled reviews and all events from changes by any database client.

They also keep what no constraint can: how organisations are joined.

A constraint restricts the values of a row; a trigger restricts which changes are still allowed. The triggers are
reinstalled after every migration, because SQLite drops the triggers of a table that Django rebuilds. On SQLite they
are removed before a migration, because it refuses to rename a table that another trigger refers to. `faults` returns
missing and altered triggers, for the system check and /readyz.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from reviews.records.event_types import ALLOWED_WHEN_CANCELLED, ALLOWED_WHEN_FINAL
from reviews.records.trigger_sql import TriggerRule, engine_of
from reviews.workflow import CANCELLED, CLOSED, FROZEN, Status

FROZEN_LIST = ", ".join(f"'{status.value}'" for status in sorted(FROZEN))
CANCELLED_LIST = ", ".join(f"'{status.value}'" for status in sorted(CANCELLED))
CLOSED_LIST = ", ".join(f"'{status.value}'" for status in sorted(CLOSED))
IS_FROZEN = f"EXISTS (SELECT 1 FROM reviews_review r WHERE r.id = {{row}}.review_id AND r.status IN ({FROZEN_LIST}))"  # noqa: S608
IS_CANCELLED = IS_FROZEN.replace(FROZEN_LIST, CANCELLED_LIST)
IS_CLOSED = IS_FROZEN.replace(FROZEN_LIST, CLOSED_LIST)
RATED_IS_CLOSED = (
    "EXISTS (SELECT 1 FROM reviews_reviewevaluator e JOIN reviews_review r ON r.id = e.review_id"  # noqa: S608
    f" WHERE e.id = {{row}}.evaluator_id AND r.status IN ({CLOSED_LIST}))"
)
NOTED_IS_CLOSED = (
    "EXISTS (SELECT 1 FROM reviews_interview i JOIN reviews_review r ON r.id = i.review_id"  # noqa: S608
    f" WHERE i.id = {{row}}.interview_id AND r.status IN ({CLOSED_LIST}))"
)
# A cancelled review and a line of the access log can be deleted a year later, if the installation has such a rule. The
# moment is compared by the database; SQLite stores times as text in UTC.
A_YEAR_AGO = {"sqlite": "datetime('now', '-365 days')", "postgresql": "(now() - interval '365 days')"}
EXPIRED = f"r.status IN ({CANCELLED_LIST}) AND r.cancelled_at < {{a_year_ago}}"
# Interview notes of a closed review are deleted after a while. Their interview then stores the time, once.
NOTES_ARE_DELETED_NOW = (
    "OLD.notes_deleted_at IS NULL AND NEW.notes_deleted_at IS NOT NULL"
    " AND NOT EXISTS (SELECT 1 FROM reviews_interviewnote n WHERE n.interview_id = OLD.id)"
)
EDITION_IS_FROZEN = (
    f"EXISTS (SELECT 1 FROM reviews_review r WHERE r.edition_id = OLD.id AND r.status IN ({FROZEN_LIST}))"  # noqa: S608
)
HAS_NO_RECORD = (
    f"NEW.status IN ({FROZEN_LIST}) AND NOT EXISTS (SELECT 1 FROM reviews_finalrecord f WHERE f.review_id = NEW.id)"  # noqa: S608
)
ALLOWED_WHEN_FINAL_LIST = ", ".join(f"'{event_type.value}'" for event_type in sorted(ALLOWED_WHEN_FINAL))
IS_ALLOWED_WHEN_FINAL = f"NEW.happening IN ({ALLOWED_WHEN_FINAL_LIST})"
ALLOWED_WHEN_CANCELLED_LIST = ", ".join(f"'{event_type.value}'" for event_type in sorted(ALLOWED_WHEN_CANCELLED))
IS_ALLOWED_WHEN_CANCELLED = f"NEW.happening IN ({ALLOWED_WHEN_CANCELLED_LIST})"
IS_SUPERSEDED_NOW = (
    f"OLD.status = '{Status.FINAL.value}' AND NEW.status = '{Status.SUPERSEDED.value}' AND EXISTS"  # noqa: S608
    f" (SELECT 1 FROM reviews_review c WHERE c.supersedes_id = OLD.id AND c.status IN ({FROZEN_LIST}))"
)
# An organisation is joined to a current one of its network, and only while none is joined to it: no chain, no circle.
IS_JOINED_BADLY = (
    "NEW.joined_to_id IS NOT NULL AND (EXISTS (SELECT 1 FROM reviews_organisation o WHERE o.joined_to_id = NEW.id)"
    " OR NOT EXISTS (SELECT 1 FROM reviews_organisation o"
    " WHERE o.id = NEW.joined_to_id AND o.network_id = NEW.network_id AND o.joined_to_id IS NULL))"
)
JOINED_BADLY = "an organisation is joined to a current one of its network"

# By table: the condition under which a new row would replace the row x, and the condition under which x must stay.
REPLACEMENTS = {
    "reviews_review": (
        "x.id = NEW.id OR x.code = NEW.code"
        f" OR x.supersedes_id = NEW.supersedes_id AND x.status NOT IN ({CANCELLED_LIST})",
        f"x.status IN ({CLOSED_LIST})",
    ),
    "reviews_itemscore": ("x.id = NEW.id", IS_CLOSED.format(row="x")),
    "reviews_reviewevaluator": ("x.id = NEW.id", IS_CLOSED.format(row="x")),
    "reviews_rating": ("x.id = NEW.id", RATED_IS_CLOSED.format(row="x")),
    "reviews_interview": (
        "x.id = NEW.id OR x.code = NEW.code OR x.review_id = NEW.review_id AND x.label = NEW.label",
        IS_CLOSED.format(row="x"),
    ),
    "reviews_interviewnote": (
        "x.id = NEW.id OR x.interview_id = NEW.interview_id AND x.question = NEW.question",
        NOTED_IS_CLOSED.format(row="x"),
    ),
    "reviews_quicknote": ("x.id = NEW.id OR x.code = NEW.code", IS_CLOSED.format(row="x")),
    "reviews_finalrecord": ("x.id = NEW.id OR x.review_id = NEW.review_id", "TRUE"),
    "reviews_reviewevent": (
        "x.id = NEW.id OR x.review_id = NEW.review_id AND x.previous = NEW.previous"
        " OR x.review_id = NEW.review_id AND x.item_number = NEW.item_number AND x.change = NEW.change",
        "TRUE",
    ),
    "reviews_accessevent": ("x.id = NEW.id", "TRUE"),
    "reviews_export": ("x.id = NEW.id", "TRUE"),
    "reviews_actionnote": ("x.id = NEW.id", "TRUE"),
    "reviews_itemcomment": ("x.id = NEW.id OR x.code = NEW.code", "TRUE"),
    "reviews_remark": ("x.id = NEW.id OR x.code = NEW.code", IS_CLOSED.format(row="x")),
    "reviews_reporttext": ("x.id = NEW.id OR x.review_id = NEW.review_id", IS_CLOSED.format(row="x")),
}


# Tables whose rows never change, whatever the status of the review.
APPEND_ONLY = ("reviews_accessevent", "reviews_export", "reviews_actionnote")


def rules(connection: BaseDatabaseWrapper) -> Iterator[TriggerRule]:
    """Yield every rule, with the current columns of the tables."""
    for rule in _rules(connection):
        if connection.vendor == "sqlite" and rule.table in REPLACEMENTS:
            # INSERT OR REPLACE deletes a conflicting row without running its DELETE trigger.
            yield replace(rule, condition=f"{rule.condition} OR {_replaces(rule)}")
        else:
            yield rule


def _replaces(rule: TriggerRule) -> str:
    if rule.event == "DELETE":
        return "FALSE"
    same, stays = REPLACEMENTS[rule.table]
    another = " AND x.id <> OLD.id" if rule.event == "UPDATE" else ""
    return f"EXISTS (SELECT 1 FROM {rule.table} x WHERE ({same}){another} AND {stays})"  # noqa: S608


def _rules(connection: BaseDatabaseWrapper) -> Iterator[TriggerRule]:
    same = _unchanged_but(connection, "reviews_review", "status")
    yield TriggerRule("reviews_review", "INSERT", f"NEW.status IN ({CLOSED_LIST})")
    yield TriggerRule(
        "reviews_review",
        "UPDATE",
        f"OLD.status IN ({CLOSED_LIST}) AND NOT ({IS_SUPERSEDED_NOW} AND {same}) OR {HAS_NO_RECORD}",
    )
    expired = EXPIRED.format(a_year_ago=A_YEAR_AGO[connection.vendor])
    expired_itself = expired.replace("r.", "OLD.")
    yield TriggerRule("reviews_review", "DELETE", f"OLD.status IN ({CLOSED_LIST}) AND NOT ({expired_itself})")
    for table, closed in (
        ("reviews_itemscore", IS_CLOSED),
        ("reviews_reviewevaluator", IS_CLOSED),
        ("reviews_remark", IS_CLOSED),
        ("reviews_reporttext", IS_CLOSED),
        ("reviews_rating", RATED_IS_CLOSED),
    ):
        old, new = closed.format(row="OLD"), closed.format(row="NEW")
        yield TriggerRule(table, "INSERT", new)
        yield TriggerRule(table, "UPDATE", f"{old} OR {new}")
        yield TriggerRule(table, "DELETE", _kept(old, expired))
    yield from _rules_of_interviews(connection, expired)
    yield TriggerRule("reviews_finalrecord", "INSERT", IS_CLOSED.format(row="NEW"))
    yield TriggerRule("reviews_itemcomment", "INSERT", IS_CLOSED.format(row="NEW"))
    yield TriggerRule(
        "reviews_reviewevent",
        "INSERT",
        f"{IS_FROZEN.format(row='NEW')} AND NOT ({IS_ALLOWED_WHEN_FINAL})"
        f" OR {IS_CANCELLED.format(row='NEW')} AND NOT ({IS_ALLOWED_WHEN_CANCELLED})",
    )
    if connection.vendor == "sqlite":
        yield from (TriggerRule(table, "INSERT", "FALSE") for table in APPEND_ONLY)
    is_of_expired = f"EXISTS (SELECT 1 FROM reviews_review r WHERE r.id = OLD.review_id AND {expired})"  # noqa: S608
    is_old = f"OLD.at < {A_YEAR_AGO[connection.vendor]}"
    deletable = {
        "reviews_reviewevent": is_of_expired,
        "reviews_itemcomment": is_of_expired,
        "reviews_accessevent": f"{is_old} OR {is_of_expired}",
    }
    for table in ("reviews_finalrecord", "reviews_reviewevent", "reviews_itemcomment", *APPEND_ONLY):
        yield TriggerRule(table, "UPDATE", "TRUE")
        yield TriggerRule(table, "DELETE", f"NOT ({deletable[table]})" if table in deletable else "TRUE")
    yield TriggerRule("scales_scaleedition", "UPDATE", EDITION_IS_FROZEN)
    yield TriggerRule("scales_scaleedition", "DELETE", EDITION_IS_FROZEN)
    for event in ("INSERT", "UPDATE"):
        yield TriggerRule("reviews_organisation", event, IS_JOINED_BADLY, JOINED_BADLY)


def _kept(closed: str, expired: str) -> str:
    """Return a condition on closed reviews without those that have expired."""
    return f"{closed.removesuffix(')')} AND NOT ({expired}))"


def _rules_of_interviews(connection: BaseDatabaseWrapper, expired: str) -> Iterator[TriggerRule]:
    """Yield the rules for interviews: those of a closed review cannot change, but their notes can be deleted."""
    old, new = IS_CLOSED.format(row="OLD"), IS_CLOSED.format(row="NEW")
    same = _unchanged_but(connection, "reviews_interview", "notes_deleted_at")
    yield TriggerRule("reviews_interview", "INSERT", new)
    yield TriggerRule("reviews_interview", "UPDATE", f"({old} OR {new}) AND NOT ({NOTES_ARE_DELETED_NOW} AND {same})")
    yield TriggerRule("reviews_interview", "DELETE", _kept(old, expired))
    for table, closed in (("reviews_interviewnote", NOTED_IS_CLOSED), ("reviews_quicknote", IS_CLOSED)):
        old, new = closed.format(row="OLD"), closed.format(row="NEW")
        yield TriggerRule(table, "INSERT", new)
        yield TriggerRule(table, "UPDATE", f"{old} OR {new}")


def tables_exist(using: str = DEFAULT_DB_ALIAS) -> bool:
    """Return whether the tables of the rules exist."""
    tables = set(connections[using].introspection.table_names())
    return {*REPLACEMENTS, "reviews_organisation", "scales_scaleedition"} <= tables


def install(using: str = DEFAULT_DB_ALIAS, **_kwargs: Any) -> None:
    """Create or replace every trigger. Does nothing before the tables exist. Connected to post_migrate."""
    connection = connections[using]
    if not tables_exist(using):
        return
    engine, all_rules = engine_of(connection), list(rules(connection))
    statements = [statement for rule in all_rules for statement in engine.create(rule)]
    with connection.cursor() as cursor:
        for statement in statements + engine.create_truncate_triggers({rule.table for rule in all_rules}):
            cursor.execute(statement)


def remove(using: str = DEFAULT_DB_ALIAS) -> None:
    """Drop every trigger, before a migration that rebuilds tables or before a database is emptied."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for table, name in engine_of(connection).installed(cursor):
            cursor.execute(engine_of(connection).drop(table, name))


def remove_before_migration(using: str = DEFAULT_DB_ALIAS, plan: Any = (), **_kwargs: Any) -> None:
    """Drop the triggers on SQLite if there are migrations to apply. Connected to pre_migrate."""
    if plan and connections[using].vendor == "sqlite":
        remove(using)


def faults(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Return the names of triggers that are missing, disabled or altered, and what deceives them (trigger_sql.py).

    If the tables do not exist, the name of one.
    """
    connection = connections[using]
    if not tables_exist(using):
        return ["reviews_review"]
    with connection.cursor() as cursor:
        current = engine_of(connection).current(cursor)
        deceptions = engine_of(connection).deceptions(cursor)
    expected = engine_of(connection).expected(list(rules(connection)))
    return sorted(name for name, definition in expected.items() if current.get(name) != definition) + deceptions


def _unchanged_but(connection: BaseDatabaseWrapper, table: str, column: str) -> str:
    """Return the SQL condition that OLD and NEW differ in no column except `column`."""
    same = "IS" if connection.vendor == "sqlite" else "IS NOT DISTINCT FROM"
    others = (name for name in _columns(connection, table) if name != column)
    return " AND ".join(f'OLD."{name}" {same} NEW."{name}"' for name in others)


def _columns(connection: BaseDatabaseWrapper, table: str) -> list[str]:
    with connection.cursor() as cursor:
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]
