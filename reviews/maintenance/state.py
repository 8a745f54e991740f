"""When each maintenance task succeeded last, for /readyz, the metrics and the page of the installation.

`last_successes` is all that monitoring reads. A task that is late is a warning, never a reason to take the program out
of service.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from reviews.models import MaintenanceTask

LATE_AFTER = {
    MaintenanceTask.Kind.BACKUP: timedelta(hours=26),  # daily, with two hours for a long one
    MaintenanceTask.Kind.VERIFICATION: timedelta(days=8),  # weekly
    MaintenanceTask.Kind.RETENTION: timedelta(hours=26),
    MaintenanceTask.Kind.HEADS: timedelta(hours=26),
}


@dataclass(frozen=True)
class LastSuccess:
    """The last success of a task. `at` and `age` are None if it never succeeded; `details` are its figures."""

    kind: MaintenanceTask.Kind
    at: datetime | None
    age: timedelta | None
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def is_late(self) -> bool:
        """Whether the task should have succeeded since."""
        return self.age is None or self.age > LATE_AFTER[self.kind]


def last_successes() -> dict[MaintenanceTask.Kind, LastSuccess]:
    """Return the last success of every task, also of those that never ran. One query."""
    now, rows = timezone.now(), {row.kind: row for row in MaintenanceTask.objects.all()}
    successes = {}
    for kind in MaintenanceTask.Kind:
        row = rows.get(kind)
        at = row.succeeded_at if row else None
        successes[kind] = LastSuccess(kind, at, now - at if at else None, row.details if row else {})
    return successes


def succeeded_at(kind: MaintenanceTask.Kind) -> float | None:
    """Return when a task succeeded last, in seconds since 1970, or None. One query."""
    at = last_successes()[kind].at
    return at.timestamp() if at else None


def readiness_lines() -> list[str]:
    """Return one line for each task, which /readyz adds to its answer. One query."""
    return [_line(success) for success in last_successes().values()]


def _line(success: LastSuccess) -> str:
    if success.at is None or success.age is None:
        return f"warning: {success.kind} has never succeeded"
    words = f"{success.kind} succeeded {success.at:%Y-%m-%dT%H:%M:%SZ}, {success.age // timedelta(hours=1)} h ago"
    return f"warning: {words}" if success.is_late else words


def record_success(kind: MaintenanceTask.Kind, **details: Any) -> None:
    """Record that a task has succeeded now."""
    values = {"succeeded_at": timezone.now(), "details": details, "progress": {}}
    MaintenanceTask.objects.update_or_create(kind=kind, defaults=values)


def record_progress(kind: MaintenanceTask.Kind, **progress: Any) -> None:
    """Record how far a task has come. It replaces what was recorded before."""
    MaintenanceTask.objects.update_or_create(kind=kind, defaults={"progress": progress})


def progress_of(kind: MaintenanceTask.Kind) -> dict[str, Any]:
    """Return how far a run of a task came that has not ended, {} if there is none. One query."""
    return MaintenanceTask.objects.filter(kind=kind).values_list("progress", flat=True).first() or {}
