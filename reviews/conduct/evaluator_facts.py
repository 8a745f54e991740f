"""What is known about the evaluators of a network: their visits, where they work and which organisations they visited.

The read models of the plan's form and of the network's evaluators share these queries. Reads; never writes.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Max, Q
from django.utils import timezone

from reviews.conduct.evaluator_ranking import OtherVisit
from reviews.models import Membership, Organisation, Review, User
from reviews.models.organisations import current_organisation
from reviews.models.review_querysets import ReviewQuerySet
from reviews.models.visibility import may_know

YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Work:
    """The visits of an evaluator: how many began in the last 12 months, the last of these, and how many begin later."""

    recent: int = 0
    last: date | None = None
    ahead: int = 0


def work_by_evaluator(without: Iterable[int] = ()) -> Mapping[int, Work]:
    """Return the visits of each evaluator in figures, of all networks. One query.

    Cancelled and superseded reviews do not count, and neither do the reviews `without`. A review and its open
    correction are one visit.
    """
    today = timezone.localdate()
    begun, later = Q(visit_start__lte=today), Q(visit_start__gt=today)
    rows = (
        _visits(without)
        .filter(visit_start__gt=today - YEAR)
        .order_by()
        .annotate(evaluator=F("participations__user") + 0)  # else SQLite reads all reviews in the order of evaluators
        .values_list("evaluator")
        .annotate(
            recent=Count("pk", filter=begun), last=Max("visit_start", filter=begun), ahead=Count("pk", filter=later)
        )
    )
    return {user: Work(recent, last, ahead) for user, recent, last, ahead in rows}


def visits_during(
    start: date, end: date, reader: User, without: Iterable[int] = ()
) -> Mapping[int, tuple[OtherVisit, ...]]:
    """Return the visits of each evaluator that have a day in common with a period, by their last days. One query."""
    return _by_evaluator(_visits(without).filter(visit_start__lte=end, visit_end__gte=start), reader)


def visits_ahead(reader: User) -> Mapping[int, tuple[OtherVisit, ...]]:
    """Return the visits of each evaluator that begin after today, by their last days. One query."""
    today = timezone.localdate()
    return _by_evaluator(_visits(()).filter(visit_start__gt=today, visit_end__gt=today), reader)  # by the index of ends


def _visits(without: Iterable[int]) -> ReviewQuerySet:
    """Return the reviews that count as visits, once for each evaluator.

    It does not filter by people: SQLite would then read all of their reviews instead of those in a range of days.
    """
    return Review.objects.visits().exclude(pk__in=tuple(without)).filter(participations__isnull=False)


def _by_evaluator(visits: ReviewQuerySet, reader: User) -> Mapping[int, tuple[OtherVisit, ...]]:
    rows = visits.annotate(is_known=may_know(reader)).select_related(None).order_by("visit_end", "pk")
    found: dict[int, list[OtherVisit]] = defaultdict(list)
    for user, name, joined, start, end, is_known in rows.values_list(
        "participations__user",
        "organisation__name",
        "organisation__joined_to__name",
        "visit_start",
        "visit_end",
        "is_known",
    ):
        found[user].append(OtherVisit(start, end, (joined or name) if is_known else ""))
    return {user: tuple(own) for user, own in found.items()}


def last_visits_to(
    organisations: Collection[int], people: Collection[int], reader: User
) -> Mapping[tuple[int, int], date]:
    """Return the last visit of each evaluator to each organisation, among those the reader may know of. One query.

    Keys are evaluator and current organisation. Visits that are planned do not count.
    """
    parts = Organisation.objects.parts_of(organisations).values("pk")
    rows = (
        Review.objects.standing()
        .visible_to(reader)
        .filter(organisation__in=parts, participations__user__in=people, visit_start__lte=timezone.localdate())
        .order_by()
        .values_list("participations__user", current_organisation())
        .annotate(last=Max("visit_start"))
    )
    return {(user, organisation): last for user, organisation, last in rows}


def workplaces(people: Collection[int], network: int) -> Mapping[int, dict[int, str]]:
    """Return the organisations of a network that each person works in or leads: names by key. One query."""
    memberships = Membership.objects.filter(user__in=people, network=network, organisation__isnull=False)
    places: dict[int, dict[int, str]] = defaultdict(dict)
    for membership in memberships.select_related("organisation__joined_to").order_by("pk"):
        if place := membership.organisation:
            places[membership.user_id][place.current_id] = str(place)
    return places
