"""The events that are lines of a person's inbox. Reads only.

An event is a line if the person may know of its review now, did not do it themselves, and its type matters to the part
that they have in the review. Scores, ratings and notes are never lines: while evaluators rate alone, others see that
somebody has handed in and nothing else. People who can no longer open a review read that in an event of the access log,
which names the organisation and not the review. The inbox goes back `KEPT`; older events are in the history of each
review.

The queries walk the indexes `event_news` and `access_news` from the newest event back. These contain only the types
that reviews/models/events.py lists. The conditions are evaluated for one event at a time, so that a page costs the same
with many reviews as with few.
"""

from datetime import datetime, timedelta

from django.db.models import IntegerField, Q, QuerySet, Subquery
from django.db.models.functions import TruncDate
from django.utils import timezone

from ipsfidelity.prepared import prepared
from reviews.models import AccessAction, AccessEvent, EventType, Membership, Network, Organisation, ReviewEvent, User
from reviews.models.events import ACCESS_NEWS, REVIEW_NEWS
from reviews.models.visibility import Condition, coordinates, leads, may_know, takes_part
from reviews.workflow import Role

KEPT = timedelta(days=180)
MOST_NEW = 99  # that are counted

_ACTIONS = {EventType.ACTION_ADDED, EventType.ACTION_CHANGED, EventType.ACTION_NOTED, EventType.ACTION_REMOVED}
_SCORING = {EventType.HANDED_IN, EventType.TAKEN_BACK, EventType.ASKED}
_CHECKING = {EventType.FACTS_ASKED, EventType.REMARKED, EventType.ANSWERED}
FOR_EVALUATORS = frozenset(REVIEW_NEWS) - _ACTIONS - {EventType.DUE_SET}
FOR_COORDINATORS = FOR_EVALUATORS - _SCORING - _CHECKING
# That a draft report was sent back is a line of its readers in the access log (AccessAction.DRAFT_TAKEN_BACK).
FOR_TEAM_LEADERS = frozenset(REVIEW_NEWS) - _SCORING - {EventType.COMPARED, EventType.CREATED, EventType.REOPENED}
# What others did to a person: their memberships, how they sign in, and reviews that they can no longer open.
_TO_THE_PERSON = (
    *(AccessAction.MEMBERSHIP_ENDED, AccessAction.SIGN_IN_CHANGED),
    *(AccessAction.EVALUATOR_REMOVED, AccessAction.DRAFT_TAKEN_BACK),
)


def _one_of(column: str, values: tuple[str, ...]) -> Condition:
    """Return the condition of a partial index in its exact text: SQLite uses the index only then."""
    listed = ", ".join(f"'{value}'" for value in sorted(values))
    return Condition(f"{{{column}}} IN ({listed})")


def start_of_inbox(since: datetime | None = None) -> datetime:
    """Return the time after which events are lines: `since`, or where the inbox ends if that is later."""
    end = timezone.now() - KEPT
    return max(since, end) if since else end


def review_news(user: User, since: datetime) -> QuerySet[ReviewEvent]:
    """Return the events of reviews after a time that are lines of a person's inbox, newest first."""
    path = "review__"
    concerns = (
        Q(takes_part(user, path=path), type__in=FOR_EVALUATORS)
        | Q(coordinates(user, path=path), type__in=FOR_COORDINATORS)
        | Q(leads(user, path=path), type__in=FOR_TEAM_LEADERS)
    )
    events = ReviewEvent.objects.filter(_one_of("type", REVIEW_NEWS), at__gt=since)
    return events.exclude(by=user).filter(may_know(user, path=path)).filter(concerns).order_by("-at", "-pk")


def access_news(user: User, since: datetime) -> QuerySet[AccessEvent]:
    """Return the events of the access log after a time that are lines of a person's inbox, newest first.

    These are: who joined a network that the person coordinates, organisations of it or of the person that were joined
    or separated, past reviews that were imported for an organisation of the person, and what others did to the person.
    """
    coordinated = Network.objects.where_person_is(user, (Role.COORDINATOR,)).order_by().values("pk")
    led = Membership.objects.team_leaders().filter(user=user).order_by().current_organisations()
    joining = (AccessAction.ORGANISATIONS_JOINED, AccessAction.ORGANISATIONS_SEPARATED)
    concerns = (
        Q(action__in=(AccessAction.JOINED, *joining), network__in=coordinated)
        | Q(action__in=joining, organisation__in=led)
        | Q(action__in=joining, joined_to__in=led)
        | Q(action=AccessAction.IMPORTED, organisation__in=Organisation.objects.parts_of(led).order_by().values("pk"))
        | Q(action__in=_TO_THE_PERSON, person=user)
    )
    events = AccessEvent.objects.filter(_one_of("action", ACCESS_NEWS), at__gt=since)
    return events.filter(Q(by__isnull=True) | ~Q(by=user)).filter(concerns).order_by("-at", "-pk")


class _CountOf(Subquery):
    """The number of rows of a query, which may be cut off."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


def count_new(user: User, since: datetime | None = None) -> int:
    """Return how many lines of a person's inbox are new, MOST_NEW + 1 if there are more. One query.

    What somebody did several times in a review on one day is one line, as in the inbox. `since` is when the person saw
    the inbox last, if not `User.inbox_seen_at`.
    """
    return min(sum(_counts(user.pk, start_of_inbox(since or user.inbox_seen_at))[0]), MOST_NEW + 1)


@prepared
def _counts(user: int, since: datetime) -> QuerySet[User, tuple[int, int]]:
    reader, most, day = User(pk=user), MOST_NEW + 1, TruncDate("at")
    reviews = review_news(reader, since).order_by().values("review", "by", "type", day=day)
    others = access_news(reader, since).order_by().values("pk")
    return User.objects.filter(pk=user).values_list(_CountOf(reviews.distinct()[:most]), _CountOf(others[:most]))


def count_in_words(new: int) -> str:
    """Return "3", "99+", or "" for nothing new."""
    return "" if not new else str(new) if new <= MOST_NEW else f"{MOST_NEW}+"
