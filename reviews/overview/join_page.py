"""Read model of the page on which two organisations are joined: what each of them brings. Read-only."""

from dataclasses import dataclass

from reviews.models import Action, Membership, Organisation, Review, User
from reviews.models.review_querysets import ReviewQuerySet
from reviews.workflow import FROM_OUTSIDE


@dataclass(frozen=True)
class OrganisationToJoin:
    """What belongs to an organisation, counted. `signed` are the finished reviews, whose sheets keep their names.

    `joined` are the names of those that were joined to it before.
    """

    name: str
    code: str
    url: str
    reviews: int
    signed: int
    people: int
    open_actions: int
    joined: tuple[str, ...]


def reviews_from_inside(organisations: tuple[Organisation, Organisation]) -> tuple[Review, ...]:
    """Return the open reviews by people from elsewhere that an evaluator who works at the other one takes part in.

    They cannot be signed after the joining, unless their plan changes. Two queries.
    """
    one, other = organisations
    return tuple(review for pair in ((one, other), (other, one)) for review in _reviewed_by(*pair))


def _reviewed_by(organisation: Organisation, other: Organisation) -> ReviewQuerySet:
    reviews = (
        Review.objects.open()
        .of(organisation)
        .filter(kind__in=FROM_OUTSIDE, evaluators__in=User.objects.belonging_to(other))
    )
    return reviews.distinct().select_related("organisation__joined_to").order_by("visit_start", "pk")


def organisation_to_show(organisation: Organisation) -> OrganisationToJoin:
    """Return what belongs to an organisation. Five queries."""
    reviews = Review.objects.of(organisation)
    return OrganisationToJoin(
        name=organisation.name,
        code=str(organisation.code),
        url=organisation.get_absolute_url(),
        reviews=reviews.count(),
        signed=reviews.finished().count(),
        people=Membership.objects.of(organisation).values("user").distinct().count(),
        open_actions=Action.objects.open_of(organisation.current_id).count(),
        joined=tuple(organisation.joined.values_list("name", flat=True)),
    )
