"""How large the body of a request may be, decided before it is read.

Forms are small. A view that accepts files says who may send them (`accepts_files_from`); settings.LARGER_BODIES says
how large they may be. Everybody else has the limit of a form. A proxy that collects bodies before the program sees them
asks `body_limit` first (deploy/nginx.conf).
"""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.views.decorators.http import require_safe

from ipsfidelity.errors import refuse

MaySend = Callable[..., bool]  # is given the request and the arguments in the URL


def accepts_files_from(may_send: MaySend) -> Callable[[Callable], Callable]:
    """Mark a view whose requests may be larger if `may_send` says so. Its URL is one of settings.LARGER_BODIES."""

    def marked(view: Callable) -> Callable:
        view.may_send_files = may_send  # type: ignore[attr-defined]
        return view

    return marked


def limit_for(request: HttpRequest, path: str) -> int:
    """Return the largest body in bytes that the person of a request may send to a path."""
    try:
        match = resolve(path)
    except Resolver404:
        return settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    may_send: MaySend | None = getattr(match.func, "may_send_files", None)
    if may_send is None or not request.user.is_authenticated or not may_send(request, *match.args, **match.kwargs):
        return settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return settings.LARGER_BODIES[match.view_name]


def _is_too_large(request: HttpRequest, path: str, length: str) -> bool:
    """Return whether a body is too large. The URL is only resolved for large bodies, which are rare."""
    size = int(length) if length.isascii() and length.isdigit() else 0
    return size > settings.DATA_UPLOAD_MAX_MEMORY_SIZE and size > limit_for(request, path)


class BodyLimit:
    """Reject a request body that is too large (413) or of unknown length (411) before it is read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "chunked" in request.headers.get("Transfer-Encoding", "").lower():
            return refuse(request, 411)
        if _is_too_large(request, request.path_info, request.headers.get("Content-Length") or "0"):
            return refuse(request, 413)
        return self.get_response(request)


@login_not_required
@require_safe
def body_limit(request: HttpRequest) -> HttpResponse:
    """Tell a proxy whether a request may have its body: 204, or 403. It sends the path and the length as headers."""
    path = request.headers.get("X-Body-Path", "").partition("?")[0]
    too_large = _is_too_large(request, path, request.headers.get("X-Body-Length", "0"))
    return HttpResponse(status=403 if too_large else 204)
