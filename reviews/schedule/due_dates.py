"""What is due for one person, from all rooms: next reviews, visits, preparation, remarks and actions. Never a score.

Page, calendar and reminders share this read model. Every query is limited to what the person may know of, and the
number of queries does not depend on the number of rows.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet, TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ipsfidelity.addresses import address
from ipsfidelity.prepared import prepared
from reviews.models import Action, Membership, Organisation, PreparationStep, Review, User
from reviews.models.names import reader_sort_key
from reviews.models.organisations import current_organisation
from reviews.models.visibility import may_know, of_networks, takes_part
from reviews.workflow import Role

MOST = 100  # items of one kind
AHEAD, FAR_AHEAD = 90, 366  # days that the list looks ahead: for coordinators, for everybody else
AFTERWARDS = 30  # days after its start for which the visit of an open review stays in the list


class DueKind(TextChoices):
    """The kinds of due items. Values are part of calendar and reminder keys: never rename one."""

    REVIEW = "review", _("Next review due")
    VISIT = "visit", _("Visit")
    STEP = "step", _("Step of preparation")
    REMARKS = "remarks", _("Remarks on the draft report")
    ACTION = "action", _("Action due")


@dataclass(frozen=True)
class DueItem:
    """Something that is due on a day.

    `text` may have been written by a person, so it is for pages only, never for mail or calendars. `about` identifies
    the thing independently of its date. `last` is the last day of a visit.
    """

    kind: DueKind
    on: date
    organisation: str
    text: str
    url: str
    about: str
    last: date | None = None

    def is_overdue(self, today: date) -> bool:
        """Return whether the day has passed. A visit takes place and is never overdue."""
        return self.kind != DueKind.VISIT and self.on < today


@dataclass(frozen=True)
class Affiliations:
    """Primary keys of the networks that a person coordinates and of the current organisations that they lead."""

    networks: frozenset[int]
    organisations: frozenset[int]


@dataclass(frozen=True)
class DueList:
    """What is due, earliest first. `truncated` are the kinds of which some items were left out."""

    items: tuple[DueItem, ...]
    truncated: tuple[DueKind, ...]


def due_dates_of(user: User, until: date | None = None, most: int = MOST) -> DueList:
    """Return what is due for a person up to and including `until`, with everything that is overdue.

    `until` defaults to 90 days from today for coordinators and to a year for others. Each kind has at most `most`
    items, so that the dates of a large network do not displace a person's own visits. Six queries at most.
    """
    today, affiliations = timezone.localdate(), _affiliations_of(user)
    until = until or today + timedelta(days=AHEAD if affiliations.networks else FAR_AHEAD)
    limit = most + 1  # one more shows that items are left out
    by_kind = [
        list(_next_reviews(user, affiliations, today, until, limit)),
        list(_visits(user, affiliations, today, until, limit)),
        list(_steps(user, affiliations, until, limit)),
        list(_actions(user, affiliations, until, limit)),
        list(_remarks(user, affiliations, today, until, limit)),
    ]
    items = [item for of_kind in by_kind for item in of_kind[:most]]
    return DueList(
        items=tuple(sorted(items, key=lambda item: (item.on, reader_sort_key(item.organisation), item.about))),
        truncated=tuple(of_kind[0].kind for of_kind in by_kind if len(of_kind) > most),
    )


def group_steps(items: Iterable[DueItem]) -> list[list[DueItem]]:
    """Group the preparation steps of one review on one day; every other item is a group of its own.

    Groups are in the order of their first items.
    """
    groups: dict[tuple[object, ...], list[DueItem]] = {}
    for item in items:
        key = (item.on, item.url) if item.kind == DueKind.STEP else (item.about,)
        groups.setdefault(key, []).append(item)
    return list(groups.values())


@prepared
def _memberships(user: int) -> QuerySet[Membership, Any]:
    return Membership.objects.filter(user=user).values_list("role", "network", current_organisation())


def _affiliations_of(user: User) -> Affiliations:
    rows = _memberships(user.pk)
    return Affiliations(
        frozenset(network for role, network, _organisation in rows if role == Role.COORDINATOR),
        frozenset(organisation for role, _network, organisation in rows if role == Role.TEAM_LEADER),
    )


def _next_reviews(user: User, affiliations: Affiliations, today: date, until: date, limit: int) -> Iterator[DueItem]:
    """Yield when organisations are due for their next review.

    If the next review is planned, a coordinator gets its visit instead, for as long as `_visits` yields it. A team
    leader may not know of that review yet and keeps the date.
    """
    if not (affiliations.networks or affiliations.organisations):
        return
    # One subquery for all organisations. `exclude(supersedes__isnull=False)` lets the index of open reviews serve it;
    # with `supersedes__isnull=True` the database would search all reviews that correct none, which are nearly all.
    # The range is that of the page even if a caller asks for fewer days.
    visit_starts = _visit_starts(today, max(until, today + timedelta(days=AHEAD)))
    open_reviews = Review.objects.open().filter(visit_start__range=visit_starts)
    is_planned = Q(pk__in=open_reviews.exclude(supersedes__isnull=False).values_list(current_organisation()))
    is_theirs = Q(pk__in=affiliations.organisations) | Q(network__in=affiliations.networks) & ~is_planned
    organisations = Organisation.objects.visible_to(user).filter(is_theirs, next_due__lte=until)
    for organisation in organisations.order_by("next_due", "pk")[:limit]:
        if organisation.next_due:
            about = f"{DueKind.REVIEW}:{organisation.code}"
            url = organisation.get_absolute_url()
            yield DueItem(DueKind.REVIEW, organisation.next_due, organisation.name, "", url, about)


def _visit_starts(today: date, until: date) -> tuple[date, date]:
    """Return the first and the last day on which a visit that is listed can begin."""
    return today - timedelta(days=AFTERWARDS), until


def _visits(user: User, affiliations: Affiliations, today: date, until: date, limit: int) -> Iterator[DueItem]:
    """Yield the visits of open reviews, except corrections: their visit has taken place."""
    theirs = Review.objects.open().filter(_worked_on_by(user, affiliations))
    # Not `supersedes__isnull=True`, as above.
    reviews = theirs.filter(visit_start__range=_visit_starts(today, until)).exclude(supersedes__isnull=False)
    for review in reviews.select_related("organisation__joined_to").order_by("visit_start", "pk")[:limit]:
        about = f"{DueKind.VISIT}:{review.code}"
        kind_of_review = str(review.get_kind_display())
        yield DueItem(
            DueKind.VISIT,
            review.visit_start,
            str(review.organisation),
            kind_of_review,
            review.get_absolute_url(),
            about,
            last=review.visit_end,
        )


def _steps(user: User, affiliations: Affiliations, until: date, limit: int) -> Iterator[DueItem]:
    steps = PreparationStep.objects.to_do().filter(_worked_on_by(user, affiliations, path="review__"), due__lte=until)
    for step in steps.select_related("review__organisation__joined_to").order_by("due", "pk")[:limit]:
        about, url = f"{DueKind.STEP}:{step.review.code}:{step.pk}", address("preparation", step.review.code)
        yield DueItem(DueKind.STEP, step.due, str(step.review.organisation), step.text, url, about)


def _actions(user: User, affiliations: Affiliations, until: date, limit: int) -> Iterator[DueItem]:
    if not (affiliations.networks or affiliations.organisations):
        return
    led = Organisation.objects.parts_of(affiliations.organisations)
    is_led = Q(review__organisation__in=led.values("pk")) & Q(may_know(user, path="review__"))
    is_theirs = is_led if affiliations.organisations else Q()
    if affiliations.networks:
        is_theirs |= Q(of_networks(affiliations.networks, path="review__"))
    actions = Action.objects.open().filter(is_theirs, due__lte=until)
    for action in actions.select_related("review__organisation__joined_to").order_by("due", "pk")[:limit]:
        if action.due:
            about = f"{DueKind.ACTION}:{action.code}"
            url = f"{address('plan', action.review.code)}#action-{action.code}"
            yield DueItem(DueKind.ACTION, action.due, str(action.review.organisation), action.what, url, about)


def _remarks(user: User, affiliations: Affiliations, today: date, until: date, limit: int) -> Iterator[DueItem]:
    """Yield the last days for remarks that have not passed: afterwards the service can do nothing about it."""
    if not affiliations.organisations:
        return
    led = Organisation.objects.parts_of(affiliations.organisations)
    drafts = Review.objects.visible_to(user).handed_out().filter(organisation__in=led.values("pk"))
    asked = drafts.filter(facts_until__range=(today, until)).select_related("organisation__joined_to")
    for review in asked.order_by("facts_until", "pk")[:limit]:
        if review.facts_until:
            about, url = f"{DueKind.REMARKS}:{review.code}", review.get_absolute_url()
            yield DueItem(DueKind.REMARKS, review.facts_until, str(review.organisation), "", url, about)


def _worked_on_by(user: User, affiliations: Affiliations, path: str = "") -> Q:
    """Return the condition that a person evaluates or coordinates a review, which they may know of then.

    `path` leads to the review.
    """
    evaluated = Review.objects.filter(participations__user=user).filter(takes_part(user))
    is_theirs = Q(**{f"{path}pk__in": evaluated.values("pk")})
    return is_theirs | Q(of_networks(affiliations.networks, path=path)) if affiliations.networks else is_theirs
