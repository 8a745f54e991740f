"""The contract with static/js/autosave.js: the fields that a page sends, and the JSON responses. Never writes.

Without JavaScript the same views respond with pages.
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
    """The base of forms that save themselves.

    `change` is an id from the client, which makes a repeated request harmless. `author` is the primary key of the
    person for whom the page was rendered.
    """

    change = forms.UUIDField(required=False, error_messages={"invalid": INCOMPLETE})
    author = forms.IntegerField(required=False, error_messages={"invalid": INCOMPLETE})

    def change_id(self) -> uuid.UUID:
        """Return the client's id of the change, or a new one if it sent none."""
        return self.cleaned_data["change"] or uuid.uuid4()

    def sentence(self, name: str, error: str) -> str:
        """Return an error message of the field `name` as it is shown outside the form. Subclasses add the context."""
        return error

    def sentences(self) -> list[str]:
        """Return all error messages without duplicates."""
        sentences = (self.sentence(name, str(error)) for name, errors in self.errors.items() for error in errors)
        return list(dict.fromkeys(sentences))

    def check_author(self, user: User) -> None:
        """Raise StateConflict (409) if the page was rendered for somebody else.

        It happens on shared computers: a session ends and another person signs in.
        """
        if self.cleaned_data["author"] not in (None, user.pk):
            raise StateConflict(
                _(
                    "You are signed in as %(name)s, but somebody else wrote this page. Nothing was saved; the text "
                    "is here."
                )
                % {"name": user}
            )


def new_page_fields(request: SignedInRequest) -> dict[str, str]:
    """Return the values of the hidden fields for a page that is rendered now."""
    return {"change": str(uuid.uuid4()), "author": str(request.user.pk)}


def saved(
    fields: Mapping[str, Any], progress: Progress, warning: str = "", parts: Mapping[str, str] | None = None
) -> JsonResponse:
    """Return the response to a successful save.

    `fields` are new values of hidden fields, `parts` is HTML that replaces named parts of the page.
    """
    response = {"fields": fields, "saved": saved_words(timezone.now()), "warning": warning, "parts": parts or {}}
    return JsonResponse(response | {"progress": progress.sentence, "percent": progress.percent})


def invalid(form: ChangeForm) -> JsonResponse:
    """Return the response to invalid input: 422 with the error messages."""
    return JsonResponse({"error": " ".join(form.sentences()), "fields": form.errors}, status=422)


def conflict(request: SignedInRequest, other: User | None) -> JsonResponse:
    """Return the response to a conflict: 409 with a message. `other` is the person who saved first, None if unknown."""
    if other is None:
        sentence = _("This page is older than what is stored here. Your text is kept on this page.")
    elif other == request.user:
        sentence = _("You have saved something else here, in another window. This text is kept on the page.")
    else:
        sentence = _("%(name)s has saved something else here. Your text is kept on this page.") % {"name": other}
    return JsonResponse({"error": sentence, "conflict": True}, status=409)
