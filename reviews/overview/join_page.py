"""Read model of the page on which two organisations are joined: what each of them brings. Read-only."""

from dataclasses import dataclass

from reviews.models import Action, Membership, Organisation, Review


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
        open_actions=Action.objects.open_of(organisation).count(),
        joined=tuple(organisation.joined.values_list("name", flat=True)),
    )
