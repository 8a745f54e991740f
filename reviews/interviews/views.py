"""Views of the interviews: list, details, notes step by step, and how long a network keeps notes."""

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
from reviews.interviews.forms import DetailsForm, NotesForm, RetentionForm, StartForm
from reviews.interviews.note_saving import save_notes
from reviews.interviews.pages import StepPage, interviews_page, neighbour_urls, progress_of, step_page, step_url
from reviews.interviews.retention import retained_notes, set_retention
from reviews.interviews.services import change_interview, next_label, remove_interview, start_interview
from reviews.models import Interview, Network, Review
from reviews.models.interviews import SAID
from reviews.models.scores import LONGEST_NOTE
from reviews.records.access_log import record_reading
from reviews.records.writing import Stale
from scales.models import GuideEdition


@require_http_methods(["GET", "HEAD", "POST"])
def interviews(request: SignedInRequest, code: object) -> HttpResponse:
    """List a review's interviews and start another.

    The form carries the code of the new interview, so that a second click finds the first.
    """
    access = review_to_interview if request.method == "POST" else review_with_interviews
    review = access(request, code)
    guides = list(GuideEdition.objects.filter(instrument=review.scale.instrument).defer("document"))
    form = StartForm(guides, posted(request), initial=_initial(review, guides))
    if form.is_valid():
        try:
            return redirect(_start_interview(request, review, form))
        except ValidationError as error:
            form.add_error(None, error)
    record_reading(request.user, review, "interviews")
    context = {"review": review, "page": interviews_page(review, guides)}
    return form_page(request, "interviews/interviews.html", form, context)


@require_safe
def interview(request: SignedInRequest, code: object, interview_code: object) -> HttpResponse:
    """Redirect to the first step of an interview."""
    interview = interview_to_read(request, code, interview_code)
    return redirect(step_url(interview, interview.guide.guide.steps[0]))


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: SignedInRequest, code: object, interview_code: object, step: int) -> HttpResponse:
    """Show the notes on one step, or save them and redirect to the target of the button."""
    access = interview_to_save if request.method == "POST" else interview_to_read
    interview = access(request, code, interview_code)
    if step not in interview.guide.guide.steps:
        raise Http404
    if request.method != "POST":
        record_reading(request.user, interview.review, "interview_step")
        return _render_step(request, step_page(interview, step))
    form = NotesForm(interview.guide.guide.keys_at(step), request.POST)
    if not form.is_valid():
        return _render_refusal(request, interview, step, form)
    form.must_be_by(request.user)
    return _save(request, interview, step, form)


@require_http_methods(["GET", "HEAD", "POST"])
def details(request: SignedInRequest, code: object, interview_code: object) -> HttpResponse:
    """Change the details of an interview."""
    interview = interview_to_change(request, code, interview_code)
    form = DetailsForm(posted(request), instance=interview)
    if form.is_valid():
        try:
            change_interview(interview=interview, by=request.user, details=form.details())
            return redirect("interviews", code=interview.review.code)
        except ValidationError as error:
            form.add_error(None, error)
    is_empty = not interview.notes.filter(SAID).exists()
    context = {"review": interview.review, "interview": interview, "is_empty": is_empty}
    return form_page(request, "interviews/head.html", form, context)


@require_POST
def remove(request: SignedInRequest, code: object, interview_code: object) -> HttpResponse:
    """Remove an interview that was started by mistake."""
    interview = interview_to_change(request, code, interview_code)
    remove_interview(interview=interview, by=request.user)
    messages.success(request, _("The interview was removed."))
    return redirect("interviews", code=interview.review.code)


@require_http_methods(["GET", "HEAD", "POST"])
def notes_retention(request: SignedInRequest, code: object) -> HttpResponse:
    """Show which notes are due for deletion and when, and change the number of weeks that a network keeps them."""
    network = network_to_manage(request, code)
    form = RetentionForm(posted(request), instance=network)
    if form.is_valid():
        set_retention(network=network, weeks=form.cleaned_data["keep_notes_weeks"], by=request.user)
        messages.success(request, _("Saved."))
        return redirect(request.path)
    reviews = Review.objects.visible_to(request.user).filter(organisation__network=network)
    # The form has changed `network`, valid or not: the page shows the stored one.
    context = {"network": Network.objects.get(pk=network.pk), "retained": retained_notes(reviews)}
    return form_page(request, "interviews/notes_retention.html", form, context)


def _initial(review: Review, guides: list[GuideEdition]) -> dict[str, object]:
    """Return the initial values for a new interview. The date is the day of the visit that is closest to today."""
    return {
        "code": uuid4(),
        "label": next_label(review.interviews.values_list("label", flat=True)),
        "informant_role": guides[0].guide.role if len(guides) == 1 else "",
        "held_on": min(max(timezone.localdate(), review.visit_start), review.visit_end),
    }


def _start_interview(request: SignedInRequest, review: Review, form: StartForm) -> Interview:
    code, guide = form.cleaned_data["code"], form.cleaned_data["guide"]
    try:
        return start_interview(review=review, by=request.user, code=code, guide=guide, details=form.details())
    except IntegrityError:  # another review's interview has this code
        raise StateConflict(str(INCOMPLETE)) from None


def _save(request: SignedInRequest, interview: Interview, step: int, form: NotesForm) -> HttpResponse:
    edits = form.edits()
    try:
        versions = save_notes(interview=interview, by=request.user, change=form.change_id(), edits=edits)
    except Stale as stale:
        if wants_json(request):
            return autosave.conflict(request, stale.stored[0].saved_by)
        return _render_step(request, step_page(interview, step, form, stale.stored), 409)
    warning = warning_about(*(edit.text for edit in edits))
    if wants_json(request):
        return autosave.saved(form.updated_hidden_fields(versions), progress_of(interview), warning)
    if warning:
        messages.warning(request, warning)
    return _redirect(request, interview, step)


def _render_refusal(request: SignedInRequest, interview: Interview, step: int, form: NotesForm) -> HttpResponse:
    """Answer with the errors of the form, and keep its text. Raises StateConflict (409) if the review is final."""
    if interview.review.is_final:
        raise review_closed(interview.review)
    if wants_json(request):
        return autosave.invalid(form)
    return _render_step(request, step_page(interview, step, form), 422)


def _render_step(request: SignedInRequest, page: StepPage, status: int = 200) -> HttpResponse:
    context = {"page": page, "review": page.interview.review, "held": status != HTTPStatus.OK, "longest": LONGEST_NOTE}
    return render(request, "interviews/step.html", context | autosave.of_a_new_page(request), status=status)


def _redirect(request: SignedInRequest, interview: Interview, step: int) -> HttpResponse:
    """Redirect to the target of the button: the next or previous step, else the same page."""
    previous, following = neighbour_urls(interview, step)
    target = {"next": following, "previous": previous}.get(request.POST.get("go", ""), "")
    return HttpResponseRedirect(target or request.path, status=303)
