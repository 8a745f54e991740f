"""Pages of the files that the worker makes: how far a file is, download, delete."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ipsfidelity.downloads import stream_file
from reviews.access import SignedInRequest, export_file_to_read
from reviews.components.network_tabs import network_tabs
from reviews.conflicts import file_not_ready
from reviews.exports.file_page import file_row
from reviews.exports.files import content_of, delete_file, file_name
from reviews.exports.formats import FORMATS


@require_safe
def export_file(request: SignedInRequest, code: object, file: object) -> HttpResponse:
    """Show how far a file is, or offer it."""
    stored = export_file_to_read(request, code, file)
    tabs = network_tabs(stored.network, request.user, "exports")
    return render(request, "exports/file.html", {"network": stored.network, "tabs": tabs, "file": file_row(stored)})


@require_safe
def download(request: SignedInRequest, code: object, file: object) -> HttpResponseBase:
    """Send a file that is ready. Its export was recorded before it was."""
    stored = export_file_to_read(request, code, file)
    if not stored.ready_at or not stored.as_of:
        raise file_not_ready(stored)
    name = file_name(stored.network, stored.name, timezone.localdate(stored.as_of))
    response = stream_file(content_of(stored), FORMATS[stored.name].content_type, name)
    response["Content-Length"] = str(stored.size)
    return response


@require_POST
def delete(request: SignedInRequest, code: object, file: object) -> HttpResponse:
    """Delete a file, also one that is being made."""
    stored = export_file_to_read(request, code, file)
    delete_file(stored)
    messages.success(request, _("The file was deleted."))
    return redirect("exports", stored.network.code)
