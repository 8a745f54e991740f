"""URLs of a review's interviews, and of the retention of notes in a network."""

from django.urls import path

from reviews.interviews import note_views, quick_note_views, views

urlpatterns = [
    path("reviews/<uuid:code>/interviews/", views.interviews, name="interviews"),
    path("reviews/<uuid:code>/interviews/<uuid:interview_code>/", views.interview, name="interview"),
    path("reviews/<uuid:code>/interviews/<uuid:interview_code>/<int:step>/", note_views.step, name="interview_step"),
    path("reviews/<uuid:code>/interviews/<uuid:interview_code>/head/", views.details, name="interview_head"),
    path("reviews/<uuid:code>/interviews/<uuid:interview_code>/remove/", views.remove, name="interview_remove"),
    path("reviews/<uuid:code>/quick-notes/", quick_note_views.quick_notes, name="quick_notes"),
    path("reviews/<uuid:code>/quick-notes/sort/", quick_note_views.sort, name="quick_notes_sort"),
    path("networks/<uuid:code>/notes/", views.notes_retention, name="notes_retention"),
]
