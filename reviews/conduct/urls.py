"""Addresses of planning, scoring, handing out, signing and correcting."""

from django.urls import path

from reviews.conduct import views

urlpatterns = [
    path("organisations/<uuid:code>/reviews/new/", views.new_review, name="new_review"),
    path("reviews/<uuid:code>/", views.review, name="review"),
    path("reviews/<uuid:code>/items/<int:number>/", views.item, name="item"),
    path("reviews/<uuid:code>/entry/", views.entry, name="entry"),
    path("reviews/<uuid:code>/moves/<slug:name>/", views.move, name="move"),
    path("reviews/<uuid:code>/evaluators/", views.evaluators, name="evaluators"),
    path("reviews/<uuid:code>/correct/", views.correct, name="correct"),
]
