"""What the events of a review say about how its draft report was handed out. Reads only.

The events are the only place in which this is stored. They are part of the chain, so that it cannot change after the
signature.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from ipsfidelity.prepared import prepared
from reviews.models import EventType, Review, ReviewEvent, User
from reviews.models.names import ByName

TYPES = (EventType.DRAFTED, EventType.FACTS_ASKED, EventType.PLAN_CHANGED)


@dataclass(frozen=True)
class HandingOut:
    """How the draft report was handed out last.

    `told` are the codes of the people who were told by mail, None if the draft was never handed out, or by a version
    that did not record it. `no_check_reason` says why there is no factual check, `gaps_reason` why items stay without
    evidence; both are "" if nobody had to say it. `is_undecided` is true after the draft was
    moved to another service, until somebody decides on that service's factual check.
    """

    told: tuple[str, ...] | None = None
    no_check_reason: str = ""
    gaps_reason: str = ""
    is_undecided: bool = False


_MOVED = {"told": (), "no_check_reason": "", "is_undecided": True}  # what was decided was about another service


def handing_out_of(review: Review) -> HandingOut:
    """Return how the draft report of a review was handed out last. One query."""
    return handing_out_in(_events(review.pk))


@prepared
def _events(review: int) -> QuerySet[ReviewEvent]:
    return ReviewEvent.objects.filter(review=review, type__in=TYPES).order_by("pk")


def handing_out_in(events: Iterable[ReviewEvent]) -> HandingOut:
    """Return how the draft report was handed out last, by the events of a review in order. Other types are ignored."""
    fields: dict[str, Any] = {}
    for event in events:
        after = {name: value for name, (_, value) in event.changes.items()}
        if event.type == EventType.DRAFTED:
            fields = after
        elif event.type == EventType.FACTS_ASKED:
            fields |= after | {"is_undecided": False}
        elif event.type == EventType.PLAN_CHANGED and fields and "organisation" in after:
            fields |= _MOVED
    told = fields.get("told")
    return HandingOut(
        told=None if told is None else tuple(told),
        no_check_reason=fields.get("no_check_reason", ""),
        gaps_reason=fields.get("gaps_reason", ""),
        is_undecided=fields.get("is_undecided", False),
    )


def names_of(codes: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of people by their codes, in alphabetical order. One query, none without codes."""
    return tuple(str(user) for user in User.objects.filter(code__in=codes).order_by(ByName(), "pk")) if codes else ()
