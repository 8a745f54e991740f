"""Views that show the status and the evidence of a review, and score it item by item."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from reviews.access import (
    SignedInRequest,
    network_to_oversee,
    review_to_read,
    review_to_save,
    review_to_score,
)
from reviews.actionplan.plan_page import plan_summary
from reviews.components.network_tabs import network_tabs
from reviews.conduct.evidence_matrix import evidence_matrix
from reviews.conduct.item_page import item_url
from reviews.conduct.item_responses import check_not_in_consensus, item_response
from reviews.conduct.newer_editions import MOST_OFFERED, reviews_to_change_over
from reviews.conduct.review_page import review_page
from reviews.conduct.score_target import target_for
from reviews.records.access_log import record_reading


@require_safe
def review(request: SignedInRequest, code: object) -> HttpResponse:
    """Show the status of a review, what is missing and what the user can do next."""
    review = review_to_read(request, code)
    record_reading(request.user, review, "review")
    page = review_page(review, request.user, plan_summary(review, request.user))
    return render(request, "conduct/review.html", {"page": page, "review": page.review})


@require_safe
def newer_editions(request: SignedInRequest, code: object) -> HttpResponse:
    """List the planned reviews of a network that can change over to a newer edition of their scale."""
    network = network_to_oversee(request, code)
    offers = reviews_to_change_over(network)
    context = {
        "network": network,
        "tabs": network_tabs(network, request.user, "newer_editions"),
        "offers": offers[:MOST_OFFERED],
        "are_more": len(offers) > MOST_OFFERED,
    }
    return render(request, "conduct/newer_editions.html", context)


@require_safe
def evidence(request: SignedInRequest, code: object) -> HttpResponse:
    """Show which data sources each item has evidence from."""
    review = review_to_read(request, code)
    record_reading(request.user, review, "evidence")
    return render(request, "conduct/evidence.html", {"review": review, "matrix": evidence_matrix(review, request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
def item(request: SignedInRequest, code: object, number: int) -> HttpResponse:
    """Show the page on which one item is scored; for a POST, save the item."""
    review = (review_to_save if request.method == "POST" else review_to_score)(request, code)
    item = review.scale.by_number.get(number)
    if item is None:
        raise Http404
    if request.method != "POST":
        record_reading(request.user, review, "item")
        if review.is_in_consensus:
            return redirect(item_url(review, number))
    check_not_in_consensus(review)
    return item_response(request, target_for(review, request.user), item)
