"""URLs of the lists, the overview and the comparisons."""

from django.urls import path

from reviews.overview import join_views, views

urlpatterns = [
    path("", views.home, name="home"),
    path("organisations/", views.organisations, name="organisations"),
    path("organisations/<uuid:code>/", views.organisation, name="organisation"),
    path("organisations/<uuid:code>/compare/", views.compare, name="compare"),
    path("organisations/<uuid:code>/join/", join_views.join, name="join"),
    path("organisations/<uuid:code>/join/<uuid:other>/", join_views.join_with, name="join_with"),
    path("organisations/<uuid:code>/joined/<uuid:joined>/separate/", join_views.separate, name="separate"),
    path("reviews/", views.reviews, name="reviews"),
    path("overview/", views.overview, name="overview"),
    path("overview/items/", views.heat_map, name="heat_map"),
    path("overview/benchmarks/", views.benchmarks, name="benchmarks"),
]
