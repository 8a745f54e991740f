"""Views that set when the next review is due: for one organisation, and the rule of a network."""

from datetime import date
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ipsfidelity.form_page import form_page, posted
from ipsfidelity.privacy import warning_about
from reviews.access import SignedInRequest, network_to_manage, review_to_set_due
from reviews.models import Review
from reviews.records.access_log import record_reading
from reviews.records.writing import Stale
from reviews.schedule.forms import DueForm, ReturnToRuleForm, RhythmForm
from reviews.schedule.next_review import manual_due_date, next_due
from reviews.schedule.services import rhythm_version, rule_date, rule_words, set_due, set_rhythm


@require_http_methods(["GET", "HEAD", "POST"])
def due(request: SignedInRequest, code: object) -> HttpResponse:
    """Show when the next review is due and why. Set another date, or return to the rule."""
    review = review_to_set_due(request, code)
    stored = next_due(review)
    unbound = DueForm(review, initial={"seen": stored})
    if request.method != "POST":
        record_reading(request.user, review, "due")
        return _render(request, review, unbound, stored)
    form = DueForm(review, request.POST)
    rule_form = ReturnToRuleForm(request.POST) if request.POST.get("go") == "rule" else None
    if not (rule_form or form).is_valid():
        return _render(request, review, form, form.data.get("seen", ""), 422)
    try:
        if rule_form:
            set_due(review=review, by=request.user, seen=rule_form.cleaned_data["seen"], on=None)
        else:
            set_due(review=review, by=request.user, **form.cleaned_data)
    except Stale as stale:
        return _render(request, review, unbound if rule_form else form, stale.stored, 409)
    if warning := warning_about("" if rule_form else form.cleaned_data["reason"]):
        messages.warning(request, warning)
    messages.success(request, _("Saved."))
    return redirect(review)


@require_http_methods(["GET", "HEAD", "POST"])
def rhythm(request: SignedInRequest, code: object) -> HttpResponse:
    """Show and change the rule of a network: after how many months its reviews are due."""
    network = network_to_manage(request, code)
    form = RhythmForm(network, posted(request))
    stored = None
    if form.is_valid():
        try:
            set_rhythm(network=network, by=request.user, seen=form.cleaned_data["seen"], rhythm=form.rhythm())
            messages.success(request, _("Saved."))
            return redirect(request.path)
        except Stale as stale:
            stored = stale.stored
            form.data = {**request.POST.dict(), "seen": rhythm_version(stored)}
    context = {"network": network, "stored": stored}
    return form_page(request, "schedule/rhythm.html", form, context, status=409 if stored else None)


def _render(
    request: SignedInRequest, review: Review, form: DueForm, seen: date | str, status: int = 200
) -> HttpResponse:
    """Render the page. `seen` is the date that the page carries as its version.

    After invalid input that is still the date that was sent; after a conflict it is the stored one.
    """
    context = {
        "review": review,
        "form": form,
        "seen": str(seen),
        "next_due": next_due(review),
        "rule_date": rule_date(review),
        "rule_words": rule_words(review),
        "manual_due_date": manual_due_date(review),
        "is_conflict": status == HTTPStatus.CONFLICT,
    }
    return render(request, "schedule/due.html", context, status=status)
