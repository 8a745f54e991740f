"""A network's timeline: what is to be done how many weeks before and after a visit, kept by its coordinator.

Every change is a line in the access log. What a review took over when it was planned stays as it was.
"""

from dataclasses import dataclass
from itertools import groupby

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ipsfidelity.errors import StateConflict
from reviews.models import AccessAction, Network, TimelineStep, User
from reviews.records import access_log
from reviews.records.writing import Stale, compare, lock, version_of

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


def step_version(step: TimelineStep) -> str:
    """Return the version of a row, which a page carries to show what its reader saw."""
    return version_of(step.weeks, step.text)


@transaction.atomic
def begin_with_proposal(*, network: Network, by: User) -> None:
    """Fill an empty timeline with the proposal, in the language of the moment. Raises StateConflict (409) when it
    has rows already."""
    lock(network)
    if network.timeline.exists():
        url = reverse("timeline", args=[network.code])
        raise StateConflict(_("The timeline has been begun already. Nothing was changed."), url)
    TimelineStep.objects.bulk_create(
        TimelineStep(network=network, weeks=weeks, text=str(text)) for weeks, text in PROPOSAL
    )
    _record(network, by)


@transaction.atomic
def add_step(*, network: Network, by: User, weeks: int, text: str) -> None:
    """Add a row; one that says the same is there already if the button was pressed twice. Raises ValidationError
    when the timeline is full."""
    lock(network)
    if network.timeline.filter(weeks=weeks, text=text).exists():
        return
    if network.timeline.count() >= MOST:
        raise ValidationError(
            _("A timeline has at most %(most)s rows. Remove one first."), code="full", params={"most": MOST}
        )
    TimelineStep.objects.create(network=network, weeks=weeks, text=text)
    _record(network, by)


@transaction.atomic
def change_step(*, step: TimelineStep, by: User, seen: str, weeks: int, text: str) -> None:
    """Write what a row says from now on. `seen` is the version that its writer saw. Raises Stale (409)."""
    stored = _unchanged(step, seen)
    if (stored.weeks, stored.text) == (weeks, text):
        return
    stored.weeks, stored.text = weeks, text
    stored.save(update_fields=["weeks", "text"])
    _record(step.network, by)


@transaction.atomic
def remove_step(*, step: TimelineStep, by: User, seen: str) -> None:
    """Take a row away. Raises Stale (409) when it no longer says what its reader saw."""
    _unchanged(step, seen).delete()
    _record(step.network, by)


def _unchanged(step: TimelineStep, seen: str) -> TimelineStep:
    lock(step.network)
    stored = TimelineStep.objects.filter(pk=step.pk).first()
    if stored is None:
        raise Stale
    compare(step_version(stored), seen, stored=stored)
    return stored


def _record(network: Network, by: User) -> None:
    access_log.record(AccessAction.TIMELINE_CHANGED, by, network=network)
