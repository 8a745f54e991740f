"""Read model of the first steps: from an installation without networks to the first review, until they are done.

Administrators see them until each network has a coordinator, coordinators until their network has a review. Read-only.
"""

from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from ipsfidelity.prepared import prepared
from reviews.models import Invitation, Membership, Network, Organisation, Review, User
from reviews.workflow import Role


@dataclass(frozen=True)
class StepLink:
    """A way to take a step. The first link of the next step is primary."""

    label: str
    url: str
    is_primary: bool = False


@dataclass(frozen=True)
class FirstStep:
    """One step. `state` is "done", "waiting", "next" or "later", and `state_word` says it.

    `links` are the ways to take it, most convenient first. A step that is done or comes later has neither these nor an
    explanation.
    """

    title: str
    explanation: str
    state: str
    state_word: str
    links: tuple[StepLink, ...]

    @property
    def is_next(self) -> bool:
        """Whether this is what the reader does next."""
        return self.state == "next"


@dataclass(frozen=True)
class FirstSteps:
    """The steps of a person. `network` is None as long as there is none."""

    network: Network | None
    steps: tuple[FirstStep, ...]


def first_steps_of(user: User, network: Network | None = None) -> FirstSteps | None:
    """Return the first steps of a person, in one network or in the first one that needs them. None if all are done.

    One query for administrators and coordinators, none for others.
    """
    if not (user.is_superuser or getattr(user, "coordinates_somewhere", True)):
        return None
    managed = [each for each in _managed(user.pk, runs_all=user.is_superuser) if network in (None, each)]
    if not managed and user.is_superuser:
        return FirstSteps(None, _steps(None))
    begun = next((each for each in managed if not _is_done(each)), None)
    return FirstSteps(begun, _steps(begun)) if begun else None


@prepared
def _managed(user: int, *, runs_all: bool) -> QuerySet[Network]:
    """Return the networks that a person manages, with how far each has come and whether the person coordinates it."""
    networks = Network.objects.managed_by(User(pk=user, is_superuser=runs_all))
    of_network = {"network": OuterRef("pk")}
    members, pending = Membership.objects.filter(**of_network), Invitation.objects.pending().filter(**of_network)
    return networks.annotate(
        is_coordinated=Exists(members.filter(role=Role.COORDINATOR, user=user)),
        has_coordinator=Exists(members.filter(role=Role.COORDINATOR)),
        invites_coordinator=Exists(pending.filter(role=Role.COORDINATOR)),
        has_organisation=Exists(Organisation.objects.current().filter(**of_network)),
        has_evaluator=Exists(members.filter(role=Role.EVALUATOR)),
        invites_evaluator=Exists(pending.filter(role=Role.EVALUATOR)),
        has_review=Exists(Review.objects.filter(organisation__network=OuterRef("pk"))),
    )


def _is_done(network: Any) -> bool:
    return network.has_review if network.is_coordinated else network.has_coordinator


def _steps(network: Any) -> tuple[FirstStep, ...]:
    """Return the steps of an annotated network, or of an installation without one."""
    steps: list[FirstStep] = []
    for plan in _planned(network):
        has_next = any(step.is_next for step in steps)
        state = "done" if plan.is_done else "waiting" if plan.waits else "later" if has_next else "next"
        if not plan.is_own and state == "next":
            state = "later"
        is_open = state in ("next", "waiting")
        explanation = (plan.waits or plan.explanation) if is_open else ""
        links = plan.links if is_open else ()
        if state == "next":
            links = (replace(links[0], is_primary=True), *links[1:])
        steps.append(FirstStep(plan.title, explanation, state, _state_words()[state], links))
    return tuple(steps)


@dataclass(frozen=True)
class _Plan:
    """What a step needs. `waits` says for whom it waits, "" for nobody; `is_own` is whether the reader may take it."""

    title: str
    explanation: str
    is_done: bool
    links: tuple[StepLink, ...]
    waits: str = ""
    is_own: bool = True


def _planned(network: Any) -> tuple[_Plan, ...]:
    def link(label: str, name: str, query: str = "") -> tuple[StepLink, ...]:
        return (StepLink(label, f"{reverse(name, args=[network.code])}{query}"),) if network else ()

    accepted = _("Invited. This step is done as soon as the invitation is accepted.")
    return (
        _Plan(
            _("Create the network"),
            _("A county, a health authority or a country whose organisations are reviewed."),
            is_done=bool(network),
            links=(StepLink(_("Create the network"), reverse("new_network")),),
        ),
        _Plan(
            _("Invite its coordinator"),
            _("The coordinator invites everybody else, plans reviews and follows what is due."),
            is_done=bool(network) and network.has_coordinator,
            links=link(_("Invite the coordinator"), "invite", f"?role={Role.COORDINATOR}")
            if network and not network.invites_coordinator
            else link(_("Send the invitation again"), "network"),
            waits=accepted if network and network.invites_coordinator else "",
        ),
        _Plan(
            _("Add the organisations"),
            _("These are the services that are reviewed. A list from a spreadsheet is added in one go."),
            is_done=bool(network) and network.has_organisation,
            links=link(_("Paste a list"), "paste_organisations") + link(_("Add one"), "new_organisation"),
        ),
        _Plan(
            _("Invite evaluators and team leaders"),
            _("A review is planned with its evaluators. Team leaders check its facts and keep the action plan."),
            is_done=bool(network) and network.has_evaluator,
            links=link(_("Invite several people"), "paste_people") + link(_("Invite one"), "invite"),
            waits=accepted if network and network.invites_evaluator else "",
        ),
        _Plan(
            _("Plan the first review, or import past ones"),
            _("Choose the organisation that is to be visited, or take in reviews that were done before from a table."),
            is_done=bool(network) and network.has_review,
            links=link(_("Choose an organisation"), "network_organisations")
            + link(_("Import past reviews"), "imports"),
            is_own=bool(network) and network.is_coordinated,
        ),
    )


def _state_words() -> dict[str, str]:
    return {"done": _("Done"), "waiting": _("Waiting"), "next": _("Next"), "later": _("Later")}
