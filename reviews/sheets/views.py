"""Views of the score sheet: page, PDF, JSON, the empty form, and the check of a PDF against the stored one.

The PDF of a signed review is always the stored file.
"""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from ipsfidelity.downloads import PDF_TYPE, send_file
from ipsfidelity.errors import StateConflict
from ipsfidelity.pdf import render_pdf
from reviews.access import SignedInRequest, may_remark, review_to_read
from reviews.components.links import Action, ActionBar, Download, Notice
from reviews.models import AccessAction, FinalRecord, Review
from reviews.records import access_log
from reviews.sheets import archive
from reviews.sheets.as_json import as_json
from reviews.sheets.blank_forms import blank_sheet_pdf
from reviews.sheets.sheet import Sheet, sheet_of
from reviews.sheets.verification import file_fingerprint, was_signed
from scales.models import ScaleEdition


class PdfForm(forms.Form):
    """The PDF to compare with the stored one."""

    pdf = forms.FileField(
        label=gettext_lazy("PDF file"),
        widget=forms.FileInput(attrs={"accept": PDF_TYPE}),
        allow_empty_file=True,
    )


@require_safe
def sheet(request: SignedInRequest, code: object) -> HttpResponse:
    """Show the score sheet; `?notes=1` adds the notes on each item."""
    review = review_to_read(request, code)
    access_log.record_reading(request.user, review, "sheet")
    context = _context(request, sheet_of(review))
    if may_remark(request.user, review):
        context |= {"remarks_url": reverse("remarks", args=[review.code])}
    context |= {"review": review, "bar": _actions(review, **context), "notices": tuple(_notices(review, **context))}
    return render(request, "sheets/sheet.html", context)


@require_safe
def sheet_pdf(request: SignedInRequest, code: object) -> HttpResponse:
    """Send the stored PDF of a signed review. For an open or imported review, render the PDF now."""
    review = review_to_read(request, code)
    access_log.record(AccessAction.PRINTED, request.user, review=review, page="sheet_pdf")
    sheet = sheet_of(review)
    pdf = archive.pdf_of(review) if review.has_stored_pdf else _rendered_pdf(request, sheet)
    return send_file(pdf, PDF_TYPE, sheet.file_name, ascii_name=sheet.plain_file_name)


@require_safe
def sheet_json(request: SignedInRequest, code: object) -> HttpResponse:
    """Send the sheet and the remarks as JSON."""
    review = review_to_read(request, code)
    access_log.record(AccessAction.EXPORTED, request.user, review=review, page="sheet_json")
    sheet = sheet_of(review)
    data = as_json(sheet) | {
        "fingerprint": sheet.fingerprint or None,
        "valid": review.is_valid,
        "imported": review.is_imported,
        "remarks": archive.remarks_of(review),
    }
    return JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 1})


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: SignedInRequest, code: object) -> HttpResponse:
    """Show whether an uploaded PDF is the stored one of a final review. The upload is not kept."""
    review = review_to_read(request, code)
    if request.method != "POST":
        access_log.record_reading(request.user, review, "verify")
    if not review.is_final:
        raise StateConflict(
            _("Only a final review has a stored PDF to compare with. This one is not final."),
            review.get_absolute_url(),
        )
    if not review.has_stored_pdf:
        raise StateConflict(
            _("This review was imported and not signed here: there is no stored PDF to compare with."),
            review.get_absolute_url(),
        )
    form = PdfForm(*(request.POST, request.FILES) if request.method == "POST" else ())
    is_stored = (
        was_signed(review.code, {file_fingerprint(form.cleaned_data["pdf"].read())}) if form.is_valid() else None
    )
    record = FinalRecord.objects.defer("pdf", "content").get(review=review)
    context = {"review": review, "form": form, "record": record, "is_stored": is_stored}
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "sheets/verify.html", context, status=status)


def _is_stored(review: Review, pdf: bytes) -> bool:
    return was_signed(review.code, {file_fingerprint(pdf)})


@require_safe
def blank(request: SignedInRequest, slug: str) -> HttpResponse:
    """Send the empty form as a PDF, to fill in by hand."""
    edition = get_object_or_404(ScaleEdition.objects.defer("document"), slug=slug)
    return send_file(blank_sheet_pdf(edition.checksum), PDF_TYPE, f"{slug}-sheet.pdf")


def _rendered_pdf(request: SignedInRequest, sheet: Sheet) -> bytes:
    return render_pdf(render_to_string("sheets/sheet_pdf.html", _context(request, sheet)))


def _actions(review: Review, *, with_notes: bool, **_others: object) -> ActionBar:
    """Return the actions of the sheet: the PDF as it is shown, and the sheet with or without notes."""
    page, pdf = reverse("sheet", args=[review.code]), reverse("sheet_pdf", args=[review.code])
    pdf_label = "PDF" if review.has_stored_pdf or not with_notes else _("PDF with notes")
    json = Download("JSON", _("Data for programs"), reverse("sheet_json", args=[review.code]))
    return ActionBar(
        (
            Action(pdf_label, f"{pdf}?notes=1" if with_notes else pdf, is_primary=True),
            Action(_("Without notes"), page) if with_notes else Action(_("With notes"), f"{page}?notes=1"),
        ),
        (json,),
    )


def _notices(review: Review, *, with_notes: bool, remarks_url: str = "", **_others: object) -> Iterator[Notice]:
    if review.is_final and not review.is_valid:
        yield Notice(
            _("This review is no longer valid: it was replaced by a correction. It stays readable as it was."),
            is_warning=True,
        )
    if remarks_url:
        here = _("Each item below has a link to remark on it.")
        there = _("With notes, each item has a link to remark on it.")
        yield Notice(here if with_notes else there, actions=(Action(_("Remarks of the service"), remarks_url),))


def _context(request: SignedInRequest, sheet: Sheet) -> dict[str, Any]:
    return {"sheet": sheet, "with_notes": request.GET.get("notes") == "1"}
