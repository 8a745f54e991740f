"""The workflow of a review as a table: statuses, roles and transitions. No database access.

No other module compares statuses. A review in which each evaluator rates alone passes through rating and consensus; a
review with one common scoring passes through scoring.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """The role of a membership. Administrators have no role: they run the installation."""

    EVALUATOR = "evaluator", _("evaluator")
    TEAM_LEADER = "team_leader", _("team leader")
    COORDINATOR = "coordinator", _("coordinator")


class Kind(TextChoices):
    """Who reviews the programme. Every figure names the kind, and figures of different kinds are never mixed."""

    INDEPENDENT = "independent", _("independent review")
    PEER = "peer", _("peer review")
    GUIDED_SELF = "guided_self", _("guided self-assessment")
    SELF = "self", _("self-assessment")


FROM_OUTSIDE = frozenset({Kind.INDEPENDENT, Kind.PEER})  # nobody from the organisation evaluates these


class Method(TextChoices):
    """How the evaluators come to their scores."""

    APART = "apart", _("each evaluator rates alone, then consensus")
    TOGETHER = "together", _("one common scoring")


class EvaluatorPart(TextChoices):
    """What a person does in a review: rate it, or decide the items on which the evaluators disagree."""

    RATES = "rates", _("evaluator")
    DECIDES = "decides", _("third person")


class Status(TextChoices):
    """The status of a review, in the order in which a review passes through them. An open review can be cancelled."""

    PLANNED = "planned", _("planned")
    SCORING = "scoring", _("being scored")
    RATING = "rating", _("being rated, each alone")
    CONSENSUS = "consensus", _("in consensus")
    DRAFT = "draft", _("draft report")
    FINAL = "final", _("final")
    SUPERSEDED = "superseded", _("superseded")
    CANCELLED = "cancelled", _("cancelled")


# The stored status of a review whose import is under way. It is no Status, because nobody sees such a review:
# `Review.objects` leaves it out (reviews/models/review_querysets.py).
IMPORTING = "importing"


class Stage(TextChoices):
    """A stage of a review's course, in order. Some statuses share one, and a cancelled review has none."""

    PLANNED = "planned", _("Planned")
    SCORING = "scoring", _("Scoring")
    CONSENSUS = "consensus", _("Consensus")
    DRAFT = "draft", _("Draft report")
    FINAL = "final", _("Final")


STAGE_OF = {
    Status.PLANNED: Stage.PLANNED,
    Status.SCORING: Stage.SCORING,
    Status.RATING: Stage.SCORING,
    Status.CONSENSUS: Stage.CONSENSUS,
    Status.DRAFT: Stage.DRAFT,
    Status.FINAL: Stage.FINAL,
    Status.SUPERSEDED: Stage.FINAL,
}


class Actor(StrEnum):
    """A capacity in which a person acts on a review. It decides who may make a transition."""

    EVALUATOR = "evaluator"  # of this review
    COORDINATOR = "coordinator"  # of the organisation's network
    NOBODY = "nobody"  # services make the transition as part of another change


class Requirement(StrEnum):
    """A condition of a transition, in addition to its actors and sources."""

    EVERY_SCORE = "every score"
    COMMENT = "comment"
    RECENT_SIGN_IN = "recent sign-in"


@dataclass(frozen=True)
class Transition:
    """An allowed change of status from any of `sources` to `target`, the `actors` who may make it, and what it `needs`.

    `method` is the only method that has the transition, None if both have it.
    """

    name: str
    label: str | Promise = field(compare=False)  # its hash depends on the active language
    actors: frozenset[Actor]
    sources: frozenset[Status]
    target: Status
    needs: frozenset[Requirement] = frozenset()
    method: Method | None = None

    def starts_from(self, status: str, method: str) -> bool:
        """Return whether a review with this status and method can make the transition."""
        return status in self.sources and self.method in (None, method)


NOBODY = frozenset({Actor.NOBODY})
ONLY_EVALUATORS = frozenset({Actor.EVALUATOR})
EVALUATORS_AND_COORDINATORS = frozenset({Actor.EVALUATOR, Actor.COORDINATOR})

OPEN = frozenset({Status.PLANNED, Status.SCORING, Status.RATING, Status.CONSENSUS, Status.DRAFT})

# START and RATE happen at the first save, COMPARE when the last evaluator submits, SUPERSEDE when a correction is
# finalised, IMPORT when a review that was done elsewhere is imported. CANCEL and WITHDRAW, which is the same for a
# correction, have a page of their own (reviews/conduct/cancelling.py).
START = Transition(
    "start", _("Start scoring"), NOBODY, frozenset({Status.PLANNED}), Status.SCORING, method=Method.TOGETHER
)
RATE = Transition("rate", _("Start rating"), NOBODY, frozenset({Status.PLANNED}), Status.RATING, method=Method.APART)
COMPARE = Transition("compare", _("Open the ratings"), NOBODY, frozenset({Status.RATING}), Status.CONSENSUS)
DRAFT = Transition(
    "draft",
    _("Share as draft report"),
    ONLY_EVALUATORS,
    frozenset({Status.SCORING, Status.CONSENSUS}),
    Status.DRAFT,
    frozenset({Requirement.EVERY_SCORE}),
)
REOPEN = Transition(
    "reopen",
    _("Send back to the evaluators"),
    EVALUATORS_AND_COORDINATORS,
    frozenset({Status.DRAFT}),
    Status.SCORING,
    frozenset({Requirement.COMMENT}),
    Method.TOGETHER,
)
DISCUSS = Transition(
    "discuss",
    _("Send back to the evaluators"),
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
CANCEL = Transition("cancel", _("Cancel the review"), NOBODY, OPEN, Status.CANCELLED, frozenset({Requirement.COMMENT}))
WITHDRAW = Transition(
    "withdraw", _("Withdraw the correction"), NOBODY, OPEN, Status.CANCELLED, frozenset({Requirement.COMMENT})
)
# In the order in which pages offer them: those that lead forward come first.
TRANSITIONS = (START, RATE, COMPARE, DRAFT, FINALISE, REOPEN, DISCUSS, SUPERSEDE, IMPORT, CANCEL, WITHDRAW)
TRANSITIONS_BY_NAME = {transition.name: transition for transition in TRANSITIONS}
FIRST_TRANSITIONS = {START.method: START, RATE.method: RATE}

BLIND = frozenset({Status.PLANNED, Status.RATING})  # with Method.APART: evaluators see only their own ratings
RATINGS_OPEN = frozenset({Status.CONSENSUS})
SCORABLE = frozenset({Status.PLANNED, Status.SCORING, Status.RATING, Status.CONSENSUS})
UNSCORED = frozenset({Status.PLANNED})  # nobody has saved anything about an item
FROZEN = frozenset({Status.FINAL, Status.SUPERSEDED})  # nothing that was signed can change
CANCELLED = frozenset({Status.CANCELLED})  # readable, counts nowhere, can never be opened again
CLOSED = FROZEN | CANCELLED  # nothing can be written any more
VALID = frozenset({Status.FINAL})  # counts in figures; a superseded review is readable but counts nowhere
HANDED_OUT = frozenset({Status.DRAFT})
READ_BY_THE_SERVICE = HANDED_OUT | FROZEN
PLANNERS = frozenset({Role.EVALUATOR, Role.COORDINATOR})
MAY_CORRECT = EVALUATORS_AND_COORDINATORS
MAY_CHANGE_PLAN = EVALUATORS_AND_COORDINATORS  # and cancel


def allowed_transitions(status: str, method: str, actors: frozenset[Actor]) -> tuple[Transition, ...]:
    """Return the transitions from `status` that are open to any of `actors`, in the order of the table."""
    return tuple(
        transition
        for transition in TRANSITIONS
        if transition.starts_from(status, method) and transition.actors & actors
    )


def stages(method: str) -> tuple[Stage, ...]:
    """Return the stages that a review with this method passes through, in order."""
    return tuple(stage for stage in Stage if stage != Stage.CONSENSUS or method == Method.APART)


def is_blind(status: str, method: str) -> bool:
    """Return whether evaluators see only their own ratings."""
    return method == Method.APART and status in BLIND
