"""When the next review is due: set it for one organisation, set the rule of a network. Views."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from reviews.access import SignedInRequest, network_to_manage, review_to_set_due
from reviews.followup.due import next_due
from reviews.followup.forms import BackForm, DueForm, RhythmForm
from reviews.followup.setting import DueConflict, rule_date, rule_words, set_due, set_rhythm
from reviews.models import DueDate, Network, Review
from reviews.records.access_log import record_reading


@require_http_methods(["GET", "HEAD", "POST"])
def due(request: SignedInRequest, code: object) -> HttpResponse:
    """Say when the next review is due and why; set another date, or go back to the rule."""
    review = review_to_set_due(request, code)
    if request.method != "POST":
        record_reading(request.user, review, "due")
        return _render(request, review, DueForm(review, initial={"seen": next_due(review)}))
    form = DueForm(review, request.POST)
    back = BackForm(request.POST) if request.POST.get("go") == "rule" else None
    if not (back or form).is_valid():
        return _render(request, review, form, 422)
    try:
        if back:
            set_due(review=review, by=request.user, seen=back.cleaned_data["seen"], on=None)
        else:
            set_due(review=review, by=request.user, **form.cleaned_data)
    except DueConflict as conflict:
        return _render(request, review, form, 409, conflict)
    messages.success(request, _("Saved."))
    return redirect(review)


@require_http_methods(["GET", "HEAD", "POST"])
def rhythm(request: SignedInRequest, code: object) -> HttpResponse:
    """Show and change after how many months the reviews of a network are due."""
    network = network_to_manage(request, code)
    form = RhythmForm(request.POST if request.method == "POST" else None, instance=network)
    if form.is_valid():
        set_rhythm(network=network, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect(request.path)
    context = {"network": Network.objects.get(pk=network.pk), "form": form}
    return render(request, "followup/rhythm.html", context, status=422 if form.is_bound else 200)


def _render(
    request: SignedInRequest, review: Review, form: DueForm, status: int = 200, conflict: DueConflict | None = None
) -> HttpResponse:
    now = next_due(review)
    context = {
        "review": review,
        "form": form,
        "seen": (conflict.stands if conflict else now).isoformat(),
        "next_due": now,
        "rule_date": rule_date(review),
        "rule_words": rule_words(review),
        "set_instead": DueDate.objects.select_related("by").filter(review=review).first(),
        "is_behind": conflict is not None,
    }
    return render(request, "followup/due.html", context, status=status)
