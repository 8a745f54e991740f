"""Querysets that are composed and compiled once, and run many times with other values.

For the statements that pages run at each request, Django needs longer to compose the query and to compile it to SQL
than the database needs to answer it. `prepared` keeps the SQL:

    @prepared
    def reviews_of(evaluator: int, since: date, *, is_open: bool) -> QuerySet[Review]:
        ...

    for review in reviews_of(user.pk, date(2026, 1, 1), is_open=True): ...

Keeps no rows: each call runs the SQL. What differs between calls, such as the person and the time, has to be a value:
anything else that `compose` reads, apart from the active language, is as it was at the first call. Returns lists and
not querysets, because a filter on a prepared queryset would have no effect.
"""

import inspect
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache, wraps
from typing import Any, get_args
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet
from django.utils.translation import get_language

MOST = 200  # statements of one function that a process keeps, those that were used last
# What is in the place of a value while a query is compiled: the first value of each type that no query has otherwise.
# Within the range of every column that keys are compared with. What is compared with a smaller number is keyword-only.
STAND_INS: dict[type, Callable[[int], Any]] = {
    int: lambda place: 2_147_400_000 + place,
    str: lambda place: f"stand-in of value {place}",
    date: lambda place: date(9871, 1, 1 + place),
    datetime: lambda place: datetime(9872, 1, 1 + place, tzinfo=UTC),
    UUID: lambda place: UUID(int=9873 << 96 | place),
}

TIME = re.compile(r"\d{4}-\d\d-\d\d")  # as the text of a date or a time begins


def prepared[Row](compose: Callable[..., QuerySet[Any, Row]]) -> Callable[..., list[Row]]:
    """Return a function that returns the rows of the queryset that `compose` returns.

    Positional parameters of `compose` are values of the SQL: of a type in STAND_INS, and used as they are. Keyword-only
    parameters are hashable and may decide how the query is composed, and so may whether a value is None. That is done
    once for each combination of these and each language, which decides about the order of names, and for each number of
    values if `compose` takes any number.
    """
    signature = inspect.signature(compose)

    @lru_cache(maxsize=MOST)
    def statement(_vendor: str, _language: str | None, given: tuple[bool, ...], **choices: Any) -> _Statement:
        types = enumerate(_types(signature, len(given)))
        stand_ins = [STAND_INS[kind](place) if given[place] else None for place, kind in types]
        return _Statement(compose(*stand_ins, **choices), stand_ins)

    @wraps(compose)
    def rows(*values: Any, **choices: Any) -> list[Row]:
        given = tuple(value is not None for value in values)
        return statement(connections[DEFAULT_DB_ALIAS].vendor, get_language(), given, **choices).rows(values)

    return rows


def _types(signature: inspect.Signature, count: int) -> list[type]:
    """Return the types of `count` positional values, without None. A parameter `*values` takes all that are left."""
    types: list[type] = []
    for parameter in signature.parameters.values():
        kind = next(iter(get_args(parameter.annotation)), parameter.annotation)
        if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
            types += [kind] * (count - len(types))
        elif parameter.kind is not inspect.Parameter.KEYWORD_ONLY:
            types.append(kind)
    return types


def _adapted(value: Any, connection: BaseDatabaseWrapper) -> Any:
    """Return a value as Django passes it to the database."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    if isinstance(value, UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    return value


class _Statement:
    """The SQL of a queryset, with the places of its values."""

    def __init__(self, queryset: QuerySet[Any, Any], stand_ins: list[Any]) -> None:
        connection = connections[DEFAULT_DB_ALIAS]
        self.queryset = queryset
        self.compiler = queryset.query.get_compiler(connection=connection)
        try:
            self.sql, self.parameters = self.compiler.as_sql()
        except EmptyResultSet:
            self.sql, self.parameters = "", ()
        # Converters read nothing of a connection but its settings, so that all connections can share them.
        columns = [column for column, _sql, _alias in self.compiler.select[: self.compiler.col_count]]
        self.converters = self.compiler.get_converters(columns)
        adapted = {_adapted(value, connection): number for number, value in enumerate(stand_ins) if value is not None}
        self.places = [
            (place, adapted[parameter]) for place, parameter in enumerate(self.parameters) if parameter in adapted
        ]
        if self.sql and {number for _place, number in self.places} != set(adapted.values()):
            raise TypeError("Each positional parameter of a prepared queryset must become a parameter of its SQL.")
        if any(TIME.match(str(parameter)) for parameter in self.parameters if parameter not in adapted):
            raise TypeError("A prepared queryset must not read the clock: hand over the time as a value.")

    def rows(self, values: tuple[Any, ...]) -> list[Any]:
        """Run the SQL with values and return its rows, as the queryset would."""
        if not self.sql:
            return []
        connection = connections[DEFAULT_DB_ALIAS]
        parameters = list(self.parameters)
        for place, number in self.places:
            parameters[place] = _adapted(values[number], connection)
        compiler = _copy_with(
            self.compiler,
            connection=connection,
            as_sql=lambda *_arguments, **_options: (self.sql, tuple(parameters)),
            get_converters=lambda _columns: self.converters,
        )
        return list(_copy_with(self.queryset, _query=_Compiled(self.queryset.query, compiler)))


def _copy_with[Copied](original: Copied, **changes: Any) -> Copied:
    """Return a shallow copy with other attributes."""
    copied = object.__new__(type(original))
    copied.__dict__ = original.__dict__ | changes
    return copied


class _Compiled:
    """A query whose compiler has its SQL already."""

    def __init__(self, query: Any, compiler: Any) -> None:
        self.query, self.compiler = query, compiler

    def get_compiler(self, *_arguments: Any, **_options: Any) -> Any:
        """Return the compiler, whatever the database."""
        return self.compiler

    def __getattr__(self, name: str) -> Any:
        return getattr(self.query, name)
