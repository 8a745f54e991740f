"""What is due for one person, from all rooms: the next reviews, visits, steps, remarks, actions. Never a score.

One read model: the page, the calendar and the reminders cannot disagree. Every query starts from what the
person may know of; their number does not grow with what is found.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef, Q, TextChoices
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reviews.models import Action, Membership, Organisation, PreparationStep, Review, User
from reviews.models.reviews import ReviewQuerySet
from reviews.models.visibility import coordinates, takes_part
from reviews.workflow import Role

MOST = 200  # dates that are shown
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
class Places:
    """Where a person belongs: the networks they coordinate, the organisations they lead."""

    networks: frozenset[int]
    organisations: frozenset[int]


def dates_of(user: User, until: date | None = None, most: int = MOST) -> tuple[Due, ...]:
    """Return what is due for a person until a day, what is overdue included, the earliest first; at most `most`.

    Without a day: 90 days ahead for who coordinates a network, a year for others. Six queries at most.
    """
    today, places = timezone.localdate(), _places_of(user)
    until = until or today + timedelta(days=AHEAD if places.networks else FAR_AHEAD)
    found = [
        *_next_reviews(user, places, until, most),
        *_visits(user, today, until, most),
        *_steps(user, until, most),
        *_actions(user, places, until, most),
        *_remarks(user, places, today, until, most),
    ]
    return tuple(sorted(found, key=lambda due: (due.on, due.organisation, due.about))[:most])


def together(dates: Iterable[Due]) -> list[list[Due]]:
    """Return dates in the order of their first, the steps of one review on one day as one: nobody wants seven
    lines of the same name."""
    found: dict[tuple[object, ...], list[Due]] = {}
    for due in dates:
        key = (due.on, due.url) if due.what == What.STEP else (due.about,)
        found.setdefault(key, []).append(due)
    return list(found.values())


def _places_of(user: User) -> Places:
    rows = list(Membership.objects.filter(user=user).values_list("role", "network", "organisation"))
    return Places(
        frozenset(network for role, network, _organisation in rows if role == Role.COORDINATOR),
        frozenset(organisation for role, _network, organisation in rows if role == Role.TEAM_LEADER),
    )


def _next_reviews(user: User, places: Places, until: date, most: int) -> Iterator[Due]:
    """Yield when organisations are due. A coordinator who has planned the next review is told of its visit instead;
    a team leader may not know of that review yet, and keeps the date."""
    if not (places.networks or places.organisations):
        return
    begun = Exists(Review.objects.open().filter(organisation=OuterRef("pk"), supersedes__isnull=True))
    theirs = Q(pk__in=places.organisations) | Q(network__in=places.networks) & ~begun
    found = Organisation.objects.visible_to(user).filter(theirs, next_due__lte=until).order_by("next_due", "pk")
    for organisation in found[:most]:
        if organisation.next_due:
            about = f"{What.REVIEW}:{organisation.code}"
            url = organisation.get_absolute_url()
            yield Due(What.REVIEW, organisation.next_due, organisation.name, "", url, about)


def _visits(user: User, today: date, until: date, most: int) -> Iterator[Due]:
    """Yield the visits of open reviews. A correction has the dates of a visit that has been."""
    since = today - timedelta(days=AFTERWARDS)
    found = _worked_on_by(user).open().filter(visit_start__range=(since, until), supersedes__isnull=True)
    for review in found.select_related("organisation").order_by("visit_start", "pk")[:most]:
        about = f"{What.VISIT}:{review.code}"
        words = str(review.get_kind_display())
        url = review.get_absolute_url()
        yield Due(What.VISIT, review.visit_start, review.organisation.name, words, url, about, last=review.visit_end)


def _steps(user: User, until: date, most: int) -> Iterator[Due]:
    """Yield what is not done. What was to come before a visit no longer matters once the review is final."""
    matters = Q(review__in=Review.objects.open().values("pk")) | Q(due__gt=F("review__visit_end"))
    found = PreparationStep.objects.filter(
        matters, done_at__isnull=True, due__lte=until, review__in=_worked_on_by(user).values("pk")
    )
    for step in found.select_related("review__organisation").order_by("due", "pk")[:most]:
        about, url = f"{What.STEP}:{step.review.code}:{step.pk}", reverse("preparation", args=[step.review.code])
        yield Due(What.STEP, step.due, step.review.organisation.name, step.text, url, about)


def _actions(user: User, places: Places, until: date, most: int) -> Iterator[Due]:
    if not (places.networks or places.organisations):
        return
    theirs = Q(review__organisation__in=places.organisations) | Q(review__organisation__network__in=places.networks)
    found = Action.objects.filter(
        theirs, state__in=Action.OPEN, due__lte=until, review__in=Review.objects.visible_to(user).values("pk")
    )
    for action in found.select_related("review__organisation").order_by("due", "pk")[:most]:
        if action.due:
            about, url = f"{What.ACTION}:{action.code}", reverse("plan", args=[action.review.code])
            yield Due(What.ACTION, action.due, action.review.organisation.name, action.what, url, about)


def _remarks(user: User, places: Places, today: date, until: date, most: int) -> Iterator[Due]:
    """Yield until when the service may remark. Once the day has passed nothing can be done about it."""
    if not places.organisations:
        return
    theirs = Review.objects.visible_to(user).handed_out().filter(organisation__in=places.organisations)
    found = theirs.filter(facts_until__range=(today, until)).select_related("organisation")
    for review in found.order_by("facts_until", "pk")[:most]:
        if review.facts_until:
            about, url = f"{What.REMARKS}:{review.code}", review.get_absolute_url()
            yield Due(What.REMARKS, review.facts_until, review.organisation.name, "", url, about)


def _worked_on_by(user: User) -> ReviewQuerySet:
    """Return the reviews that a person takes part in or coordinates."""
    return Review.objects.visible_to(user).filter(Q(takes_part(user)) | Q(coordinates(user)))
