"""The SQL of triggers in SQLite and PostgreSQL. The rules that they enforce are in protection.py."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.backends.base.base import BaseDatabaseWrapper

REFUSAL = "a final review and every event stay as they are"
PREFIX = "ips_"


@dataclass(frozen=True)
class TriggerRule:
    """Refuse `event` (INSERT, UPDATE or DELETE) on `table` if `condition` is true for the rows OLD and NEW.

    `refusal` is the message of the database error.
    """

    table: str
    event: str
    condition: str
    refusal: str = REFUSAL

    @property
    def name(self) -> str:
        """The name of the trigger. Existing databases have it: do not change how it is made."""
        return f"{PREFIX}{self.table}_{self.event}".lower()


class SQLite:
    """Triggers in SQLite."""

    @staticmethod
    def body(rule: TriggerRule) -> str:
        """Return the statement that creates a trigger, which SQLite stores as it is."""
        return (
            f"CREATE TRIGGER {rule.name} BEFORE {rule.event} ON {rule.table} WHEN {rule.condition}"
            f" BEGIN SELECT RAISE(ABORT, '{rule.refusal}'); END"
        )

    @classmethod
    def create(cls, rule: TriggerRule) -> list[str]:
        """Return the statements that create or replace a trigger."""
        return [cls.drop(rule.table, rule.name), cls.body(rule)]

    @staticmethod
    def create_truncate_triggers(tables: set[str]) -> list[str]:
        """Return no statements: SQLite has no TRUNCATE."""
        return []

    @staticmethod
    def drop(_table: str, name: str) -> str:
        """Return the statement that drops a trigger."""
        return f"DROP TRIGGER IF EXISTS {name}"

    @staticmethod
    def installed(cursor: Any) -> list[tuple[str, str]]:
        """Return table and name of our triggers."""
        cursor.execute(
            "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'ips\\_%' ESCAPE '\\'"
        )
        return list(cursor.fetchall())

    @staticmethod
    def current(cursor: Any) -> dict[str, Any]:
        """Return the definitions of the existing triggers by name."""
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        return dict(cursor.fetchall())

    @staticmethod
    def deceptions(_cursor: Any) -> list[str]:
        """Return nothing: SQLite has neither row security nor operators of its users."""
        return []

    @classmethod
    def expected(cls, rules: list[TriggerRule]) -> dict[str, Any]:
        """Return the definitions that the triggers of the rules should have, comparable with `current`."""
        return {rule.name: cls.body(rule) for rule in rules}


class PostgreSQL:
    """Triggers in PostgreSQL, each with a function of the same name."""

    # The bits of pg_trigger.tgtype, which encode when a trigger fires.
    BEFORE, BEFORE_ROW, TRUNCATE = 2, 3, 32
    EVENT: ClassVar = {"INSERT": 4, "DELETE": 8, "UPDATE": 16}
    # A temporary table must not hide one of the application's, so pg_temp is searched last.
    PATH = "SET search_path = public, pg_temp"
    REFUSE = f" BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'check_violation'; END "

    @staticmethod
    def body(rule: TriggerRule) -> str:
        """Return the body of the trigger's function."""
        return (
            f" BEGIN IF {rule.condition} THEN"
            f" RAISE EXCEPTION '{rule.refusal}' USING ERRCODE = 'check_violation'; END IF;"
            f" RETURN {'OLD' if rule.event == 'DELETE' else 'NEW'}; END "
        )

    @classmethod
    def create(cls, rule: TriggerRule) -> list[str]:
        """Return the statements that create or replace a trigger and its function."""
        return [
            cls.function(rule.name, cls.body(rule)),
            f"CREATE OR REPLACE TRIGGER {rule.name} BEFORE {rule.event} ON {rule.table}"
            f" FOR EACH ROW EXECUTE FUNCTION {rule.name}()",
        ]

    @classmethod
    def function(cls, name: str, body: str) -> str:
        """Return the statement that creates or replaces the function of a trigger."""
        return f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql {cls.PATH} AS $${body}$$"

    @classmethod
    def create_truncate_triggers(cls, tables: set[str]) -> list[str]:
        """Return the statements that create triggers against TRUNCATE, for which row triggers do not run."""
        return [cls.function(f"{PREFIX}truncate", cls.REFUSE)] + [
            f"CREATE OR REPLACE TRIGGER {PREFIX}{table}_truncate BEFORE TRUNCATE ON {table}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {PREFIX}truncate()"
            for table in sorted(tables)
        ]

    @staticmethod
    def drop(table: str, name: str) -> str:
        """Return the statement that drops a trigger."""
        return f"DROP TRIGGER IF EXISTS {name} ON {table}"

    @staticmethod
    def installed(cursor: Any) -> list[tuple[str, str]]:
        """Return table and name of our triggers."""
        cursor.execute(
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE t.tgname LIKE 'ips\\_%' AND pg_table_is_visible(c.oid)"
        )
        return list(cursor.fetchall())

    @staticmethod
    def current(cursor: Any) -> dict[str, Any]:
        """Return table, type, function body and settings of the enabled triggers by name."""
        cursor.execute(
            "SELECT t.tgname, c.relname, t.tgtype, p.prosrc, p.proconfig::text FROM pg_trigger t"
            " JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND t.tgqual IS NULL AND t.tgattr::text = ''"
            " AND pg_table_is_visible(c.oid)"
        )
        return {name: tuple(definition) for name, *definition in cursor.fetchall()}

    @staticmethod
    def deceptions(cursor: Any) -> list[str]:
        """Return what makes the conditions of the triggers false although the triggers are as they should be.

        Row security hides rows from a condition. An operator in the schema of the tables that fits the types of two
        columns better is used instead of PostgreSQL's.
        """
        cursor.execute(
            "SELECT 'row security of ' || relname FROM pg_class"
            " WHERE (relrowsecurity OR relforcerowsecurity) AND relnamespace = 'public'::regnamespace"
            " UNION SELECT 'operator ' || o.oprname || ' in public' FROM pg_operator o"
            " JOIN pg_type l ON l.oid = o.oprleft JOIN pg_type r ON r.oid = o.oprright"
            " WHERE o.oprnamespace = 'public'::regnamespace AND o.oprname IN ('=', '<>', '<', '>', '<=', '>=')"
            " AND 'pg_catalog'::regnamespace IN (l.typnamespace, r.typnamespace)"
            " ORDER BY 1"
        )
        return [fault for (fault,) in cursor.fetchall()]

    @classmethod
    def expected(cls, rules: list[TriggerRule]) -> dict[str, Any]:
        """Return the definitions that the triggers of the rules should have, comparable with `current`."""
        path = '{"search_path=public, pg_temp"}'
        for_rows = {
            rule.name: (rule.table, cls.BEFORE_ROW | cls.EVENT[rule.event], cls.body(rule), path) for rule in rules
        }
        for_truncate = (cls.BEFORE | cls.TRUNCATE, cls.REFUSE, path)
        return for_rows | {f"{PREFIX}{rule.table}_truncate": (rule.table, *for_truncate) for rule in rules}


def engine_of(connection: BaseDatabaseWrapper) -> type[SQLite] | type[PostgreSQL]:
    """Return the class for the connection's database."""
    engines: dict[str, type[SQLite] | type[PostgreSQL]] = {"sqlite": SQLite, "postgresql": PostgreSQL}
    return engines[connection.vendor]
