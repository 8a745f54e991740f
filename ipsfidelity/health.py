"""Health checks for a load balancer: liveness and readiness. The responses disclose nothing else.

Apps register their own checks in `AppConfig.ready`.
"""

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ipsfidelity.compiled import outdated_languages

Check = Callable[[], str]
_checks: list[Check] = []


def register(check: Check) -> None:
    """Add a check to /readyz. It returns "" or the reason why the app cannot work. It may query the database."""
    _checks.append(check)


@login_not_required
@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """Return 200 as long as the process runs."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Return 200 if the catalogues are compiled, the database responds and all checks pass, otherwise 503."""
    if outdated_languages():  # files can change under a running server, for example during an upgrade
        return HttpResponse("a catalogue is missing or outdated", status=503, content_type="text/plain")
    try:
        fault = next(filter(None, (check() for check in _checks)), "")
    except DatabaseError:
        fault = "the database does not answer"
    if fault:
        return HttpResponse(fault, status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")
