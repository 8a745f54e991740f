"""The URLs of the statements, which others link to: they stay as they are."""

from django.urls import path

from reviews.statements import views

urlpatterns = [
    path("accessibility/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
]
