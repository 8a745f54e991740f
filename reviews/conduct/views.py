"""Create a review, score it item by item or on one sheet. What comes after stands in steps.py."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ipsfidelity.errors import WrongMoment, wants_json
from ipsfidelity.privacy import warning_about
from reviews.access import (
    SignedInRequest,
    closed,
    organisation_to_plan,
    review_to_read,
    review_to_save,
    review_to_score,
)
from reviews.conduct.forms import ChangeForm, EntryForm, ItemForm, ReviewForm
from reviews.conduct.pages import ItemPage, item_page, neighbours, progress_of, review_page, values_of
from reviews.conduct.planning import create_review
from reviews.conduct.scoring import Conflict, Edit, save_scores
from reviews.fields import INCOMPLETE
from reviews.models import ItemScore, Review
from reviews.records.access_log import record_reading
from reviews.wording import saved_words


@require_http_methods(["GET", "HEAD", "POST"])
def new_review(request: SignedInRequest, code: object) -> HttpResponse:
    """Plan a review of one organisation. The form names the new review, so a second press finds the first."""
    organisation = organisation_to_plan(request, code)
    sent = request.POST if request.method == "POST" else None
    form = ReviewForm(organisation, sent, initial={"evaluators": [request.user.pk], "code": uuid4()})
    if form.is_valid():
        fields = form.cleaned_data
        own = Review.objects.filter(code=fields["code"], created_by=request.user, organisation=organisation)
        made: Review | None
        try:
            made = own.first() or create_review(organisation=organisation, by=request.user, **fields)
        except IntegrityError:
            # Pressed twice in the same moment, or a code that is not this form's: the first has it.
            made = own.first()
        if made is None:
            raise WrongMoment(str(INCOMPLETE))
        return redirect(made)
    status = 422 if form.is_bound else 200
    return render(request, "conduct/new_review.html", {"organisation": organisation, "form": form}, status=status)


@require_safe
def review(request: SignedInRequest, code: object) -> HttpResponse:
    """Show where a review stands, and what can be done next."""
    review = review_to_read(request, code)
    record_reading(request.user, review, "review")
    page = review_page(review, request.user)
    return render(request, "conduct/review.html", {"page": page, "review": page.review})


@require_http_methods(["GET", "HEAD", "POST"])
def item(request: SignedInRequest, code: object, number: int) -> HttpResponse:
    """Score one item: read it, or save it and go where the pressed button leads."""
    access = review_to_save if request.method == "POST" else review_to_score
    review = access(request, code)
    item = review.scale.by_number.get(number)
    if item is None:
        raise Http404
    if request.method != "POST":
        record_reading(request.user, review, "item")
        return _render_item(request, item_page(review, item))
    form = ItemForm(review.scale, request.POST)
    if not form.is_valid():
        _must_be_open(review)
        return _invalid(request, form) or _render_item(request, item_page(review, item, form), status=422)
    _must_be_the_author(request, form)
    edit = Edit(number, form.cleaned_data["version"], form.fields_to_save())
    try:
        versions = save_scores(review=review, by=request.user, change=form.change_id(), edits=[edit])
    except Conflict as conflict:
        answer = _conflict(request, conflict)
        return answer or _render_item(request, item_page(review, item, form), 409, conflict.stored[0])
    warning = warning_about(form.cleaned_data["evidence"], form.cleaned_data["recommendation"])
    if wants_json(request):
        return _saved(review, {"version": versions[number]}, warning)
    if warning:
        messages.warning(request, warning)
    return _go(request, review, number)


@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: SignedInRequest, code: object) -> HttpResponse:
    """Enter the scores of a finished paper sheet on one page."""
    access = review_to_save if request.method == "POST" else review_to_score
    review = access(request, code)
    if request.method != "POST":
        record_reading(request.user, review, "entry")
        return _render_entry(request, review)
    form = EntryForm(review.scale, request.POST)
    if not form.is_valid():
        _must_be_open(review)
        return _invalid(request, form) or _render_entry(request, review, form, status=422)
    _must_be_the_author(request, form)
    edits = [Edit(number, version, {"value": value}) for number, version, value in form.typed_scores()]
    try:
        versions = save_scores(review=review, by=request.user, change=form.change_id(), edits=edits)
    except Conflict as conflict:
        return _conflict(request, conflict) or _render_entry(request, review, form, 409, conflict.stored)
    if wants_json(request):
        told: dict[str, Any] = {f"version-{number}": version for number, version in versions.items()}
        return _saved(review, told | {f"was-{edit.item_number}": edit.fields["value"] or "" for edit in edits})
    return redirect(review)


def _render_item(
    request: SignedInRequest, page: ItemPage, status: int = 200, theirs: ItemScore | None = None
) -> HttpResponse:
    context = {
        "page": page,
        "form": page.form,
        "theirs": theirs,
        "version": str(theirs.version) if theirs else page.version,
        "change": str(uuid4()),
        "author": str(request.user.pk),
    }
    return render(request, "conduct/item.html", context, status=status)


def _render_entry(
    request: SignedInRequest,
    review: Review,
    form: EntryForm | None = None,
    status: int = 200,
    theirs: list[ItemScore] | None = None,
) -> HttpResponse:
    rows = {row.item_number: row for row in review.scores.select_related("saved_by")}
    behind = {row.item_number for row in theirs or []}
    mine = form.touched() if form else set()

    def line(item: Any) -> dict[str, Any]:
        """A row shows what is stored, except where the writer has typed something else."""
        row, name = rows[item.number], f"score-{item.number}"
        typed = str(form.data.get(name, ""))[:10] if form and item.number in mine else str(row.value or "")
        return {
            "item": item,
            "number": str(item.number),
            "section_number": str(item.section_number),
            "typed": typed,
            "was": str(row.value or ""),
            "version": str(row.version),
            "errors": form.errors.get(name, []) if form else [],
            "theirs": row if item.number in behind else None,
        }

    sections = [(section.name, [line(item) for item in section.items]) for section in review.scale.sections]
    context = {
        "review": review,
        "sections": sections,
        "progress": progress_of(review),
        "form": form,
        "conflict": bool(behind),
        "change": str(uuid4()),
        "author": str(request.user.pk),
    }
    return render(request, "conduct/entry.html", context, status=status)


def _saved(review: Review, fields: dict[str, Any], warning: str = "") -> JsonResponse:
    """Tell the scoring module what it has now: versions, the time and the progress, in words."""
    progress = progress_of(review)
    return JsonResponse(
        {
            "fields": fields,
            "saved": saved_words(timezone.now()),
            "progress": progress.sentence,
            "percent": progress.percent,
            "warning": warning,
        }
    )


def _must_be_open(review: Review) -> None:
    if not review.is_scorable:
        raise closed(review)


def _must_be_the_author(request: SignedInRequest, form: ChangeForm) -> None:
    """Refuse a page that somebody else wrote: on shared machines sessions end and others sign in."""
    if form.cleaned_data["author"] not in (None, request.user.pk):
        raise WrongMoment(
            _("You are signed in as %(name)s, but somebody else wrote this page. Nothing was saved; the text is here.")
            % {"name": request.user}
        )


def _invalid(request: SignedInRequest, form: ChangeForm) -> HttpResponse | None:
    if not wants_json(request):
        return None
    sentences = [form.sentence(name, str(error)) for name, errors in form.errors.items() for error in errors]
    return JsonResponse({"error": " ".join(dict.fromkeys(sentences)), "fields": form.errors}, status=422)


def _conflict(request: SignedInRequest, conflict: Conflict) -> HttpResponse | None:
    if not wants_json(request):
        return None
    other = conflict.stored[0].saved_by
    if other == request.user:
        sentence = _("You have saved something else here, in another window. This text is kept on the page.")
    else:
        sentence = _("%(name)s has saved something else here. Your text is kept on this page.") % {"name": other}
    return JsonResponse({"error": sentence, "conflict": True}, status=409)


def _go(request: SignedInRequest, review: Review, number: int) -> HttpResponse:
    """Go where the pressed button says, now that the item is saved."""
    places = neighbours(review, review.scale, values_of(review), number)
    target = {"next": places.next, "previous": places.previous, "unscored": places.unscored}
    url = target.get(request.POST.get("go", ""), request.path) or review.get_absolute_url()
    return HttpResponseRedirect(url, status=303)
