"""Who may know of a review, as one condition of the database. The only place that says so.

Written as SQL because every page of a review asks it and composing it anew from query objects
costs more than the rest of the page's queries together. Columns of the review come from the
query that uses the condition, so it holds under any alias.
"""

from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, F, Func
from django.db.models.sql.compiler import SQLCompiler

from reviews.workflow import READ_BY_THE_SERVICE, Role

if TYPE_CHECKING:
    from reviews.models.organisations import User


class TakesPart(Func):
    """True where the person is one of the review's evaluators."""

    output_field = BooleanField()
    sql = "EXISTS (SELECT 1 FROM reviews_reviewevaluator e WHERE e.review_id = {pk} AND e.user_id = %s)"

    def __init__(self, user: "User") -> None:
        super().__init__(F("pk"))
        self.user_id = user.pk

    def as_sql(self, compiler: SQLCompiler, connection: Any, **context: Any) -> tuple[str, list[Any]]:
        (pk,) = (compiler.compile(column)[0] for column in self.get_source_expressions())
        return self.sql.format(pk=pk), [self.user_id]


class MayKnow(Func):
    """True where the person may know of the review.

    Evaluators: those they take part in or created, while they belong to the organisation's
    network. Team leaders: the finished ones of their organisation. Coordinators: all of the network.
    """

    output_field = BooleanField()
    sql = """EXISTS (
        SELECT 1 FROM reviews_organisation o JOIN reviews_membership m ON m.network_id = o.network_id
        WHERE o.id = {organisation} AND m.user_id = %s AND (
            m.role = %s
            OR m.role = %s AND ({created_by} = m.user_id OR EXISTS (
                SELECT 1 FROM reviews_reviewevaluator e WHERE e.review_id = {pk} AND e.user_id = m.user_id))
            OR m.role = %s AND m.organisation_id = o.id AND {status} IN ({finished})
        ))"""

    def __init__(self, user: "User") -> None:
        super().__init__(F("pk"), F("organisation"), F("created_by"), F("status"))
        self.user_id = user.pk

    def as_sql(self, compiler: SQLCompiler, connection: Any, **context: Any) -> tuple[str, list[Any]]:
        columns = [compiler.compile(column)[0] for column in self.get_source_expressions()]
        names = dict(zip(("pk", "organisation", "created_by", "status"), columns, strict=True))
        finished = sorted(READ_BY_THE_SERVICE)
        sql = self.sql.format(**names, finished=", ".join(["%s"] * len(finished)))
        roles = [Role.COORDINATOR.value, Role.EVALUATOR.value, Role.TEAM_LEADER.value]
        return sql, [self.user_id, *roles, *(status.value for status in finished)]
