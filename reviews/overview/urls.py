"""URLs of the lists, the overview and the comparisons."""

from django.urls import path

from reviews.overview import views

urlpatterns = [
    path("", views.home, name="home"),
    path("organisations/", views.organisations, name="organisations"),
    path("organisations/<uuid:code>/", views.organisation, name="organisation"),
    path("organisations/<uuid:code>/compare/", views.compare, name="compare"),
    path("reviews/", views.reviews, name="reviews"),
    path("overview/", views.overview, name="overview"),
    path("overview/items/", views.heat_map, name="heat_map"),
    path("overview/benchmarks/", views.benchmarks, name="benchmarks"),
]
