"""Is the process alive, and can it do its work? For a load balancer; says nothing else.

Apps register what they need in `AppConfig.ready`.
"""

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ipsfidelity.compiled import outdated

Check = Callable[[], str]
_checks: list[Check] = []


def register(check: Check) -> None:
    """Add a check to /readyz. It returns "", or in a few words why no work can be done. It may query the database."""
    _checks.append(check)


@login_not_required
@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """Answer as long as the process runs."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the texts are compiled, the database answers and every check passes, otherwise 503."""
    if outdated():  # the files were changed under a running server, as by an upgrade that is not finished
        return HttpResponse("a catalogue is missing or outdated", status=503, content_type="text/plain")
    try:
        fault = next(filter(None, (check() for check in _checks)), "")
    except DatabaseError:
        fault = "the database does not answer"
    if fault:
        return HttpResponse(fault, status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")
