"""The program's addresses, and the floors: what any signed-in page and any save must cost."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path

from reviews.models import Network


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"<p>{request.user}</p>")


def save(request: HttpRequest) -> HttpResponse:
    """Two writes in a transaction and a small answer: what no save can do without."""
    with transaction.atomic():
        Network.objects.filter(name="Nordfjella").update(name="Nordfjella")
        Network.objects.filter(name="Lyngheim").update(name="Lyngheim")
    return JsonResponse({"saved": str(request.user), "value": request.POST["value"]})


urlpatterns = [path("bench/empty/", empty), path("bench/save/", save), path("", include("ipsfidelity.urls"))]
