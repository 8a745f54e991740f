"""URLs of imports."""

from django.urls import path

from reviews.imports import views

urlpatterns = [
    path("networks/<uuid:code>/imports/", views.imports, name="imports"),
    path("networks/<uuid:code>/imports/<slug:slug>.xlsx", views.template_as_xlsx, name="import_template_xlsx"),
    path("networks/<uuid:code>/imports/<slug:slug>.csv", views.template_as_csv, name="import_template_csv"),
    path("networks/<uuid:code>/imports/<uuid:upload>/", views.preview, name="import_preview"),
    path("networks/<uuid:code>/imports/<uuid:upload>/columns/", views.columns, name="import_columns"),
    path("networks/<uuid:code>/imports/<uuid:upload>/faults.csv", views.faults, name="import_faults"),
    path("networks/<uuid:code>/imports/<uuid:upload>/withdraw/", views.withdraw, name="withdraw_import"),
]
