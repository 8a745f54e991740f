"""The session engine: Django's sessions in the database, which every request reads, by a prepared query."""

from datetime import datetime

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from ipsfidelity.prepared import prepared


@prepared
def _sessions(key: str, now: datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=now)


class SessionStore(DatabaseStore):
    """Django's store, which differs only in how it finds the session."""

    def _get_session_from_db(self) -> Session | None:
        for session in _sessions(self.session_key, timezone.now()):
            return session
        self._session_key = None
        return None
