"""Views that change the status of a review, or open its correction."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ipsfidelity.form_page import form_page, posted
from ipsfidelity.privacy import warning_about
from reviews.access import SignedInRequest, review_to_change_status, review_to_correct
from reviews.conduct.correction import open_correction
from reviews.conduct.forms import CorrectionForm, ReasonForm
from reviews.conduct.handing_out import hand_out
from reviews.conduct.signing import finalise, first_day_to_sign, must_be_over
from reviews.conduct.transition_forms import HandOutForm, SigningForm
from reviews.conduct.transition_page import (
    TransitionPage,
    completeness_page,
    hand_out_initial,
    no_reader_words,
    readers_of_draft,
    statement,
    told_words,
    transition_page,
)
from reviews.conduct.transitions import make_transition
from reviews.factcheck.notifications import final_recipients
from reviews.factcheck.status import fact_check_of, unanswered_remarks
from reviews.models import Review
from reviews.people.reauthentication import confirm_by_password, confirmed_recently, other_ways
from reviews.records.access_log import record_reading
from reviews.records.handing_out import handing_out_of
from reviews.told import collecting, say_told
from reviews.workflow import DRAFT, FINALISE, Transition


@require_http_methods(["GET", "HEAD", "POST"])
def change_status(request: SignedInRequest, code: object, name: str) -> HttpResponse:
    """Explain a transition and list what it still needs; for a POST, make it."""
    review, transition = review_to_change_status(request, code, name)
    record_reading(request.user, review, "move")
    if transition == DRAFT:
        return _hand_out(request, review)
    return _sign(request, review) if transition == FINALISE else _send_back(request, review, transition)


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: SignedInRequest, code: object) -> HttpResponse:
    """Ask for the reason for correcting a final review; for a POST, open the correction."""
    review = review_to_correct(request, code)
    form = CorrectionForm(posted(request))
    if form.is_valid():
        correction = open_correction(review=review, by=request.user, reason=form.cleaned_data["comment"])
        _warn_about_personal_data(request, form)
        return redirect(correction)
    return form_page(request, "conduct/correct.html", form, {"review": review})


def _send_back(request: SignedInRequest, review: Review, transition: Transition) -> HttpResponse:
    page, form = transition_page(review, transition), ReasonForm(posted(request))
    if _is_behind(request, page) or not form.is_valid():
        return _render(request, "conduct/move.html", page, form)
    with collecting() as told:
        make_transition(review=review, transition=transition, by=request.user, seen=_seen(request), **form.cleaned_data)
    say_told(request, told, nobody=_("Nobody else works on this review, so no mail was sent."), is_fine=True)
    _warn_about_personal_data(request, form)
    return redirect(review)


def _hand_out(request: SignedInRequest, review: Review) -> HttpResponse:
    page, readers = completeness_page(review, DRAFT), readers_of_draft(review)
    initial = hand_out_initial(review, is_led=readers.exist)
    form = HandOutForm(posted(request), initial=initial, with_gaps=bool(page.gaps))
    if _is_behind(request, page) or not page.completeness.is_complete or not form.is_valid():
        return _render(request, "conduct/hand_out.html", page, form, readers=readers)
    fields = form.fields_to_save()
    with collecting() as told:
        hand_out(review=review, by=request.user, seen=_seen(request), **fields)
    say_told(request, told, nobody=no_reader_words(review, is_asked=bool(fields["facts_until"])))
    _warn_about_personal_data(request, form)
    return redirect(review)


def _sign(request: SignedInRequest, review: Review) -> HttpResponse:
    page, confirmed = completeness_page(review, FINALISE), confirmed_recently(request)
    handing_out = handing_out_of(review)
    form = SigningForm(
        posted(request),
        initial={"gaps_reason": handing_out.gaps_reason},
        with_gaps=bool(page.gaps),
        with_password=not confirmed and request.user.has_usable_password(),
    )
    unanswered, recipients = unanswered_remarks(review), told_words(final_recipients(review))
    if form.is_bound:
        must_be_over(review)
    is_ready = page.completeness.is_complete and not unanswered
    if _is_behind(request, page) or not (is_ready and form.is_valid() and (confirmed or _confirms(request, form))):
        context = {
            "statement": statement(page.sheet, request.user),
            "first_day": first_day_to_sign(review),
            "facts": fact_check_of(review),
            "is_undecided": handing_out.is_undecided,
            "unanswered": unanswered,
            "told": recipients,
            "confirmed": confirmed,
            "other_ways": () if confirmed else other_ways(request),
        }
        return _render(request, "conduct/sign.html", page, form, **context)
    gaps_reason = form.cleaned_data.get("gaps_reason", "")
    with collecting() as told:
        finalise(review=review, by=request.user, seen=_seen(request), confirmed=True, gaps_reason=gaps_reason)
    say_told(request, told, nobody=no_reader_words(review), done=_("The review is signed and final."))
    _warn_about_personal_data(request, form)
    return redirect(review)


def _confirms(request: SignedInRequest, form: SigningForm) -> bool:
    """Return whether the password is right; else add an error to the form, which may have no password field."""
    if refusal := confirm_by_password(request, form.cleaned_data.get("password", "")):
        form.add_error("password" if "password" in form.fields else None, refusal)
    return not refusal


def _is_behind(request: SignedInRequest, page: TransitionPage) -> bool:
    """Return whether a submitted page does not show the last change of the review.

    A page that does not say what it shows is not behind; the services refuse it.
    """
    return request.method == "POST" and request.POST.get("seen", page.seen) != page.seen


def _seen(request: SignedInRequest) -> str:
    return request.POST.get("seen", "")


def _warn_about_personal_data(request: SignedInRequest, form: Form) -> None:
    """Show a warning on the next page if a reason seems to contain contact details."""
    reasons = (form.cleaned_data.get(name) for name in ("comment", "no_check_reason", "gaps_reason"))
    if warning := warning_about(" ".join(filter(None, reasons))):
        messages.warning(request, warning)


def _render(request: SignedInRequest, template: str, page: TransitionPage, form: Form, **context: Any) -> HttpResponse:
    """Show the page of a transition as the review is now. After a change by somebody else, what was typed stays."""
    is_behind = _is_behind(request, page)
    context |= {
        "page": page,
        "review": page.review,
        "sheet": page.sheet,
        "seen": page.seen,
        "with_notes": True,
        "is_behind": is_behind,
    }
    return form_page(request, template, form, context, status=409 if is_behind else None)
