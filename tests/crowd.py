"""A large network for measurements: thousands of organisations with years of reviews.

It writes the rows in bulk, without the services, and removes the triggers. For scratch databases only.
"""

import random
from datetime import date, timedelta

from django.utils import timezone

from reviews.models import ItemScore, Membership, Network, Organisation, Review, ReviewEvaluator, User
from reviews.records import protection
from reviews.schedule.rhythm import rhythm_of
from reviews.workflow import Kind, Method, Role, Status
from scales.models import ScaleEdition
from scales.scoring import band_of

KINDS = (Kind.INDEPENDENT,) * 7 + (Kind.PEER, Kind.GUIDED_SELF, Kind.SELF)


def crowd(
    network: Network, edition: ScaleEdition, by: User, *, organisations: int, reviews: int, scored: bool = True
) -> None:
    """Fill `network` with organisations and spread `reviews` evenly over them, half a year apart.

    Every hundredth organisation has no review, and some of the newest reviews are open. If `scored`, the last final
    review of each organisation has a score for every item.
    """
    dice = random.Random(25)
    protection.remove()
    created = Organisation.objects.bulk_create(
        (Organisation(network=network, name=f"IPS {number:05}") for number in range(organisations)), batch_size=2_000
    )
    count = round(reviews / (organisations * 0.99))
    planned = [
        _review(organisation, edition, by, number, count, dice)
        for i, organisation in enumerate(created)
        if i % 100
        for number in range(count)
    ]
    planned = Review.objects.bulk_create(planned, batch_size=2_000)
    evaluators = [User(username=f"crowd{i}", name=f"Crowd {i}", email=f"crowd{i}@example.org") for i in range(200)]
    User.objects.bulk_create(evaluators)
    Membership.objects.bulk_create(Membership(user=user, network=network, role=Role.EVALUATOR) for user in evaluators)
    ReviewEvaluator.objects.bulk_create(
        (ReviewEvaluator(review=review, user=dice.choice(evaluators)) for review in planned), batch_size=5_000
    )
    _summarise(network, planned, dice)
    if scored:
        _score(planned, edition)


def _review(
    organisation: Organisation, edition: ScaleEdition, by: User, number: int, count: int, dice: random.Random
) -> Review:
    start = date(2026, 11, 1) - timedelta(days=182 * (count - number) - dice.randrange(150))
    total = min(max(70 + 4 * number % 40 + dice.randrange(20), edition.scale.min), edition.scale.max)
    is_final = number < count - 1 or dice.random() < 0.9
    result = {"status": Status.FINAL, "total": total, "band": band_of(edition.scale, total).label}
    result |= {"finalised_at": timezone.now(), "finalised_by": by}
    return Review(
        organisation=organisation,
        edition=edition,
        kind=dice.choice(KINDS),
        method=Method.TOGETHER,
        visit_start=start,
        visit_end=start,
        created_by=by,
        **(result if is_final else {"status": Status.SCORING}),
    )


def _summarise(network: Network, reviews: list[Review], dice: random.Random) -> None:
    """Write the summary of each organisation by the rules of reviews/schedule/organisation_summary.py."""
    last: dict[int, Review] = {}
    before: dict[int, Review] = {}
    for review in sorted((review for review in reviews if review.is_valid), key=lambda review: review.visit_start):
        if review.organisation_id in last:
            before[review.organisation_id] = last[review.organisation_id]
        last[review.organisation_id] = review
    rhythm, changed = rhythm_of(network), []
    for pk, review in last.items():
        organisation, earlier = review.organisation, before.get(pk)
        organisation.last_review, organisation.last_visit = review, review.visit_start
        organisation.last_edition = review.edition
        organisation.last_kind, organisation.last_total = review.kind, review.total
        organisation.last_band_rank = review.band_rank
        same = earlier is not None and earlier.kind == review.kind
        organisation.last_change = review.total - earlier.total if same and earlier else None  # type: ignore[operator]
        organisation.next_due = rhythm.due(review.edition_id, review.band_rank, review.visit_start)
        organisation.open_actions = dice.randrange(4)
        changed.append(organisation)
    fields = (
        "last_review",
        "last_edition",
        "last_visit",
        "last_kind",
        "last_total",
        "last_band_rank",
        "last_change",
        "next_due",
    )
    Organisation.objects.bulk_update(changed, [*fields, "open_actions"], batch_size=500)


def _score(reviews: list[Review], edition: ScaleEdition) -> None:
    last = set(Organisation.objects.filter(last_review__isnull=False).values_list("last_review", flat=True))
    rows = (
        ItemScore(review=review, item_number=item.number, value=(review.pk + item.number) % 5 + 1)
        for review in reviews
        if review.pk in last
        for item in edition.scale.items
    )
    ItemScore.objects.bulk_create(rows, batch_size=10_000)
