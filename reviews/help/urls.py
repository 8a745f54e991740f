"""The URLs of the user guide."""

from django.urls import path

from reviews.help import views

urlpatterns = [
    path("help/", views.guide, name="help"),
    path("help/keys/", views.keys, name="help_keys"),
    path("help/<slug:slug>/", views.page, name="help_page"),
]
