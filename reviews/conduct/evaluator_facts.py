"""What is known about the evaluators of a network: their visits, where they work and which organisations they visited.

The read models of the plan's form and of the network's evaluators share these queries. Reads; never writes.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta

from django.db.models import Max
from django.utils import timezone

from reviews.conduct.evaluator_ranking import OtherVisit
from reviews.models import Membership, Organisation, Review, User
from reviews.models.organisations import current_organisation
from reviews.models.visibility import may_know

YEAR = timedelta(days=365)


def visits_since(
    day: date, people: Collection[int], reader: User, without: Iterable[int] = ()
) -> Mapping[int, tuple[OtherVisit, ...]]:
    """Return the visits of each evaluator that end on `day` or later, in the order of time.

    Cancelled and superseded reviews do not count, and neither do the reviews `without`. A review and its open
    correction are one visit. One query.
    """
    reviews = Review.objects.standing().filter(visit_end__gte=day, participations__user__in=people)
    rows = reviews.exclude(pk__in=tuple(without)).annotate(is_known=may_know(reader)).select_related(None)
    visits: dict[int, dict[tuple[int, date], OtherVisit]] = defaultdict(dict)
    for user, organisation, name, joined, start, end, is_known in rows.order_by("visit_start", "pk").values_list(
        "participations__user",
        "organisation",
        "organisation__name",
        "organisation__joined_to__name",
        "visit_start",
        "visit_end",
        "is_known",
    ):
        visits[user][organisation, start] = OtherVisit(start, end, (joined or name) if is_known else "")
    return {user: tuple(own.values()) for user, own in visits.items()}


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


def counted(visits: Iterable[OtherVisit], today: date) -> tuple[int, int]:
    """Return how many visits began in the 12 months up to `today`, and how many begin later."""
    starts = [visit.start for visit in visits]
    recent = sum(today - YEAR < start <= today for start in starts)
    return recent, sum(start > today for start in starts)
