"""Hand in one's own ratings, and take them back. What is behind stands in handing_in.py."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from reviews.access import SignedInRequest, review_to_hand_in
from reviews.conduct.completeness import readiness_of
from reviews.conduct.item_page import progress_of
from reviews.conduct.score_target import desk_of
from reviews.conduct.submission import hand_in as close_own
from reviews.conduct.submission import take_back as open_own
from reviews.conduct.transitions import Incomplete
from reviews.records.access_log import record_reading


@require_http_methods(["GET", "HEAD", "POST"])
def hand_in(request: SignedInRequest, code: object) -> HttpResponse:
    """Show what handing in means and what is still open; then do it."""
    review = review_to_hand_in(request, code)
    if request.method == "POST":
        try:
            close_own(review=review, by=request.user)
        except Incomplete:
            pass  # the page below names what is missing
        else:
            return redirect(review)
    else:
        record_reading(request.user, review, "hand_in")
    desk = desk_of(review, request.user)
    context = {
        "review": review,
        "items": review.scale.by_number,
        "readiness": readiness_of(review, desk.rows),
        "progress": progress_of(desk),
    }
    return render(request, "conduct/hand_in.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["POST"])
def take_back(request: SignedInRequest, code: object) -> HttpResponse:
    """Open one's own ratings again."""
    review = review_to_hand_in(request, code)
    open_own(review=review, by=request.user)
    return redirect(review)
