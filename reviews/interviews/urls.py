"""Addresses of a review's interviews, and of the rule by which a network keeps their notes."""

from django.urls import path

from reviews.interviews import views

urlpatterns = [
    path("reviews/<uuid:code>/interviews/", views.interviews, name="interviews"),
    path("reviews/<uuid:code>/interviews/<uuid:interview>/", views.interview, name="interview"),
    path("reviews/<uuid:code>/interviews/<uuid:interview>/<int:step>/", views.step, name="interview_step"),
    path("reviews/<uuid:code>/interviews/<uuid:interview>/head/", views.head, name="interview_head"),
    path("reviews/<uuid:code>/interviews/<uuid:interview>/remove/", views.remove, name="interview_remove"),
    path("networks/<uuid:code>/notes/", views.notes_retention, name="notes_retention"),
]
