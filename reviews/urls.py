"""Addresses of the reviews, room by room."""

from django.urls import include, path

urlpatterns = [
    path("", include("reviews.overview.urls")),
    path("", include("reviews.conduct.urls")),
    path("", include("reviews.consensus.urls")),
    path("", include("reviews.interviews.urls")),
    path("", include("reviews.sheets.urls")),
    path("", include("reviews.reports.urls")),
    path("", include("reviews.followup.urls")),
    path("", include("reviews.records.urls")),
    path("", include("reviews.people.urls")),
    path("", include("reviews.factcheck.urls")),
    path("", include("reviews.dates.urls")),
    path("", include("reviews.exchange.export_urls")),
    path("", include("reviews.exchange.import_urls")),
]
