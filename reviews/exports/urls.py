"""URLs of exports: the page, one URL for each format, and the files that the worker makes."""

from django.urls import path

from reviews.exports import file_views, views

urlpatterns = [
    path("networks/<uuid:code>/exports/", views.exports, name="exports"),
    path("networks/<uuid:code>/exports/sheets.zip", views.sheets, name="export_sheets"),
    path("networks/<uuid:code>/exports/reviews.xlsx", views.workbook, name="export_workbook"),
    path("networks/<uuid:code>/exports/reviews.csv", views.reviews_table, name="export_reviews"),
    path("networks/<uuid:code>/exports/items.csv", views.items_table, name="export_items"),
    path("networks/<uuid:code>/exports/remarks.csv", views.remarks_table, name="export_remarks"),
    path("networks/<uuid:code>/exports/reviews.jsonl", views.lines, name="export_lines"),
    path("networks/<uuid:code>/exports/files/<uuid:file>/", file_views.export_file, name="export_file"),
    path("networks/<uuid:code>/exports/files/<uuid:file>/download/", file_views.download, name="export_file_download"),
    path("networks/<uuid:code>/exports/files/<uuid:file>/delete/", file_views.delete, name="export_file_delete"),
]
