"""The page of a form: what was sent to it, and the answer that shows it again when it was refused."""

from collections.abc import Mapping
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what was posted, None for any other method: a form is unbound until something is sent."""
    return request.POST if request.method == "POST" else None


def form_page(
    request: HttpRequest, template: str, form: BaseForm, context: Mapping[str, Any], *, status: int | None = None
) -> HttpResponse:
    """Return the page with `form` in its context: 422 if the form was sent and refused, 200 before."""
    status = status or (422 if form.is_bound else 200)
    return render(request, template, {"form": form, **context}, status=status)
