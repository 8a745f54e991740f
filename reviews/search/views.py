"""The view of the search page."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reviews.access import SignedInRequest
from reviews.search.forms import LONGEST, SearchForm
from reviews.search.search_page import search_page


@require_safe
def search(request: SignedInRequest) -> HttpResponse:
    """Show what a person finds by a text. Without a text, say what can be found."""
    text = request.GET.get("q", "").strip()
    form = SearchForm({"q": text}) if text else None
    page = search_page(request.user, form.cleaned_data["q"]) if form and form.is_valid() else None
    errors = form.errors.get("q", ()) if form else ()
    context = {"q": text[:LONGEST], "page": page, "errors": errors}
    return render(request, "search/search.html", context, status=422 if errors else 200)
