"""What a network's organisations were scored last, of one kind and by one edition. Reads only; names nobody.

Kinds and editions are never mixed: every function asks for one of each. The database counts, so that the
figures of thousands of organisations come as some hundred rows.
"""

from django.db.models import Count, OuterRef, Subquery

from reviews.charts.distribution import Distribution, distribution_of
from reviews.models import ItemScore, Network, Organisation, Review
from reviews.models.review_querysets import ReviewQuerySet


def last_reviews(network: Network, *, kind: str, edition: int) -> ReviewQuerySet:
    """Return each organisation's last valid review of a kind and by an edition."""
    own = Review.objects.valid().filter(organisation=OuterRef("pk"), kind=kind, edition=edition).newest_first()
    organisations = Organisation.objects.filter(network=network).annotate(last=Subquery(own.values("pk")[:1]))
    return Review.objects.filter(pk__in=organisations.filter(last__isnull=False).values("last"))


def network_distribution(network: Network, *, kind: str, edition: int) -> Distribution:
    """Return how totals and scores are spread over a network's organisations. Two queries."""
    reviews = last_reviews(network, kind=kind, edition=edition)
    totals = dict(reviews.values_list("total").annotate(n=Count("pk")))
    scores = ItemScore.objects.filter(review__in=reviews.values("pk")).order_by()
    return distribution_of(scores.values_list("item_number", "value").annotate(n=Count("pk")), totals)
