"""Is the process alive, and can it do its work? For a load balancer; says nothing else."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from reviews.records import protection


@login_not_required
@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """Answer as long as the process runs."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database answers and protects final reviews, 503 when it does not."""
    try:
        missing = protection.faults()
    except DatabaseError:
        return HttpResponse("the database does not answer", status=503, content_type="text/plain")
    if missing:
        return HttpResponse("final reviews are not protected", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")
