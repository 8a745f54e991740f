"""The addresses of the program and two baselines: the least that a signed-in page and a save can cost."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path

from reviews.models import Network


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"<p>{request.user}</p>")


def save(request: HttpRequest) -> HttpResponse:
    """Write two rows in a transaction and answer briefly, as every save has to."""
    with transaction.atomic():
        Network.objects.filter(name="Nordfjella").update(name="Nordfjella")
        Network.objects.filter(name="Lyngheim").update(name="Lyngheim")
    return JsonResponse({"saved": str(request.user), "value": request.POST["value"]})


urlpatterns = [path("bench/empty/", empty), path("bench/save/", save), path("", include("ipsfidelity.urls"))]
