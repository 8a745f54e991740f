"""Responses of the pages on which items are scored: save, reject with errors, or show both texts of a conflict.

The page of one item, the paper sheet and the consensus share them. The caller's view has checked access.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string

from ipsfidelity.errors import wants_json
from ipsfidelity.privacy import warning_about
from reviews import autosave
from reviews.access import SignedInRequest
from reviews.conduct.forms import ItemForm
from reviews.conduct.item_page import (
    ItemPage,
    adopted_fields,
    item_page,
    navigation_from,
    progress_of,
    suggested_score,
    url_after_last_item,
)
from reviews.conduct.score_target import ScoreTarget
from reviews.conduct.scoring import ScoreEdit, save_scores
from reviews.conduct.specialists import change_specialists
from reviews.conflicts import review_closed
from reviews.interviews.item_notes import quotation_of
from reviews.models import Review
from reviews.models.scores import Judgement
from reviews.records.writing import Stale
from scales.definition import Item
from scales.explanations import observation_words

FREE_TEXT_FIELDS = ("evidence", "recommendation", "departure", "awaited", "awaited_from", "decision")


@dataclass(frozen=True)
class NoteAddition:
    """Texts that a button appends to the notes of an item, and the codes of the sources that they come from."""

    evidence: str
    recommendation: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class ItemPageExtension:
    """What the consensus adds to the item page.

    `template` extends conduct/item.html, `context` returns its additional variables, and `addition` returns what the
    pressed button, if it is one of the extension's, appends to the notes.
    """

    template: str = "conduct/item.html"
    context: Callable[[], dict[str, Any]] = dict
    addition: Callable[[QueryDict], NoteAddition | None] = lambda _sent: None


NO_EXTENSION = ItemPageExtension()


def item_response(
    request: SignedInRequest, target: ScoreTarget, item: Item, extension: ItemPageExtension = NO_EXTENSION
) -> HttpResponse:
    """Return the page of an item; for a POST, save the item and redirect to where the pressed button leads."""
    if request.method != "POST":
        return _render_item(request, item_page(target, item), extension)
    review = target.review
    addition = _quotation(request.POST, review) or extension.addition(request.POST)
    form = ItemForm(review, item, _with_addition(request.POST, addition))
    if not form.is_valid():
        check_scorable(review)
        if wants_json(request):
            return autosave.invalid(form)
        return _render_item(request, item_page(target, item, form), extension, status=422)
    form.check_author(request.user)
    fields = form.fields_to_save()
    if "take" in request.POST:
        fields |= adopted_fields(review, item, fields["observation"])
    try:
        edits = [ScoreEdit(item.number, form.cleaned_data["version"], fields)]
        versions = save_scores(review=review, by=request.user, change=form.change_id(), edits=edits)
    except Stale as conflict:
        theirs = conflict.stored[0]
        if wants_json(request):
            return autosave.conflict(request, theirs.saved_by)
        return _render_item(request, item_page(target, item, form), extension, status=409, theirs=theirs)
    return _saved_item_response(request, target, item, fields, versions[item.number])


def check_scorable(review: Review) -> None:
    """Raise StateConflict (409) if the scores of the review can no longer be changed."""
    if not review.is_scorable:
        raise review_closed(review)


def check_not_in_consensus(review: Review) -> None:
    """Raise StateConflict (409) in consensus.

    Pages that were opened while each evaluator rated alone hold the versions of ratings, not of common scores.
    """
    if review.is_in_consensus:
        raise review_closed(review)


def saved_response(
    target: ScoreTarget, fields: dict[str, Any], warning: str = "", parts: Mapping[str, str] | None = None
) -> JsonResponse:
    """Return the new values of hidden fields, the progress, and `parts` of the page to replace, as JSON."""
    return autosave.saved(fields, progress_of(target), warning, parts)


def _quotation(sent: QueryDict, review: Review) -> NoteAddition | None:
    """Return the interview note whose button was pressed, with the source that its guide names."""
    quotation = quotation_of(review, sent.get("quote", ""))
    return NoteAddition(quotation.text, sources=(quotation.source,) if quotation.source else ()) if quotation else None


def _with_addition(sent: QueryDict, addition: NoteAddition | None) -> QueryDict:
    """Return the POST data with an addition appended. A text that is in the notes already is not repeated."""
    if addition is None:
        return sent
    data = sent.copy()
    for name in ("evidence", "recommendation"):
        text, new = data.get(name, ""), getattr(addition, name)
        if new and new not in text.replace("\r\n", "\n"):
            data[name] = "\n\n".join(part for part in (text.rstrip(), new) if part)
    data.setlist("sources", [*data.getlist("sources"), *addition.sources])
    return data


def _saved_item_response(
    request: SignedInRequest, target: ScoreTarget, item: Item, fields: dict[str, Any], version: int
) -> HttpResponse:
    warning = warning_about(*(fields.get(name, "") for name in FREE_TEXT_FIELDS))
    if wants_json(request):
        suggestion = suggested_score(target.review, item, fields["observation"], fields["value"])
        parts = {"suggestion": render_to_string("conduct/_suggestion.html", {"suggestion": suggestion})}
        return saved_response(target, {"version": version}, warning, parts=parts)
    if warning:
        messages.warning(request, warning)
    if chosen := request.POST.get("specialists"):
        action, _sep, label = chosen.partition("-")
        change_specialists(review=target.review, by=request.user, action=action, label=label)
    return _redirect_onward(request, target, item.number)


def _redirect_onward(request: SignedInRequest, target: ScoreTarget, number: int) -> HttpResponse:
    """Redirect to where the pressed button leads from a saved item."""
    review = target.review
    navigation = navigation_from(review, target.values(), number)
    destinations = {"next": navigation.next, "previous": navigation.previous, "unscored": navigation.unscored}
    url = destinations.get(request.POST.get("go", ""), request.path) or url_after_last_item(review)
    return HttpResponseRedirect(url, status=303)


def _render_item(
    request: SignedInRequest,
    page: ItemPage,
    extension: ItemPageExtension,
    status: int = 200,
    theirs: Judgement | None = None,
) -> HttpResponse:
    """Render the page of an item. `theirs` is the row that somebody else saved first."""
    context = {
        "page": page,
        "form": page.form,
        "theirs": theirs,
        "observed": observation_words(page.item, theirs.observation, page.review.labels) if theirs else "",
        "version": str(theirs.version) if theirs else page.version,
    }
    context |= autosave.new_page_fields(request) | extension.context()
    return render(request, extension.template, context, status=status)
