"""When the next review is due: set it for one organisation, set the rule of a network. Views."""

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
from reviews.schedule.forms import BackForm, DueForm, RhythmForm
from reviews.schedule.next_review import manual_due_date, next_due
from reviews.schedule.services import rhythm_version, rule_date, rule_words, set_due, set_rhythm


@require_http_methods(["GET", "HEAD", "POST"])
def due(request: SignedInRequest, code: object) -> HttpResponse:
    """Say when the next review is due and why; set another date, or go back to the rule."""
    review = review_to_set_due(request, code)
    now = next_due(review)
    fresh = DueForm(review, initial={"seen": now})
    if request.method != "POST":
        record_reading(request.user, review, "due")
        return _render(request, review, fresh, now)
    form = DueForm(review, request.POST)
    back = BackForm(request.POST) if request.POST.get("go") == "rule" else None
    if not (back or form).is_valid():
        return _render(request, review, form, form.data.get("seen", ""), 422)
    try:
        if back:
            set_due(review=review, by=request.user, seen=back.cleaned_data["seen"], on=None)
        else:
            set_due(review=review, by=request.user, **form.cleaned_data)
    except Stale as stale:
        return _render(request, review, fresh if back else form, stale.stored, 409)
    if warning := warning_about("" if back else form.cleaned_data["reason"]):
        messages.warning(request, warning)
    messages.success(request, _("Saved."))
    return redirect(review)


@require_http_methods(["GET", "HEAD", "POST"])
def rhythm(request: SignedInRequest, code: object) -> HttpResponse:
    """Show and change after how many months the reviews of a network are due."""
    network = network_to_manage(request, code)
    form = RhythmForm(network, posted(request))
    stands = None
    if form.is_valid():
        try:
            set_rhythm(network=network, by=request.user, seen=form.cleaned_data["seen"], rhythm=form.rhythm())
            messages.success(request, _("Saved."))
            return redirect(request.path)
        except Stale as stale:
            stands = stale.stored
            form.data = {**request.POST.dict(), "seen": rhythm_version(stands)}
    context = {"network": network, "stands": stands}
    return form_page(request, "schedule/rhythm.html", form, context, status=409 if stands else None)


def _render(
    request: SignedInRequest, review: Review, form: DueForm, seen: date | str, status: int = 200
) -> HttpResponse:
    """Show the page with the form. `seen` is the date that the person decides from: after a refusal still the one
    that stood there first, after a conflict the one that they are told of now."""
    context = {
        "review": review,
        "form": form,
        "seen": str(seen),
        "next_due": next_due(review),
        "rule_date": rule_date(review),
        "rule_words": rule_words(review),
        "set_instead": manual_due_date(review),
        "is_behind": status == HTTPStatus.CONFLICT,
    }
    return render(request, "schedule/due.html", context, status=status)
