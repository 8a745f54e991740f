"""Views that create a review, show its status, and score it item by item or as a whole paper sheet."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.db import IntegrityError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from ipsfidelity.errors import StateConflict, wants_json
from ipsfidelity.form_page import form_page, posted
from reviews import autosave
from reviews.access import (
    SignedInRequest,
    organisation_to_plan,
    review_to_read,
    review_to_save,
    review_to_score,
)
from reviews.actionplan.plan_page import follow_up_of
from reviews.conduct.evidence_matrix import evidence_matrix
from reviews.conduct.forms import EntryForm, ReviewForm
from reviews.conduct.item_page import item_url, progress_of
from reviews.conduct.item_responses import check_scorable, item_response, saved_response
from reviews.conduct.planning import create_review
from reviews.conduct.review_page import review_page
from reviews.conduct.score_target import ScoreTarget, target_for
from reviews.conduct.scoring import Edit, save_scores
from reviews.conflicts import review_closed
from reviews.fields import INCOMPLETE
from reviews.models import Review
from reviews.models.scores import Judgement
from reviews.records.access_log import record_reading
from reviews.records.writing import Stale
from scales.definition import Item


@require_http_methods(["GET", "HEAD", "POST"])
def new_review(request: SignedInRequest, code: object) -> HttpResponse:
    """Plan a review of one organisation. The form holds its code, so that a repeated POST creates one review."""
    organisation = organisation_to_plan(request, code)
    data = posted(request)
    form = ReviewForm(organisation, data, initial={"evaluators": [request.user.pk], "code": uuid4()})
    if form.is_valid():
        fields = form.cleaned_data
        created = Review.objects.filter(code=fields["code"], created_by=request.user, organisation=organisation)
        review: Review | None
        try:
            review = created.first() or create_review(organisation=organisation, by=request.user, **fields)
        except IntegrityError:
            # A simultaneous POST has created the review, or the code belongs to another one.
            review = created.first()
        if review is None:
            raise StateConflict(str(INCOMPLETE))
        return redirect(review)
    context = {"organisation": organisation, "steps": organisation.network.timeline.count()}
    return form_page(request, "conduct/new_review.html", form, context)


@require_safe
def review(request: SignedInRequest, code: object) -> HttpResponse:
    """Show the status of a review, what is missing and what the user can do next."""
    review = review_to_read(request, code)
    record_reading(request.user, review, "review")
    page = review_page(review, request.user)
    context = {"page": page, "review": page.review, "follow_up": follow_up_of(review, request.user)}
    return render(request, "conduct/review.html", context)


@require_safe
def evidence(request: SignedInRequest, code: object) -> HttpResponse:
    """Show which data sources each item has evidence from."""
    review = review_to_read(request, code)
    record_reading(request.user, review, "evidence")
    return render(request, "conduct/evidence.html", {"review": review, "matrix": evidence_matrix(review, request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
def item(request: SignedInRequest, code: object, number: int) -> HttpResponse:
    """Show the page on which one item is scored; for a POST, save the item."""
    review = (review_to_save if request.method == "POST" else review_to_score)(request, code)
    item = review.scale.by_number.get(number)
    if item is None:
        raise Http404
    if request.method != "POST":
        record_reading(request.user, review, "item")
        if review.is_in_consensus:
            return redirect(item_url(review, number))
    _check_not_in_consensus(review)
    return item_response(request, target_for(review, request.user), item)


@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: SignedInRequest, code: object) -> HttpResponse:
    """Show a page on which all scores of a paper sheet are entered; for a POST, save the changed scores."""
    review = (review_to_save if request.method == "POST" else review_to_score)(request, code)
    _check_not_in_consensus(review)
    target = target_for(review, request.user)
    if request.method != "POST":
        record_reading(request.user, review, "entry")
        return _render_entry(request, target)
    form = EntryForm(review.scale, request.POST)
    if not form.is_valid():
        check_scorable(review)
        if wants_json(request):
            return autosave.invalid(form)
        return _render_entry(request, target, form, status=422)
    form.must_be_by(request.user)
    return _save_entry(request, target, form)


def _check_not_in_consensus(review: Review) -> None:
    """Raise StateConflict (409) in consensus: the versions on these pages belong to ratings, not to common scores."""
    if review.is_in_consensus:
        raise review_closed(review)


def _save_entry(request: SignedInRequest, target: ScoreTarget, form: EntryForm) -> HttpResponse:
    edits = [Edit(number, version, form.fields_to_save(value)) for number, version, value in form.typed_scores()]
    try:
        versions = save_scores(review=target.review, by=request.user, change=form.change_id(), edits=edits)
    except Stale as conflict:
        if wants_json(request):
            return autosave.conflict(request, conflict.stored[0].saved_by)
        return _render_entry(request, target, form, 409, conflict.stored)
    if wants_json(request):
        fields: dict[str, Any] = {f"version-{number}": version for number, version in versions.items()}
        fields |= {f"was-{edit.item_number}": edit.fields["value"] or "" for edit in edits}
        return saved_response(target, fields)
    return redirect(target.review)


def _render_entry(
    request: SignedInRequest,
    target: ScoreTarget,
    form: EntryForm | None = None,
    status: int = 200,
    theirs: Sequence[Judgement] = (),
) -> HttpResponse:
    """Render the paper sheet. `theirs` are the rows that somebody else saved first."""
    review = target.review
    rows = {row.item_number: row for row in target.rows.select_related("saved_by")}
    conflicts = {row.item_number for row in theirs}
    changed = form.changed_items() if form else set()

    def entry_of(item: Item) -> dict[str, Any]:
        """Return the score of an item as it is stored, or as the user typed it if they changed it."""
        row, name = rows[item.number], f"score-{item.number}"
        typed = str(form.data.get(name, ""))[:10] if form and item.number in changed else str(row.value or "")
        return {
            "item": item,
            "number": str(item.number),
            "section_number": str(item.section_number),
            "typed": typed,
            "was": str(row.value or ""),
            "version": str(row.version),
            "errors": form.errors.get(name, []) if form else [],
            "theirs": row if item.number in conflicts else None,
        }

    context = {
        "review": review,
        "sections": [(section.name, [entry_of(item) for item in section.items]) for section in review.scale.sections],
        "progress": progress_of(target),
        "form": form,
        "conflict": bool(conflicts),
    }
    return render(request, "conduct/entry.html", context | autosave.of_a_new_page(request), status=status)
