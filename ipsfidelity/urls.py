"""The installation's addresses: each room brings its own; stable and in English."""

from django.contrib import admin
from django.urls import include, path

from ipsfidelity import health

handler400 = "ipsfidelity.errors.bad_request"
handler403 = "ipsfidelity.errors.permission_denied"
handler404 = "ipsfidelity.errors.page_not_found"
handler500 = "ipsfidelity.errors.server_error"

urlpatterns = [
    path("", include("reviews.urls")),
    path("", include("scales.urls")),
    path("accounts/", include("reviews.people.urls")),
    path("admin/", admin.site.urls),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
]
