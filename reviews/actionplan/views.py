"""Views of the action plan: read it, start it, add, follow up and remove actions, and read the previous plan."""

from collections.abc import Mapping
from http import HTTPStatus
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ipsfidelity.errors import StateConflict
from ipsfidelity.form_page import posted
from ipsfidelity.privacy import warning_about
from reviews.access import SignedInRequest, plan_to_keep, plan_to_read, review_to_read
from reviews.actionplan.forms import ActionForm, NewActionForm, TableForm, parse_version, with_stored
from reviews.actionplan.plan import Plan, notes_of, plan_of, previous_plan
from reviews.actionplan.plan_page import BY_ITEM, action_in, findings_for, plan_page
from reviews.actionplan.services import (
    add_action,
    begin_from_recommendations,
    change_action,
    change_rows,
    may_be_removed,
    remove_action,
)
from reviews.fields import INCOMPLETE
from reviews.models import Action, Review
from reviews.records.access_log import record_reading
from reviews.records.writing import Stale


@require_safe
def plan(request: SignedInRequest, code: object) -> HttpResponse:
    """Show the actions that follow from a review, item by item, with their progress."""
    review = plan_to_read(request, code)
    if review.code != code:  # a correction has taken the plan over
        return redirect("plan", code=review.code)
    record_reading(request.user, review, "plan")
    plan = plan_of(review)
    return _render_plan(request, review, plan, TableForm(plan.actions))


@require_POST
def save(request: SignedInRequest, code: object) -> HttpResponse:
    """Save the states and dates of several actions at once."""
    review = plan_to_keep(request, code)
    plan = plan_of(review)
    form = TableForm(plan.actions, request.POST)
    if not form.is_valid():
        return _render_plan(request, review, plan, form, status=422)
    try:
        count = change_rows(review=review, by=request.user, rows=form.changes())
    except Stale as stale:
        plan = plan_of(review)
        form = TableForm(plan.actions, with_stored(request.POST, plan.actions))
        return _render_plan(request, review, plan, form, status=409, stale=stale.stored)
    sentence = ngettext("%(count)s action was saved.", "%(count)s actions were saved.", count)
    messages.success(request, sentence % {"count": str(count)} if count else _("Nothing was changed."))
    query = f"?order={BY_ITEM}" if _is_by_item(request) else ""
    return HttpResponseRedirect(f"{reverse('plan', args=[review.code])}{query}", status=303)


@require_POST
def begin(request: SignedInRequest, code: object) -> HttpResponse:
    """Fill an empty plan with the evaluators' recommendations."""
    review = plan_to_keep(request, code)
    if count := begin_from_recommendations(review=review, by=request.user):
        sentence = ngettext(
            "%(count)s action was made from the recommendations. Say who does it, and by when.",
            "%(count)s actions were made from the recommendations. Say who does them, and by when.",
            count,
        )
        messages.success(request, sentence % {"count": str(count)})
    return redirect("plan", code=review.code)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: SignedInRequest, code: object, item: int) -> HttpResponse:
    """Add an action for an item, or for the whole service if `item` is 0."""
    review = plan_to_keep(request, code)
    findings_for(review, item)
    form = NewActionForm(posted(request), initial={"code": uuid4()})
    if form.is_valid():
        try:
            return _redirect_to_action(request, review, _add(request, review, item, form), form)
        except ValidationError as error:
            form.add_error(None, error)
    return _render_new(request, review, item, form, 422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def action(request: SignedInRequest, code: object, action: object) -> HttpResponse:
    """Follow up an action: change its fields and its state, and add a note."""
    review = plan_to_keep(request, code)
    stored = action_in(review, action)
    if request.method != "POST":
        if stored is None:
            raise Http404
        record_reading(request.user, review, "plan_action")
        return _render_action(request, review, stored, ActionForm.of(stored))
    form = ActionForm.of(stored or Action(), request.POST)
    if stored is None:
        return _render_removed(request, review, form)
    if not form.is_valid():
        return _render_action(request, review, stored, form, 422)
    return _change(request, review, stored, form)


@require_POST
def remove(request: SignedInRequest, code: object, action: object) -> HttpResponse:
    """Delete an action that was added by mistake."""
    review = plan_to_keep(request, code)
    stored, seen = action_in(review, action), parse_version(request.POST.get("version", ""))
    if stored:
        try:
            remove_action(review=review, action=stored, by=request.user, seen=seen)
        except Stale:
            sentence = _("Somebody changed this action after you opened it. It was not removed. Read it again.")
            raise StateConflict(sentence, reverse("plan_action", args=[review.code, stored.code])) from None
        messages.success(request, _("The action was removed."))
    return redirect("plan", code=review.code)


@require_safe
def plan_before(request: SignedInRequest, code: object) -> HttpResponse:
    """Show the action plan of the organisation's previous review and its progress, without scores."""
    review = review_to_read(request, code)
    record_reading(request.user, review, "plan_before")
    return render(request, "actionplan/before.html", {"review": review, "before": previous_plan(review)})


def _render_plan(
    request: SignedInRequest,
    review: Review,
    plan: Plan,
    form: TableForm,
    *,
    status: int = 200,
    stale: Mapping[UUID, Action | None] | None = None,
) -> HttpResponse:
    """Show the table. `stale` are the actions that somebody else saved or removed meanwhile, as stored."""
    stale = stale or {}
    page = plan_page(review, request.user, plan, by_item=_is_by_item(request))
    context = {
        "review": review,
        "page": page,
        "form": form,
        "rows": [(row, form.fields_of(row.action), stale.get(UUID(row.action.code))) for row in page.rows],
        "stale": stale,
        "has_removed": None in stale.values(),
    }
    return render(request, "actionplan/plan.html", context, status=status)


def _is_by_item(request: SignedInRequest) -> bool:
    return request.GET.get("order") == BY_ITEM


def _add(request: SignedInRequest, review: Review, item: int, form: NewActionForm) -> Action:
    code, fields = form.cleaned_data["code"], form.action_fields()
    try:
        return add_action(review=review, by=request.user, code=code, item_number=item or None, fields=fields)
    except IntegrityError:  # an action of another review has this code
        raise StateConflict(str(INCOMPLETE), reverse("plan", args=[review.code])) from None


def _change(request: SignedInRequest, review: Review, action: Action, form: ActionForm) -> HttpResponse:
    seen, note = form.cleaned_data["version"], form.cleaned_data["note"]
    try:
        change_action(review=review, action=action, by=request.user, seen=seen, fields=form.action_fields(), note=note)
    except Stale as stale:
        if stale.stored is None:
            return _render_removed(request, review, form)
        return _render_action(request, review, stale.stored, form, 409)
    return _redirect_to_action(request, review, action, form)


def _redirect_to_action(
    request: SignedInRequest, review: Review, action: Action, form: NewActionForm | ActionForm
) -> HttpResponse:
    """Redirect to the saved action in the plan."""
    if warning := warning_about(form.cleaned_data["what"], form.cleaned_data.get("note", "")):
        messages.warning(request, warning)
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(f"{reverse('plan', args=[review.code])}#action-{action.code}", status=303)


def _render_removed(request: SignedInRequest, review: Review, form: ActionForm) -> HttpResponse:
    """Report that the action was removed, and offer the typed text in the form for a new action."""
    item = form.data.get("item", "")
    number = next((number for number in review.scale.by_number if str(number) == item), 0)
    typed = {name: form.data.get(name, "") for name in ("what", "who", "due")}
    new_form = NewActionForm(initial=typed | {"code": uuid4()})
    return _render_new(request, review, number, new_form, 409, note=form.data.get("note", ""))


def _render_new(
    request: SignedInRequest, review: Review, item: int, form: NewActionForm, status: int, *, note: str = ""
) -> HttpResponse:
    context = {"review": review, "form": form, "findings": findings_for(review, item), "note": note}
    return render(request, "actionplan/add.html", context | {"is_gone": status == HTTPStatus.CONFLICT}, status=status)


def _render_action(
    request: SignedInRequest, review: Review, action: Action, form: ActionForm, status: int = 200
) -> HttpResponse:
    """Show an action with its form.

    After a conflict the page shows the stored action next to the typed text, and the form carries the stored version.
    """
    is_conflict = status == HTTPStatus.CONFLICT
    context = {
        "review": review,
        "action": action,
        "form": form,
        "version": str(action.version) if is_conflict or not form.is_bound else form.data.get("version", ""),
        "findings": findings_for(review, action.item_number or 0),
        "theirs": action if is_conflict else None,
        "notes": notes_of(action),
        "may_be_removed": may_be_removed(action),
    }
    return render(request, "actionplan/action.html", context, status=status)
