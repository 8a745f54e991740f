"""Views that change the status of a review, open its correction, or change its evaluators."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from ipsfidelity.form_page import form_page, posted
from ipsfidelity.privacy import warning_about
from reviews.access import SignedInRequest, review_to_change_status, review_to_correct, review_to_hand_over
from reviews.conduct.completeness import completeness_of_scores
from reviews.conduct.correction import open_correction
from reviews.conduct.forms import EvaluatorsForm, ReasonForm, TransitionForm
from reviews.conduct.planning import HasSubmitted, NotIndependent, hand_over
from reviews.conduct.signing import finalise
from reviews.conduct.transitions import Incomplete, make_transition
from reviews.conduct.unprintable import unprintable_texts
from reviews.factcheck.status import UnansweredRemarks, fact_check_of, unanswered_remarks
from reviews.models import Review
from reviews.people.reauthentication import confirm_by_password, confirmed_recently, other_ways
from reviews.records import chain
from reviews.records.access_log import record_reading
from reviews.sheets.sheet import sheet_of
from reviews.workflow import FINALISE, Requirement, Transition


@require_http_methods(["GET", "HEAD", "POST"])
def change_status(request: SignedInRequest, code: object, name: str) -> HttpResponse:
    """Explain a transition and list what it still needs; for a POST, make it."""
    review, transition = review_to_change_status(request, code, name)
    record_reading(request.user, review, "move")
    data = posted(request)
    confirmed = Requirement.RECENT_SIGN_IN not in transition.needs or confirmed_recently(request)
    form = TransitionForm(transition, data, with_password=not confirmed and request.user.has_usable_password())
    if not form.is_valid() or not (confirmed or _confirms(request, form)):
        return _render_transition(request, review, transition, form, confirmed=confirmed)
    seen = request.POST.get("seen", "")
    try:
        if transition is FINALISE:
            finalise(review=review, by=request.user, seen=seen, confirmed=True)
            return redirect("sheet", code=review.code)
        values = {name: form.cleaned_data[name] for name in ("comment", "facts_until") if name in form.fields}
        make_transition(review=review, transition=transition, by=request.user, seen=seen, **values)
    except (Incomplete, UnansweredRemarks):
        return _render_transition(request, review, transition, form, confirmed=confirmed)
    _warn_about_personal_data(request, form)
    return redirect(review)


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: SignedInRequest, code: object) -> HttpResponse:
    """Ask for the reason for correcting a final review; for a POST, open the correction."""
    review = review_to_correct(request, code)
    form = ReasonForm(posted(request))
    if form.is_valid():
        correction = open_correction(review=review, by=request.user, reason=form.cleaned_data["comment"])
        _warn_about_personal_data(request, form)
        return redirect(correction)
    return form_page(request, "conduct/correct.html", form, {"review": review})


@require_http_methods(["GET", "HEAD", "POST"])
def evaluators(request: SignedInRequest, code: object) -> HttpResponse:
    """Change the evaluators of an open review."""
    review = review_to_hand_over(request, code)
    form = EvaluatorsForm(review, posted(request))
    if form.is_valid():
        try:
            hand_over(review=review, by=request.user, evaluators=form.cleaned_data["evaluators"])
        except (NotIndependent, HasSubmitted) as conflict:
            form.add_error("evaluators", conflict.sentence)
        else:
            return redirect(review)
    return form_page(request, "conduct/evaluators.html", form, {"review": review})


def _confirms(request: SignedInRequest, form: TransitionForm) -> bool:
    """Return whether the password is right; else add an error to the form, which may have no password field."""
    if refusal := confirm_by_password(request, form.cleaned_data.get("password", "")):
        form.add_error("password" if "password" in form.fields else None, refusal)
    return not refusal


def _warn_about_personal_data(request: SignedInRequest, form: TransitionForm | ReasonForm) -> None:
    """Show a warning on the next page if the reason seems to contain contact details."""
    if warning := warning_about(form.cleaned_data.get("comment", "")):
        messages.warning(request, warning)


def _render_transition(
    request: SignedInRequest, review: Review, transition: Transition, form: TransitionForm, *, confirmed: bool
) -> HttpResponse:
    needs_scores = Requirement.EVERY_SCORE in transition.needs
    context = {
        "review": review,
        "transition": transition,
        "form": form,
        "seen": chain.head(review),  # read first, so that nobody signs a change that the page does not show
        "sheet": sheet_of(review),
        "signs": transition is FINALISE,
        "facts": fact_check_of(review),
        "unanswered": unanswered_remarks(review) if transition is FINALISE else (),
        "needs_scores": needs_scores,
        "unprintable": unprintable_texts(review) if needs_scores else (),
        "completeness": completeness_of_scores(review),
        "items": review.scale.by_number,
        "confirmed": confirmed,
        "other_ways": () if confirmed else other_ways(request),
        "with_notes": True,
    }
    return form_page(request, "conduct/move.html", form, context)
