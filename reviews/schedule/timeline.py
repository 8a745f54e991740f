"""A network's timeline: what is to be done how many weeks before and after a visit, kept by its coordinator.

Every change is a line in the access log. What a review took over when it was planned stays as it was.
"""

import hashlib
from dataclasses import dataclass
from itertools import groupby

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ipsfidelity.errors import StateConflict
from reviews.models import AccessAction, Network, TimelineStep, User
from reviews.records import access_log

MOST = 60  # rows of one network

# The timeline that a network can begin with, as reviews are run in the United Kingdom.
# Weeks from the visit (below 0: before), and what is to be done then. At most 200 characters each.
PROPOSAL = (
    (-8, gettext_lazy("Agree the days of the visit with the service.")),
    (-8, gettext_lazy("Name two evaluators from elsewhere.")),
    (-8, gettext_lazy("Send the service information: what a review is for, how the days go, what will be asked for.")),
    (-4, gettext_lazy("Ask for documents and figures: caseloads, plans and procedures, records to be drawn.")),
    (
        -4,
        gettext_lazy("Agree interviews by role: specialists, team leader, clinicians, counsellors, managers, clients."),
    ),
    (-3, gettext_lazy("Receive documents and figures; ask for what is missing.")),
    (-2, gettext_lazy("Send the timetable of the visit to everybody who takes part.")),
    (-2, gettext_lazy("Read what became of the last action plan.")),
    (0, gettext_lazy("Two days on site, with a team meeting and an employer contact.")),
    (0, gettext_lazy("Each evaluator rates alone, at best within a day; then agree on common scores.")),
    (4, gettext_lazy("The service has checked the facts of the draft report, and the final report is sent.")),
    (4, gettext_lazy("Agree when the results are presented to the service.")),
    (6, gettext_lazy("The action plan is agreed.")),
    (6, gettext_lazy("Interview notes are deleted, also those on paper.")),
    (6, gettext_lazy("Agree when the next review takes place.")),
)


class TimelineFull(Exception):
    """The timeline has as many rows as it may have."""


class ChangedMeanwhile(Exception):
    """Somebody else has changed or removed the row after the page was made. `stored` is the row now, if any."""

    def __init__(self, stored: TimelineStep | None) -> None:
        super().__init__(str(stored))
        self.stored = stored


@dataclass(frozen=True)
class Point:
    """One moment of the timeline with all that is to be done then."""

    words: str
    steps: tuple[TimelineStep, ...]


def timeline_of(network: Network) -> tuple[Point, ...]:
    """Return a network's timeline, the earliest first. One query."""
    return tuple(
        Point(weeks_words(weeks), tuple(steps))
        for weeks, steps in groupby(network.timeline.all(), key=lambda step: step.weeks)
    )


def weeks_words(weeks: int) -> str:
    """Return "8 weeks before the visit", "At the visit", "4 weeks after the visit"."""
    if weeks == 0:
        return _("At the visit")
    if weeks < 0:
        words = ngettext("%(weeks)s week before the visit", "%(weeks)s weeks before the visit", -weeks)
    else:
        words = ngettext("%(weeks)s week after the visit", "%(weeks)s weeks after the visit", weeks)
    return words % {"weeks": str(abs(weeks))}


def mark_of(step: TimelineStep) -> str:
    """Return a short mark of what a row says, by which a page tells what its reader saw."""
    return hashlib.sha256(f"{step.weeks} {step.text}".encode()).hexdigest()[:16]


@transaction.atomic
def begin_with_proposal(*, network: Network, by: User) -> None:
    """Fill an empty timeline with the proposal, in the language of the moment. Raises StateConflict (409) when it
    has rows already."""
    _hold(network)
    if network.timeline.exists():
        url = reverse("timeline", args=[network.code])
        raise StateConflict(_("The timeline has been begun already. Nothing was changed."), url)
    TimelineStep.objects.bulk_create(
        TimelineStep(network=network, weeks=weeks, text=str(text)) for weeks, text in PROPOSAL
    )
    _tell(network, by)


@transaction.atomic
def add_step(*, network: Network, by: User, weeks: int, text: str) -> None:
    """Add a row; one that says the same is there already if the button was pressed twice. Raises TimelineFull."""
    _hold(network)
    if network.timeline.filter(weeks=weeks, text=text).exists():
        return
    if network.timeline.count() >= MOST:
        raise TimelineFull
    TimelineStep.objects.create(network=network, weeks=weeks, text=text)
    _tell(network, by)


@transaction.atomic
def change_step(*, step: TimelineStep, by: User, seen: str, weeks: int, text: str) -> None:
    """Write what a row says from now on. `seen` is the mark of what its writer saw. Raises ChangedMeanwhile."""
    stored = _unchanged(step, seen)
    if (stored.weeks, stored.text) == (weeks, text):
        return
    stored.weeks, stored.text = weeks, text
    stored.save(update_fields=["weeks", "text"])
    _tell(step.network, by)


@transaction.atomic
def remove_step(*, step: TimelineStep, by: User, seen: str) -> None:
    """Take a row away. Raises ChangedMeanwhile when it no longer says what its reader saw."""
    _unchanged(step, seen).delete()
    _tell(step.network, by)


def _unchanged(step: TimelineStep, seen: str) -> TimelineStep:
    _hold(step.network)
    stored = TimelineStep.objects.filter(pk=step.pk).first()
    if stored is None or mark_of(stored) != seen:
        raise ChangedMeanwhile(stored)
    return stored


def _hold(network: Network) -> None:
    """Keep the network from other writers until the transaction ends, so that rows are counted rightly."""
    Network.objects.select_for_update().get(pk=network.pk)


def _tell(network: Network, by: User) -> None:
    access_log.record(AccessAction.TIMELINE_CHANGED, by, network=network)
