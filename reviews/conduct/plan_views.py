"""Views that change the plan of a review, and cancel it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ipsfidelity.form_page import form_page, posted
from ipsfidelity.privacy import warning_about
from reviews.access import SignedInRequest, review_to_change_plan
from reviews.conduct.cancelling import cancel, cancellation_of
from reviews.conduct.changing_plans import change_plan, plan_version, review_plan
from reviews.conduct.forms import ReasonForm
from reviews.conduct.plan_forms import PlanForm
from reviews.conduct.planning import HasSubmitted, NotIndependent
from reviews.models import Review
from reviews.records.access_log import record_reading
from reviews.records.writing import Stale
from reviews.schedule.preparation_page import preparation_words


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: SignedInRequest, code: object) -> HttpResponse:
    """Show the plan of a review that is not signed, and change it."""
    review = review_to_change_plan(request, code)
    record_reading(request.user, review, "change_plan")
    form, stored = PlanForm(review, request.user, posted(request)), None
    if form.is_valid():
        try:
            if form.ignores_a_choice:
                raise Stale(review_plan(review))
            change_plan(review=review, by=request.user, seen=form.cleaned_data["seen"], plan=form.plan())
        except (NotIndependent, HasSubmitted) as conflict:
            form.add_error("evaluators", conflict.sentence)
        except Stale as stale:
            stored = stale.stored
            form = _with_current_version(request, review)
        else:
            return _to_review(request, review)
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
        cancel(review=review, by=request.user, seen=request.POST.get("seen", ""), reason=reason)
        if warning := warning_about(reason):
            messages.warning(request, warning)
        return redirect(review)
    context = {"review": review, "transition": cancellation_of(review), "seen": plan_version(review)}
    return form_page(request, "conduct/cancel.html", form, context)


@require_safe
def evaluators(request: SignedInRequest, code: object) -> HttpResponse:
    """Redirect to the plan of the review. In versions up to 0.2, evaluators were changed on a page of their own."""
    return redirect("change_plan", code=code)


def _with_current_version(request: SignedInRequest, review: Review) -> PlanForm:
    """Return the form with what was typed and the version that is stored now, so that saving again replaces it."""
    current = Review.objects.for_page(request.user).get(pk=review.pk)
    data = request.POST.copy()
    data["seen"] = plan_version(current)
    form = PlanForm(current, request.user, data)
    form.is_valid()
    return form


def _to_review(request: SignedInRequest, review: Review) -> HttpResponse:
    """Redirect to the review, or to the first page if the person can no longer read it."""
    messages.success(request, _("Saved."))
    return redirect(review if Review.objects.visible_to(request.user).filter(pk=review.pk).exists() else "home")
