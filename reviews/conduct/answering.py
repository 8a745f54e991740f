"""Answer what the scoring pages send: save it, refuse it with a sentence, or show both texts of a conflict.

Shared by the page of one item, the sheet of all and the consensus; `access` has let the person in.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsfidelity.errors import WrongMoment, wants_json
from ipsfidelity.privacy import warning_about
from reviews.access import SignedInRequest, closed
from reviews.conduct.desk import Desk
from reviews.conduct.forms import ChangeForm, ItemForm
from reviews.conduct.item_page import ItemPage, item_page, neighbours, progress_of, suggested, taken_over
from reviews.conduct.scoring import Conflict, Edit, Row, save_scores
from reviews.conduct.specialists import change_specialists
from reviews.models import Review
from reviews.wording import saved_words
from scales.definition import Item
from scales.wording import observed

WRITTEN = ("evidence", "recommendation", "departure", "awaited", "awaited_from", "decision")  # free text of an item


Beside = Callable[[], dict[str, Any]]


@dataclass(frozen=True)
class Insertion:
    """Texts that a pressed button adds to the notes of an item, and the sources they come from."""

    evidence: str
    recommendation: str = ""
    sources: tuple[str, ...] = ()


Inserting = Callable[[QueryDict], Insertion | None]


def answer_item(
    request: SignedInRequest, desk: Desk, item: Item, beside: Beside = dict, inserting: Inserting = lambda _sent: None
) -> HttpResponse:
    """Show one item to be scored, or save what was sent and lead on.

    `beside` gives what else its page shows; `inserting` what a button that was pressed adds to the notes.
    """
    if request.method != "POST":
        return _render_item(request, item_page(desk, item), beside)
    review = desk.review
    form = ItemForm(review, item, _with(request.POST, inserting(request.POST)))
    if not form.is_valid():
        must_be_open(review)
        return invalid(request, form) or _render_item(request, item_page(desk, item, form), beside, status=422)
    must_be_the_author(request, form)
    fields = form.fields_to_save()
    if "take" in request.POST:
        fields |= taken_over(review, item, fields["observation"])
    try:
        edits = [Edit(item.number, form.cleaned_data["version"], fields)]
        versions = save_scores(review=review, by=request.user, change=form.change_id(), edits=edits)
    except Conflict as conflict:
        page = item_page(desk, item, form)
        return conflicting(request, conflict) or _render_item(
            request, page, beside, status=409, theirs=conflict.stored[0]
        )
    return _item_saved(request, desk, item, fields, versions[item.number])


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


def _item_saved(request: SignedInRequest, desk: Desk, item: Item, fields: dict[str, Any], version: int) -> HttpResponse:
    warning = warning_about(*(fields.get(name, "") for name in WRITTEN))
    if wants_json(request):
        shown = suggested(desk.review, item, fields["observation"], fields["value"])
        parts = {"suggestion": render_to_string("conduct/_suggestion.html", {"suggested": shown})}
        return saved(desk, {"version": version}, warning, parts=parts)
    if warning:
        messages.warning(request, warning)
    if chosen := request.POST.get("specialists"):
        act, _sep, label = chosen.partition("-")
        change_specialists(review=desk.review, by=request.user, act=act, label=label)
    return _go(request, desk, item.number)


def _render_item(
    request: SignedInRequest,
    page: ItemPage,
    beside: Beside,
    status: int = 200,
    theirs: Row | None = None,
) -> HttpResponse:
    context = {
        "page": page,
        "form": page.form,
        "theirs": theirs,
        "observed": observed(page.item, theirs.observation, page.review.labels) if theirs else "",
        "version": str(theirs.version) if theirs else page.version,
        "change": str(uuid4()),
        "author": str(request.user.pk),
    }
    return render(request, "conduct/item.html", context | beside(), status=status)


def saved(desk: Desk, fields: dict[str, Any], warning: str = "", parts: dict[str, str] | None = None) -> JsonResponse:
    """Tell the scoring module what it has now: versions, the time and the progress in words, parts to show anew."""
    progress = progress_of(desk)
    return JsonResponse(
        {
            "fields": fields,
            "saved": saved_words(timezone.now()),
            "progress": progress.sentence,
            "percent": progress.percent,
            "warning": warning,
            "parts": parts or {},
        }
    )


def must_be_open(review: Review) -> None:
    if not review.is_scorable:
        raise closed(review)


def must_be_the_author(request: SignedInRequest, form: ChangeForm) -> None:
    """Refuse a page that somebody else wrote: on shared machines sessions end and others sign in."""
    if form.cleaned_data["author"] not in (None, request.user.pk):
        raise WrongMoment(
            _("You are signed in as %(name)s, but somebody else wrote this page. Nothing was saved; the text is here.")
            % {"name": request.user}
        )


def invalid(request: SignedInRequest, form: ChangeForm) -> HttpResponse | None:
    if not wants_json(request):
        return None
    sentences = [form.sentence(name, str(error)) for name, errors in form.errors.items() for error in errors]
    return JsonResponse({"error": " ".join(dict.fromkeys(sentences)), "fields": form.errors}, status=422)


def conflicting(request: SignedInRequest, conflict: Conflict) -> HttpResponse | None:
    if not wants_json(request):
        return None
    other = conflict.stored[0].saved_by
    if other == request.user:
        sentence = _("You have saved something else here, in another window. This text is kept on the page.")
    else:
        sentence = _("%(name)s has saved something else here. Your text is kept on this page.") % {"name": other}
    return JsonResponse({"error": sentence, "conflict": True}, status=409)


def _go(request: SignedInRequest, desk: Desk, number: int) -> HttpResponse:
    """Go where the pressed button says, now that the item is saved."""
    review = desk.review
    places = neighbours(review, review.scale, desk.values(), number)
    target = {"next": places.next, "previous": places.previous, "unscored": places.unscored}
    url = target.get(request.POST.get("go", ""), request.path) or review.get_absolute_url()
    return HttpResponseRedirect(url, status=303)
