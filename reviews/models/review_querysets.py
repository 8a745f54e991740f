"""The queryset of reviews: which a person may know of, and which are open, finished, valid or comparable.

Its managers separate the reviews that exist for people from the rows of imports that are under way.
"""

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from reviews.models.organisations import Organisation, User
from reviews.models.visibility import (
    coordinates,
    could_know,
    has_interviews,
    has_submitted,
    is_open,
    is_rated_apart,
    may_know,
    takes_part,
)
from reviews.workflow import CLOSED, FROZEN, HANDED_OUT, IMPORTING, OPEN, UNSCORED, VALID
from scales.models import ScaleEdition

if TYPE_CHECKING:
    from reviews.models.reviews import Review


def is_superseded() -> Q:
    """Return the condition that a correction has replaced the review."""
    return Q(status__in=FROZEN - VALID)


class ReviewQuerySet(models.QuerySet["Review"]):
    """Reviews."""

    def visible_to(self, user: User) -> "ReviewQuerySet":
        """Filter by what a person may know of (visibility.py). Every view starts with this."""
        return self.filter(may_know(user))

    def listed_to(self, user: User) -> "ReviewQuerySet":
        """Filter as `visible_to` does, fast for long lists.

        People who coordinate no network may know of few reviews, which an index finds. A coordinator's network may
        contain nearly all reviews, so for coordinators it is faster to evaluate the condition along the index of the
        list. The person of a session has the annotation `coordinates_somewhere` (people/sign_in.py).
        """
        if getattr(user, "coordinates_somewhere", True):
            return self.visible_to(user)
        return self.filter(could_know(user)).visible_to(user)

    def of(self, organisation: Organisation) -> "ReviewQuerySet":
        """Filter by the reviews of an organisation, which include those of organisations that were joined to it."""
        return self.of_current(organisation.current_id)

    def of_current(self, organisation: int) -> "ReviewQuerySet":
        """Filter as `of` does, by the key of the current organisation."""
        return self.filter(organisation__in=Organisation.objects.parts_of([organisation]).values("pk"))

    def for_page(self, user: User) -> "ReviewQuerySet":
        """Select the organisation, and annotate the capacities in which the person acts. See `Review.acting_as`."""
        return self.select_related("organisation__joined_to").with_participation(user).with_coordination(user)

    def with_coordination(self, user: User) -> "ReviewQuerySet":
        """Annotate whether the person coordinates the network."""
        return self.annotate(coordinated=coordinates(user))

    def with_participation(self, user: User) -> "ReviewQuerySet":
        """Annotate whether the person is an evaluator and has submitted, and whether there are interview notes."""
        return self.annotate(
            takes_part=takes_part(user), has_submitted=has_submitted(user), has_interviews=has_interviews()
        )

    def open(self) -> "ReviewQuerySet":
        """Filter by reviews that are neither finished nor cancelled."""
        return self.filter(is_open())

    def finished(self) -> "ReviewQuerySet":
        """Filter by finished reviews: final, or superseded by a correction."""
        return self.filter(status__in=FROZEN)

    def rated_apart(self) -> "ReviewQuerySet":
        """Filter by reviews in which each evaluator rates alone before they agree."""
        return self.filter(is_rated_apart())

    def valid(self) -> "ReviewQuerySet":
        """Filter by valid reviews: final and not superseded by a correction. Only their figures count."""
        return self.filter(status__in=VALID)

    def closed(self) -> "ReviewQuerySet":
        """Filter by reviews in which nothing can be written any more: finished or cancelled."""
        return self.filter(status__in=CLOSED)

    def unscored(self) -> "ReviewQuerySet":
        """Filter by reviews of which nobody has saved anything about an item."""
        return self.filter(status__in=UNSCORED)

    def standing(self) -> "ReviewQuerySet":
        """Filter by reviews that are open or valid: neither cancelled nor superseded."""
        return self.filter(status__in=OPEN | VALID)

    def visits(self) -> "ReviewQuerySet":
        """Filter by one review for each visit: an open correction is of the visit of the review that it corrects."""
        return self.standing().exclude(Q(supersedes__isnull=False) & ~Q(status__in=VALID))

    def handed_out(self) -> "ReviewQuerySet":
        """Filter by draft reports that the service can read now."""
        return self.filter(status__in=HANDED_OUT)

    def comparable_before(self, review: "Review") -> "ReviewQuerySet":
        """Return the organisation's earlier valid reviews of the same kind by a comparable edition, newest first.

        Only these can be compared with it: kinds are never mixed, and editions only if their documents allow it.
        """
        editions = ScaleEdition.comparable(review.edition_id)
        return self.comparable(review.organisation.current_id, review.kind, review.visit_start, editions)

    def comparable(self, organisation: int, kind: str, before: date, editions: Collection[int]) -> "ReviewQuerySet":
        """Return an organisation's valid reviews of a kind and by these editions before a day, newest first."""
        comparable = self.valid().of_current(organisation).filter(edition__in=editions, kind=kind)
        return comparable.filter(visit_start__lt=before).newest_first()

    def last_of_each(
        self, organisations: models.QuerySet[Organisation], *, kind: str | None, editions: Collection[int]
    ) -> "models.QuerySet[Any]":
        """Return the current organisations with a valid review, with the key and the total of the last one.

        They are annotated as `last_of` and `total_of`, which are None for an organisation without one. Only reviews by
        these editions count, and of the kind unless it is None. This is the one rule for "last review". The stored
        `last_review` of an organisation, which is the last of any kind and edition, is taken if it counts, so that only
        other organisations need a look-up.
        """
        outer = models.OuterRef(models.OuterRef("pk"))
        parts = Organisation.objects.filter(models.Q(pk=outer) | models.Q(joined_to=outer)).order_by()
        own = self.valid().filter(edition__in=editions, organisation__in=parts.values("pk")).newest_first()
        counts = Q(last_edition__in=editions)
        if kind:
            own, counts = own.filter(kind=kind), counts & Q(last_kind=kind)
        current = organisations.filter(joined_to__isnull=True, last_review__isnull=False)
        return current.annotate(
            last_of=models.Case(models.When(counts, then="last_review"), default=models.Subquery(own.values("pk")[:1])),
            total_of=models.Case(
                models.When(counts, then="last_total"), default=models.Subquery(own.values("total")[:1])
            ),
        )

    def newest_first(self) -> "ReviewQuerySet":
        """Order by visit, newest first."""
        return self.order_by("-visit_start", "-pk")


class ReviewManager(models.Manager.from_queryset(ReviewQuerySet)):  # type: ignore[misc]
    """The reviews that exist for people. The rows of an import that is under way are left out."""

    def get_queryset(self) -> ReviewQuerySet:
        """Return all reviews but those that are being imported."""
        return super().get_queryset().exclude(status=IMPORTING)


class UnfinishedImports(models.Manager.from_queryset(ReviewQuerySet)):  # type: ignore[misc]
    """The rows of imports that are under way, or were interrupted. Only reviews/imports reads and writes them."""

    def get_queryset(self) -> ReviewQuerySet:
        """Return the reviews that are being imported."""
        return super().get_queryset().filter(status=IMPORTING)
