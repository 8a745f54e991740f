"""Reports that the queue makes ahead, so that nobody waits for one.

`reviews/records/chain.py` queues the task when an event changes what a report shows. The PDF is made in the language of
everybody who may open it, and kept where the view looks for it (printing.py).
"""

from django.conf import settings
from django.db.models import Q
from django.tasks import task
from django.utils import translation

from reviews.models import Membership, Review
from reviews.reports import printing
from reviews.reports.report import report_of
from reviews.workflow import Role


@task
def make_report(review: int) -> None:
    """Make the report of a review in all languages of its readers. Does nothing for one that is not shared."""
    stored = Review.objects.select_related("organisation__network", "organisation__joined_to").filter(pk=review).first()
    if stored is None or not (stored.is_handed_out or stored.is_final):
        return
    for language in languages_of(stored):
        with translation.override(language):
            printing.as_pdf(report_of(stored))


def languages_of(review: Review) -> list[str]:
    """Return the languages of the evaluators, of the service's team leaders and of the coordinators. One query."""
    leaders = Q(role=Role.TEAM_LEADER) & Q(pk__in=Membership.objects.of(review.organisation))
    readers = Membership.objects.filter(Q(role=Role.COORDINATOR) | leaders | Q(user__in=review.evaluators.all()))
    in_network = readers.filter(network=review.organisation.network_id, user__is_active=True)
    chosen = set(in_network.order_by().values_list("user__language", flat=True).distinct())
    return sorted({language or settings.LANGUAGE_CODE for language in chosen})
