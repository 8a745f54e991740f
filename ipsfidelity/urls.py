"""URLs of the installation. Each room has its own; they are stable and in English."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from ipsfidelity import health
from ipsfidelity.body_limit import body_limit

handler400 = "ipsfidelity.failures.bad_request"
handler403 = "ipsfidelity.errors.permission_denied"
handler404 = "ipsfidelity.errors.page_not_found"
handler429 = "ipsfidelity.errors.too_many_requests"
handler500 = "ipsfidelity.failures.server_error"

# Administrators sign in on the same page as everybody else, with the same limits and second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", include("reviews.urls")),
    path("", include("scales.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/", include("allauth.socialaccount.providers.openid_connect.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("accounts/3rdparty/", include("allauth.socialaccount.urls")),
    path("accounts/sessions/", include("allauth.usersessions.urls")),
    path("admin/", admin.site.urls),
    path("body-limit", body_limit, name="body_limit"),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
]
