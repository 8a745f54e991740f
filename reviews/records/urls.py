"""URLs of a review's history and access log."""

from django.urls import path

from reviews.records import views

urlpatterns = [
    path("reviews/<uuid:code>/history/", views.history, name="history"),
    path("reviews/<uuid:code>/access/", views.access, name="access"),
    path("reviews/<uuid:code>/access.csv", views.access_csv, name="access_csv"),
    path("reviews/<uuid:code>/access.xlsx", views.access_xlsx, name="access_xlsx"),
]
