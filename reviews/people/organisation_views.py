"""Views of a network's organisations, for its coordinators and for administrators."""

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from ipsfidelity.form_page import form_page, posted
from reviews.access import SignedInRequest, network_to_manage, organisation_to_rename
from reviews.components.network_tabs import network_tabs
from reviews.components.paging import SearchForm
from reviews.models import AccessAction, Network, Organisation
from reviews.people.forms import OrganisationForm, PastedListForm
from reviews.people.network_page import organisations_page
from reviews.people.paste_page import fingerprint, organisations_preview
from reviews.people.pasted_organisations import MOST_LINES, add_organisations, check_organisations
from reviews.records import access_log

PAGE = "network_organisations"


@require_safe
def organisations(request: SignedInRequest, code: object) -> HttpResponse:
    """Show the organisations of a network."""
    network, form = network_to_manage(request, code), SearchForm(request.GET)
    context = {
        "network": network,
        "tabs": network_tabs(network, request.user, PAGE),
        "form": form,
        "is_asked": bool(request.GET),
        "page": organisations_page(network, request.user, form.text, form.chosen_page),
    }
    return render(request, "people/organisations.html", context, status=200 if form.is_valid() else 422)


@require_http_methods(["GET", "HEAD", "POST"])
def new_organisation(request: SignedInRequest, code: object) -> HttpResponse:
    """Add an organisation to the network."""
    network = network_to_manage(request, code)
    return _form(request, network, Organisation(network=network), AccessAction.ORGANISATION_ADDED)


@require_http_methods(["GET", "HEAD", "POST"])
def rename_organisation(request: SignedInRequest, code: object, organisation: object) -> HttpResponse:
    """Rename an organisation. Signed score sheets keep the name with which they were signed."""
    network = network_to_manage(request, code)
    stored = organisation_to_rename(network, organisation)
    return _form(request, network, stored, AccessAction.ORGANISATION_RENAMED)


@require_http_methods(["GET", "HEAD", "POST"])
def paste_organisations(request: SignedInRequest, code: object) -> HttpResponse:
    """Check a pasted list of organisations and show each line; then add those without a fault.

    Lines with a fault stay in the field. What was not shown is not added: a changed text is shown first.
    """
    network = network_to_manage(request, code)
    form = PastedListForm(posted(request), most=MOST_LINES)
    preview = None
    if form.is_valid():
        text = form.cleaned_data["lines"]
        if request.POST.get("seen") == fingerprint(text) and _add(request, network, text, form):
            return redirect(PAGE, code=network.code)
        text = form["lines"].value()
        preview = organisations_preview(check_organisations(network, text), fingerprint(text))
    context = {
        "network": network,
        "tabs": network_tabs(network, request.user, PAGE),
        "title": _("Paste a list of organisations"),
        "explanation": _(
            "One name a line, or a column copied from a spreadsheet. You see how each line was read first."
        ),
        "limit": ngettext("At most %(most)s line at once.", "At most %(most)s lines at once.", MOST_LINES)
        % {"most": MOST_LINES},
        "preview": preview,
    }
    return form_page(request, "people/paste.html", form, context, status=None if form.errors else 200)


def _add(request: SignedInRequest, network: Network, text: str, form: PastedListForm) -> bool:
    """Add the organisations. Return whether no line is left; otherwise the form holds those that are."""
    try:
        added, left = add_organisations(network=network, by=request.user, text=text)
    except IntegrityError:  # the preview shows which name somebody has just taken
        return False
    if added:
        words = ngettext("%(count)s organisation was added.", "%(count)s organisations were added.", len(added))
        messages.success(request, words % {"count": len(added)})
    form.data = {"lines": "\n".join(line.text for line in left)}
    return not left


def _form(request: SignedInRequest, network: Network, organisation: Organisation, action: AccessAction) -> HttpResponse:
    form = OrganisationForm(posted(request), instance=organisation)
    if form.is_valid() and form.saved():
        access_log.record(action, request.user, network=network, organisation=form.instance)
        return redirect(PAGE, code=network.code)
    title = _("New organisation") if organisation._state.adding else _("Rename organisation")
    return form_page(request, "people/form.html", form, {"network": network, "title": title})
