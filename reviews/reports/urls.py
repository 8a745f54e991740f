"""URLs of the report, and of a network's year."""

from django.urls import path

from reviews.reports import views, year_views

urlpatterns = [
    path("reviews/<uuid:code>/report/", views.report, name="report"),
    path("reviews/<uuid:code>/report/text/", views.report_text, name="report_text"),
    path("reviews/<uuid:code>/report.pdf", views.report_pdf, name="report_pdf"),
    path("reviews/<uuid:code>/wall/", views.wall, name="wall"),
    path("reviews/<uuid:code>/wall.pdf", views.wall_pdf, name="wall_pdf"),
    path("reviews/<uuid:code>/report.docx", views.report_docx, name="report_docx"),
    path("networks/<uuid:code>/year/", year_views.year, name="year"),
]
