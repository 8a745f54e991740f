"""Views of one step of an interview: read its notes, or save them, with or without JavaScript."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from ipsfidelity.errors import wants_json
from ipsfidelity.privacy import warning_about
from reviews import autosave
from reviews.access import SignedInRequest, interview_to_read, interview_to_save
from reviews.conflicts import review_closed
from reviews.interviews.forms import NotesForm
from reviews.interviews.note_saving import save_notes
from reviews.interviews.pages import StepPage, neighbour_urls, progress_of, step_page
from reviews.models import Interview
from reviews.models.scores import LONGEST_NOTE
from reviews.records.access_log import record_reading
from reviews.records.writing import Stale


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: SignedInRequest, code: object, interview_code: object, step: int) -> HttpResponse:
    """Show the notes on one step, or save them and redirect to the target of the button."""
    access = interview_to_save if request.method == "POST" else interview_to_read
    interview = access(request, code, interview_code)
    if step not in interview.outline.steps:
        raise Http404
    if request.method != "POST":
        record_reading(request.user, interview.review, "interview_step")
        return _render_step(request, step_page(interview, step))
    form = NotesForm(interview.outline.keys_at(step), request.POST)
    if not form.is_valid():
        return _render_refusal(request, interview, step, form)
    form.check_author(request.user)
    return _save(request, interview, step, form)


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
    """Answer with the errors of the form, and keep its text. Raises StateConflict (409) if the review is closed."""
    if interview.review.is_closed:
        raise review_closed(interview.review)
    if wants_json(request):
        return autosave.invalid(form)
    return _render_step(request, step_page(interview, step, form), 422)


def _render_step(request: SignedInRequest, page: StepPage, status: int = 200) -> HttpResponse:
    context = {"page": page, "review": page.interview.review, "longest": LONGEST_NOTE}
    return render(request, "interviews/step.html", context | autosave.new_page_fields(request), status=status)


def _redirect(request: SignedInRequest, interview: Interview, step: int) -> HttpResponse:
    """Redirect to the target of the button: the next or previous step, else the same page."""
    previous, following = neighbour_urls(interview, step)
    target = {"next": following, "previous": previous}.get(request.POST.get("go", ""), "")
    return HttpResponseRedirect(target or request.path, status=303)
