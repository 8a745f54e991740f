"""Answer what the scoring pages send: save it, refuse it with a sentence, or show both texts of a conflict.

Shared by the page of one item, the sheet of all and the consensus; `access` has let the person in.
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
from reviews.conduct.item_page import ItemPage, back_url, item_page, neighbours, progress_of, suggested, taken_over
from reviews.conduct.score_target import ScoreTarget
from reviews.conduct.scoring import Edit, Row, save_scores
from reviews.conduct.specialists import change_specialists
from reviews.conflicts import review_closed
from reviews.interviews.item_notes import quotation_of
from reviews.models import Review
from reviews.records.writing import Stale
from scales.definition import Item
from scales.wording import observed

WRITTEN = ("evidence", "recommendation", "departure", "awaited", "awaited_from", "decision")  # free text of an item


@dataclass(frozen=True)
class Insertion:
    """Texts that a pressed button adds to the notes of an item, and the sources they come from."""

    evidence: str
    recommendation: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class ItemPanel:
    """What another room shows beside an item: its template, which extends the scoring page's, what it needs,
    and what its buttons add to the notes."""

    template: str = "conduct/item.html"
    context: Callable[[], dict[str, Any]] = dict
    inserting: Callable[[QueryDict], Insertion | None] = lambda _sent: None


NO_PANEL = ItemPanel()


def answer_item(
    request: SignedInRequest, target: ScoreTarget, item: Item, beside: ItemPanel = NO_PANEL
) -> HttpResponse:
    """Show one item to be scored, or save what was sent and lead on."""
    if request.method != "POST":
        return _render_item(request, item_page(target, item), beside)
    review = target.review
    insertion = _quotation(request.POST, review) or beside.inserting(request.POST)
    form = ItemForm(review, item, _with(request.POST, insertion))
    if not form.is_valid():
        must_be_open(review)
        if wants_json(request):
            return autosave.invalid(form)
        return _render_item(request, item_page(target, item, form), beside, status=422)
    form.must_be_by(request.user)
    fields = form.fields_to_save()
    if "take" in request.POST:
        fields |= taken_over(review, item, fields["observation"])
    try:
        edits = [Edit(item.number, form.cleaned_data["version"], fields)]
        versions = save_scores(review=review, by=request.user, change=form.change_id(), edits=edits)
    except Stale as stale:
        stored = stale.stored[0]
        if wants_json(request):
            return autosave.conflict(request, stored.saved_by)
        return _render_item(request, item_page(target, item, form), beside, status=409, theirs=stored)
    return _item_saved(request, target, item, fields, versions[item.number])


def _quotation(sent: QueryDict, review: Review) -> Insertion | None:
    """Return the interview note whose button was pressed, as evidence from the source that its guide names."""
    found = quotation_of(review, sent.get("quote", ""))
    return Insertion(found.text, sources=(found.source,) if found.source else ()) if found else None


def _with(sent: QueryDict, insertion: Insertion | None) -> QueryDict:
    """Return what was sent with texts added to it, each once: what is there already is not doubled."""
    if insertion is None:
        return sent
    data = sent.copy()
    for name in ("evidence", "recommendation"):
        text, new = data.get(name, ""), getattr(insertion, name)
        if new and new not in text.replace("\r\n", "\n"):
            data[name] = "\n\n".join(part for part in (text.rstrip(), new) if part)
    data.setlist("sources", [*data.getlist("sources"), *insertion.sources])
    return data


def _item_saved(
    request: SignedInRequest, target: ScoreTarget, item: Item, fields: dict[str, Any], version: int
) -> HttpResponse:
    warning = warning_about(*(fields.get(name, "") for name in WRITTEN))
    if wants_json(request):
        shown = suggested(target.review, item, fields["observation"], fields["value"])
        parts = {"suggestion": render_to_string("conduct/_suggestion.html", {"suggested": shown})}
        return tell(target, {"version": version}, warning, parts=parts)
    if warning:
        messages.warning(request, warning)
    if chosen := request.POST.get("specialists"):
        action, _sep, label = chosen.partition("-")
        change_specialists(review=target.review, by=request.user, action=action, label=label)
    return _go(request, target, item.number)


def _render_item(
    request: SignedInRequest,
    page: ItemPage,
    beside: ItemPanel,
    status: int = 200,
    theirs: Row | None = None,
) -> HttpResponse:
    context = {
        "page": page,
        "form": page.form,
        "theirs": theirs,
        "observed": observed(page.item, theirs.observation, page.review.labels) if theirs else "",
        "version": str(theirs.version) if theirs else page.version,
    }
    context |= autosave.of_a_new_page(request) | beside.context()
    return render(request, beside.template, context, status=status)


def must_be_open(review: Review) -> None:
    if not review.is_scorable:
        raise review_closed(review)


def tell(
    target: ScoreTarget, fields: dict[str, Any], warning: str = "", parts: Mapping[str, str] | None = None
) -> JsonResponse:
    """Tell the scoring module what it has now, with parts of the page to show anew."""
    return autosave.saved(fields, progress_of(target), warning, parts)


def _go(request: SignedInRequest, target: ScoreTarget, number: int) -> HttpResponse:
    """Go where the pressed button says, now that the item is saved."""
    review = target.review
    places = neighbours(review, review.scale, target.values(), number)
    destinations = {"next": places.next, "previous": places.previous, "unscored": places.unscored}
    url = destinations.get(request.POST.get("go", ""), request.path) or back_url(review)
    return HttpResponseRedirect(url, status=303)
