"""Views that create a review, show its status and its evidence, and score it item by item."""

from uuid import uuid4

from django.db import IntegrityError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from ipsfidelity.errors import StateConflict
from ipsfidelity.form_page import form_page, posted
from reviews.access import (
    SignedInRequest,
    network_to_oversee,
    organisation_to_plan,
    review_to_read,
    review_to_save,
    review_to_score,
)
from reviews.actionplan.plan_page import plan_summary
from reviews.conduct.evidence_matrix import evidence_matrix
from reviews.conduct.item_page import item_url
from reviews.conduct.item_responses import check_not_in_consensus, item_response
from reviews.conduct.newer_editions import MOST_OFFERED, reviews_to_change_over
from reviews.conduct.plan_forms import ReviewForm
from reviews.conduct.planning import create_review
from reviews.conduct.review_page import review_page
from reviews.conduct.score_target import target_for
from reviews.fields import INCOMPLETE
from reviews.models import Review
from reviews.records.access_log import record_reading


@require_http_methods(["GET", "HEAD", "POST"])
def new_review(request: SignedInRequest, code: object) -> HttpResponse:
    """Plan a review of one organisation. The code of the review is in the form, so a repeated POST creates only one."""
    organisation = organisation_to_plan(request, code)
    data = posted(request)
    form = ReviewForm(organisation, request.user, data, initial={"evaluators": [request.user.pk], "code": uuid4()})
    if form.is_valid():
        fields = form.cleaned_data
        created = Review.objects.filter(code=fields["code"], created_by=request.user, organisation=organisation)
        review: Review | None
        try:
            review = created.first() or create_review(organisation=organisation, by=request.user, **fields)
        except IntegrityError:
            # A simultaneous POST has created the review, or the code belongs to another one.
            review = created.first()
        if review is None:
            raise StateConflict(str(INCOMPLETE))
        return redirect(review)
    context = {"organisation": organisation, "steps": organisation.network.timeline.count()}
    return form_page(request, "conduct/new_review.html", form, context)


@require_safe
def review(request: SignedInRequest, code: object) -> HttpResponse:
    """Show the status of a review, what is missing and what the user can do next."""
    review = review_to_read(request, code)
    record_reading(request.user, review, "review")
    page = review_page(review, request.user)
    context = {"page": page, "review": page.review, "plan_summary": plan_summary(review, request.user)}
    return render(request, "conduct/review.html", context)


@require_safe
def newer_editions(request: SignedInRequest, code: object) -> HttpResponse:
    """List the planned reviews of a network that can change over to a newer edition of their scale."""
    network = network_to_oversee(request, code)
    offers = reviews_to_change_over(network)
    context = {"network": network, "offers": offers[:MOST_OFFERED], "are_more": len(offers) > MOST_OFFERED}
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
