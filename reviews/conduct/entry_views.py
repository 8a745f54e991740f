"""Views that enter the scores of a finished paper sheet on one page."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from ipsfidelity.errors import wants_json
from reviews import autosave
from reviews.access import SignedInRequest, review_to_save, review_to_score
from reviews.conduct.forms import PaperSheetForm
from reviews.conduct.item_responses import check_not_in_consensus, check_scorable, saved_response
from reviews.conduct.score_target import ScoreTarget, target_for
from reviews.conduct.scoring import ScoreEdit, save_scores
from reviews.models.scores import Judgement
from reviews.records.access_log import record_reading
from reviews.records.writing import Stale
from reviews.wording import Progress
from scales.definition import Item
from scales.scoring import score


@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: SignedInRequest, code: object) -> HttpResponse:
    """Show a page on which all scores of a paper sheet are entered; for a POST, save the changed scores."""
    review = (review_to_save if request.method == "POST" else review_to_score)(request, code)
    check_not_in_consensus(review)
    target = target_for(review, request.user)
    if request.method != "POST":
        record_reading(request.user, review, "entry")
        return _render_entry(request, target)
    form = PaperSheetForm(review.scale, request.POST)
    if not form.is_valid():
        check_scorable(review)
        if wants_json(request):
            return autosave.invalid(form)
        return _render_entry(request, target, form, status=422)
    form.check_author(request.user)
    return _save_entry(request, target, form)


def _save_entry(request: SignedInRequest, target: ScoreTarget, form: PaperSheetForm) -> HttpResponse:
    edits = [ScoreEdit(number, version, form.fields_to_save(value)) for number, version, value in form.typed_scores()]
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
    form: PaperSheetForm | None = None,
    status: int = 200,
    theirs: Sequence[Judgement] = (),
) -> HttpResponse:
    """Render the paper sheet. `theirs` are the rows that somebody else saved first."""
    review, columns = target.review, target.columns("item_number", "value", "version")
    rows = {row["item_number"]: row for row in columns}
    conflicts = {row.item_number: row for row in theirs}
    changed = form.changed_items() if form else set()

    def entry_of(item: Item) -> dict[str, Any]:
        """Return the score of an item as it is stored, or as the user typed it if they changed it."""
        row, name = rows[item.number], f"score-{item.number}"
        was = str(row["value"] or "")
        typed = str(form.data.get(name, ""))[:10] if form and item.number in changed else was
        errors: Any = form.errors.get(name, []) if form else []
        return {
            "title": item.sheet_title,
            "number": str(item.number),
            "section_number": str(item.section_number),
            "typed": typed,
            "was": was,
            "version": str(row["version"]),
            "is_faulty": errors or item.number in conflicts,
            "errors": errors,
            "theirs": conflicts.get(item.number),
        }

    context = {
        "review": review,
        "sections": [(section.name, [entry_of(item) for item in section.items]) for section in review.scale.sections],
        "language": review.scale.language,
        "progress": Progress.of(score(review.scale, {number: row["value"] for number, row in rows.items()})),
        "form": form,
        "conflict": bool(conflicts),
    }
    return render(request, "conduct/entry.html", context | autosave.new_page_fields(request), status=status)
