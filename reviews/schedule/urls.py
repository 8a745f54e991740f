"""URLs of timelines, preparations, the next review, and a person's own due dates."""

from django.urls import path

from reviews.schedule import due_dates_views, next_review_views, views

urlpatterns = [
    path("dates/", due_dates_views.dates, name="dates"),
    path("dates/calendar/", due_dates_views.make_calendar, name="make_calendar"),
    path("dates/calendar/revoke/", due_dates_views.revoke_calendar, name="revoke_calendar"),
    path("calendar/<str:secret>.ics", due_dates_views.calendar_feed, name="calendar_feed"),
    path("networks/<uuid:code>/timeline/", views.timeline, name="timeline"),
    path("networks/<uuid:code>/timeline/proposal/", views.timeline_proposal, name="timeline_proposal"),
    path("networks/<uuid:code>/timeline/<int:step>/", views.timeline_step, name="timeline_step"),
    path("networks/<uuid:code>/rhythm/", next_review_views.rhythm, name="rhythm"),
    path("reviews/<uuid:code>/due/", next_review_views.due, name="due"),
    path("reviews/<uuid:code>/preparation/", views.preparation, name="preparation"),
    path("reviews/<uuid:code>/preparation/lay-out/", views.lay_out, name="lay_out"),
    path("reviews/<uuid:code>/preparation/<int:step>/", views.preparation_step, name="preparation_step"),
    path("reviews/<uuid:code>/preparation/<int:step>/tick/", views.tick, name="tick"),
]
