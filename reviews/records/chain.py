"""The events of a review as a chain: each carries the hash of the one before.

Whoever alters, removes or inserts an event breaks every hash after it. What the chain alone cannot
show is that its end was cut off, or all of it made anew: of a final review the signed record tells,
and the sheet in other people's hands, whose fingerprint rests on the chain as it stood then.
Callers hold the review's row (`hold` in reviews/conduct/transitions.py), so that two writers never
continue from the same link; a unique constraint says so too.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import Any

from reviews.models import EventType, Review, ReviewEvent
from reviews.records.event_types import EVENT_TYPES


def canonical(content: Any) -> bytes:
    """Return plain data in the one form that is hashed: sorted, compact, UTF-8."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def digest(content: Any) -> str:
    """Return the SHA-256 of plain data, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(content)).hexdigest()


def link(event: ReviewEvent) -> str:
    """Return the hash an event should carry. Needs `event.by` and `event.review` at hand."""
    return digest(
        {
            "previous": event.previous,
            "review": str(event.review.code),
            "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "by": str(event.by.code),
            "happening": str(event.type),
            "item_number": event.item_number,
            "change": event.change and str(event.change),
            "changes": event.changes,
            "comment": event.comment,
        }
    )


def head(review: Review) -> str:
    """Return the hash of a review's last event: it changes with whatever happens to the review."""
    return ReviewEvent.objects.filter(review=review).order_by("-pk").values_list("hash", flat=True).first() or ""


def append(review: Review, *events: ReviewEvent) -> None:
    """Continue the chain of a locked review with new events, in this order.

    Raises ValueError for an event with a field that its type does not declare (event_types.py).
    """
    previous = head(review)
    for event in events:
        if undeclared := event.changes.keys() - set(EVENT_TYPES[EventType(event.type)].fields):
            raise ValueError(f"{event.type} declares no field {', '.join(sorted(undeclared))}")
        event.review, event.previous = review, previous
        event.hash = previous = link(event)
    ReviewEvent.objects.bulk_create(events)


def breaks(events: Iterable[ReviewEvent]) -> Iterator[ReviewEvent]:
    """Yield the events of one review, oldest first, that do not continue the one before or were altered."""
    previous = ""
    for event in events:
        if event.previous != previous or event.hash != link(event):
            yield event
        previous = event.hash
