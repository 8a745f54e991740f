"""Create a review, score it item by item or on one sheet, hand it out, sign it, correct it."""

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
    review_to_correct,
    review_to_hand_over,
    review_to_move,
    review_to_read,
    review_to_save,
    review_to_score,
)
from reviews.conduct.finalising import finalise
from reviews.conduct.forms import ChangeForm, EntryForm, EvaluatorsForm, ItemForm, MoveForm, ReasonForm, ReviewForm
from reviews.conduct.moving import Incomplete, move_on
from reviews.conduct.pages import ItemPage, item_page, neighbours, progress_of, review_page, values_of
from reviews.conduct.planning import NotIndependent, create_review, hand_over, open_correction
from reviews.conduct.scoring import Conflict, Edit, save_scores
from reviews.fields import INCOMPLETE
from reviews.models import ItemScore, Review
from reviews.people.confirmation import confirm_by_password, confirmed_lately, other_ways
from reviews.records import chain
from reviews.records.access_log import record_reading
from reviews.sheets.sheet import sheet_of
from reviews.wording import saved_words
from reviews.workflow import FINALISE, Move, Need


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


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: SignedInRequest, code: object, name: str) -> HttpResponse:
    """Show what a move does and what it needs; then make it."""
    review, move = review_to_move(request, code, name)
    record_reading(request.user, review, "move")
    sent = request.POST if request.method == "POST" else None
    confirmed = Need.RECENT_SIGN_IN not in move.needs or confirmed_lately(request)
    form = MoveForm(move, sent, with_password=not confirmed and request.user.has_usable_password())
    if not form.is_valid() or not (confirmed or _confirms(request, form)):
        return _render_move(request, review, move, form, confirmed=confirmed)
    seen = request.POST.get("seen", "")
    try:
        if move is FINALISE:
            finalise(review=review, by=request.user, seen=seen, confirmed=True)
            return redirect("sheet", code=review.code)
        comment = form.cleaned_data.get("comment", "")
        move_on(review=review, move=move, by=request.user, seen=seen, comment=comment)
    except Incomplete:
        return _render_move(request, review, move, form, confirmed=confirmed)
    _warn(request, form)
    return redirect(review)


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: SignedInRequest, code: object) -> HttpResponse:
    """Ask why a final review is to be corrected, and open the review that will supersede it."""
    review = review_to_correct(request, code)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        new = open_correction(review=review, by=request.user, reason=form.cleaned_data["comment"])
        _warn(request, form)
        return redirect(new)
    status = 422 if form.is_bound else 200
    return render(request, "conduct/correct.html", {"review": review, "form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def evaluators(request: SignedInRequest, code: object) -> HttpResponse:
    """Change who the evaluators of an open review are."""
    review = review_to_hand_over(request, code)
    form = EvaluatorsForm(review, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            hand_over(review=review, by=request.user, evaluators=form.cleaned_data["evaluators"])
        except NotIndependent as refused:
            form.add_error("evaluators", refused.sentence)
        else:
            return redirect(review)
    context = {"review": review, "form": form}
    return render(request, "conduct/evaluators.html", context, status=422 if form.is_bound else 200)


def _confirms(request: SignedInRequest, form: MoveForm) -> bool:
    """Check the password; a wrong one, or none where there is none to give, becomes the form's error."""
    if "password" not in form.fields:
        form.add_error(None, _("Confirm who you are first."))
        return False
    if refusal := confirm_by_password(request, form.cleaned_data["password"]):
        form.add_error("password", refusal)
    return not refusal


def _warn(request: SignedInRequest, form: MoveForm | ReasonForm) -> None:
    """Say so on the next page if a reason seems to hold contact details."""
    if warning := warning_about(form.cleaned_data.get("comment", "")):
        messages.warning(request, warning)


def _render_move(
    request: SignedInRequest, review: Review, move: Move, form: MoveForm, *, confirmed: bool
) -> HttpResponse:
    context = {
        "review": review,
        "move": move,
        "form": form,
        "sheet": sheet_of(review),
        "seen": chain.head(review),
        "signs": move is FINALISE,
        "needs_scores": Need.EVERY_SCORE in move.needs,
        "confirmed": confirmed,
        "other_ways": () if confirmed else other_ways(request),
        "with_notes": True,
    }
    return render(request, "conduct/move.html", context, status=422 if form.is_bound else 200)


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
