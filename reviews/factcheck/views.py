"""The page of remarks: the service writes, the evaluators answer, everybody who may know the draft reads."""

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
    review_to_ask,
    review_to_remark,
    review_with_remarks,
)
from reviews.conflicts import review_closed
from reviews.factcheck.answers import answer_remark
from reviews.factcheck.deadline import ask_until, proposed_day
from reviews.factcheck.forms import AnswerForm, ChangeRemarkForm, RemarkForm, UntilForm
from reviews.factcheck.remarks import add_remark, change_remark, must_be_open, must_take_remarks, withdraw_remark
from reviews.factcheck.remarks_page import context_of, remarks_page
from reviews.fields import INCOMPLETE
from reviews.models import Remark, Review
from reviews.records.access_log import record_reading


@require_http_methods(["GET", "HEAD", "POST"])
def remarks(request: SignedInRequest, code: object) -> HttpResponse:
    """Show what the service remarked and what was answered; write another remark."""
    if request.method == "POST":
        return _add(request, review_to_remark(request, code))
    review = review_with_remarks(request, code)
    record_reading(request.user, review, "remarks")
    return _render(request, review)


@require_http_methods(["GET", "HEAD", "POST"])
def remark(request: SignedInRequest, code: object, remark: object) -> HttpResponse:
    """Change one's own remark."""
    found = remark_to_change(request, code, remark)
    if request.method != "POST":
        must_be_open(found)
        return _render_change(request, found, ChangeRemarkForm(initial={"kind": found.kind, "text": found.text}))
    form = ChangeRemarkForm(request.POST)
    try:
        must_be_open(found)
        if not form.is_valid():
            return _render_change(request, found, form, 422)
        change_remark(remark=found, by=request.user, **form.cleaned_data)
    except StateConflict as refused:
        return _render_change(request, found, form, 409, refused.sentence)
    _warn(request, form.cleaned_data["text"])
    return _back_to(found)


@require_POST
def withdraw(request: SignedInRequest, code: object, remark: object) -> HttpResponse:
    """Take one's own remark back."""
    found = remark_to_change(request, code, remark)
    withdraw_remark(remark=found, by=request.user)
    messages.success(request, _("The remark was withdrawn."))
    return redirect("remarks", code=found.review.code)


@require_POST
def answer(request: SignedInRequest, code: object, remark: object) -> HttpResponse:
    """Answer one remark, or write its answer anew."""
    found = remark_to_answer(request, code, remark)
    if found.review.is_final:
        raise review_closed(found.review)
    form = AnswerForm(found, request.POST)
    if not form.is_valid():
        return _render(request, found.review, answering=form, status=422)
    try:
        answer_remark(remark=found, by=request.user, **form.cleaned_data)
    except StateConflict as refused:
        return _render(request, found.review, answering=form, status=409, refused=refused.sentence)
    _warn(request, form.cleaned_data["answer"])
    return _back_to(found)


@require_http_methods(["GET", "HEAD", "POST"])
def facts_until(request: SignedInRequest, code: object) -> HttpResponse:
    """Change until when the service is asked for remarks."""
    review = review_to_ask(request, code)
    shown = {"facts_until": review.facts_until or proposed_day()}
    form = UntilForm(posted(request), initial=shown)
    if form.is_valid():
        ask_until(review=review, by=request.user, until=form.cleaned_data["facts_until"])
        return redirect("remarks", code=review.code)
    return form_page(request, "factcheck/until.html", form, {"review": review})


def _add(request: SignedInRequest, review: Review) -> HttpResponse:
    form = RemarkForm(review, request.POST)
    try:
        must_take_remarks(review)
        if not form.is_valid():
            return _render(request, review, form, status=422)
        made = add_remark(review=review, by=request.user, **form.fields_to_save())
    except StateConflict as refused:
        return _render(request, review, form, status=409, refused=refused.sentence)
    except IntegrityError:  # another remark has this code
        return _render(request, review, form, status=409, refused=str(INCOMPLETE))
    _warn(request, made.text)
    return _back_to(made)


def _render(
    request: SignedInRequest,
    review: Review,
    form: RemarkForm | None = None,
    answering: AnswerForm | None = None,
    *,
    status: int = 200,
    refused: str = "",
) -> HttpResponse:
    """Show the page; what was typed and could not be saved stands where it was typed."""
    item = _item(request, review)
    page = remarks_page(review, request.user, item, answering)
    if form is None and page.may_remark:
        form = RemarkForm(review, initial={"code": uuid4(), "item": item})
    # Of a remark that was withdrawn meanwhile no line is left: its answer stands above the others.
    homeless = answering and not any(line.form is answering for group in page.groups for line in group.lines)
    context = {"review": review, "page": page, "form": form, "refused": refused, "homeless": homeless and answering}
    return render(request, "factcheck/remarks.html", context, status=status)


def _render_change(
    request: SignedInRequest, remark: Remark, form: ChangeRemarkForm, status: int = 200, refused: str = ""
) -> HttpResponse:
    """Show a remark beside its item; after a conflict also what is stored by now."""
    stored = Remark.objects.filter(pk=remark.pk).first()
    context = {
        "review": remark.review,
        "remark": remark,
        "stored": stored,
        "about": context_of(remark.review, remark.item_number),
        "form": form,
        "refused": refused,
    }
    return render(request, "factcheck/remark.html", context, status=status)


def _item(request: SignedInRequest, review: Review) -> int | None:
    """Return the number of the item that the address names, if the scale has it."""
    named = request.GET.get("item", "")
    return next((item.number for item in review.scale.items if str(item.number) == named), None)


def _warn(request: SignedInRequest, text: str) -> None:
    """Say so on the next page if a text seems to hold contact details."""
    if warning := warning_about(text):
        messages.warning(request, warning)


def _back_to(remark: Remark) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('remarks', args=[remark.review.code])}#remark-{remark.code}")
