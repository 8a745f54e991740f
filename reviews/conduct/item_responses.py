"""Responses of the pages on which items are scored: save, reject with errors, or show both texts of a conflict.

The page of one item, the paper sheet and the consensus share them. The caller's view has checked access.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string

from ipsfidelity.errors import wants_json
from ipsfidelity.privacy import warning_about
from reviews import autosave
from reviews.access import SignedInRequest
from reviews.conduct.carry_over import NOTES
from reviews.conduct.forms import ItemForm
from reviews.conduct.item_page import (
    ITEM_FIELDS,
    ItemPage,
    adopted_fields,
    carried_over_to,
    gaps_in,
    item_page,
    missing_reason,
    navigation_from,
    progress_of,
    suggested_score,
    url_after_last_item,
    url_of_item,
    without_score,
)
from reviews.conduct.observation_fields import form_fields, observation_data
from reviews.conduct.score_target import ScoreTarget
from reviews.conduct.scoring import ScoreEdit, save_scores
from reviews.conduct.specialists import change_specialists
from reviews.conflicts import review_closed
from reviews.interviews.item_notes import quotation_of
from reviews.models import ItemScore, Review
from reviews.models.scores import Judgement
from reviews.records.writing import Stale
from scales.definition import Item
from scales.explanations import observation_words

FREE_TEXT_FIELDS = ("evidence", "recommendation", "departure", "awaited", "awaited_from", "decision")


@dataclass(frozen=True)
class Addition:
    """What a button adds to an item: texts by field, codes of sources, and an observation that replaces the item's."""

    texts: Mapping[str, str] = field(default_factory=dict)
    sources: Sequence[str] = ()
    observation: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class ItemPageExtension:
    """What the consensus adds to the item page.

    `template` extends conduct/item.html and `context` returns its additional variables. `completed` returns the sent
    data with what the page shows, if only a part of the form was sent. `addition` returns what the pressed button, if
    it is one of the extension's, adds.
    """

    template: str = "conduct/item.html"
    context: Callable[[], dict[str, Any]] = dict
    completed: Callable[[QueryDict], QueryDict] = lambda sent: sent
    addition: Callable[[QueryDict], Addition | None] = lambda _sent: None


NO_EXTENSION = ItemPageExtension()


def item_response(
    request: SignedInRequest, target: ScoreTarget, item: Item, extension: ItemPageExtension = NO_EXTENSION
) -> HttpResponse:
    """Return the page of an item; for a POST, save the item and redirect to where the pressed button leads."""
    if request.method != "POST":
        return _render_item(request, item_page(target, item), extension)
    review = target.review
    addition = _quotation(request.POST, review) or extension.addition(request.POST)
    sent = extension.completed(request.POST)
    form = ItemForm(review, item, _with_addition(sent, addition, review, item) if addition else sent)
    if not form.is_valid():
        check_scorable(review)
        if wants_json(request):
            return autosave.invalid(form)
        return _render_item(request, item_page(target, item, form), extension, status=422)
    form.check_author(request.user)
    fields = form.fields_to_save()
    if "take" in request.POST:
        fields |= adopted_fields(review, item, fields["observation"])
    version = form.cleaned_data["version"]
    if addition or not _is_as_shown(target, item, fields):
        try:
            edits = [ScoreEdit(item.number, version, fields)]
            version = save_scores(review=review, by=request.user, change=form.change_id(), edits=edits)[item.number]
        except Stale as conflict:
            theirs = conflict.stored[0]
            if wants_json(request):
                return autosave.conflict(request, theirs.saved_by)
            return _render_item(request, item_page(target, item, form), extension, status=409, theirs=theirs)
    return _saved_item_response(request, target, item, fields, version)


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


def posted_item(target: ScoreTarget, item: Item, sent: QueryDict) -> QueryDict:
    """Return the data that the page of an item would post without a change, replaced by what was sent."""
    names = (*ITEM_FIELDS, "decision")
    row = target.rows.values(*names).get(item_number=item.number)
    form = ItemForm(target.review, item, stored=row | carried_over_to(target, row))
    data = sent.copy()
    for name in form.fields.keys() - sent.keys():
        value = form[name].value()
        values = value if isinstance(value, list) else [value]
        data.setlist(name, [str(each) for each in values if each not in (None, False)])
    return data


def saved_response(
    target: ScoreTarget, fields: dict[str, Any], warning: str = "", parts: Mapping[str, str] | None = None
) -> JsonResponse:
    """Return the new values of hidden fields, the progress, and `parts` of the page to replace, as JSON."""
    return autosave.saved(fields, progress_of(target), warning, parts)


def _is_as_shown(target: ScoreTarget, item: Item, fields: dict[str, Any]) -> bool:
    """Return whether nobody has saved the item, and a form sent without scripts holds only what is carried over.

    Storing it then would say that somebody has begun to decide the item.
    """
    if not target.review.is_in_consensus:
        return False
    carried = carried_over_to(target, target.rows.values("item_number", "saved_at").get(item_number=item.number))
    untouched = ItemScore(item_number=item.number, **carried)
    return bool(carried) and all(getattr(untouched, name) == value for name, value in fields.items())


def _quotation(sent: QueryDict, review: Review) -> Addition | None:
    """Return the interview note whose button was pressed, with the source that its guide names."""
    quotation = quotation_of(review, sent.get("quote", ""))
    if quotation is None:
        return None
    return Addition({"evidence": quotation.text}, (quotation.source,) if quotation.source else ())


def _with_addition(sent: QueryDict, addition: Addition, review: Review, item: Item) -> QueryDict:
    """Return the POST data with an addition. A text that its field holds already is not repeated."""
    data = sent.copy()
    for name, new in addition.texts.items():
        text = data.get(name, "")
        if new and new not in text.replace("\r\n", "\n"):
            separator = "\n\n" if name in NOTES else " "
            data[name] = separator.join(part for part in (text.rstrip(), new) if part)
    data.setlist("sources", [*data.getlist("sources"), *addition.sources])
    if addition.observation is not None:
        for name in form_fields(item, review.all_labels):
            data.setlist(name, [])
        for name, values in observation_data(addition.observation, item, review.all_labels).items():
            data.setlist(name, values)
    return data


def _saved_item_response(
    request: SignedInRequest, target: ScoreTarget, item: Item, fields: dict[str, Any], version: int
) -> HttpResponse:
    warning = warning_about(*(fields.get(name, "") for name in FREE_TEXT_FIELDS))
    if wants_json(request):
        suggestion = suggested_score(target.review, item, fields["observation"], fields["value"])
        parts = {"suggestion": render_to_string("conduct/_suggestion.html", {"suggestion": suggestion})}
        if target.review.is_in_consensus:
            gaps = gaps_in(target.review, [ItemScore(item_number=item.number, **fields)])
            missing = missing_reason(gaps, item.number)
            parts["reason"] = render_to_string("conduct/_missing_reason.html", {"missing": missing})
        return saved_response(target, {"version": version}, warning, parts=parts)
    if warning:
        messages.warning(request, warning)
    if chosen := request.POST.get("specialists"):
        action, _sep, label = chosen.partition("-")
        change_specialists(review=target.review, by=request.user, action=action, label=label)
    return _redirect_onward(request, target, item.number)


def _redirect_onward(request: SignedInRequest, target: ScoreTarget, number: int) -> HttpResponse:
    """Redirect to where the pressed button leads from a saved item."""
    review, go = target.review, request.POST.get("go", "")
    gaps = gaps_in(review, target.rows) if review.is_in_consensus else None
    navigation = navigation_from(review, gaps.open_items if gaps else without_score(target.values()), number)
    if go == "list":
        url = f"{url_after_last_item(review)}#item-{number}"
    elif go in ("next", "previous", "unscored"):
        url = url_of_item(review, getattr(navigation, go))
    else:
        url = request.path
    if gaps and go in ("unscored", "list") and (missing := missing_reason(gaps, number)):
        messages.warning(request, f"{number}: {missing.sentence}")
        url = request.path if go == "unscored" else url
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
