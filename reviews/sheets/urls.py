"""URLs of the score sheet."""

from django.urls import path

from reviews.sheets import public_check, views

urlpatterns = [
    path("reviews/<uuid:code>/sheet/", views.sheet, name="sheet"),
    path("reviews/<uuid:code>/sheet.pdf", views.sheet_pdf, name="sheet_pdf"),
    path("reviews/<uuid:code>/verify/", views.verify, name="verify"),
    path("verify/<uuid:code>/", public_check.check_signed, name="check_signed"),
    path("scales/<slug:slug>/sheet.pdf", views.blank, name="blank_sheet"),
    path("reviews/<uuid:code>/sheet.json", views.sheet_json, name="sheet_json"),
]
