"""Views of the quick notes: write them during the visit, with or without JavaScript, and sort them afterwards."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from ipsfidelity.errors import wants_json
from ipsfidelity.form_page import form_page, posted
from ipsfidelity.privacy import warning_about
from reviews import autosave
from reviews.access import SignedInRequest, review_to_interview, review_with_interviews
from reviews.conflicts import review_closed
from reviews.interviews.quick_note_forms import QuickNoteForm, SortingForm
from reviews.interviews.quick_note_pages import (
    QuickNotesPage,
    progress_of,
    quick_notes_page,
    sorting_page,
    written_notes,
)
from reviews.interviews.quick_notes import save_quick_note, sort_quick_notes
from reviews.models import QuickNote, Review
from reviews.models.scores import LONGEST_NOTE
from reviews.records.access_log import record_reading
from reviews.records.writing import Stale


@require_http_methods(["GET", "HEAD", "POST"])
def quick_notes(request: SignedInRequest, code: object) -> HttpResponse:
    """Show the notes and a field for one more, or for the note that the address names; or save a note."""
    review = review_with_interviews(request, code)
    if request.method != "POST":
        record_reading(request.user, review, "quick_notes")
        return _render(request, quick_notes_page(review, _note_to_change(request, review)))
    form = QuickNoteForm(request.POST)
    if not form.is_valid():
        return _render_refusal(request, review, form)
    form.check_author(request.user)
    return _save(request, review, form)


@require_http_methods(["GET", "HEAD", "POST"])
def sort(request: SignedInRequest, code: object) -> HttpResponse:
    """Sort notes under items and interviews, several at once."""
    review = review_to_interview(request, code)
    notes, interviews = written_notes(review), list(review.interviews.all())
    form = SortingForm(review, notes, interviews, posted(request))
    status = None
    if form.is_valid():
        try:
            moved = sort_quick_notes(review=review, places=form.moves())
        except Stale:
            form.add_error(None, _("Somebody else has sorted a note meanwhile. Check your choices, then save again."))
            notes, status = written_notes(review), 409
        else:
            if moved:
                words = ngettext("%(moved)s note was sorted.", "%(moved)s notes were sorted.", moved)
                messages.success(request, words % {"moved": moved})
            return redirect("quick_notes_sort", code=review.code)
    record_reading(request.user, review, "quick_notes_sort")
    context = {"review": review, "page": sorting_page(review, notes, interviews, form)}
    return form_page(request, "interviews/quick_notes_sort.html", form, context, status=status)


def _note_to_change(request: SignedInRequest, review: Review) -> QuickNote | None:
    """Return the note that the query of the address names, or None. Raises Http404 for one that does not exist."""
    code = request.GET.get("note")
    if not code:
        return None
    try:
        return get_object_or_404(QuickNote, review=review, code=UUID(code))
    except ValueError:
        raise Http404 from None


def _save(request: SignedInRequest, review: Review, form: QuickNoteForm) -> HttpResponse:
    sent = form.cleaned_data
    try:
        version = save_quick_note(
            review=review,
            by=request.user,
            code=sent["code"],
            based_on=sent["version"],
            text=sent["text"],
            change=form.change_id(),
        )
    except Stale as stale:
        if wants_json(request):
            return autosave.conflict(request, stale.stored and stale.stored.saved_by)
        return _render(request, quick_notes_page(review, stale.stored, form, stale.stored), 409)
    warning = warning_about(sent["text"])
    if wants_json(request):
        return autosave.saved({"version": version}, progress_of(review), warning)
    if warning:
        messages.warning(request, warning)
    return redirect("quick_notes", code=review.code)


def _render_refusal(request: SignedInRequest, review: Review, form: QuickNoteForm) -> HttpResponse:
    """Answer with the errors of the form, and keep its text. Raises StateConflict (409) if the review is closed."""
    if review.is_closed:
        raise review_closed(review)
    if wants_json(request):
        return autosave.invalid(form)
    return _render(request, quick_notes_page(review, form=form), 422)


def _render(request: SignedInRequest, page: QuickNotesPage, status: int = 200) -> HttpResponse:
    context = {"page": page, "review": page.review, "longest": LONGEST_NOTE}
    return render(request, "interviews/quick_notes.html", context | autosave.new_page_fields(request), status=status)
