"""A network's timeline and a review's preparation: read them, change them, tick."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ipsfidelity.form_page import form_page, posted
from ipsfidelity.privacy import warning_about
from reviews.access import (
    SignedInRequest,
    network_to_oversee,
    review_to_prepare,
    step_to_prepare,
    timeline_step_to_change,
)
from reviews.models import Review, TimelineStep
from reviews.records.access_log import record_reading
from reviews.records.writing import Stale
from reviews.schedule.forms import OwnStepForm, StepDateForm, TimelineStepForm
from reviews.schedule.preparation import add_own_step, create_steps_later, move_step, set_done
from reviews.schedule.preparation_page import preparation_page
from reviews.schedule.timeline import (
    add_step,
    begin_with_proposal,
    change_step,
    remove_step,
    step_version,
    timeline_of,
    weeks_words,
)


@require_http_methods(["GET", "HEAD", "POST"])
def timeline(request: SignedInRequest, code: object) -> HttpResponse:
    """Show what a network does before and after a visit, and add to it."""
    network = network_to_oversee(request, code)
    form = TimelineStepForm(_("Add"), posted(request))
    if form.is_valid():
        try:
            add_step(network=network, by=request.user, **form.row())
            _warn_about(request, form)
            return redirect(request.path)
        except ValidationError as error:
            form.add_error(None, error)
    context = {"network": network, "points": timeline_of(network)}
    return form_page(request, "schedule/timeline.html", form, context)


@require_POST
def timeline_proposal(request: SignedInRequest, code: object) -> HttpResponse:
    """Fill an empty timeline with the proposal."""
    network = network_to_oversee(request, code)
    begin_with_proposal(network=network, by=request.user)
    messages.success(request, _("The proposal is now the network’s timeline. Change it as you like."))
    return redirect("timeline", code=network.code)


@require_http_methods(["GET", "HEAD", "POST"])
def timeline_step(request: SignedInRequest, code: object, step: int) -> HttpResponse:
    """Change one row of the timeline, or take it away."""
    found, action = timeline_step_to_change(request, code, step), request.POST.get("act")
    data = None if action == "remove" else posted(request)
    form = TimelineStepForm(_("Save"), data, initial=_shown(found))
    stored: TimelineStep | None = found
    behind = False
    try:
        if action == "remove":
            remove_step(step=found, by=request.user, seen=request.POST.get("seen", ""))
            return redirect("timeline", code=found.network.code)
        if form.is_valid():
            change_step(step=found, by=request.user, seen=form.cleaned_data["seen"], **form.row())
            _warn_about(request, form)
            return redirect("timeline", code=found.network.code)
    except Stale as stale:
        stored, behind = stale.stored, True
        if form.is_bound and stored:  # what was typed stays, and may now be saved over what is shown beside it
            form.data = {**request.POST.dict(), "seen": step_version(stored)}
    context = {"network": found.network, "mark": step_version(stored or found)}
    context |= {"behind": behind, "stored": stored, "words": stored and weeks_words(stored.weeks)}
    return form_page(request, "schedule/timeline_step.html", form, context, status=409 if behind else None)


def _shown(step: TimelineStep) -> dict[str, object]:
    return TimelineStepForm.shown(step.weeks, step.text, step_version(step))


@require_http_methods(["GET", "HEAD", "POST"])
def preparation(request: SignedInRequest, code: object) -> HttpResponse:
    """Show a review's steps by date, and add one of its own."""
    review = review_to_prepare(request, code)
    form = OwnStepForm(posted(request))
    if form.is_valid():
        try:
            add_own_step(review=review, by=request.user, **form.cleaned_data)
            _warn_about(request, form)
            return redirect(request.path)
        except ValidationError as error:
            form.add_error(None, error)
    record_reading(request.user, review, "preparation")
    context = {"review": review, "page": preparation_page(review)}
    context["has_before"] = Review.objects.valid_before(review) is not None
    return form_page(request, "schedule/preparation.html", form, context)


@require_POST
def lay_out(request: SignedInRequest, code: object) -> HttpResponse:
    """Lay out a review that has no steps yet."""
    review = review_to_prepare(request, code)
    create_steps_later(review=review, by=request.user)
    return redirect("preparation", code=review.code)


@require_POST
def tick(request: SignedInRequest, code: object, step: int) -> HttpResponse:
    """Tick a step, or take its tick back, and return to where it stands on the page."""
    found = step_to_prepare(request, code, step)
    if request.POST.get("done") in ("yes", "no"):
        set_done(step=found, by=request.user, done=request.POST["done"] == "yes")
    url = reverse("preparation", args=[found.review.code])
    return HttpResponseRedirect(f"{url}#step-{found.pk}", status=303)


@require_http_methods(["GET", "HEAD", "POST"])
def preparation_step(request: SignedInRequest, code: object, step: int) -> HttpResponse:
    """Give a step another date."""
    found = step_to_prepare(request, code, step)
    form = StepDateForm(posted(request), initial=StepDateForm.shown(found.due))
    behind = False
    if form.is_valid():
        try:
            move_step(step=found, by=request.user, **form.cleaned_data)
            return redirect("preparation", code=found.review.code)
        except Stale as stale:
            found.due, behind = stale.stored.due, True
            form.data = {**request.POST.dict(), "seen": found.due.isoformat()}
    context = {"review": found.review, "step": found, "behind": behind}
    return form_page(request, "schedule/preparation_step.html", form, context, status=409 if behind else None)


def _warn_about(request: SignedInRequest, form: Form) -> None:
    """Warn of what looks like somebody's address or number in what was saved."""
    if warning := warning_about(form.cleaned_data["text"]):
        messages.warning(request, warning)
