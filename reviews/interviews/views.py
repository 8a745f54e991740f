"""Start interviews, write down what is said, read it until it is deleted; how long a network keeps it."""

from http import HTTPStatus
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ipsfidelity.errors import StateConflict, wants_json
from ipsfidelity.form_page import form_page, posted
from ipsfidelity.privacy import warning_about
from reviews import autosave
from reviews.access import (
    SignedInRequest,
    interview_to_change,
    interview_to_read,
    interview_to_save,
    network_to_manage,
    review_to_interview,
    review_with_interviews,
)
from reviews.conflicts import review_closed
from reviews.fields import INCOMPLETE
from reviews.interviews.forms import HeadForm, StartForm, StepForm, WeeksForm
from reviews.interviews.note_saving import save_notes
from reviews.interviews.pages import StepPage, interviews_page, neighbours, progress_of, step_page, step_url
from reviews.interviews.retention import keep_notes_for, kept_notes
from reviews.interviews.services import change_interview, next_label, remove_interview, start_interview
from reviews.models import Interview, Network, Review
from reviews.models.interviews import SAID
from reviews.models.scores import LONGEST_NOTE
from reviews.records.access_log import record_reading
from reviews.records.writing import Stale
from scales.models import GuideEdition


@require_http_methods(["GET", "HEAD", "POST"])
def interviews(request: SignedInRequest, code: object) -> HttpResponse:
    """List a review's interviews, and start another. The form names the new one, so a second press finds the first."""
    access = review_to_interview if request.method == "POST" else review_with_interviews
    review = access(request, code)
    guides = list(GuideEdition.objects.filter(instrument=review.scale.instrument).defer("document"))
    form = StartForm(guides, posted(request), initial=_proposal(review, guides))
    if form.is_valid():
        try:
            return redirect(_start(request, review, form))
        except ValidationError as error:
            form.add_error(None, error)
    record_reading(request.user, review, "interviews")
    context = {"review": review, "page": interviews_page(review, guides)}
    return form_page(request, "interviews/interviews.html", form, context)


@require_safe
def interview(request: SignedInRequest, code: object, interview: object) -> HttpResponse:
    """Lead to the first step of an interview."""
    found = interview_to_read(request, code, interview)
    return redirect(step_url(found, found.guide.guide.steps[0]))


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: SignedInRequest, code: object, interview: object, step: int) -> HttpResponse:
    """Write down what is said at one step: read it, or save it and go where the pressed button leads."""
    access = interview_to_save if request.method == "POST" else interview_to_read
    found = access(request, code, interview)
    if step not in found.guide.guide.steps:
        raise Http404
    if request.method != "POST":
        record_reading(request.user, found.review, "interview_step")
        return _render_step(request, step_page(found, step))
    form = StepForm(found.guide.guide.keys_at(step), request.POST)
    if not form.is_valid():
        return _refused(request, found, step, form)
    form.must_be_by(request.user)
    return _save(request, found, step, form)


@require_http_methods(["GET", "HEAD", "POST"])
def head(request: SignedInRequest, code: object, interview: object) -> HttpResponse:
    """Change what an interview's head says."""
    found = interview_to_change(request, code, interview)
    form = HeadForm(posted(request), instance=found)
    if form.is_valid():
        try:
            change_interview(interview=found, by=request.user, head=form.head())
            return redirect("interviews", code=found.review.code)
        except ValidationError as error:
            form.add_error(None, error)
    is_empty = not found.notes.filter(SAID).exists()
    context = {"review": found.review, "interview": found, "is_empty": is_empty}
    return form_page(request, "interviews/head.html", form, context)


@require_POST
def remove(request: SignedInRequest, code: object, interview: object) -> HttpResponse:
    """Take away an interview that was started by mistake."""
    found = interview_to_change(request, code, interview)
    remove_interview(interview=found, by=request.user)
    messages.success(request, _("The interview was removed."))
    return redirect("interviews", code=found.review.code)


@require_http_methods(["GET", "HEAD", "POST"])
def notes_retention(request: SignedInRequest, code: object) -> HttpResponse:
    """Show which reviews' notes go when, and change after how many weeks they do."""
    network = network_to_manage(request, code)
    form = WeeksForm(posted(request), instance=network)
    if form.is_valid():
        keep_notes_for(network=network, weeks=form.cleaned_data["keep_notes_weeks"], by=request.user)
        messages.success(request, _("Saved."))
        return redirect(request.path)
    theirs = Review.objects.visible_to(request.user).filter(organisation__network=network)
    context = {"network": Network.objects.get(pk=network.pk), "kept": kept_notes(theirs)}
    return form_page(request, "interviews/notes_retention.html", form, context)


def _proposal(review: Review, guides: list[GuideEdition]) -> dict[str, object]:
    """Return what a new interview's form begins with: today, or the day of the visit next to it."""
    return {
        "code": uuid4(),
        "label": next_label(review.interviews.values_list("label", flat=True)),
        "informant_role": guides[0].guide.role if len(guides) == 1 else "",
        "held_on": min(max(timezone.localdate(), review.visit_start), review.visit_end),
    }


def _start(request: SignedInRequest, review: Review, form: StartForm) -> Interview:
    code, guide = form.cleaned_data["code"], form.cleaned_data["guide"]
    try:
        return start_interview(review=review, by=request.user, code=code, guide=guide, head=form.head())
    except IntegrityError:  # another review's interview has this code
        raise StateConflict(str(INCOMPLETE)) from None


def _save(request: SignedInRequest, interview: Interview, step: int, form: StepForm) -> HttpResponse:
    edits = form.edits()
    try:
        versions = save_notes(interview=interview, by=request.user, change=form.change_id(), edits=edits)
    except Stale as stale:
        if wants_json(request):
            return autosave.conflict(request, stale.stored[0].saved_by)
        return _render_step(request, step_page(interview, step, form, stale.stored), 409)
    warning = warning_about(*(edit.text for edit in edits))
    if wants_json(request):
        return autosave.saved(form.hidden_after(versions), progress_of(interview), warning)
    if warning:
        messages.warning(request, warning)
    return _go(request, interview, step)


def _refused(request: SignedInRequest, interview: Interview, step: int, form: StepForm) -> HttpResponse:
    """Say what cannot be saved, and keep it; once the review is final, that nothing can."""
    if interview.review.is_final:
        raise review_closed(interview.review)
    if wants_json(request):
        return autosave.invalid(form)
    return _render_step(request, step_page(interview, step, form), 422)


def _render_step(request: SignedInRequest, page: StepPage, status: int = 200) -> HttpResponse:
    shown = {"page": page, "review": page.interview.review, "held": status != HTTPStatus.OK, "longest": LONGEST_NOTE}
    context = shown | autosave.of_a_new_page(request)
    return render(request, "interviews/step.html", context, status=status)


def _go(request: SignedInRequest, interview: Interview, step: int) -> HttpResponse:
    """Go where the pressed button says, now that the notes are saved."""
    previous, following = neighbours(interview, step)
    target = {"next": following, "previous": previous}.get(request.POST.get("go", ""), "")
    return HttpResponseRedirect(target or request.path, status=303)
