"""The addresses of the program, and an empty view: the least that a signed-in page can cost."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"<p>{request.user}</p>")


urlpatterns = [path("bench/empty/", empty), path("", include("ipsfidelity.urls"))]
