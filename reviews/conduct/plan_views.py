"""Views that plan a review, change its plan and cancel it, and show who may review whom in a network."""

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ipsfidelity.errors import StateConflict
from ipsfidelity.form_page import form_page, posted, sent_before
from ipsfidelity.privacy import warning_about
from reviews.access import (
    SignedInRequest,
    network_to_oversee,
    organisation_to_plan,
    organisations_to_plan,
    review_to_change_plan,
)
from reviews.components.network_tabs import network_tabs
from reviews.conduct.cancelling import cancel, cancellation_of
from reviews.conduct.changing_plans import change_plan, plan_version, review_plan
from reviews.conduct.evaluator_load import evaluator_load_page
from reviews.conduct.forms import ReasonForm
from reviews.conduct.plan_forms import ACTS, PlanForm, ReviewForm, typed_in
from reviews.conduct.plan_notifications import notify_planned
from reviews.conduct.planning import HasSubmitted, NotIndependent, create_review
from reviews.fields import INCOMPLETE
from reviews.models import Organisation, Review
from reviews.models.organisations import OrganisationQuerySet
from reviews.records.access_log import record_reading
from reviews.records.writing import Stale
from reviews.schedule.preparation_page import preparation_words
from reviews.told import Told, collecting, say_told


@require_http_methods(["GET", "HEAD", "POST"])
def plan_review(request: SignedInRequest) -> HttpResponse:
    """Plan a review of an organisation that is chosen in the form."""
    return _new_review(request, organisations_to_plan(request))


@require_http_methods(["GET", "HEAD", "POST"])
def new_review(request: SignedInRequest, code: object) -> HttpResponse:
    """Plan a review of one organisation: the same form, in which it is chosen already."""
    organisation = organisation_to_plan(request, code)
    return _new_review(request, organisations_to_plan(request), organisation)


def _new_review(
    request: SignedInRequest, organisations: OrganisationQuerySet, chosen: Organisation | None = None
) -> HttpResponse:
    """Plan a review. The code of the review is in the form, so a repeated POST creates only one."""
    given = {"organisation": str(chosen.pk)} if chosen else {}
    data = request.POST.copy() if request.method == "POST" else QueryDict(mutable=True)
    for name, value in given.items():
        data.setdefault(name, value)  # a page of version 0.2 does not send it
    if request.method != "POST" or data.get("act") in ACTS:
        shown = data if request.method == "POST" else sent_before(request)
        typed = typed_in(shown) if shown else given | {"act": request.GET.get("act", "")}
        form = ReviewForm(organisations, request.user, typed=typed)
    else:
        form = ReviewForm(organisations, request.user, data)
    if form.is_valid():
        review = _create(request, form)
        with collecting() as told:
            notify_planned(review, by=request.user)
        say_told(request, told, nobody="")
        return redirect(review)
    steps = form.of.network.timeline.count() if form.of else 0
    return form_page(request, "conduct/new_review.html", form, {"organisation": chosen, "steps": steps})


def _create(request: SignedInRequest, form: ReviewForm) -> Review:
    fields = form.cleaned_data
    created = Review.objects.filter(code=fields["code"], created_by=request.user, organisation=fields["organisation"])
    review: Review | None
    try:
        review = created.first() or create_review(by=request.user, **fields)
    except IntegrityError:
        # A simultaneous POST has created the review, or the code belongs to another one.
        review = created.first()
    if review is None:
        raise StateConflict(str(INCOMPLETE))
    return review


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: SignedInRequest, code: object) -> HttpResponse:
    """Show the plan of a review that is not signed, and change it."""
    review = review_to_change_plan(request, code)
    record_reading(request.user, review, "change_plan")
    if shown := request.POST if request.POST.get("act") in ACTS else sent_before(request):
        form, stored = PlanForm(review, request.user, typed=typed_in(shown)), None
    else:
        form, stored = PlanForm(review, request.user, posted(request)), None
    if form.is_valid():
        try:
            if form.ignores_a_choice:
                raise Stale(review_plan(review))
            with collecting() as told:
                change_plan(
                    review=review,
                    by=request.user,
                    seen=form.cleaned_data["seen"],
                    plan=form.plan(),
                    past_steps=form.cleaned_data["past_steps"],
                )
        except (NotIndependent, HasSubmitted) as conflict:
            form.add_error("evaluators", conflict.sentence)
        except Stale as stale:
            stored = stale.stored
            form = _with_current_version(request, review)
        else:
            return _to_review(request, review, told)
    context = {"review": review, "stored": stored, "has_steps": preparation_words(review)}
    return form_page(request, "conduct/change_plan.html", form, context, status=409 if stored else None)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel_review(request: SignedInRequest, code: object) -> HttpResponse:
    """Ask why a review is cancelled, or a correction withdrawn; for a POST, do so."""
    review = review_to_change_plan(request, code)
    record_reading(request.user, review, "cancel")
    form = ReasonForm(posted(request))
    if form.is_valid():
        reason = form.cleaned_data["comment"]
        with collecting() as told:
            cancel(review=review, by=request.user, seen=request.POST.get("seen", ""), reason=reason)
        say_told(request, told, nobody=_nobody_else(), is_fine=True)
        if warning := warning_about(reason):
            messages.warning(request, warning)
        return redirect(review)
    context = {"review": review, "transition": cancellation_of(review), "seen": plan_version(review)}
    return form_page(request, "conduct/cancel.html", form, context)


@require_safe
def evaluators(request: SignedInRequest, code: object) -> HttpResponse:
    """Redirect to the plan of the review. In versions up to 0.2, evaluators were changed on a page of their own."""
    return redirect("change_plan", code=code)


@require_safe
def evaluator_load(request: SignedInRequest, code: object) -> HttpResponse:
    """Show who may review whom in a network, and who has done how much, for its coordinator."""
    network = network_to_oversee(request, code)
    page = evaluator_load_page(network, request.user, request.GET.get("page", ""))
    context = {"network": network, "tabs": network_tabs(network, request.user, "evaluator_load"), "page": page}
    return render(request, "conduct/evaluator_load.html", context)


def _with_current_version(request: SignedInRequest, review: Review) -> PlanForm:
    """Return the form with what was typed and the version that is stored now, so that saving again replaces it."""
    current = Review.objects.for_page(request.user).get(pk=review.pk)
    data = request.POST.copy()
    data["seen"] = plan_version(current)
    form = PlanForm(current, request.user, data)
    form.is_valid()
    return form


def _to_review(request: SignedInRequest, review: Review, told: Told) -> HttpResponse:
    """Redirect to the review, or to the first page if the person can no longer read it."""
    say_told(request, told, nobody=_nobody_else(), is_fine=True, done=_("Saved."))
    return redirect(review if Review.objects.visible_to(request.user).filter(pk=review.pk).exists() else "home")


def _nobody_else() -> str:
    return _("No mail was sent, because this concerns nobody else.")
