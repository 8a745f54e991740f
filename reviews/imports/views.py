"""Import past reviews: how the file looks, what was understood of it, and the button that makes reviews of it."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ipsfidelity.downloads import CSV_TYPE, XLSX_TYPE, send_file
from reviews.access import SignedInRequest, network_to_oversee, upload_to_import
from reviews.imports.forms import UploadForm
from reviews.imports.preview import faults_csv, preview_of
from reviews.imports.services import Faulty, import_reviews
from reviews.imports.tables import Unreadable
from reviews.imports.template import explained, template_csv, template_xlsx
from reviews.imports.uploads import store_upload, withdraw_upload
from reviews.models import Network, Upload
from reviews.models.imports import KEPT
from scales.models import ScaleEdition


@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: SignedInRequest, code: object) -> HttpResponse:
    """Say how a file of past reviews looks, and take one."""
    network = network_to_oversee(request, code)
    form = UploadForm(*(request.POST, request.FILES) if request.method == "POST" else ())
    if form.is_valid():
        given = form.cleaned_data
        try:
            kept = store_upload(
                network=network,
                by=request.user,
                edition=given["edition"],
                file_name=form.file_name(),
                data=given["file"].read(),
            )
        except Unreadable as unreadable:
            form.refuse(unreadable)
        else:
            return redirect("import_preview", code=network.code, upload=kept.code)
    return render(request, "imports/imports.html", _page(network, form), status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: SignedInRequest, code: object, upload: object) -> HttpResponse:
    """Show what was understood of a file and all that is wrong with it; then import it whole."""
    found = upload_to_import(request, code, upload)
    status = HTTPStatus.OK
    if request.method == "POST":
        try:
            count = import_reviews(upload=found, by=request.user)
        except Faulty:
            status = HTTPStatus.UNPROCESSABLE_ENTITY
        else:
            messages.success(request, _imported_words(count))
            return redirect("reviews")
    page = preview_of(found)
    if status != HTTPStatus.OK and page.only_meanwhile:
        status = HTTPStatus.CONFLICT
    return render(request, "imports/import_preview.html", {"network": found.network, "page": page}, status=status)


@require_safe
def faults(request: SignedInRequest, code: object, upload: object) -> HttpResponse:
    """Send all that is wrong with a file as a table."""
    found = upload_to_import(request, code, upload)
    return send_file(faults_csv(found), CSV_TYPE, "import-faults.csv")


@require_POST
def withdraw(request: SignedInRequest, code: object, upload: object) -> HttpResponse:
    """Forget a file without importing it."""
    found = upload_to_import(request, code, upload)
    withdraw_upload(upload=found)
    messages.success(request, _("The file was withdrawn. Nothing of it was kept."))
    return redirect("imports", code=found.network.code)


@require_safe
def template_as_xlsx(request: SignedInRequest, code: object, slug: str) -> HttpResponse:
    network_to_oversee(request, code)
    return send_file(template_xlsx(_edition(slug).scale), XLSX_TYPE, f"import-{slug}.xlsx")


@require_safe
def template_as_csv(request: SignedInRequest, code: object, slug: str) -> HttpResponse:
    network_to_oversee(request, code)
    return send_file(template_csv(_edition(slug).scale), CSV_TYPE, f"import-{slug}.csv")


def _page(network: Network, form: UploadForm) -> dict[str, object]:
    editions = [(edition, edition.scale) for edition in ScaleEdition.objects.defer("document")]
    return {
        "network": network,
        "form": form,
        "editions": editions,
        "columns": [(scale, list(explained(scale))) for _edition, scale in editions],
        "waiting": Upload.objects.filter(network=network, at__gt=timezone.now() - KEPT)
        .defer("rows")
        .select_related("by"),
    }


def _imported_words(count: int) -> str:
    numbers = {"count": str(count)}
    return ngettext("%(count)s review was imported.", "%(count)s reviews were imported.", count) % numbers


def _edition(slug: str) -> ScaleEdition:
    return get_object_or_404(ScaleEdition.objects.defer("document"), slug=slug)
