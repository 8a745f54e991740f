"""The hash chain of a review's events: each event contains the hash of the previous one.

Altering, removing or inserting an event invalidates every hash after it. The chain alone does not reveal that its last
events were removed or that all of it was recomputed. For a final review the signed record reveals it, and so do score
sheets that people have received: their fingerprint covers the hash of the last event before signing.

Callers must lock the review's row (`lock` in reviews/records/writing.py), so that two writers never continue from the
same event. A unique constraint enforces it.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import Any

from django.db.models import QuerySet

from ipsfidelity.prepared import prepared
from reviews.models import EventType, Job, Review, ReviewEvent
from reviews.models.events import CHANGES_REPORT
from reviews.records.event_types import EVENT_TYPES

MAKE_REPORT = "reviews.reports.ahead.make_report"  # named by its path, because its room is above this one


def canonical(content: Any) -> bytes:
    """Return plain data as the JSON that is hashed: sorted keys, no whitespace, UTF-8."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def digest(content: Any) -> str:
    """Return the SHA-256 of plain data, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(content)).hexdigest()


def link(event: ReviewEvent) -> str:
    """Return the hash that an event should have. Reads `event.by` and `event.review`, which should be loaded."""
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
    """Return the hash of a review's last event, "" without events. It serves as the review's version. One query."""
    return next(iter(_last_hash(review.pk)), "")


@prepared
def _last_hash(review: int) -> QuerySet[ReviewEvent, str]:
    return ReviewEvent.objects.filter(review=review).order_by("-pk").values_list("hash", flat=True)[:1]


def last_event() -> int | None:
    """Return the primary key of the last event of all reviews, None without events. It grows with each save."""
    return ReviewEvent.objects.order_by("-pk").values_list("pk", flat=True).first()


def append(review: Review, *events: ReviewEvent) -> None:
    """Append new events to the chain of a locked review, in this order. Two queries.

    Two more if they change what the report shows, which the queue then makes ahead. Raises ValueError for an event with
    a field that its type does not declare (event_types.py).
    """
    ReviewEvent.objects.bulk_create(continued(review, head(review), *events))
    if any(event.type in CHANGES_REPORT for event in events):
        Job.objects.queue_once(MAKE_REPORT, review.pk)


def continued(review: Review, previous: str, *events: ReviewEvent) -> list[ReviewEvent]:
    """Return new events of a review, chained to `previous`, "" for the first of a new review. Writes nothing.

    Raises ValueError for an event with a field that its type does not declare (event_types.py).
    """
    for event in events:
        if undeclared := event.changes.keys() - set(EVENT_TYPES[EventType(event.type)].fields):
            raise ValueError(f"{event.type} declares no field {', '.join(sorted(undeclared))}")
        event.review, event.previous = review, previous
        event.hash = previous = link(event)
    return list(events)


def breaks(events: Iterable[ReviewEvent]) -> Iterator[ReviewEvent]:
    """Yield the events that were altered or do not continue the previous one. `events` are a review's, oldest first."""
    previous = ""
    for event in events:
        if event.previous != previous or event.hash != link(event):
            yield event
        previous = event.hash
