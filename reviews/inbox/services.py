"""Store until when a person has seen their inbox."""

from datetime import datetime

from django.utils import timezone

from reviews.models import User


def mark_seen(*, user: User, until: datetime) -> None:
    """Store that a person has seen all lines up to a time, at the latest now. Never goes back. Idempotent."""
    until = min(until, timezone.now())
    User.objects.filter(pk=user.pk, inbox_seen_at__lt=until).update(inbox_seen_at=until)
