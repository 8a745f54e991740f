"""Addresses of the instruments."""

from django.urls import path

from scales import views

urlpatterns = [
    path("scales/", views.instruments, name="instruments"),
    path("scales/<slug:slug>/", views.scale, name="scale"),
    path("guides/<slug:slug>/", views.guide, name="guide"),
]
