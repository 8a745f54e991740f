"""Addresses of what is taken out: one page, one address for each format."""

from django.urls import path

from reviews.exchange import exports

urlpatterns = [
    path("networks/<uuid:code>/exports/", exports.exports, name="exports"),
    path("networks/<uuid:code>/exports/sheets.zip", exports.sheets, name="export_sheets"),
    path("networks/<uuid:code>/exports/reviews.xlsx", exports.workbook, name="export_workbook"),
    path("networks/<uuid:code>/exports/reviews.csv", exports.reviews_table, name="export_reviews"),
    path("networks/<uuid:code>/exports/items.csv", exports.items_table, name="export_items"),
    path("networks/<uuid:code>/exports/remarks.csv", exports.remarks_table, name="export_remarks"),
    path("networks/<uuid:code>/exports/reviews.jsonl", exports.lines, name="export_lines"),
]
