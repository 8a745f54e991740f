"""Create a review, read where it stands, score it item by item or on one sheet. The steps stand in steps.py."""

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
from reviews.conduct.forms import EntryForm, ReviewForm
from reviews.conduct.item_page import item_url, progress_of
from reviews.conduct.item_responses import answer_item, must_be_open, tell
from reviews.conduct.planning import create_review
from reviews.conduct.review_page import evidence_of, review_page
from reviews.conduct.score_target import ScoreTarget, target_for
from reviews.conduct.scoring import Edit, Row, save_scores
from reviews.conflicts import review_closed
from reviews.fields import INCOMPLETE
from reviews.models import Review
from reviews.records.access_log import record_reading
from reviews.records.writing import Stale


@require_http_methods(["GET", "HEAD", "POST"])
def new_review(request: SignedInRequest, code: object) -> HttpResponse:
    """Plan a review of one organisation. The form names the new review, so a second press finds the first."""
    organisation = organisation_to_plan(request, code)
    data = posted(request)
    form = ReviewForm(organisation, data, initial={"evaluators": [request.user.pk], "code": uuid4()})
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
            raise StateConflict(str(INCOMPLETE))
        return redirect(made)
    context = {"organisation": organisation, "steps": organisation.network.timeline.count()}
    return form_page(request, "conduct/new_review.html", form, context)


@require_safe
def review(request: SignedInRequest, code: object) -> HttpResponse:
    """Show where a review stands, and what can be done next."""
    review = review_to_read(request, code)
    record_reading(request.user, review, "review")
    page = review_page(review, request.user)
    context = {"page": page, "review": page.review, "follow_up": follow_up_of(review, request.user)}
    return render(request, "conduct/review.html", context)


@require_safe
def evidence(request: SignedInRequest, code: object) -> HttpResponse:
    """Show which sources are covered for which items, and which are still empty."""
    review = review_to_read(request, code)
    record_reading(request.user, review, "evidence")
    return render(request, "conduct/evidence.html", {"review": review, "evidence": evidence_of(review, request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
def item(request: SignedInRequest, code: object, number: int) -> HttpResponse:
    """Score one item: read it, or save it and go where the pressed button leads."""
    review = (review_to_save if request.method == "POST" else review_to_score)(request, code)
    found = review.scale.by_number.get(number)
    if found is None:
        raise Http404
    if request.method != "POST":
        record_reading(request.user, review, "item")
        if review.is_in_consensus:
            return redirect(item_url(review, number))
    _must_not_be_in_consensus(review)
    return answer_item(request, target_for(review, request.user), found)


@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: SignedInRequest, code: object) -> HttpResponse:
    """Enter the scores of a finished paper sheet on one page."""
    access = review_to_save if request.method == "POST" else review_to_score
    review = access(request, code)
    _must_not_be_in_consensus(review)
    target = target_for(review, request.user)
    if request.method != "POST":
        record_reading(request.user, review, "entry")
        return _render_entry(request, target)
    form = EntryForm(review.scale, request.POST)
    if not form.is_valid():
        must_be_open(review)
        if wants_json(request):
            return autosave.invalid(form)
        return _render_entry(request, target, form, status=422)
    form.must_be_by(request.user)
    return _save_entry(request, target, form)


def _must_not_be_in_consensus(review: Review) -> None:
    """Refuse pages on which somebody rated alone: their versions count that person's ratings, not the common scores."""
    if review.is_in_consensus:
        raise review_closed(review)


def _save_entry(request: SignedInRequest, target: ScoreTarget, form: EntryForm) -> HttpResponse:
    typed = form.typed_scores()
    edits = [Edit(number, version, form.fields_to_save(value)) for number, version, value in typed]
    try:
        versions = save_scores(review=target.review, by=request.user, change=form.change_id(), edits=edits)
    except Stale as stale:
        if wants_json(request):
            return autosave.conflict(request, stale.stored[0].saved_by)
        return _render_entry(request, target, form, 409, stale.stored)
    if wants_json(request):
        told: dict[str, Any] = {f"version-{number}": version for number, version in versions.items()}
        return tell(target, told | {f"was-{edit.item_number}": edit.fields["value"] or "" for edit in edits})
    return redirect(target.review)


def _render_entry(
    request: SignedInRequest,
    target: ScoreTarget,
    form: EntryForm | None = None,
    status: int = 200,
    theirs: Sequence[Row] | None = None,
) -> HttpResponse:
    review = target.review
    rows = {row.item_number: row for row in target.rows.select_related("saved_by")}
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
        "progress": progress_of(target),
        "form": form,
        "conflict": bool(behind),
    }
    return render(request, "conduct/entry.html", context | autosave.of_a_new_page(request), status=status)
