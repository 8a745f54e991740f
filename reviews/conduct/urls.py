"""Addresses of planning, scoring and finalising."""

from django.urls import path

from reviews.conduct import views

urlpatterns = [
    path("organisations/<uuid:code>/reviews/new/", views.new_review, name="new_review"),
    path("reviews/<uuid:code>/", views.review, name="review"),
    path("reviews/<uuid:code>/items/<int:number>/", views.item, name="item"),
    path("reviews/<uuid:code>/entry/", views.entry, name="entry"),
    path("reviews/<uuid:code>/finalise/", views.finalise_review, name="finalise"),
]
