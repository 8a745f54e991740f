"""The events of a review that a person may see. Reads; never writes.

Internal events are shown to the evaluators and the coordinator only. While evaluators rate alone, the events of a
rating are shown to its own evaluator only.
"""

from uuid import UUID

from django.db.models import Q, QuerySet, Subquery

from ipsfidelity.prepared import prepared
from reviews.models import EventType, Review, ReviewEvaluator, ReviewEvent, User
from reviews.models.names import name_columns
from reviews.records.event_types import INTERNAL
from reviews.workflow import Actor

SHOWN = ("review", "at", "type", "item_number", "comment", "changes", "hash", *name_columns("by"))


def is_whole(review: Review) -> bool:
    """Return whether the reader, for whom `review` was fetched by `for_page`, sees internal events too."""
    return bool({Actor.EVALUATOR, Actor.COORDINATOR} & review.acting_as)


def page_of(
    review: Review, user: User, person: UUID | None, item: int | None, before: int | None, *, kind: str, size: int
) -> list[ReviewEvent]:
    """Return up to `size` events, newest first, of a person, an item and a type; None or "" stands for all.

    `before` is the primary key of the event from which the page continues.
    """
    reader = user.pk if review.is_rated_apart else None
    seen = {"whole": is_whole(review), "blind": review.is_blind}
    return _page(review.pk, reader, person, before, **seen, item=item, kind=kind, size=size)


def facets_of(review: Review, user: User) -> list[tuple[int, int | None, str]]:
    """Return each combination of person, item and type that the events have."""
    reader = user.pk if review.is_rated_apart else None
    return _facets(review.pk, reader, whole=is_whole(review), blind=review.is_blind)


@prepared
def _page(
    review: int,
    reader: int | None,
    person: UUID | None,
    before: int | None,
    *,
    whole: bool,
    blind: bool,
    item: int | None,
    kind: str,
    size: int,
) -> QuerySet[ReviewEvent]:
    events = _visible(review, reader, whole=whole, blind=blind).select_related("by").only(*SHOWN)
    if person is not None:
        events = events.filter(by__code=person)
    if item is not None:
        events = events.filter(item_number=item)
    if kind:
        events = events.filter(type=kind)
    if before is not None:
        at = Subquery(ReviewEvent.objects.filter(review=review, pk=before).values("at")[:1])
        events = events.filter(Q(at__lt=at) | Q(at=at, pk__lt=before))
    return events.order_by("-at", "-pk")[:size]


@prepared
def _facets(
    review: int, reader: int | None, *, whole: bool, blind: bool
) -> QuerySet[ReviewEvent, tuple[int, int | None, str]]:
    events = _visible(review, reader, whole=whole, blind=blind)
    return events.order_by().values_list("by", "item_number", "type").distinct()


def _visible(review: int, reader: int | None, *, whole: bool, blind: bool) -> QuerySet[ReviewEvent]:
    """Return the events that a reader may see. `reader` is None unless the evaluators rated apart."""
    events = ReviewEvent.objects.filter(review=review)
    if not whole:
        events = events.exclude(type__in=INTERNAL)
    if reader is not None:
        own_or_open = Q(by=reader)
        if not blind:
            own_or_open |= Q(by__in=_who_submitted(review))
        events = events.exclude(~own_or_open, type=EventType.RATED)
    return events


def _who_submitted(review: int) -> QuerySet[ReviewEvaluator, int]:
    """Return the evaluators whose ratings everybody may read, once all have submitted.

    An evaluator who was replaced before that is not among them.
    """
    submitted = ReviewEvaluator.objects.filter(review=review, submitted_at__isnull=False)
    return submitted.values_list("user", flat=True)
