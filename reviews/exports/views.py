"""Pages and files of exports, for the coordinator of a network.

An export is a POST with the filters in its URL, so that a link that a browser prefetches exports nothing.
"""

from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from ipsfidelity.downloads import ZIP_TYPE, stream_file
from reviews.access import SignedInRequest, network_to_oversee
from reviews.components.empty_pages import nothing_to_export
from reviews.components.network_tabs import network_tabs
from reviews.exports.file_page import own_files
from reviews.exports.files import ask_for_file, file_name, is_long
from reviews.exports.formats import FORMATS
from reviews.exports.page import offers, past_exports, selection_summary
from reviews.exports.selection import Selection, SelectionForm
from reviews.exports.services import NothingToExport, begin_export, begin_part
from reviews.exports.zips import archive_of
from reviews.fields import parse_key, with_current_organisations
from reviews.models import Network

Make = Callable[[Selection], HttpResponseBase]


@require_safe
def exports(request: SignedInRequest, code: object) -> HttpResponseBase:
    """Show the selected reviews, the formats, and past exports."""
    network = network_to_oversee(request, code)
    return _page(request, SelectionForm(network, with_current_organisations(request.GET)))


@require_POST
def sheets(request: SignedInRequest, code: object) -> HttpResponseBase:
    """Send one part of the signed PDFs as a ZIP archive."""
    network = network_to_oversee(request, code)
    part, seen = parse_key(request.POST.get("part", "1")), request.POST.get("seen", "")

    def make(selection: Selection) -> HttpResponseBase:
        export = begin_part(selection=selection, by=request.user, part=part or 0, seen=seen)
        archive = archive_of(export.keys, selection.csv)
        ending = f"-{export.part}-of-{export.parts}.zip" if export.parts > 1 else ".zip"
        response = stream_file(archive, ZIP_TYPE, file_name(network, f"sheets{ending}"))
        response["Content-Length"] = str(len(archive))
        return response

    return _export(request, network, make)


@require_POST
def workbook(request: SignedInRequest, code: object) -> HttpResponseBase:
    """Send reviews, items and remarks as a workbook."""
    return _data(request, network_to_oversee(request, code), "reviews.xlsx")


@require_POST
def reviews_table(request: SignedInRequest, code: object) -> HttpResponseBase:
    """Send the table of reviews as CSV."""
    return _data(request, network_to_oversee(request, code), "reviews.csv")


@require_POST
def items_table(request: SignedInRequest, code: object) -> HttpResponseBase:
    """Send the table of items as CSV."""
    return _data(request, network_to_oversee(request, code), "items.csv")


@require_POST
def remarks_table(request: SignedInRequest, code: object) -> HttpResponseBase:
    """Send the table of remarks as CSV."""
    return _data(request, network_to_oversee(request, code), "remarks.csv")


@require_POST
def lines(request: SignedInRequest, code: object) -> HttpResponseBase:
    """Send the reviews as JSON lines."""
    return _data(request, network_to_oversee(request, code), "reviews.jsonl")


def _data(request: SignedInRequest, network: Network, name: str) -> HttpResponseBase:
    """Send a file, or let the worker make it if it is long. `name` is a key of FORMATS."""
    known = FORMATS[name]

    def make(selection: Selection) -> HttpResponseBase:
        if is_long(name, selection.reviews().count()):
            file = ask_for_file(selection=selection, by=request.user, name=name)
            return redirect("export_file", network.code, file.code)
        export = begin_export(selection=selection, by=request.user, form=known.form, table=known.table)
        return stream_file(known.pieces(export.keys, None, selection.csv), known.content_type, file_name(network, name))

    return _export(request, network, make)


def _export(request: SignedInRequest, network: Network, make: Make) -> HttpResponseBase:
    """Return the file, or the page with the reason why there is none (422)."""
    form = SelectionForm(network, with_current_organisations(request.GET))
    if not form.is_valid():
        return _page(request, form)
    try:
        return make(form.selection())
    except NothingToExport as refused:
        return _page(request, form, refused.sentence)


def _page(request: SignedInRequest, form: SelectionForm, refusal: str = "") -> HttpResponse:
    before = request.GET.get("before", "")
    if before and not parse_key(before):
        raise Http404
    selection = form.selection() if form.is_valid() else None
    summary = selection and selection_summary(selection)
    is_empty = summary and summary.is_empty and not request.GET
    context = {
        "network": form.network,
        "tabs": network_tabs(form.network, request.user, "exports"),
        "form": form,
        "selection": selection,
        "summary": summary,
        "offers": offers(form.network, selection, summary) if selection and summary else (),
        "empty": nothing_to_export(form.network) if is_empty else None,
        "refusal": refusal,
        "files": own_files(form.network, request.user),
        "past": past_exports(form.network, parse_key(before)),
    }
    return render(request, "exports/exports.html", context, status=422 if refusal or not selection else 200)
