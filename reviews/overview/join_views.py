"""Pages on which a coordinator joins two organisations that turned out to be one, and undoes that."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ipsfidelity.form_page import form_page, posted
from reviews.access import SignedInRequest, organisation_to_join, organisations_to_join
from reviews.components.paging import SearchForm, page_of
from reviews.overview import joining
from reviews.overview.join_form import JoinForm
from reviews.overview.join_page import organisation_to_show, reviews_from_inside


@require_safe
def join(request: SignedInRequest, code: object) -> HttpResponse:
    """List the organisations that an organisation can be joined with, a page at a time."""
    organisation = organisation_to_join(request, code)
    form = SearchForm(request.GET)
    others = organisation.network.organisations.current().exclude(pk=organisation.pk)
    page = page_of(form.apply(others), form.chosen_page)
    context = {"organisation": organisation, "form": form, "page": page, "is_asked": bool(request.GET)}
    return render(request, "overview/join.html", context, status=200 if form.is_valid() else 422)


@require_http_methods(["GET", "HEAD", "POST"])
def join_with(request: SignedInRequest, code: object, other: object) -> HttpResponse:
    """Show what joining two organisations means, ask which name remains, and join them."""
    organisations = organisations_to_join(request, code, other)
    form = JoinForm(organisations, posted(request))
    if form.is_valid():
        kept, joined = form.chosen
        joining.join(organisation=joined, to=kept, by=request.user)
        messages.success(
            request,
            _("“%(joined)s” is joined to “%(kept)s”. It can be undone below.")
            % {"joined": joined.name, "kept": kept.name},
        )
        return redirect(kept)
    shown = tuple(map(organisation_to_show, organisations))
    context = {
        "organisation": organisations[0],
        "shown": shown,
        "from_inside": reviews_from_inside(organisations),
        "reviews": sum(row.reviews for row in shown),
        "signed": sum(row.signed for row in shown),
    }
    return form_page(request, "overview/join_with.html", form, context)


@require_POST
def separate(request: SignedInRequest, code: object, joined: object) -> HttpResponse:
    """Undo that an organisation was joined to this one."""
    organisation = organisation_to_join(request, code)
    separated = get_object_or_404(organisation.network.organisations.exclude(pk=organisation.pk), code=joined)
    joining.separate(organisation=separated, joined_to=organisation, by=request.user)
    messages.success(request, _("“%(name)s” is an organisation of its own again.") % {"name": separated.name})
    return redirect(organisation)
