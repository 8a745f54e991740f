"""Views of a network's timeline and of a review's preparation."""

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
from reviews.components.last_review import last_valid_review
from reviews.components.network_tabs import network_tabs
from reviews.models import Review, TimelineStep
from reviews.records.access_log import record_reading
from reviews.records.writing import Stale
from reviews.schedule.forms import LayOutForm, OwnStepForm, StepDateForm, TimelineStepForm
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
    """Show the timeline of a network, and add a row."""
    network = network_to_oversee(request, code)
    form = TimelineStepForm(_("Add"), posted(request))
    if form.is_valid():
        try:
            add_step(network=network, by=request.user, **form.row())
            _warn_about_personal_data(request, form)
            return redirect(request.path)
        except ValidationError as error:
            form.add_error(None, error)
    tabs = network_tabs(network, request.user, "timeline")
    context = {"network": network, "tabs": tabs, "weeks": timeline_of(network)}
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
    """Change or remove a row of the timeline."""
    row, action = timeline_step_to_change(request, code, step), request.POST.get("act")
    data = None if action == "remove" else posted(request)
    initial = TimelineStepForm.initial_for(row.weeks, row.text, step_version(row))
    form = TimelineStepForm(_("Save"), data, initial=initial)
    stored: TimelineStep | None = row
    is_conflict = False
    try:
        if action == "remove":
            remove_step(step=row, by=request.user, seen=request.POST.get("seen", ""))
            return redirect("timeline", code=row.network.code)
        if form.is_valid():
            change_step(step=row, by=request.user, seen=form.cleaned_data["seen"], **form.row())
            _warn_about_personal_data(request, form)
            return redirect("timeline", code=row.network.code)
    except Stale as stale:
        stored, is_conflict = stale.stored, True
        if form.is_bound and stored:  # the typed text stays, and a second save replaces the stored row
            form.data = {**request.POST.dict(), "seen": step_version(stored)}
    context = {"network": row.network, "version": step_version(stored or row)}
    context |= {"is_conflict": is_conflict, "stored": stored, "heading": stored and weeks_words(stored.weeks)}
    return form_page(request, "schedule/timeline_step.html", form, context, status=409 if is_conflict else None)


@require_http_methods(["GET", "HEAD", "POST"])
def preparation(request: SignedInRequest, code: object) -> HttpResponse:
    """Show the steps of a review by date, and add one that is not in the timeline."""
    review = review_to_prepare(request, code)
    form = OwnStepForm(posted(request))
    if form.is_valid():
        try:
            add_own_step(review=review, by=request.user, **form.cleaned_data)
            _warn_about_personal_data(request, form)
            return redirect(request.path)
        except ValidationError as error:
            form.add_error(None, error)
    record_reading(request.user, review, "preparation")
    return _preparation(request, review, form)


@require_POST
def lay_out(request: SignedInRequest, code: object) -> HttpResponse:
    """Create the steps of a review that has none, from the network's timeline."""
    review = review_to_prepare(request, code)
    form = LayOutForm(review, request.POST)
    if not form.is_valid():
        return _preparation(request, review, OwnStepForm(), form)
    create_steps_later(review=review, by=request.user, past=form.cleaned_data["past_steps"])
    return redirect("preparation", code=review.code)


def _preparation(
    request: SignedInRequest, review: Review, form: OwnStepForm, lay_out: LayOutForm | None = None
) -> HttpResponse:
    page = preparation_page(review)
    if not page.days and lay_out is None:
        lay_out = LayOutForm(review)
    context = {"review": review, "page": page, "lay_out": lay_out}
    context["has_previous_review"] = last_valid_review(review) is not None
    status = 422 if form.is_bound or (lay_out and lay_out.is_bound) else None
    return form_page(request, "schedule/preparation.html", form, context, status=status)


@require_POST
def tick(request: SignedInRequest, code: object, step: int) -> HttpResponse:
    """Mark a step as done or not done, and redirect to its place on the page."""
    stored = step_to_prepare(request, code, step)
    if request.POST.get("done") in ("yes", "no"):
        set_done(step=stored, by=request.user, done=request.POST["done"] == "yes")
    url = reverse("preparation", args=[stored.review.code])
    return HttpResponseRedirect(f"{url}#step-{stored.pk}", status=303)


@require_http_methods(["GET", "HEAD", "POST"])
def preparation_step(request: SignedInRequest, code: object, step: int) -> HttpResponse:
    """Give a step another date."""
    stored = step_to_prepare(request, code, step)
    form = StepDateForm(posted(request), initial=StepDateForm.initial_for(stored.due))
    is_conflict = False
    if form.is_valid():
        try:
            move_step(step=stored, by=request.user, **form.cleaned_data)
            return redirect("preparation", code=stored.review.code)
        except Stale as stale:
            stored.due, is_conflict = stale.stored.due, True
            form.data = {**request.POST.dict(), "seen": stored.due.isoformat()}
    context = {"review": stored.review, "step": stored, "is_conflict": is_conflict}
    return form_page(request, "schedule/preparation_step.html", form, context, status=409 if is_conflict else None)


def _warn_about_personal_data(request: SignedInRequest, form: Form) -> None:
    """Warn if the saved text seems to contain an e-mail address or a telephone number."""
    if warning := warning_about(form.cleaned_data["text"]):
        messages.warning(request, warning)
