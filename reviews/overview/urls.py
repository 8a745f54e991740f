"""Addresses of the lists."""

from django.urls import path

from reviews.overview import views

urlpatterns = [
    path("", views.home, name="home"),
    path("organisations/", views.organisations, name="organisations"),
    path("organisations/<uuid:code>/", views.organisation, name="organisation"),
    path("reviews/", views.reviews, name="reviews"),
]
