"""URLs of the instruments."""

from django.urls import path

from scales import views

urlpatterns = [
    path("scales/", views.instruments, name="instruments"),
    path("scales/<slug:slug>/", views.scale, name="scale"),
    path("scales/<slug:slug>/blank.pdf", views.blank_scale, name="blank_scale"),
    path("guides/<slug:slug>/", views.guide, name="guide"),
    path("guides/<slug:slug>/blank.pdf", views.blank_guide, name="blank_guide"),
]
