"""The timeline of a network: what is done how many weeks before or after each visit. Its coordinator maintains it.

Every change is recorded in the access log. A review copies the timeline when it is planned; later changes do not
affect it.
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

MOST_ROWS = 60  # of one network

# A timeline that a network can start with, based on the practice in the United Kingdom: weeks from the visit
# (negative: before it) and what is done then, in at most 200 characters.
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
    (0, gettext_lazy("Each evaluator rates alone, ideally within a day; then agree on common scores.")),
    (4, gettext_lazy("The service has checked the facts of the draft report, and the final report is sent.")),
    (4, gettext_lazy("Agree when the results are presented to the service.")),
    (6, gettext_lazy("The action plan is agreed.")),
    (6, gettext_lazy("Interview notes are deleted, also those on paper.")),
    (6, gettext_lazy("Agree when the next review takes place.")),
)


@dataclass(frozen=True)
class TimelineWeek:
    """The steps at the same distance from the visit. `heading` is that distance in words."""

    heading: str
    steps: tuple[TimelineStep, ...]


def timeline_of(network: Network) -> tuple[TimelineWeek, ...]:
    """Return the timeline of a network, earliest first. One query."""
    return tuple(
        TimelineWeek(weeks_words(weeks), tuple(steps))
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
    """Return the version of a row, for pages to carry."""
    return version_of(step.weeks, step.text)


@transaction.atomic
def begin_with_proposal(*, network: Network, by: User) -> None:
    """Fill an empty timeline with the proposal, in the active language.

    Raises StateConflict (409) if the timeline has rows.
    """
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
    """Add a row. Idempotent. Raises ValidationError if the timeline is full."""
    lock(network)
    if network.timeline.filter(weeks=weeks, text=text).exists():
        return
    if network.timeline.count() >= MOST_ROWS:
        raise ValidationError(
            _("A timeline has at most %(most)s rows. Remove one first."), code="full", params={"most": MOST_ROWS}
        )
    TimelineStep.objects.create(network=network, weeks=weeks, text=text)
    _record(network, by)


@transaction.atomic
def change_step(*, step: TimelineStep, by: User, seen: str, weeks: int, text: str) -> None:
    """Change a row. `seen` is the version that the page showed. Writes nothing if nothing changes.

    Raises Stale (409) if the row has changed since.
    """
    stored = _lock_step(step)
    if (stored.weeks, stored.text) == (weeks, text):
        return
    compare(step_version(stored), seen, stored=stored)
    stored.weeks, stored.text = weeks, text
    stored.save(update_fields=["weeks", "text"])
    _record(step.network, by)


@transaction.atomic
def remove_step(*, step: TimelineStep, by: User, seen: str) -> None:
    """Delete a row. Raises Stale (409) if it has changed since the page showed the version `seen`."""
    stored = _lock_step(step)
    compare(step_version(stored), seen, stored=stored)
    stored.delete()
    _record(step.network, by)


def _lock_step(step: TimelineStep) -> TimelineStep:
    """Lock the network and return the row as stored. Raises Stale (409) if it was removed."""
    lock(step.network)
    stored = TimelineStep.objects.filter(pk=step.pk).first()
    if stored is None:
        raise Stale
    return stored


def _record(network: Network, by: User) -> None:
    access_log.record(AccessAction.TIMELINE_CHANGED, by, network=network)
