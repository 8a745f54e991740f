"""Responses with files: content type and file name. PDFs open in the browser, all other files are saved."""

from collections.abc import Iterable
from urllib.parse import quote

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

CSV_TYPE = "text/csv; charset=utf-8"
DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
JSON_TYPE = "application/json"
JSON_LINES_TYPE = "application/jsonl"
PDF_TYPE = "application/pdf"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ZIP_TYPE = "application/zip"


def send_file(content: bytes, content_type: str, name: str, *, ascii_name: str = "") -> HttpResponse:
    """Return a response with a file. `ascii_name` is for programs that cannot read a non-ASCII `name` (RFC 6266)."""
    return HttpResponse(content, content_type=content_type, headers=_headers(content_type, name, ascii_name))


def stream_file(pieces: Iterable[bytes], content_type: str, name: str) -> StreamingHttpResponse:
    """Return a response with a file that is produced while it is sent."""
    return StreamingHttpResponse(pieces, content_type=content_type, headers=_headers(content_type, name))


def _headers(content_type: str, name: str, ascii_name: str = "") -> dict[str, str]:
    disposition = content_disposition_header(as_attachment=content_type != PDF_TYPE, filename=ascii_name or name) or ""
    if ascii_name:
        disposition += f"; filename*=UTF-8''{quote(name, safe='')}"
    return {"Content-Disposition": disposition}
