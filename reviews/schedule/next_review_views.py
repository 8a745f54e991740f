"""Views that set when the next review is due: for one organisation, and the rule of a network."""

from datetime import date
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ipsfidelity.privacy import warning_about
from reviews.access import SignedInRequest, network_to_manage, review_to_set_due
from reviews.components.network_tabs import network_tabs
from reviews.models import Network, Review
from reviews.records.access_log import record_reading
from reviews.records.writing import Stale
from reviews.schedule.forms import DueForm, ReturnToRuleForm, RhythmForm
from reviews.schedule.next_review import manual_due_date, next_due
from reviews.schedule.rhythm import editions_to_choose, rhythm_of
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
    """Show the rule of a network: for each edition, months to the next review by quality band. Change one edition."""
    network = network_to_manage(request, code)
    rhythm_forms = _rhythm_forms(request, network)
    sent = next((form for form in rhythm_forms if form.is_bound), None)
    conflict = ""
    if sent and sent.is_valid():
        try:
            seen, months = sent.cleaned_data["seen"], sent.months()
            set_rhythm(network=network, edition=sent.edition, by=request.user, seen=seen, months=months)
            messages.success(request, _("Saved."))
            return redirect(request.path)
        except Stale as stale:
            conflict = sent.months_words(stale.stored)
            sent.data = {**request.POST.dict(), sent.add_prefix("seen"): rhythm_version(stale.stored)}
    tabs = network_tabs(network, request.user, "rhythm")
    context = {"network": network, "tabs": tabs, "forms": rhythm_forms, "conflict": conflict}
    status = 409 if conflict else 422 if request.method == "POST" else 200
    return render(request, "schedule/rhythm.html", context, status=status)


def _rhythm_forms(request: SignedInRequest, network: Network) -> list[RhythmForm]:
    """Return a form for each edition. The one that was sent is bound; if none is named, the first one is."""
    stored, editions = rhythm_of(network), editions_to_choose(network)
    named = [edition for edition in editions if f"{edition.slug}-seen" in request.POST] or editions
    sent = named[0] if named and request.method == "POST" else None
    return [
        RhythmForm(edition, stored.by_band(edition.pk), request.POST if edition == sent else None)
        for edition in editions
    ]


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
