"""The course of a review as one table: statuses, roles, moves. Tables only, no database.

Views, templates and services ask this module; nothing else compares statuses.
"""

from dataclasses import dataclass

from django.db.models import TextChoices
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


class Status(TextChoices):
    PLANNED = "planned", _("planned")
    SCORING = "scoring", _("being scored")
    FINAL = "final", _("final")


@dataclass(frozen=True)
class Move:
    """One allowed step: from any of `sources` to `target`. Who may, says access.py."""

    sources: frozenset[Status]
    target: Status


START = Move(frozenset({Status.PLANNED}), Status.SCORING)  # by the first save
FINALISE = Move(frozenset({Status.SCORING}), Status.FINAL)  # needs a score for every item

SCORABLE = frozenset({Status.PLANNED, Status.SCORING})
FROZEN = frozenset({Status.FINAL})  # with a total, a band and a date that no longer change
READ_BY_THE_SERVICE = frozenset({Status.FINAL})
PLANNERS = frozenset({Role.EVALUATOR, Role.COORDINATOR})
