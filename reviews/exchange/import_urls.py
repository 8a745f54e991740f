"""Addresses on which past reviews come in."""

from django.urls import path

from reviews.exchange import imports

urlpatterns = [
    path("networks/<uuid:code>/imports/", imports.imports, name="imports"),
    path("networks/<uuid:code>/imports/<slug:slug>.xlsx", imports.template_as_xlsx, name="import_template_xlsx"),
    path("networks/<uuid:code>/imports/<slug:slug>.csv", imports.template_as_csv, name="import_template_csv"),
    path("networks/<uuid:code>/imports/<uuid:upload>/", imports.preview, name="import_preview"),
    path("networks/<uuid:code>/imports/<uuid:upload>/faults.csv", imports.faults, name="import_faults"),
    path("networks/<uuid:code>/imports/<uuid:upload>/withdraw/", imports.withdraw, name="withdraw_import"),
]
