"""Pages with a form: its submitted data, and the response that shows it, with errors if it is invalid."""

from collections.abc import Mapping
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render


def posted(request: HttpRequest) -> QueryDict | None:
    """Return the data of a POST, None for any other method, so that the form stays unbound."""
    return request.POST if request.method == "POST" else None


def sent_before(request: HttpRequest) -> QueryDict | None:
    """Return what was sent from this page before the person had to sign in again, None if nothing is filled in again.

    The values are put into the finished page (ipsfidelity/form_filling.py). Only a page whose fields depend on what is
    typed needs them earlier.
    """
    values: dict[str, list[str]] | None = getattr(request, "sent_before", None)
    if values is None:
        return None
    data = QueryDict(mutable=True)
    for name, sent in values.items():
        data.setlist(name, sent)
    return data


def form_page(
    request: HttpRequest, template: str, form: BaseForm, context: Mapping[str, Any], *, status: int | None = None
) -> HttpResponse:
    """Return the page with `form` in its context: 422 for an invalid form, 200 for an unbound one."""
    status = status or (422 if form.is_bound else 200)
    return render(request, template, {"form": form, **context}, status=status)
