"""The course of a review as one table: statuses, roles, moves. Tables and look-ups only, no database.

Views, templates and services ask this module; nothing else compares statuses. A review in which
each rates alone passes through rating and consensus, one with a common scoring through scoring.
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


class Method(TextChoices):
    """How the evaluators come to their scores."""

    APART = "apart", _("each evaluator rates alone, then consensus")
    TOGETHER = "together", _("one common scoring")


class EvaluatorPart(TextChoices):
    """What a person is in a review: rates it, or was asked to decide where the others do not agree."""

    RATES = "rates", _("evaluator")
    DECIDES = "decides", _("third person")


class Status(TextChoices):
    PLANNED = "planned", _("planned")
    SCORING = "scoring", _("being scored")
    RATING = "rating", _("being rated, each alone")
    CONSENSUS = "consensus", _("in consensus")
    DRAFT = "draft", _("draft report")
    FINAL = "final", _("final")
    SUPERSEDED = "superseded", _("superseded")


class Actor(StrEnum):
    """Who may make a move."""

    EVALUATOR = "evaluator"  # one of the review's evaluators
    COORDINATOR = "coordinator"  # of the organisation's network
    NOBODY = "nobody"  # follows from another move


class Requirement(StrEnum):
    """What a move asks for besides the right person and the right moment."""

    EVERY_SCORE = "every score"
    COMMENT = "comment"
    RECENT_SIGN_IN = "recent sign-in"


@dataclass(frozen=True)
class Transition:
    """One allowed step: who may take it, from any of `sources` to `target`, and what it needs.

    `method` is the one way of scoring that knows the step, None where both do.
    """

    name: str
    label: str | Promise = field(compare=False)  # its hash would be that of the language it is read in
    who: frozenset[Actor]
    sources: frozenset[Status]
    target: Status
    needs: frozenset[Requirement] = frozenset()
    method: Method | None = None

    def starts_from(self, status: str, method: str) -> bool:
        """Return whether a review of that method can take the step from where it is."""
        return status in self.sources and self.method in (None, method)


NOBODY = frozenset({Actor.NOBODY})
ONLY_EVALUATORS = frozenset({Actor.EVALUATOR})
EVALUATORS_AND_COORDINATORS = frozenset({Actor.EVALUATOR, Actor.COORDINATOR})

# The first save starts a review; the last hand-in opens all ratings; finalising a correction supersedes
# what it corrects; a review that was done elsewhere is final as it comes in.
START = Transition(
    "start", _("Start scoring"), NOBODY, frozenset({Status.PLANNED}), Status.SCORING, method=Method.TOGETHER
)
RATE = Transition("rate", _("Start rating"), NOBODY, frozenset({Status.PLANNED}), Status.RATING, method=Method.APART)
COMPARE = Transition("compare", _("Open the ratings"), NOBODY, frozenset({Status.RATING}), Status.CONSENSUS)
DRAFT = Transition(
    "draft",
    _("Hand out as draft report"),
    ONLY_EVALUATORS,
    frozenset({Status.SCORING, Status.CONSENSUS}),
    Status.DRAFT,
    frozenset({Requirement.EVERY_SCORE}),
)
REOPEN = Transition(
    "reopen",
    _("Send back to scoring"),
    EVALUATORS_AND_COORDINATORS,
    frozenset({Status.DRAFT}),
    Status.SCORING,
    frozenset({Requirement.COMMENT}),
    Method.TOGETHER,
)
DISCUSS = Transition(
    "discuss",
    _("Send back to consensus"),
    EVALUATORS_AND_COORDINATORS,
    frozenset({Status.DRAFT}),
    Status.CONSENSUS,
    frozenset({Requirement.COMMENT}),
    Method.APART,
)
FINALISE = Transition(
    "finalise",
    _("Finalise"),
    ONLY_EVALUATORS,
    frozenset({Status.DRAFT}),
    Status.FINAL,
    frozenset({Requirement.EVERY_SCORE, Requirement.RECENT_SIGN_IN}),
)
SUPERSEDE = Transition("supersede", _("Supersede"), NOBODY, frozenset({Status.FINAL}), Status.SUPERSEDED)
IMPORT = Transition("import", _("Import"), NOBODY, frozenset({Status.PLANNED}), Status.FINAL, method=Method.TOGETHER)
# What leads onward comes first on pages.
TRANSITIONS = (START, RATE, COMPARE, DRAFT, FINALISE, REOPEN, DISCUSS, SUPERSEDE, IMPORT)
TRANSITIONS_BY_NAME = {transition.name: transition for transition in TRANSITIONS}
BEGINNINGS = {START.method: START, RATE.method: RATE}

BLIND = frozenset({Status.PLANNED, Status.RATING})  # of reviews rated apart: nobody sees another's ratings
RATINGS_OPEN = frozenset({Status.CONSENSUS})
SCORABLE = frozenset({Status.PLANNED, Status.SCORING, Status.RATING, Status.CONSENSUS})
FROZEN = frozenset({Status.FINAL, Status.SUPERSEDED})  # with a total, a band and a date that no longer change
VALID = frozenset({Status.FINAL})  # counts in trends; a superseded review is read, and counted nowhere
HANDED_OUT = frozenset({Status.DRAFT})
READ_BY_THE_SERVICE = HANDED_OUT | FROZEN
PLANNERS = frozenset({Role.EVALUATOR, Role.COORDINATOR})
MAY_CORRECT = EVALUATORS_AND_COORDINATORS


def allowed_transitions(status: str, method: str, actors: frozenset[Actor]) -> tuple[Transition, ...]:
    """Return what people acting as `actors` can do with a review in `status`, in the table's order."""
    return tuple(
        transition for transition in TRANSITIONS if transition.starts_from(status, method) and transition.who & actors
    )


def is_blind(status: str, method: str) -> bool:
    """Return whether each evaluator's ratings are still for that evaluator only."""
    return method == Method.APART and status in BLIND
