"""Sets of reviews by name: those that a person may know of, open, finished or comparable ones."""

from typing import TYPE_CHECKING

from django.db import models

from reviews.models.organisations import User
from reviews.models.visibility import (
    coordinates,
    could_know,
    has_interviews,
    has_submitted,
    is_open,
    may_know,
    takes_part,
)
from reviews.workflow import FROZEN, HANDED_OUT, VALID

if TYPE_CHECKING:
    from reviews.models.reviews import Review


class ReviewQuerySet(models.QuerySet["Review"]):
    def visible_to(self, user: User) -> "ReviewQuerySet":
        """Those that a person may know of (visibility.py says who). Every view starts here."""
        return self.filter(may_know(user))

    def listed_to(self, user: User) -> "ReviewQuerySet":
        """The same, for lists: who coordinates nothing knows of few reviews, and only these are asked about.

        A coordinator's network may be all there is; then walking the index and asking is quicker. A session's
        person is told which of the two they are.
        """
        if getattr(user, "coordinates_somewhere", True):
            return self.visible_to(user)
        return self.filter(could_know(user)).visible_to(user)

    def for_page(self, user: User) -> "ReviewQuerySet":
        """With the organisation at hand and the person's part told, in the same query."""
        return self.select_related("organisation").with_participation(user).with_coordination(user)

    def with_coordination(self, user: User) -> "ReviewQuerySet":
        return self.annotate(coordinated=coordinates(user))

    def with_participation(self, user: User) -> "ReviewQuerySet":
        """With what saving needs to know of a person's part, and whether somebody has been interviewed."""
        return self.annotate(
            takes_part=takes_part(user), has_submitted=has_submitted(user), has_interviews=has_interviews()
        )

    def open(self) -> "ReviewQuerySet":
        """Those that are not finished."""
        return self.filter(is_open())

    def finished(self) -> "ReviewQuerySet":
        """Final ones, valid or superseded."""
        return self.filter(status__in=FROZEN)

    def valid(self) -> "ReviewQuerySet":
        """Those whose figures count: final, and not replaced by a correction."""
        return self.filter(status__in=VALID)

    def handed_out(self) -> "ReviewQuerySet":
        """Those whose draft report the service reads now."""
        return self.filter(status__in=HANDED_OUT)

    def comparable_before(self, review: "Review") -> "ReviewQuerySet":
        """Valid reviews of the organisation before this one, of its kind and by its edition, newest first.

        Only these stand beside it: kinds and editions are never joined silently.
        """
        same = self.valid().filter(organisation=review.organisation_id, edition=review.edition_id, kind=review.kind)
        return same.filter(visit_start__lt=review.visit_start).newest_first()

    def valid_before(self, review: "Review") -> "Review | None":
        """Return the organisation's last valid review before this one, of any kind. One query, none for a first one."""
        if review.organisation.last_review_id is None:
            return None
        valid = self.valid().filter(organisation=review.organisation_id, visit_start__lt=review.visit_start)
        return valid.newest_first().first()

    def newest_first(self) -> "ReviewQuerySet":
        return self.order_by("-visit_start", "-pk")
