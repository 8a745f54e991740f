"""Fill in the plan of a new review from the last one: kind, method and scale at once, the rest "as last time".

Only reviews that the planning person may know of count. Reads; never writes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from reviews.models import Organisation, Review, User
from reviews.schedule.rhythm import months_after
from reviews.workflow import Method
from scales.models import ScaleEdition

USUAL_VISIT = timedelta(days=1)  # from the first to the last day
USUAL_EVALUATORS = 2
DAYS_OF_MONTH = 365.25 / 12


@dataclass(frozen=True)
class LastPlan:
    """What the plan of a review takes over from the last one of the organisation, None without one.

    `like` is the review whose kind, method and scale are the defaults: without a last one, the network's newest.
    """

    last: Review | None
    like: Review | None
    evaluators: tuple[User, ...]

    @property
    def length(self) -> timedelta:
        """From the first to the last day of the visit."""
        return self.last.visit_end - self.last.visit_start if self.last else USUAL_VISIT

    @property
    def words(self) -> str:
        """The last plan in words: "10–11 March 2026, peer review, by Kari Nymoen, Ola Vik". "" without one."""
        if self.last is None:
            return ""
        values = {"visit": self.last.visit, "kind": self.last.get_kind_display()}
        if not self.evaluators:
            return _("%(visit)s, %(kind)s") % values
        names = ", ".join(map(str, self.evaluators))
        return _("%(visit)s, %(kind)s, by %(names)s") % (values | {"names": names})

    @property
    def count(self) -> int:
        """How many evaluators the review has."""
        return len(self.evaluators) or USUAL_EVALUATORS

    def defaults(self) -> dict[str, Any]:
        """Return kind, method and scale by name of the field. A scale that was replaced becomes its successor."""
        if self.like is None:
            return {"method": Method.APART}
        edition = self.like.edition_id
        newest = ScaleEdition.replaced().get(edition, edition)
        return {"kind": self.like.kind, "method": self.like.method, "edition": newest}

    def period_before(self, start: date) -> dict[str, date]:
        """Return the period that was looked at last time, moved by as many months as the visits are apart."""
        if not (self.last and self.last.period_start and self.last.period_end):
            return {}
        months = round((start - self.last.visit_start).days / DAYS_OF_MONTH)
        day_after = months_after(self.last.period_end + timedelta(days=1), months)  # keeps the end of a month
        return {
            "period_start": months_after(self.last.period_start, months),
            "period_end": day_after - timedelta(days=1),
        }

    def again(self, start: date | None, next_due: date | None) -> Mapping[str, Any]:
        """Return the plan as last time by name of the field. Without a first day it begins on an upcoming due date."""
        if self.last is None:
            return {}
        if start is None and next_due and next_due >= timezone.localdate():
            start = next_due
        dates = {"visit_start": start, "visit_end": start + self.length, **self.period_before(start)} if start else {}
        return self.defaults() | {"evaluators": [str(user.pk) for user in self.evaluators]} | dates


def last_plan(organisation: Organisation, user: User) -> LastPlan:
    """Return what the next review of an organisation takes over. Three queries at most."""
    known = Review.objects.standing().listed_to(user).newest_first()
    last = known.of(organisation).first()
    like = last or known.filter(organisation__network=organisation.network_id).first()
    possible = User.objects.evaluators_of(organisation.network_id)
    evaluators = tuple(possible.filter(participations__review=last)) if last else ()
    return LastPlan(last, like, evaluators)
