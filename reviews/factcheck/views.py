"""Views of the factual check: the service writes remarks, the evaluators answer, readers of the draft see both."""

from uuid import uuid4

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ipsfidelity.errors import StateConflict
from ipsfidelity.form_page import form_page, posted
from ipsfidelity.privacy import warning_about
from reviews.access import (
    SignedInRequest,
    remark_to_answer,
    remark_to_change,
    review_to_remark,
    review_to_set_deadline,
    review_with_remarks,
)
from reviews.conflicts import review_closed
from reviews.factcheck.answers import answer_remark
from reviews.factcheck.deadline import proposed_deadline, set_deadline
from reviews.factcheck.forms import AnswerForm, ChangeRemarkForm, DeadlineForm, RemarkForm
from reviews.factcheck.remarks import add_remark, change_remark, must_be_open, must_take_remarks, withdraw_remark
from reviews.factcheck.remarks_page import draft_item_of, not_told_yet, remarks_page
from reviews.fields import INCOMPLETE
from reviews.models import Remark, Review
from reviews.records.access_log import record_reading
from reviews.records.handing_out import handing_out_of
from reviews.told import collecting, say_told


@require_http_methods(["GET", "HEAD", "POST"])
def remarks(request: SignedInRequest, code: object) -> HttpResponse:
    """Show the remarks and their answers, and add a remark."""
    if request.method == "POST":
        return _add(request, review_to_remark(request, code))
    review = review_with_remarks(request, code)
    record_reading(request.user, review, "remarks")
    return _render(request, review)


@require_http_methods(["GET", "HEAD", "POST"])
def remark(request: SignedInRequest, code: object, remark_code: object) -> HttpResponse:
    """Change one's own remark."""
    remark = remark_to_change(request, code, remark_code)
    if request.method != "POST":
        must_be_open(remark)
        return _render_change(request, remark, ChangeRemarkForm(initial={"kind": remark.kind, "text": remark.text}))
    form = ChangeRemarkForm(request.POST)
    try:
        must_be_open(remark)
        if not form.is_valid():
            return _render_change(request, remark, form, 422)
        change_remark(remark=remark, by=request.user, **form.cleaned_data)
    except StateConflict as conflict:
        return _render_change(request, remark, form, 409, conflict.sentence)
    _warn(request, form.cleaned_data["text"])
    return _back_to(remark)


@require_POST
def withdraw(request: SignedInRequest, code: object, remark_code: object) -> HttpResponse:
    """Withdraw one's own remark."""
    remark = remark_to_change(request, code, remark_code)
    withdraw_remark(remark=remark, by=request.user)
    messages.success(request, _("The remark was withdrawn."))
    return redirect("remarks", code=remark.review.code)


@require_POST
def answer(request: SignedInRequest, code: object, remark_code: object) -> HttpResponse:
    """Answer a remark, or replace its answer."""
    remark = remark_to_answer(request, code, remark_code)
    if remark.review.is_closed:
        raise review_closed(remark.review)
    form = AnswerForm(remark, request.POST)
    if not form.is_valid():
        return _render(request, remark.review, refused_answer=form, status=422)
    try:
        with collecting() as told:
            answer_remark(remark=remark, by=request.user, **form.cleaned_data)
    except StateConflict as conflict:
        return _render(request, remark.review, refused_answer=form, status=409, refused=conflict.sentence)
    say_told(request, told, nobody=not_told_yet(remark.review), is_fine=True)
    _warn(request, form.cleaned_data["answer"])
    return _back_to(remark)


@require_http_methods(["GET", "HEAD", "POST"])
def facts_until(request: SignedInRequest, code: object) -> HttpResponse:
    """Change the deadline for remarks."""
    review = review_to_set_deadline(request, code)
    reason = handing_out_of(review).no_check_reason
    initial = {"facts_until": review.facts_until or proposed_deadline(), "no_check_reason": reason}
    form = DeadlineForm(posted(request), initial=initial)
    if form.is_valid():
        until, reason = form.cleaned_data["facts_until"], form.cleaned_data["no_check_reason"]
        with collecting() as told:
            set_deadline(review=review, by=request.user, until=until, no_check_reason=reason)
        say_told(request, told, nobody="")
        _warn(request, reason)
        return redirect("remarks", code=review.code)
    return form_page(request, "factcheck/until.html", form, {"review": review})


def _add(request: SignedInRequest, review: Review) -> HttpResponse:
    form = RemarkForm(review, request.POST)
    try:
        must_take_remarks(review)
        if not form.is_valid():
            return _render(request, review, form, status=422)
        with collecting() as told:
            remark = add_remark(review=review, by=request.user, **form.fields_to_save())
    except StateConflict as conflict:
        return _render(request, review, form, status=409, refused=conflict.sentence)
    except IntegrityError:  # another remark has this code
        return _render(request, review, form, status=409, refused=str(INCOMPLETE))
    say_told(request, told, nobody="")
    _warn(request, remark.text)
    return _back_to(remark)


def _render(
    request: SignedInRequest,
    review: Review,
    form: RemarkForm | None = None,
    refused_answer: AnswerForm | None = None,
    *,
    status: int = 200,
    refused: str = "",
) -> HttpResponse:
    """Render the remarks page. Text that could not be saved stays in the field where it was typed."""
    item_number = _linked_item(request, review)
    page = remarks_page(review, request.user, item_number, refused_answer)
    if form is None and page.may_remark:
        form = RemarkForm(review, initial={"code": uuid4(), "item": item_number})
    # A remark that has been withdrawn has no entry, so the page shows the text of its answer above the others.
    has_entry = any(entry.form is refused_answer for group in page.groups for entry in group.remarks)
    context = {
        "review": review,
        "page": page,
        "form": form,
        "refused": refused,
        "refused_answer": refused_answer,
        "withdrawn_answer": None if has_entry else refused_answer,
    }
    return render(request, "factcheck/remarks.html", context, status=status)


def _render_change(
    request: SignedInRequest, remark: Remark, form: ChangeRemarkForm, status: int = 200, refused: str = ""
) -> HttpResponse:
    """Render the form of a remark with its item; after a conflict, also the remark as it is stored now."""
    stored = Remark.objects.filter(pk=remark.pk).first()
    context = {
        "review": remark.review,
        "remark": remark,
        "stored": stored,
        "item": draft_item_of(remark.review, remark.item_number),
        "form": form,
        "refused": refused,
    }
    return render(request, "factcheck/remark.html", context, status=status)


def _linked_item(request: SignedInRequest, review: Review) -> int | None:
    """Return the item number in the query string (`?item=4`), or None if it is absent or not in the scale."""
    number = request.GET.get("item", "")
    return next((item.number for item in review.scale.items if str(item.number) == number), None)


def _warn(request: SignedInRequest, text: str) -> None:
    """Show a warning on the next page if the text seems to contain contact details."""
    if warning := warning_about(text):
        messages.warning(request, warning)


def _back_to(remark: Remark) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('remarks', args=[remark.review.code])}#remark-{remark.code}")
