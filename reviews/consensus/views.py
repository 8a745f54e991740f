"""Compare independent ratings, agree on common scores, read how far the evaluators agreed."""

from collections.abc import Callable
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reviews.access import (
    SignedInRequest,
    network_to_oversee,
    review_to_agree,
    review_to_compare,
    review_to_save_agreed,
)
from reviews.conduct.completeness import completeness_of_scores
from reviews.conduct.item_responses import ItemPageExtension, NoteAddition, item_response
from reviews.conduct.planning import NotIndependent
from reviews.conduct.score_target import target_for
from reviews.consensus.agreement_report import across_reviews
from reviews.consensus.comparison import comparison_of, line_of
from reviews.consensus.decisions import adopt_agreed, ask_third, merged
from reviews.consensus.forms import ThirdPersonForm
from reviews.models import Rating, Review
from reviews.records import chain
from reviews.records.access_log import record_reading
from reviews.records.writing import Stale
from scales.definition import Item


@require_safe
def consensus(request: SignedInRequest, code: object) -> HttpResponse:
    """Show all ratings side by side, and what is agreed."""
    review = review_to_compare(request, code)
    record_reading(request.user, review, "consensus")
    context = {
        "review": review,
        "head": chain.head(review),  # asked before the page: what comes between is shown at the next look
        "comparison": comparison_of(review),
        "only_differences": request.GET.get("show") == "differences",
        "may_agree": review.is_in_consensus and review.takes_part,
    }
    return render(request, "consensus/consensus.html", context)


@require_safe
def pulse(request: SignedInRequest, code: object) -> HttpResponse:
    """Tell whether anything has happened: pages that are open ask every few seconds."""
    return JsonResponse({"head": chain.head(review_to_compare(request, code))})


@require_POST
def take_over(request: SignedInRequest, code: object) -> HttpResponse:
    """Take over every score that all evaluators gave alike."""
    review = review_to_agree(request, code)
    try:
        count = adopt_agreed(review=review, by=request.user, change=uuid4())
    except Stale:
        messages.warning(request, _("Somebody else changed one of these items in the same moment. Look again."))
    else:
        told = ngettext("%(count)s score taken over.", "%(count)s scores taken over.", count) % {"count": count}
        messages.success(request, told)
    still_open = sorted(completeness_of_scores(review).open_items)
    return redirect("agree", review.code, still_open[0]) if still_open else redirect("consensus", review.code)


@require_http_methods(["GET", "HEAD", "POST"])
def agree(request: SignedInRequest, code: object, number: int) -> HttpResponse:
    """Decide one item, with everybody's rating of it beside the form."""
    review = review_to_save_agreed(request, code) if request.method == "POST" else review_to_agree(request, code)
    item = _item(review, number)
    if request.method != "POST":
        record_reading(request.user, review, "agree")

    def shown() -> dict[str, object]:
        return {"head": chain.head(review), "line": line_of(review, item), "third": ThirdPersonForm(review)}

    extension = ItemPageExtension("consensus/item.html", shown, _merging(review, item))
    return item_response(request, target_for(review, request.user), item, extension)


@require_POST
def ask(request: SignedInRequest, code: object, number: int) -> HttpResponse:
    """Put one item to a third person."""
    review = review_to_agree(request, code)
    item = _item(review, number)
    form = ThirdPersonForm(review, request.POST)
    if not form.is_valid():
        messages.warning(request, _("Choose who is asked. Nothing was done."))
        return redirect("agree", code=review.code, number=item.number)
    try:
        ask_third(review=review, by=request.user, number=item.number, person=form.cleaned_data["person"])
    except NotIndependent as refused:
        messages.warning(request, refused.sentence)
    return redirect("agree", code=review.code, number=item.number)


@require_safe
def agreement_across(request: SignedInRequest, code: object) -> HttpResponse:
    """Show how far evaluators agree across a network's reviews."""
    network = network_to_oversee(request, code)
    across = across_reviews(network, request.GET.get("scale", ""), request.GET.get("kind", ""))
    return render(request, "consensus/across.html", {"network": network, "across": across})


def _merging(review: Review, item: Item) -> Callable[[QueryDict], NoteAddition | None]:
    """Return what puts all notes on an item into the common one, where that button was pressed."""

    def insertion(sent: QueryDict) -> NoteAddition | None:
        if "merge" not in sent:
            return None
        notes = merged(review, list(Rating.objects.submitted(review).filter(item_number=item.number)))
        return NoteAddition(notes["evidence"], notes["recommendation"], tuple(notes["sources"]))

    return insertion


def _item(review: Review, number: int) -> Item:
    item = review.scale.by_number.get(number)
    if item is None:
        raise Http404
    return item
