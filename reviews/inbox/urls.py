"""The URL of the inbox."""

from django.urls import path

from reviews.inbox import views

urlpatterns = [path("inbox/", views.inbox, name="inbox")]
