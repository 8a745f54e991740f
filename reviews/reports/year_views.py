"""The page on which a coordinator downloads a network's year as a Word file.

The file is an export: it comes by POST, and its record is written first.
"""

from datetime import date

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ipsfidelity.downloads import DOCX_TYPE, send_file
from ipsfidelity.form_page import form_page, posted
from reviews.access import SignedInRequest, network_to_oversee
from reviews.components.network_tabs import network_tabs
from reviews.exports.selection import Selection
from reviews.exports.services import NothingToExport, begin_export
from reviews.models import Export
from reviews.reports.forms import YearForm
from reviews.reports.year import year_report


@require_http_methods(["GET", "HEAD", "POST"])
def year(request: SignedInRequest, code: object) -> HttpResponse:
    """Show the years that have reviews; for a POST, record the export of one and send its file."""
    network = network_to_oversee(request, code)
    form = YearForm(network, posted(request))
    if form.is_valid():
        year = form.cleaned_data["year"]
        selection = Selection(network, since=date(year, 1, 1), until=date(year, 12, 31))
        try:
            export = begin_export(selection=selection, by=request.user, form=Export.Form.DOCX)
        except NothingToExport as refused:
            form.add_error("year", refused.sentence)
        else:
            # As for the report (views.py), python-docx is imported when the first Word file is requested.
            from reviews.reports.docx_year import year_as_docx

            name = f"{network} {year} {_('the network’s year')}.docx"
            return send_file(year_as_docx(year_report(network, year, export.keys)), DOCX_TYPE, name)
    tabs = network_tabs(network, request.user, "year")
    return form_page(request, "reports/year.html", form, {"network": network, "tabs": tabs})
