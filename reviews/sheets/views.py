"""The score sheet for reading, printing and programs."""

from urllib.parse import quote

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from reviews.access import SignedInRequest, review_to_read
from reviews.sheets.as_json import as_json
from reviews.sheets.sheet import Sheet, sheet_of


@require_safe
def sheet(request: SignedInRequest, code: object) -> HttpResponse:
    review = review_to_read(request, code)
    return render(request, "sheets/sheet.html", {"review": review} | _context(request, sheet_of(review)))


@require_safe
def sheet_pdf(request: SignedInRequest, code: object) -> HttpResponse:
    # Loading the PDF library takes most of a second: not before somebody asks for a PDF.
    from reviews.sheets.pdf import render_pdf

    sheet = sheet_of(review_to_read(request, code))
    pdf = render_pdf(render_to_string("sheets/sheet_pdf.html", _context(request, sheet)))
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = _disposition(sheet)
    return response


@require_safe
def sheet_json(request: SignedInRequest, code: object) -> HttpResponse:
    sheet = sheet_of(review_to_read(request, code))
    return JsonResponse(as_json(sheet), json_dumps_params={"ensure_ascii": False, "indent": 1})


def _context(request: SignedInRequest, sheet: Sheet) -> dict[str, object]:
    return {"sheet": sheet, "with_notes": request.GET.get("notes") == "1"}


def _disposition(sheet: Sheet) -> str:
    """Name the file twice: in ASCII for old programs, and as it is written (RFC 6266)."""
    return f"inline; filename=\"{sheet.plain_file_name}\"; filename*=UTF-8''{quote(sheet.file_name, safe='')}"
