"""URL of the page about the data of the installation."""

from django.urls import path

from reviews.maintenance import views

urlpatterns = [path("installation/data/", views.data_care, name="data_care")]
