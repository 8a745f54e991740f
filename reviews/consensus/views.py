"""Views that compare independent ratings, agree on common scores and report how far evaluators agree."""

from functools import partial
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.backends.utils import csrf_input
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ipsfidelity.errors import wants_json
from ipsfidelity.form_page import form_page
from reviews import autosave
from reviews.access import (
    SignedInRequest,
    network_to_oversee,
    review_to_agree,
    review_to_compare,
    review_to_save_agreed,
)
from reviews.components.network_tabs import network_tabs
from reviews.conduct.carry_over import CARRIED_TEXTS, NOTES, merged_fields, ratings_by_item
from reviews.conduct.item_responses import Addition, ItemPageExtension, item_response, posted_item
from reviews.conduct.planning import NotIndependent
from reviews.conduct.score_target import ScoreTarget, target_for
from reviews.consensus.agreement_report import agreement_report
from reviews.consensus.comments import add_comment
from reviews.consensus.comparison import consensus_page, item_comparison
from reviews.consensus.decisions import adopt_agreed, ask_third
from reviews.consensus.forms import CommentForm, ThirdPersonForm
from reviews.consensus.training_page import training_of
from reviews.models import Review
from reviews.records import chain
from reviews.records.access_log import record_reading
from reviews.records.writing import Stale
from reviews.told import collecting, say_told
from scales.definition import Item

CHOSEN = ("observation", *CARRIED_TEXTS)


@require_safe
def consensus(request: SignedInRequest, code: object) -> HttpResponse:
    """Show all ratings of a review beside the common scores, which its evaluators choose here."""
    review = review_to_compare(request, code)
    record_reading(request.user, review, "consensus")
    may_agree = review.is_in_consensus and review.takes_part
    csrf = {"csrf_input": csrf_input(request)}
    context = {
        "review": review,
        "chain_head": chain.head(review),  # read first, so that no later change is missed
        "page": consensus_page(review, may_agree=may_agree),
        "may_agree": may_agree,
        "same_fields": render_to_string("consensus/_same_fields.html", csrf | autosave.new_page_fields(request)),
        **csrf,
    }
    return render(request, "consensus/consensus.html", context)


@require_safe
def pulse(request: SignedInRequest, code: object) -> HttpResponse:
    """Return the head of the review's chain. Open pages ask every few seconds whether it has changed (live.js)."""
    return JsonResponse({"head": chain.head(review_to_compare(request, code))})


@require_POST
def adopt(request: SignedInRequest, code: object) -> HttpResponse:
    """Adopt all scores that every evaluator gave, and redirect to the first open item of the list."""
    review = review_to_agree(request, code)
    try:
        count = adopt_agreed(review=review, by=request.user, change=uuid4())
    except Stale:
        messages.warning(request, _("Somebody else changed one of these items in the same moment. Look again."))
    else:
        sentence = ngettext("%(count)s score taken over.", "%(count)s scores taken over.", count) % {"count": count}
        messages.success(request, sentence)
    return redirect(f"{reverse('consensus', args=[review.code])}#open")


@require_http_methods(["GET", "HEAD", "POST"])
def agree(request: SignedInRequest, code: object, number: int) -> HttpResponse:
    """Show the item page with all ratings of the item; for a POST, save its common score."""
    review = review_to_save_agreed(request, code) if request.method == "POST" else review_to_agree(request, code)
    item = _item(review, number)
    if request.method != "POST":
        record_reading(request.user, review, "agree")

    def context() -> dict[str, object]:
        return {
            "chain_head": chain.head(review),
            "comparison": item_comparison(review, item),
            "may_agree": True,
            "csrf_input": csrf_input(request),
            "change": str(uuid4()),
            "third_person_form": ThirdPersonForm(review),
        }

    target = target_for(review, request.user)
    extension = ItemPageExtension(
        "consensus/item.html", context, partial(_completed, target, item), partial(_chosen, review, item)
    )
    return item_response(request, target, item, extension)


@require_POST
def ask(request: SignedInRequest, code: object, number: int) -> HttpResponse:
    """Ask a third person to decide one item."""
    review = review_to_agree(request, code)
    item = _item(review, number)
    form = ThirdPersonForm(review, request.POST)
    if not form.is_valid():
        messages.warning(request, _("Choose who is asked. Nothing was done."))
        return redirect("agree", code=review.code, number=item.number)
    try:
        with collecting() as told:
            ask_third(review=review, by=request.user, number=item.number, person=form.cleaned_data["person"])
        say_told(request, told, nobody="")
    except NotIndependent as conflict:
        messages.warning(request, conflict.sentence)
    return redirect("agree", code=review.code, number=item.number)


@require_POST
def comment(request: SignedInRequest, code: object, number: int) -> HttpResponse:
    """Add a comment on an item, and redirect to the page from which it came."""
    review = review_to_agree(request, code)
    item = _item(review, number)
    form = CommentForm(request.POST)
    if not form.is_valid():
        if wants_json(request):
            return JsonResponse(
                {"error": " ".join(str(error) for errors in form.errors.values() for error in errors)}, status=422
            )
        return form_page(request, "consensus/comment.html", form, {"review": review, "item": item})
    fields = form.cleaned_data
    add_comment(review=review, by=request.user, code=fields["code"], number=item.number, text=fields["text"])
    if wants_json(request):
        return JsonResponse({})
    if request.POST.get("go") == "list":
        return redirect(f"{reverse('consensus', args=[review.code])}#item-{item.number}")
    return redirect("agree", code=review.code, number=item.number)


@require_safe
def agreement(request: SignedInRequest, code: object) -> HttpResponse:
    """Show how far evaluators agree across a network's reviews."""
    network = network_to_oversee(request, code)
    report = agreement_report(network, request.GET.get("scale", ""), request.GET.get("kind", ""))
    context = {"network": network, "tabs": network_tabs(network, request.user, "agreement"), "report": report}
    return render(request, "consensus/across.html", context)


@require_safe
def training(request: SignedInRequest, code: object) -> HttpResponse:
    """Show on which items evaluators and services of a network should train."""
    network = network_to_oversee(request, code)
    training = training_of(network, request.GET.get("scale", ""), request.GET.get("kind", ""))
    is_refused = training.editions.refused or training.kinds.refused
    context = {"network": network, "tabs": network_tabs(network, request.user, "training"), "training": training}
    return render(request, "consensus/training.html", context, status=422 if is_refused else 200)


def _completed(target: ScoreTarget, item: Item, sent: QueryDict) -> QueryDict:
    """Return what was sent; from the consensus page, which sends score and reason, with all that the item has."""
    return posted_item(target, item, sent) if sent.get("go") == "list" else sent


def _chosen(review: Review, item: Item, sent: QueryDict) -> Addition | None:
    """Return what is added if the button for all notes was pressed, or something of one evaluator was chosen.

    `use` is the name of a field and the key of an evaluator, such as "observation-12".
    """
    field, _sep, key = sent.get("use", "").partition("-")
    if "merge" not in sent and field not in CHOSEN:
        return None
    ratings = ratings_by_item(review, [item.number])[item.number]
    if "merge" in sent:
        merged = merged_fields(review, ratings)
        return Addition({name: merged[name] for name in NOTES}, merged["sources"])
    rating = next((rating for rating in ratings if str(rating.evaluator_id) == key), None)
    if rating is None:
        return None
    if field == "observation":
        return Addition(observation=rating.observation)
    return Addition({field: getattr(rating, field)}, rating.sources)


def _item(review: Review, number: int) -> Item:
    item = review.scale.by_number.get(number)
    if item is None:
        raise Http404
    return item
