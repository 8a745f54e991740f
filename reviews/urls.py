"""URLs of the app, one include for each package."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from reviews.components.style_page import style

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("reviews.overview.urls")),
    path("", include("reviews.conduct.urls")),
    path("", include("reviews.consensus.urls")),
    path("", include("reviews.interviews.urls")),
    path("", include("reviews.sheets.urls")),
    path("", include("reviews.reports.urls")),
    path("", include("reviews.actionplan.urls")),
    path("", include("reviews.records.urls")),
    path("", include("reviews.people.urls")),
    path("", include("reviews.queue.urls")),
    path("", include("reviews.factcheck.urls")),
    path("", include("reviews.schedule.urls")),
    path("", include("reviews.exports.urls")),
    path("", include("reviews.imports.urls")),
    path("", include("reviews.inbox.urls")),
    path("", include("reviews.search.urls")),
    path("", include("reviews.help.urls")),
    path("", include("reviews.maintenance.urls")),
    path("", include("reviews.statements.urls")),
]

if settings.DEBUG:
    urlpatterns += [path("style/", style, name="style")]
