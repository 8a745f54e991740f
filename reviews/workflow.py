"""The course of a review as one table: statuses, roles, moves. Tables and look-ups only, no database.

Views, templates and services ask this module; nothing else compares statuses. Rating apart and
agreeing will be one more status between scoring and the draft report.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What a member does in a network. Administrators have no role here: they run the installation."""

    EVALUATOR = "evaluator", _("evaluator")
    TEAM_LEADER = "team_leader", _("team leader")
    COORDINATOR = "coordinator", _("coordinator")


class Kind(TextChoices):
    """Who looks at the programme. Every figure names it; kinds are never mixed silently."""

    INDEPENDENT = "independent", _("independent review")
    PEER = "peer", _("peer review")
    GUIDED_SELF = "guided_self", _("guided self-assessment")
    SELF = "self", _("self-assessment")


FROM_OUTSIDE = frozenset({Kind.INDEPENDENT, Kind.PEER})  # kinds that people of the organisation do not do


class Status(TextChoices):
    PLANNED = "planned", _("planned")
    SCORING = "scoring", _("being scored")
    DRAFT = "draft", _("draft report")
    FINAL = "final", _("final")
    SUPERSEDED = "superseded", _("superseded")


class Party(StrEnum):
    """Who may make a move."""

    ITS_EVALUATOR = "its evaluator"  # one of the review's evaluators
    COORDINATOR = "coordinator"  # of the organisation's network
    NOBODY = "nobody"  # follows from another move


class Need(StrEnum):
    """What a move asks for besides the right person and the right moment."""

    EVERY_SCORE = "every score"
    COMMENT = "comment"
    RECENT_SIGN_IN = "recent sign-in"


@dataclass(frozen=True)
class Move:
    """One allowed step: who may take it, from any of `sources` to `target`, and what it needs."""

    name: str
    label: str | Promise = field(compare=False)  # its hash would be that of the language it is read in
    who: frozenset[Party]
    sources: frozenset[Status]
    target: Status
    needs: frozenset[Need] = frozenset()


NOBODY = frozenset({Party.NOBODY})
ITS_EVALUATORS = frozenset({Party.ITS_EVALUATOR})
ITS_EVALUATORS_AND_COORDINATORS = frozenset({Party.ITS_EVALUATOR, Party.COORDINATOR})

# The first save starts a review; finalising a correction supersedes what it corrects.
START = Move("start", _("Start scoring"), NOBODY, frozenset({Status.PLANNED}), Status.SCORING)
DRAFT = Move(
    "draft",
    _("Hand out as draft report"),
    ITS_EVALUATORS,
    frozenset({Status.SCORING}),
    Status.DRAFT,
    frozenset({Need.EVERY_SCORE}),
)
REOPEN = Move(
    "reopen",
    _("Send back to scoring"),
    ITS_EVALUATORS_AND_COORDINATORS,
    frozenset({Status.DRAFT}),
    Status.SCORING,
    frozenset({Need.COMMENT}),
)
FINALISE = Move(
    "finalise",
    _("Finalise"),
    ITS_EVALUATORS,
    frozenset({Status.DRAFT}),
    Status.FINAL,
    frozenset({Need.EVERY_SCORE, Need.RECENT_SIGN_IN}),
)
SUPERSEDE = Move("supersede", _("Supersede"), NOBODY, frozenset({Status.FINAL}), Status.SUPERSEDED)
TRANSITIONS = (START, DRAFT, FINALISE, REOPEN, SUPERSEDE)  # what leads onward comes first on pages
MOVES = {move.name: move for move in TRANSITIONS}

SCORABLE = frozenset({Status.PLANNED, Status.SCORING})
FROZEN = frozenset({Status.FINAL, Status.SUPERSEDED})  # with a total, a band and a date that no longer change
VALID = frozenset({Status.FINAL})  # counts in trends; a superseded review is read, and counted nowhere
HANDED_OUT = frozenset({Status.DRAFT})
READ_BY_THE_SERVICE = HANDED_OUT | FROZEN
PLANNERS = frozenset({Role.EVALUATOR, Role.COORDINATOR})
MAY_CORRECT = ITS_EVALUATORS_AND_COORDINATORS


def allowed_moves(status: str, parties: frozenset[Party]) -> tuple[Move, ...]:
    """Return what people of `parties` can do with a review in `status`, in the table's order."""
    return tuple(move for move in TRANSITIONS if status in move.sources and move.who & parties)
