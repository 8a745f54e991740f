"""Views that submit and reopen an evaluator's own ratings."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from reviews.access import SignedInRequest, review_to_submit
from reviews.conduct.completeness import completeness_of
from reviews.conduct.incomplete_items import incomplete_items
from reviews.conduct.item_page import progress_of
from reviews.conduct.score_target import target_for
from reviews.conduct.submission import reopen_ratings, still_to_submit_words, submit_ratings
from reviews.conduct.transitions import Incomplete
from reviews.records.access_log import record_reading
from reviews.told import collecting, say_told


@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: SignedInRequest, code: object) -> HttpResponse:
    """Explain what submitting means and list the open items; for a POST, submit the user's ratings."""
    review = review_to_submit(request, code)
    if request.method == "POST":
        try:
            with collecting() as told:
                submit_ratings(review=review, by=request.user)
        except Incomplete:
            pass  # the page below lists the open items
        else:
            say_told(request, told, nobody=still_to_submit_words(review), is_fine=True)
            return redirect(review)
    else:
        record_reading(request.user, review, "hand_in")
    target = target_for(review, request.user)
    completeness = completeness_of(review, target.rows)
    context = {
        "review": review,
        "incomplete_items": incomplete_items(review, completeness),
        "completeness": completeness,
        "progress": progress_of(target),
    }
    return render(request, "conduct/hand_in.html", context, status=422 if request.method == "POST" else 200)


@require_POST
def reopen(request: SignedInRequest, code: object) -> HttpResponse:
    """Let the user change their own submitted ratings again."""
    review = review_to_submit(request, code)
    reopen_ratings(review=review, by=request.user)
    return redirect(review)
