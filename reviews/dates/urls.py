"""Addresses of timelines, preparations, and of a person's own dates."""

from django.urls import path

from reviews.dates import mine, views

urlpatterns = [
    path("dates/", mine.dates, name="dates"),
    path("dates/calendar/", mine.make_calendar, name="make_calendar"),
    path("dates/calendar/revoke/", mine.revoke_calendar, name="revoke_calendar"),
    path("calendar/<str:secret>.ics", mine.calendar_feed, name="calendar_feed"),
    path("networks/<uuid:code>/timeline/", views.timeline, name="timeline"),
    path("networks/<uuid:code>/timeline/proposal/", views.timeline_proposal, name="timeline_proposal"),
    path("networks/<uuid:code>/timeline/<int:step>/", views.timeline_step, name="timeline_step"),
    path("reviews/<uuid:code>/preparation/", views.preparation, name="preparation"),
    path("reviews/<uuid:code>/preparation/lay-out/", views.lay_out, name="lay_out"),
    path("reviews/<uuid:code>/preparation/<int:step>/", views.preparation_step, name="preparation_step"),
    path("reviews/<uuid:code>/preparation/<int:step>/tick/", views.tick, name="tick"),
]
