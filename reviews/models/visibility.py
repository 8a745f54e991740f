"""Who may know of a review, and what they are to it, as conditions of the database. The only place that says so.

Written as SQL because every page of a review asks it, and composing it anew from query objects
takes longer than the rest of the page's queries together. Columns of the review come from the
query that uses the condition, so it holds under any alias.
"""

from string import Formatter
from typing import TYPE_CHECKING, Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Func
from django.db.models.lookups import Exact
from django.db.models.sql.compiler import SQLCompiler

from reviews.workflow import FROZEN, READ_BY_THE_SERVICE, Role

if TYPE_CHECKING:
    from reviews.models.organisations import User

# With `+` a membership is looked for among those of the person, not among the hundreds of a network. With OFFSET 0
# PostgreSQL asks about one review at a time: else it may answer for all of them first and sort them then.
# Who is named as evaluator takes part as long as they are an evaluator of the network.
TAKES_PART = """EXISTS (
    SELECT 1 FROM reviews_reviewevaluator e JOIN reviews_organisation o ON o.id = {organisation}
    JOIN reviews_membership m ON +m.network_id = o.network_id AND m.user_id = e.user_id
    WHERE e.review_id = {pk} AND e.user_id = {user} AND m.role = {evaluator} LIMIT 1 OFFSET 0)"""

HANDED_IN = """EXISTS (
    SELECT 1 FROM reviews_reviewevaluator e
    WHERE e.review_id = {pk} AND e.user_id = {user} AND e.submitted_at IS NOT NULL)"""

INTERVIEWED = "EXISTS (SELECT 1 FROM reviews_interview i WHERE i.review_id = {pk})"

COORDINATES = """EXISTS (
    SELECT 1 FROM reviews_organisation o JOIN reviews_membership m ON +m.network_id = o.network_id
    WHERE o.id = {organisation} AND m.user_id = {user} AND m.role = {coordinator} LIMIT 1 OFFSET 0)"""

MAY_KNOW = """EXISTS (
    SELECT 1 FROM reviews_organisation o JOIN reviews_membership m ON +m.network_id = o.network_id
    WHERE o.id = {organisation} AND m.user_id = {user} AND (
        m.role = {coordinator}
        OR m.role = {evaluator} AND ({created_by} = m.user_id OR EXISTS (
            SELECT 1 FROM reviews_reviewevaluator e WHERE e.review_id = {pk} AND e.user_id = m.user_id))
        OR m.role = {team_leader} AND m.organisation_id = o.id AND {status} IN ({handed_out})
    ) LIMIT 1 OFFSET 0)"""

# What a person may know of who coordinates nothing lies among these few, which indexes find: nobody needs to be asked
# about all the others. It says no more than MAY_KNOW, and is asked beside it.
COULD_KNOW = """{pk} IN (
    SELECT e.review_id FROM reviews_reviewevaluator e WHERE e.user_id = {user}
    UNION SELECT r.id FROM reviews_review r WHERE r.created_by_id = {user}
    UNION SELECT r.id FROM reviews_review r JOIN reviews_membership m ON m.organisation_id = r.organisation_id
        WHERE m.user_id = {user} AND m.role = {team_leader})"""

# Word by word the condition of the index `review_open`: SQLite takes an index with a condition only then.
IS_OPEN = "NOT ({status} IN (FROZEN))".replace("FROZEN", ", ".join(f"'{each.value}'" for each in sorted(FROZEN)))


class Truth(BooleanField):
    """A condition stands in WHERE by itself. Django writes `… = True` on SQLite, and then no index serves it."""


@Truth.register_lookup
class IsTrue(Exact):
    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str | int, ...]]:
        said, values = self.process_lhs(compiler, connection)
        return (said if self.rhs else f"NOT ({said})"), tuple(values)


class Condition(Func):
    """A text of SQL that is true or false of a row, with named slots in braces.

    A slot named in `values` becomes a parameter wherever it occurs, a tuple becomes several, separated by commas.
    Every other slot is a field of the row.
    """

    output_field = Truth()

    def __init__(self, text: str, **values: str | int | tuple[str, ...]) -> None:
        self.pieces = [(before, slot) for before, slot, _spec, _conversion in Formatter().parse(text)]
        self.values = {name: value if isinstance(value, tuple) else (value,) for name, value in values.items()}
        self.columns = list(dict.fromkeys(slot for _before, slot in self.pieces if slot and slot not in values))
        super().__init__(*map(F, self.columns))

    def as_sql(
        self,
        compiler: SQLCompiler,
        connection: BaseDatabaseWrapper,
        function: str | None = None,
        template: str | None = None,
        arg_joiner: str | None = None,
        **extra_context: Any,
    ) -> tuple[str, tuple[str | int, ...]]:
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


def takes_part(user: "User") -> Condition:
    """Return what is true of the reviews that a person is an evaluator of."""
    return Condition(TAKES_PART, user=user.pk, evaluator=Role.EVALUATOR.value)


def has_submitted(user: "User") -> Condition:
    """Return what is true of the reviews for which a person has handed in their own ratings."""
    return Condition(HANDED_IN, user=user.pk)


def has_interviews() -> Condition:
    """Return what is true of the reviews for which somebody has been interviewed."""
    return Condition(INTERVIEWED)


def coordinates(user: "User") -> Condition:
    """Return what is true of the reviews whose network a person coordinates."""
    return Condition(COORDINATES, user=user.pk, coordinator=Role.COORDINATOR.value)


def may_know(user: "User") -> Condition:
    """Return what is true of the reviews that a person may know of.

    Coordinators: all of their network. Evaluators: those they take part in or created, while
    they belong to the organisation's network. Team leaders: those of their organisation
    that were handed out, as draft report or final.
    """
    return Condition(
        MAY_KNOW,
        user=user.pk,
        coordinator=Role.COORDINATOR.value,
        evaluator=Role.EVALUATOR.value,
        team_leader=Role.TEAM_LEADER.value,
        handed_out=tuple(sorted(status.value for status in READ_BY_THE_SERVICE)),
    )


def could_know(user: "User") -> Condition:
    """Return what is true of all reviews that a person who coordinates nothing may know of, and of some others."""
    return Condition(COULD_KNOW, user=user.pk, team_leader=Role.TEAM_LEADER.value)


def is_open() -> Condition:
    """Return what is true of the reviews that are not finished."""
    return Condition(IS_OPEN)
