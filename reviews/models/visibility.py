"""Who may know of a review, and in which capacities, as database conditions. No other module decides this.

The conditions are raw SQL, because every page of a review runs them and composing them from query objects would take
longer than all other queries of the page together. The columns of the review come from the query that uses a
condition, so that it works under any table alias.
"""

from collections.abc import Iterable
from string import Formatter
from typing import TYPE_CHECKING, Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BigIntegerField, BooleanField, F, Func
from django.db.models.lookups import Exact, In
from django.db.models.sql.compiler import SQLCompiler

from reviews.workflow import CLOSED, READ_BY_THE_SERVICE, Method, Role

if TYPE_CHECKING:
    from reviews.models.organisations import User

# The `+` prevents the use of the index on the network, so that the database searches the few memberships of the person
# and not the hundreds of a network. `OFFSET 0` makes PostgreSQL evaluate the subquery for one review at a time. Without
# it, PostgreSQL may evaluate the subquery for all reviews first and sort them afterwards.
# An evaluator of a review takes part only while they have the role of an evaluator in the network.
TAKES_PART = """EXISTS (
    SELECT 1 FROM reviews_reviewevaluator e JOIN reviews_organisation o ON o.id = {organisation}
    JOIN reviews_membership m ON +m.network_id = o.network_id AND m.user_id = e.user_id
    WHERE e.review_id = {pk} AND e.user_id = {user} AND m.role = {evaluator} LIMIT 1 OFFSET 0)"""

HAS_SUBMITTED = """EXISTS (
    SELECT 1 FROM reviews_reviewevaluator e
    WHERE e.review_id = {pk} AND e.user_id = {user} AND e.submitted_at IS NOT NULL)"""

HAS_INTERVIEWS = """(
    EXISTS (SELECT 1 FROM reviews_interview i WHERE i.review_id = {pk})
    OR EXISTS (SELECT 1 FROM reviews_quicknote q WHERE q.review_id = {pk}))"""

COORDINATES = """EXISTS (
    SELECT 1 FROM reviews_organisation o JOIN reviews_membership m ON +m.network_id = o.network_id
    WHERE o.id = {organisation} AND m.user_id = {user} AND m.role = {coordinator} LIMIT 1 OFFSET 0)"""

LEADS = """EXISTS (
    SELECT 1 FROM reviews_membership m JOIN reviews_organisation l ON l.id = m.organisation_id
    JOIN reviews_organisation o ON o.id = {organisation}
    WHERE m.user_id = {user} AND m.role = {team_leader}
    AND COALESCE(l.joined_to_id, l.id) = COALESCE(o.joined_to_id, o.id) LIMIT 1 OFFSET 0)"""

MAY_KNOW = """EXISTS (
    SELECT 1 FROM reviews_organisation o JOIN reviews_membership m ON +m.network_id = o.network_id
    WHERE o.id = {organisation} AND m.user_id = {user} AND (
        m.role = {coordinator}
        OR m.role = {evaluator} AND ({created_by} = m.user_id OR EXISTS (
            SELECT 1 FROM reviews_reviewevaluator e WHERE e.review_id = {pk} AND e.user_id = m.user_id))
        OR m.role = {team_leader} AND {status} IN ({handed_out}) AND COALESCE(o.joined_to_id, o.id) = (
            SELECT COALESCE(l.joined_to_id, l.id) FROM reviews_organisation l WHERE l.id = m.organisation_id)
    ) LIMIT 1 OFFSET 0)"""

# Index-friendly superset of MAY_KNOW for people who coordinate no network. It is used together with MAY_KNOW.
COULD_KNOW = """{pk} IN (
    SELECT e.review_id FROM reviews_reviewevaluator e WHERE e.user_id = {user}
    UNION SELECT r.id FROM reviews_review r WHERE r.created_by_id = {user}
    UNION SELECT r.id FROM reviews_membership m JOIN reviews_organisation l ON l.id = m.organisation_id
        JOIN reviews_organisation o ON o.id = COALESCE(l.joined_to_id, l.id)
            OR o.joined_to_id = COALESCE(l.joined_to_id, l.id)
        JOIN reviews_review r ON r.organisation_id = o.id
        WHERE m.user_id = {user} AND m.role = {team_leader})"""

# The exact text of the condition of the index `review_open`: SQLite uses a partial index only then.
IS_OPEN = "NOT ({status} IN (CLOSED))".replace("CLOSED", ", ".join(f"'{status.value}'" for status in sorted(CLOSED)))

# The same of the index `review_apart`.
IS_RATED_APART = f"{{method}} = '{Method.APART.value}'"


class ConditionField(BooleanField):
    """The type of a Condition, with a lookup of its own."""


@ConditionField.register_lookup
class IsTrue(Exact):
    """Writes the bare condition. Django writes `condition = True` on SQLite, for which SQLite uses no index."""

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str | int, ...]]:
        """Return the SQL of the condition, negated for False."""
        condition, parameters = self.process_lhs(compiler, connection)
        return (condition if self.rhs else f"NOT ({condition})"), tuple(parameters)


class Condition(Func):
    """A boolean SQL expression with named slots in braces.

    A slot that is named in `values` becomes a query parameter; a tuple becomes several parameters, separated by commas.
    Every other slot is a field of the row, or of the row that the lookup `path` leads to, as "review__".
    """

    output_field = ConditionField()

    def __init__(self, text: str, *, path: str = "", **values: str | int | tuple[str, ...]) -> None:
        self.pieces = [(before, slot) for before, slot, _spec, _conversion in Formatter().parse(text)]
        self.values = {name: value if isinstance(value, tuple) else (value,) for name, value in values.items()}
        self.columns = list(dict.fromkeys(slot for _before, slot in self.pieces if slot and slot not in values))
        super().__init__(*(F(f"{path}{column}") for column in self.columns))

    def as_sql(
        self,
        compiler: SQLCompiler,
        connection: BaseDatabaseWrapper,
        function: str | None = None,
        template: str | None = None,
        arg_joiner: str | None = None,
        **extra_context: Any,
    ) -> tuple[str, tuple[str | int, ...]]:
        """Return the SQL with the columns and parameters in their slots."""
        compiled = (compiler.compile(expression)[0] for expression in self.get_source_expressions())
        columns = dict(zip(self.columns, compiled, strict=True))
        sql, parameters = "", list[str | int]()
        for before, slot in self.pieces:
            sql += before
            if slot in self.values:
                sql += ", ".join(["%s"] * len(self.values[slot]))
                parameters += self.values[slot]
            elif slot:
                sql += columns[slot]
        return sql, tuple(parameters)


def takes_part(user: "User", *, path: str = "") -> Condition:
    """Return the condition that a person is an evaluator of the review and of its network."""
    return Condition(TAKES_PART, path=path, user=user.pk, evaluator=Role.EVALUATOR.value)


def has_submitted(user: "User") -> Condition:
    """Return the condition that a person has submitted their ratings of the review."""
    return Condition(HAS_SUBMITTED, user=user.pk)


def has_interviews() -> Condition:
    """Return the condition that the review has an interview or a quick note."""
    return Condition(HAS_INTERVIEWS)


def coordinates(user: "User", *, path: str = "") -> Condition:
    """Return the condition that a person coordinates the review's network."""
    return Condition(COORDINATES, path=path, user=user.pk, coordinator=Role.COORDINATOR.value)


def leads(user: "User", *, path: str = "") -> Condition:
    """Return the condition that a person is a team leader of the reviewed organisation."""
    return Condition(LEADS, path=path, user=user.pk, team_leader=Role.TEAM_LEADER.value)


def may_know(user: "User", *, path: str = "") -> Condition:
    """Return the condition that a person may know of the review.

    - Coordinators: every review of their network.
    - Evaluators: the reviews of their network that they evaluate or have created.
    - Team leaders: the reviews of their organisation that are final or handed out as a draft report. Organisations
      that were joined are one.
    """
    return Condition(
        MAY_KNOW,
        path=path,
        user=user.pk,
        coordinator=Role.COORDINATOR.value,
        evaluator=Role.EVALUATOR.value,
        team_leader=Role.TEAM_LEADER.value,
        handed_out=tuple(sorted(status.value for status in READ_BY_THE_SERVICE)),
    )


def could_know(user: "User", *, path: str = "") -> Condition:
    """Return an index-friendly superset of `may_know()`, for users who coordinate no network."""
    return Condition(COULD_KNOW, path=path, user=user.pk, team_leader=Role.TEAM_LEADER.value)


class Unindexed(Func):
    """A column for which SQLite uses no index. PostgreSQL chooses by its statistics, which it has for columns only."""

    arity = 1
    output_field = BigIntegerField()
    template = "%(expressions)s"

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra_context: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        """Return the column with a `+`."""
        return self.as_sql(compiler, connection, template="+%(expressions)s", **extra_context)


def of_networks(networks: Iterable[int], *, path: str = "") -> In:
    """Return the condition that the review is of one of these networks, for lists along the index of what is due.

    SQLite would search all reviews of a network for the few that are open.
    """
    return In(Unindexed(F(f"{path}organisation__network")), tuple(networks))


def is_open(*, path: str = "") -> Condition:
    """Return the condition that the review is neither finished nor cancelled, in the form that uses `review_open`."""
    return Condition(IS_OPEN, path=path)


def is_rated_apart() -> Condition:
    """Return the condition that each evaluator rates alone, in the form that uses the index `review_apart`."""
    return Condition(IS_RATED_APART)
