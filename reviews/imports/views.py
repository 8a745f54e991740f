"""Pages of imports: the upload of a file, its columns, its preview, and how far its import has come."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ipsfidelity.body_limit import accepts_files_from
from ipsfidelity.downloads import CSV_TYPE, XLSX_TYPE, send_file
from ipsfidelity.errors import refuse
from reviews.access import (
    SignedInRequest,
    may_send_files,
    network_to_oversee,
    upload_to_follow,
    upload_to_import,
    upload_to_match,
)
from reviews.components.empty_pages import nowhere_to_import
from reviews.components.network_tabs import network_tabs
from reviews.fields import parse_key
from reviews.imports.answers import LETTERS, answers_in
from reviews.imports.columns_page import chosen_columns, columns_of, columns_page
from reviews.imports.forms import UploadForm
from reviews.imports.messages import sentence_of
from reviews.imports.own_notes import left_behind_in, notes_about
from reviews.imports.own_uploads import receive_own_export
from reviews.imports.preview import faults_csv, preview_of
from reviews.imports.progress import progress_of, reasons_of
from reviews.imports.services import FaultyRows, queue_import
from reviews.imports.tables import Budget, UnreadableFile
from reviews.imports.template import column_help, template_csv, template_xlsx
from reviews.imports.uploads import match_columns, read_in_encoding, store_upload, withdraw_upload
from reviews.models import Network, Upload, User
from scales.models import ScaleEdition


@accepts_files_from(may_send_files)
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: SignedInRequest, code: object) -> HttpResponse:
    """Explain the format of a file of past reviews, and accept an upload."""
    network = network_to_oversee(request, code)
    form = UploadForm(*(request.POST, request.FILES) if request.method == "POST" else ())
    if form.is_valid():
        try:
            upload = _store(network, request.user, form)
        except UnreadableFile as unreadable:
            form.add_faults(unreadable)
        else:
            return redirect("import_preview", code=network.code, upload=upload.code)
    return render(request, "imports/imports.html", _page(request, network, form), status=422 if form.is_bound else 200)


def _store(network: Network, by: User, form: UploadForm) -> Upload:
    """Store a file. Raise UnreadableFile. The worker reads an own export."""
    edition, file, name = form.cleaned_data["edition"], form.cleaned_data["file"], form.file_name()
    if form.is_own_export:
        return receive_own_export(network=network, by=by, file_name=name, file=file)
    return store_upload(network=network, by=by, edition=edition, file_name=name, data=file.read())


def in_time(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer 422 with the reason if a view of an upload uses up its time. The file is kept."""

    @wraps(view)
    def wrapped(request: SignedInRequest, code: object, upload: object) -> HttpResponse:
        try:
            return view(request, code, upload)
        except UnreadableFile as unreadable:
            return refuse(request, 422, " ".join(map(sentence_of, unreadable.faults)))

    return wrapped


@in_time
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: SignedInRequest, code: object, upload: object) -> HttpResponse:
    """Show the preview of an upload, or how far its import has come; queue the import of all of its rows on POST."""
    stored = upload_to_follow(request, code, upload)
    status, chosen, budget = HTTPStatus.OK, answers_in(request.POST.dict()), Budget()
    if request.method == "POST":
        if read_in_encoding(upload=stored, encoding=chosen.get(LETTERS, ""), chosen=chosen):
            messages.success(request, _("The file is read in the encoding that you chose. Look through it once more."))
            return redirect("import_preview", code=stored.network.code, upload=stored.code)
        try:
            queue_import(upload=stored, by=request.user, chosen=chosen, budget=budget)
        except FaultyRows:
            status = HTTPStatus.UNPROCESSABLE_ENTITY
        else:
            return redirect("import_preview", code=stored.network.code, upload=stored.code)
    progress = progress_of(stored)
    context = {"network": stored.network, "tabs": network_tabs(stored.network, request.user, "imports")}
    if progress.is_in_queue or progress.is_done or progress.is_unreadable:
        context |= {"page": progress, "reasons": reasons_of(stored) if progress.is_unreadable else ()}
        return render(request, "imports/import_progress.html", context)
    if not stored.rows.get("is_matched", True):
        return redirect("import_columns", code=stored.network.code, upload=stored.code)
    page = preview_of(stored, stored.chosen | chosen, parse_key(request.GET.get("portion", "")) or 0, budget)
    context |= {"notes": notes_about(stored.rows), "left_behind": left_behind_in(stored.rows)}
    if status != HTTPStatus.OK and page.fault_count and page.is_conflict:
        status = HTTPStatus.CONFLICT
    return render(request, "imports/import_preview.html", context | {"page": page, "progress": progress}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: SignedInRequest, code: object, upload: object) -> HttpResponse:
    """Show which column of the file is read as what; store the choice on POST."""
    stored = upload_to_match(request, code, upload)
    if "titles" not in stored.rows:  # stored by a version that read the names of the template only
        return redirect("import_preview", code=stored.network.code, upload=stored.code)
    chosen = chosen_columns(stored, request.POST) if request.method == "POST" else None
    page = columns_page(stored, chosen)
    if chosen is not None and not page.errors:
        try:
            match_columns(upload=stored, by=request.user, columns=columns_of(chosen, page.scale))
        except UnreadableFile as unreadable:
            page = replace(page, errors=tuple(map(sentence_of, unreadable.faults)))
        else:
            return redirect("import_preview", code=stored.network.code, upload=stored.code)
    context = {"network": stored.network, "tabs": network_tabs(stored.network, request.user, "imports"), "page": page}
    return render(request, "imports/import_columns.html", context, status=422 if page.errors else 200)


@in_time
@require_safe
def faults(request: SignedInRequest, code: object, upload: object) -> HttpResponse:
    """Send all faults of an upload as CSV, checked with the organisations that the query string chooses."""
    stored = upload_to_import(request, code, upload)
    chosen, portion = answers_in(request.GET.dict()), parse_key(request.GET.get("portion", "")) or 0
    return send_file(faults_csv(stored, chosen, portion), CSV_TYPE, "import-faults.csv")


@require_POST
def withdraw(request: SignedInRequest, code: object, upload: object) -> HttpResponse:
    """Delete an upload without importing it."""
    stored = upload_to_import(request, code, upload)
    is_partly_imported = stored.portions.filter(imported_at__isnull=False).exists()
    withdraw_upload(upload=stored)
    if is_partly_imported:
        messages.success(request, _("The rest of the file was withdrawn. The reviews that were imported before stay."))
    else:
        messages.success(request, _("The file was withdrawn. Nothing of it was kept."))
    return redirect("imports", code=stored.network.code)


@require_safe
def template_as_xlsx(request: SignedInRequest, code: object, slug: str) -> HttpResponse:
    """Send the empty table for a scale as a workbook."""
    network_to_oversee(request, code)
    return send_file(template_xlsx(_edition(slug).scale), XLSX_TYPE, f"import-{slug}.xlsx")


@require_safe
def template_as_csv(request: SignedInRequest, code: object, slug: str) -> HttpResponse:
    """Send the empty table for a scale as CSV."""
    network_to_oversee(request, code)
    return send_file(template_csv(_edition(slug).scale), CSV_TYPE, f"import-{slug}.csv")


def _page(request: SignedInRequest, network: Network, form: UploadForm) -> dict[str, object]:
    editions = [(edition, edition.scale) for edition in form.editions]
    uploads = Upload.objects.current().files().filter(network=network).defer("rows").select_related("by", "job")
    return {
        "network": network,
        "tabs": network_tabs(network, request.user, "imports"),
        "empty": None if network.organisations.current().exists() else nowhere_to_import(network),
        "form": form,
        "editions": editions,
        "columns": [(scale, list(column_help(scale))) for _edition, scale in editions],
        "files": [progress_of(upload) for upload in uploads],
    }


def _edition(slug: str) -> ScaleEdition:
    return get_object_or_404(ScaleEdition.objects.defer("document"), slug=slug)
