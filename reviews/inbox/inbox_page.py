"""The read model of the inbox: who did what, where and when, by day. The first page shows a few of the same lines."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ipsfidelity.prepared import prepared
from reviews.fields import parse_key
from reviews.inbox.news import access_news, review_news, start_of_inbox
from reviews.models import AccessAction, AccessEvent, EventType, Review, ReviewEvent, User
from reviews.models.visibility import takes_part
from reviews.wording import day_words
from reviews.workflow import Role

PAGE = 50  # lines
NO_PK = 2**63 - 1  # above all primary keys
# What an event says to the person to whom it gave a part in the review.
_WITH_PART = {
    EventType.PLAN_CHANGED: gettext_lazy("%(what)s, and you are now an evaluator"),
    EventType.HANDED_OVER: gettext_lazy("%(what)s, and you are now an evaluator"),
    EventType.ASKED: gettext_lazy("%(what)s, and that is you"),
}
# About reviews that the person can no longer open, so that these lines lead to their first page.
_TAKEN_AWAY = {
    AccessAction.EVALUATOR_REMOVED: gettext_lazy("removed you from the evaluators of a review"),
    AccessAction.DRAFT_TAKEN_BACK: gettext_lazy("took back a draft report that you could read"),
}


@dataclass(frozen=True)
class Place:
    """The place of an event in the inbox, from which the next page continues. Events of reviews come first."""

    at: datetime
    is_of_review: bool
    pk: int

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{'r' if self.is_of_review else 'a'}~{self.pk}"

    @classmethod
    def parse(cls, text: str) -> "Place | None":
        """Return the place in a query string, None if it is none."""
        at, _tilde, rest = text.partition("~")
        source, _tilde, key = rest.partition("~")
        pk = parse_key(key)
        try:
            moment = datetime.fromisoformat(at)
        except ValueError:
            return None
        if pk is None or source not in ("r", "a") or timezone.is_naive(moment):
            return None
        return cls(moment, source == "r", pk)

    def first_pk(self, *, of_reviews: bool) -> int:
        """Return the lowest key of the events of one source, at the time of this place, that do not follow on it."""
        if of_reviews == self.is_of_review:
            return self.pk
        return 0 if of_reviews else NO_PK


BEFORE_ALL = Place(datetime(9999, 1, 1, tzinfo=UTC), is_of_review=True, pk=0)


@dataclass(frozen=True)
class InboxLine:
    """Who did what, and where. `about` is the review or the network in words, `comment` the reason that was given."""

    at: datetime
    time: str
    who: str
    what: str
    about: str
    url: str
    comment: str
    is_new: bool


@dataclass(frozen=True)
class InboxDay:
    """The lines of one day, newest first."""

    title: str
    lines: tuple[InboxLine, ...]


@dataclass(frozen=True)
class Inbox:
    """A part of the inbox, newest first.

    `older` is the place that the next page continues after, "" on the last page. `seen_until` is the time of the newest
    line, with which the person says that they have seen it; "" if no line is new.
    """

    days: tuple[InboxDay, ...]
    older: str
    seen_until: str


def inbox_of(user: User, *, since: datetime | None = None, after: Place | None = None, limit: int = PAGE) -> Inbox:
    """Return at most `limit` events of a person's inbox, newest first. Two queries.

    `since` leaves out older events; `after` is where the previous page ended. What somebody did several times in a
    review on one day is one line.
    """
    start, after = start_of_inbox(since), after or BEFORE_ALL
    reviews = _review_events(user.pk, start, after.at, after.first_pk(of_reviews=True), count=limit + 1)
    others = _access_events(user.pk, start, after.at, after.first_pk(of_reviews=False), count=limit + 1)
    events: list[ReviewEvent | AccessEvent] = [*reviews, *others]
    events.sort(key=lambda event: (event.at, isinstance(event, ReviewEvent), event.pk), reverse=True)
    shown = events[:limit]
    lines = tuple(_lines(shown, user))
    last = shown[-1] if len(events) > limit else None
    return Inbox(
        days=tuple(_days(lines)),
        older=str(Place(last.at, isinstance(last, ReviewEvent), last.pk)) if last else "",
        seen_until=lines[0].at.isoformat() if lines and lines[0].is_new else "",
    )


@prepared
def _review_events(user: int, since: datetime, until: datetime, first_pk: int, *, count: int) -> QuerySet[ReviewEvent]:
    reader = User(pk=user)
    events = review_news(reader, since).filter(~Q(at=until, pk__gte=first_pk), at__lte=until)
    events = events.annotate(
        reader_takes_part=takes_part(reader, path="review__"),
        evaluators=F("changes__evaluators"),
        put_to=F("changes__put_to"),
    )
    return events.select_related("by", "review__organisation__joined_to").defer("changes")[:count]


@prepared
def _access_events(user: int, since: datetime, until: datetime, first_pk: int, *, count: int) -> QuerySet[AccessEvent]:
    events = access_news(User(pk=user), since).filter(~Q(at=until, pk__gte=first_pk), at__lte=until)
    return events.select_related("by", "network", "organisation__joined_to", "joined_to")[:count]


def _lines(events: Iterable[ReviewEvent | AccessEvent], user: User) -> Iterable[InboxLine]:
    groups: dict[Any, list[ReviewEvent | AccessEvent]] = {}
    for event in events:
        groups.setdefault(_group(event), []).append(event)
    for newest, *earlier in groups.values():
        line = _review_line(newest) if isinstance(newest, ReviewEvent) else _access_line(newest)
        if earlier:
            line = replace(line, what=_("%(what)s, %(count)s times") % {"what": line.what, "count": 1 + len(earlier)})
        if with_part := next(filter(None, (_part_given(user, event) for event in (newest, *earlier))), ""):
            line = replace(line, what=with_part % {"what": line.what})
        yield replace(line, is_new=newest.at > user.inbox_seen_at)


def _group(event: ReviewEvent | AccessEvent) -> tuple[object, ...]:
    """Return what the events of one line have in common."""
    if isinstance(event, AccessEvent):
        return (event.pk,)
    return (event.review_id, event.by_id, event.type, timezone.localdate(event.at))


def _review_line(event: ReviewEvent) -> InboxLine:
    review = event.review
    what = str(event.get_type_display())
    if event.type == EventType.CREATED and event.reader_takes_part:  # type: ignore[attr-defined]
        what = _("planned a review that you evaluate")
    return _line(event, what, f"{review.organisation}, {review.visit}", _url_of(event, review), event.comment)


def _part_given(user: User, event: ReviewEvent | AccessEvent) -> str:
    """Return the words for an event that gave the reader a part in its review, which they still have. Else ""."""
    if not isinstance(event, ReviewEvent) or not event.reader_takes_part:  # type: ignore[attr-defined]
        return ""
    before, after = event.evaluators or event.put_to or ("", "")  # type: ignore[attr-defined]
    is_given = str(user.code) in after and str(user.code) not in before
    return str(_WITH_PART.get(EventType(event.type), "")) if is_given else ""  # a new review has words of its own


def _url_of(event: ReviewEvent, review: Review) -> str:
    """Return the page that the event is about, or that of the review if the status of the review has changed since."""
    kind = EventType(event.type)
    if kind in (EventType.REMARKED, EventType.ANSWERED, EventType.FACTS_ASKED):
        return reverse("remarks", args=[review.code]) if review.is_handed_out else review.get_absolute_url()
    if kind in (EventType.COMPARED, EventType.ASKED):
        return reverse("consensus", args=[review.code]) if review.is_in_consensus else review.get_absolute_url()
    if kind.startswith("action_") and review.is_valid:
        return reverse("plan", args=[review.code])
    return review.get_absolute_url()


def _access_line(event: AccessEvent) -> InboxLine:
    role = str(Role(event.page).label) if event.page in Role.values else ""
    if event.action == AccessAction.JOINED and event.network:
        what = _("accepted an invitation as %(role)s") % {"role": role}
        return _line(event, what, str(event.network), event.network.get_absolute_url())
    if event.organisation and event.joined_to:
        names = f"{event.organisation.name}, {event.joined_to.name}"
        return _line(event, str(event.get_action_display()), names, event.organisation.get_absolute_url())
    if taken_away := _TAKEN_AWAY.get(AccessAction(event.action)):
        return _line(event, str(taken_away), str(event.organisation), reverse("home"))
    if event.action == AccessAction.IMPORTED and event.organisation:
        url = event.organisation.current.get_absolute_url()
        return _line(event, str(event.get_action_display()), str(event.organisation), url)
    if event.action == AccessAction.MEMBERSHIP_ENDED:
        what = _("ended your membership as %(role)s") % {"role": role}
        return _line(event, what, str(event.organisation or event.network), reverse("account"))
    return _line(event, _("changed how you sign in"), _("Your account"), reverse("account"))


def _line(event: ReviewEvent | AccessEvent, what: str, about: str, url: str, comment: str = "") -> InboxLine:
    at = timezone.localtime(event.at)
    time = str(time_format(at, "TIME_FORMAT"))
    return InboxLine(event.at, time, str(event.by or "–"), what, about, url, comment, is_new=False)


def _days(lines: Iterable[InboxLine]) -> Iterable[InboxDay]:
    today = timezone.localdate()
    for day, on_day in groupby(lines, lambda line: timezone.localdate(line.at)):
        yield InboxDay(day_words(day, today), tuple(on_day))
