"""What is due for one person, from all rooms: the next reviews, visits, steps, remarks, actions. Never a score.

One read model: the page, the calendar and the reminders cannot disagree. Every query starts from what the
person may know of; their number does not grow with what is found.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, TextChoices
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reviews.models import Action, Membership, Organisation, PreparationStep, Review, User
from reviews.models.review_querysets import ReviewQuerySet
from reviews.models.visibility import coordinates, takes_part
from reviews.workflow import Role

MOST = 100  # dates of one kind that are told
AHEAD, FAR_AHEAD = 90, 366  # days: of who oversees a network, of everybody else
AFTERWARDS = 30  # days for which a visit stays in the list while its review is open


class What(TextChoices):
    REVIEW = "review", _("Next review due")
    VISIT = "visit", _("Visit")
    STEP = "step", _("Step of preparation")
    REMARKS = "remarks", _("Remarks on the draft report")
    ACTION = "action", _("Action due")


@dataclass(frozen=True)
class Due:
    """One date. `text` may be what somebody wrote: it is for pages only, never for mail or calendars.

    `about` names the thing, whatever its date; `last` is the last day of a visit.
    """

    what: What
    on: date
    organisation: str
    text: str
    url: str
    about: str
    last: date | None = None

    def is_overdue(self, today: date) -> bool:
        """Return whether it should have been done. A visit takes place; it is never overdue."""
        return self.what != What.VISIT and self.on < today


@dataclass(frozen=True)
class Affiliations:
    """Where a person belongs: the networks they coordinate, the organisations they lead."""

    networks: frozenset[int]
    organisations: frozenset[int]


@dataclass(frozen=True)
class Dates:
    """What is due, the earliest first. `cut` are the kinds of which there are more than are told."""

    told: tuple[Due, ...]
    cut: tuple[What, ...]


def due_dates_of(user: User, until: date | None = None, most: int = MOST) -> Dates:
    """Return what is due for a person until a day, what is overdue included; at most `most` of each kind, so that
    the dates of a large network do not push out one's own visits.

    Without a day: 90 days ahead for who coordinates a network, a year for others. Six queries at most.
    """
    today, places = timezone.localdate(), _affiliations_of(user)
    until = until or today + timedelta(days=AHEAD if places.networks else FAR_AHEAD)
    count = most + 1  # one more shows that there are more
    found = [
        list(_next_reviews(user, places, today, until, count)),
        list(_visits(user, today, until, count)),
        list(_steps(user, until, count)),
        list(_actions(user, places, until, count)),
        list(_remarks(user, places, today, until, count)),
    ]
    told = [due for kind in found for due in kind[:most]]
    return Dates(
        told=tuple(sorted(told, key=lambda due: (due.on, due.organisation, due.about))),
        cut=tuple(kind[0].what for kind in found if len(kind) > most),
    )


def together(dates: Iterable[Due]) -> list[list[Due]]:
    """Return dates in the order of their first, the steps of one review on one day as one: nobody wants seven
    lines of the same name."""
    found: dict[tuple[object, ...], list[Due]] = {}
    for due in dates:
        key = (due.on, due.url) if due.what == What.STEP else (due.about,)
        found.setdefault(key, []).append(due)
    return list(found.values())


def _affiliations_of(user: User) -> Affiliations:
    rows = list(Membership.objects.filter(user=user).values_list("role", "network", "organisation"))
    return Affiliations(
        frozenset(network for role, network, _organisation in rows if role == Role.COORDINATOR),
        frozenset(organisation for role, _network, organisation in rows if role == Role.TEAM_LEADER),
    )


def _next_reviews(user: User, places: Affiliations, today: date, until: date, count: int) -> Iterator[Due]:
    """Yield when organisations are due. A coordinator who has planned the next review is told of its visit instead,
    while `_visits` does tell of it; a team leader may not know of that review yet, and keeps the date."""
    if not (places.networks or places.organisations):
        return
    # Asked once for all, not of each organisation; said so that the index of open reviews serves it, for
    # `IS NULL` would be looked up among those that correct none, which is nearly all there are.
    told = _while_told(today, max(until, today + timedelta(days=AHEAD)))  # by the page, whoever asks for less
    begun = Review.objects.open().filter(visit_start__range=told)
    planned = Q(pk__in=begun.exclude(supersedes__isnull=False).values("organisation"))
    theirs = Q(pk__in=places.organisations) | Q(network__in=places.networks) & ~planned
    found = Organisation.objects.visible_to(user).filter(theirs, next_due__lte=until).order_by("next_due", "pk")
    for organisation in found[:count]:
        if organisation.next_due:
            about = f"{What.REVIEW}:{organisation.code}"
            url = organisation.get_absolute_url()
            yield Due(What.REVIEW, organisation.next_due, organisation.name, "", url, about)


def _while_told(today: date, until: date) -> tuple[date, date]:
    """Return the first and the last day on which a visit of an open review begins that is told of."""
    return today - timedelta(days=AFTERWARDS), until


def _visits(user: User, today: date, until: date, count: int) -> Iterator[Due]:
    """Yield the visits of open reviews. A correction has the dates of a visit that has been."""
    found = _worked_on_by(user).open().filter(visit_start__range=_while_told(today, until), supersedes__isnull=True)
    for review in found.select_related("organisation").order_by("visit_start", "pk")[:count]:
        about = f"{What.VISIT}:{review.code}"
        words = str(review.get_kind_display())
        url = review.get_absolute_url()
        yield Due(What.VISIT, review.visit_start, review.organisation.name, words, url, about, last=review.visit_end)


def _steps(user: User, until: date, count: int) -> Iterator[Due]:
    found = PreparationStep.objects.to_do().filter(due__lte=until, review__in=_worked_on_by(user).values("pk"))
    for step in found.select_related("review__organisation").order_by("due", "pk")[:count]:
        about, url = f"{What.STEP}:{step.review.code}:{step.pk}", reverse("preparation", args=[step.review.code])
        yield Due(What.STEP, step.due, step.review.organisation.name, step.text, url, about)


def _actions(user: User, places: Affiliations, until: date, count: int) -> Iterator[Due]:
    if not (places.networks or places.organisations):
        return
    theirs = Q(review__organisation__in=places.organisations) | Q(review__organisation__network__in=places.networks)
    found = Action.objects.filter(
        theirs, state__in=Action.OPEN, due__lte=until, review__in=Review.objects.visible_to(user).values("pk")
    )
    for action in found.select_related("review__organisation").order_by("due", "pk")[:count]:
        if action.due:
            about = f"{What.ACTION}:{action.code}"
            url = f"{reverse('plan', args=[action.review.code])}#action-{action.code}"
            yield Due(What.ACTION, action.due, action.review.organisation.name, action.what, url, about)


def _remarks(user: User, places: Affiliations, today: date, until: date, count: int) -> Iterator[Due]:
    """Yield until when the service may remark. Once the day has passed nothing can be done about it."""
    if not places.organisations:
        return
    theirs = Review.objects.visible_to(user).handed_out().filter(organisation__in=places.organisations)
    found = theirs.filter(facts_until__range=(today, until)).select_related("organisation")
    for review in found.order_by("facts_until", "pk")[:count]:
        if review.facts_until:
            about, url = f"{What.REMARKS}:{review.code}", review.get_absolute_url()
            yield Due(What.REMARKS, review.facts_until, review.organisation.name, "", url, about)


def _worked_on_by(user: User) -> ReviewQuerySet:
    """Return the reviews that a person takes part in or coordinates."""
    return Review.objects.visible_to(user).filter(Q(takes_part(user)) | Q(coordinates(user)))
