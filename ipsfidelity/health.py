"""Is the process alive, and can it do its work? For a load balancer; says nothing else."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ipsfidelity.compiled import outdated
from reviews.records import protection


@login_not_required
@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """Answer as long as the process runs."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database answers and protects final reviews and the texts are compiled, otherwise 503."""
    if outdated():  # the files were changed under a running server, as by an upgrade that is not finished
        return HttpResponse("a catalogue is missing or outdated", status=503, content_type="text/plain")
    try:
        missing = protection.faults()
    except DatabaseError:
        return HttpResponse("the database does not answer", status=503, content_type="text/plain")
    if missing:
        return HttpResponse("final reviews are not protected", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")
