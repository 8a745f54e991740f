"""What a page that saves itself sends, and what its module is told: the contract of static/js/autosave.js.

Answers for the module are JSON; without it the same views answer with pages. Nothing is written here.
"""

import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsfidelity.errors import StateConflict
from reviews.access import SignedInRequest
from reviews.fields import INCOMPLETE
from reviews.models import User
from reviews.wording import Progress, saved_words


class ChangeForm(forms.Form):
    """A change carries an id made where it was written, so that sending it twice is harmless, and
    the number of the person for whom the page was made."""

    change = forms.UUIDField(required=False, error_messages={"invalid": INCOMPLETE})
    author = forms.IntegerField(required=False, error_messages={"invalid": INCOMPLETE})

    def change_id(self) -> uuid.UUID:
        """Return the client's id of this change, or a new one for a client without."""
        return self.cleaned_data["change"] or uuid.uuid4()

    def sentence(self, name: str, error: str) -> str:
        """Return an error of a field as it is told without the page around it."""
        return error

    def sentences(self) -> list[str]:
        """Return what is wrong, each sentence once."""
        found = (self.sentence(name, str(error)) for name, errors in self.errors.items() for error in errors)
        return list(dict.fromkeys(found))

    def check_author(self, user: User) -> None:
        """Refuse a page that somebody else wrote: on shared machines sessions end and others sign in."""
        if self.cleaned_data["author"] not in (None, user.pk):
            raise StateConflict(
                _(
                    "You are signed in as %(name)s, but somebody else wrote this page. Nothing was saved; the text "
                    "is here."
                )
                % {"name": user}
            )


def new_page_fields(request: SignedInRequest) -> dict[str, str]:
    """Return the hidden fields of a page that is made now for a person."""
    return {"change": str(uuid.uuid4()), "author": str(request.user.pk)}


def saved(
    fields: Mapping[str, Any], progress: Progress, warning: str = "", parts: Mapping[str, str] | None = None
) -> JsonResponse:
    """Tell the module what it has now: the hidden fields, the time and the progress in words, parts to show anew."""
    told = {"fields": fields, "saved": saved_words(timezone.now()), "warning": warning, "parts": parts or {}}
    return JsonResponse(told | {"progress": progress.sentence, "percent": progress.percent})


def invalid(form: ChangeForm) -> JsonResponse:
    """Tell the module in words what cannot be saved."""
    return JsonResponse({"error": " ".join(form.sentences()), "fields": form.errors}, status=422)


def conflict(request: SignedInRequest, other: User | None) -> JsonResponse:
    """Tell the module who was first."""
    if other is None:
        sentence = _("This page is older than what is stored here. Your text is kept on this page.")
    elif other == request.user:
        sentence = _("You have saved something else here, in another window. This text is kept on the page.")
    else:
        sentence = _("%(name)s has saved something else here. Your text is kept on this page.") % {"name": other}
    return JsonResponse({"error": sentence, "conflict": True}, status=409)
