"""Views of the interviews: list and details, and how long a network keeps notes. For notes, see note_views.py."""

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ipsfidelity.errors import StateConflict
from ipsfidelity.form_page import form_page, posted
from reviews.access import (
    SignedInRequest,
    interview_to_change,
    interview_to_read,
    network_to_manage,
    review_to_interview,
    review_with_interviews,
)
from reviews.components.network_tabs import network_tabs
from reviews.fields import INCOMPLETE
from reviews.interviews.forms import InterviewForm, NewInterviewForm, RetentionForm
from reviews.interviews.pages import fitting_first, interviews_page, step_url
from reviews.interviews.retention import retained_notes, set_retention
from reviews.interviews.services import change_interview, next_label, remove_interview, start_interview
from reviews.models import Interview, Network, Review
from reviews.records.access_log import record_reading
from scales.models import GuideEdition


@require_http_methods(["GET", "HEAD", "POST"])
def interviews(request: SignedInRequest, code: object) -> HttpResponse:
    """List a review's interviews and start another.

    The form carries the code of the new interview, so that a second click finds the first.
    """
    access = review_to_interview if request.method == "POST" else review_with_interviews
    review = access(request, code)
    role = request.POST.get("informant_role", "")
    guides = fitting_first(GuideEdition.objects.filter(instrument=review.scale.instrument).defer("document"), role)
    form = NewInterviewForm(guides, posted(request), initial=_initial(review, guides))
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
    return redirect(step_url(interview, interview.outline.steps[0]))


@require_http_methods(["GET", "HEAD", "POST"])
def details(request: SignedInRequest, code: object, interview_code: object) -> HttpResponse:
    """Change the details of an interview."""
    interview = interview_to_change(request, code, interview_code)
    form = InterviewForm(posted(request), instance=interview)
    if form.is_valid():
        try:
            change_interview(interview=interview, by=request.user, details=form.details())
            return redirect("interviews", code=interview.review.code)
        except ValidationError as error:
            form.add_error(None, error)
    context = {"review": interview.review, "interview": interview, "is_empty": not interview.has_notes()}
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
    context = {
        "network": Network.objects.get(pk=network.pk),
        "tabs": network_tabs(network, request.user, "notes_retention"),
        "retained": retained_notes(reviews),
    }
    return form_page(request, "interviews/notes_retention.html", form, context)


def _initial(review: Review, guides: list[GuideEdition]) -> dict[str, object]:
    """Return the initial values for a new interview. The date is the day of the visit that is closest to today."""
    return {
        "code": uuid4(),
        "label": next_label(review.interviews.values_list("label", flat=True)),
        "guide": guides[0].slug if guides else "",
        "informant_role": guides[0].guide.role if len(guides) == 1 else "",
        "held_on": min(max(timezone.localdate(), review.visit_start), review.visit_end),
    }


def _start_interview(request: SignedInRequest, review: Review, form: NewInterviewForm) -> Interview:
    code, guide = form.cleaned_data["code"], form.cleaned_data["guide"]
    try:
        return start_interview(review=review, by=request.user, code=code, guide=guide, details=form.details())
    except IntegrityError:  # another review's interview has this code
        raise StateConflict(str(INCOMPLETE)) from None
