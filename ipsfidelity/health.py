"""What machines ask about the program: liveness, readiness, and the metrics, which need a token.

Readiness also tells when maintenance tasks succeeded last, and nothing else.

Apps register their own checks in `AppConfig.ready`.
"""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe

from ipsfidelity.compiled import outdated_languages

Check = Callable[[], str]
Information = Callable[[], list[str]]
_checks: list[Check] = []
_informations: list[Information] = []


def register(check: Check) -> None:
    """Add a check to /readyz. It returns "" or the reason why the app cannot work. It may query the database."""
    _checks.append(check)


def register_information(information: Information) -> None:
    """Add lines to the answer of /readyz that never make it 503. The function may query the database."""
    _informations.append(information)


@login_not_required
@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """Return 200 as long as the process runs."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Return 200 if the catalogues are compiled, the database responds and all checks pass, otherwise 503.

    The first line is "ok" or the fault. After "ok" come lines of information; a warning among them, such as a late
    backup, does not make the program unavailable.
    """
    if outdated_languages():  # files can change under a running server, for example during an upgrade
        return HttpResponse("a catalogue is missing or outdated", status=503, content_type="text/plain")
    try:
        fault = next(filter(None, (check() for check in _checks)), "")
        lines = [] if fault else [line for information in _informations for line in information()]
    except DatabaseError:
        fault = "the database does not answer"
    if fault:
        return HttpResponse(fault, status=503, content_type="text/plain")
    return HttpResponse("\n".join(("ok", *lines)), content_type="text/plain")


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Return the metrics to a client that sends METRICS_TOKEN: 404 if none is set, 403 for another one."""
    if not settings.METRICS_TOKEN:
        raise Http404
    if not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}"):
        raise PermissionDenied
    from ipsfidelity.metrics import exposition  # loads a library that no other page needs

    return HttpResponse(exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")
