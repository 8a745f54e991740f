"""Views of the report and of the result for the wall: pages, PDFs, the Word file, and the form for the text."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ipsfidelity.downloads import DOCX_TYPE, PDF_TYPE, send_file
from ipsfidelity.errors import wants_json
from ipsfidelity.privacy import warning_about
from reviews import autosave
from reviews.access import SignedInRequest, result_to_show, review_to_read, review_to_save
from reviews.components.links import Action, ActionBar, Download
from reviews.models import AccessAction, ReportText, Review
from reviews.records import access_log
from reviews.records.writing import Stale
from reviews.reports import printing, text_saving
from reviews.reports.forms import ReportTextForm
from reviews.reports.near_misses import largest_gain_of, near_misses_of
from reviews.reports.report import Report, report_of
from reviews.reports.wall import wall_of
from reviews.sheets.sheet import sheet_of
from reviews.wording import Progress, saved_words


@require_safe
def report(request: SignedInRequest, code: object) -> HttpResponse:
    """Show the whole report on one page."""
    review = review_to_read(request, code)
    access_log.record_reading(request.user, review, "report")
    context = {"review": review, "report": report_of(review), "bar": _actions(review)}
    # A link on the page only: the printed report is read where addresses lead nowhere.
    context["all_reviews"] = f"{reverse('reviews')}?organisation={review.organisation.current.code}"
    return render(request, "reports/report.html", context)


@require_safe
def report_pdf(request: SignedInRequest, code: object) -> HttpResponse:
    """Send the report as a PDF, as it is now: the action plan changes after signing."""
    review = review_to_read(request, code)
    access_log.record(AccessAction.PRINTED, request.user, review=review, page="report_pdf")
    report = report_of(review)
    return _send_report(printing.as_pdf(report), PDF_TYPE, report, "pdf")


@require_safe
def report_docx(request: SignedInRequest, code: object) -> HttpResponse:
    """Send the report as a Word file, for editing. It names the signed review that it comes from."""
    # python-docx is slow to import, so it is imported when the first Word file is requested.
    from reviews.reports.docx import as_docx

    review = review_to_read(request, code)
    access_log.record(AccessAction.EXPORTED, request.user, review=review, page="report_docx")
    report = report_of(review)
    return _send_report(as_docx(report), DOCX_TYPE, report, "docx")


@require_safe
def wall(request: SignedInRequest, code: object) -> HttpResponse:
    """Show the result for the wall."""
    review = result_to_show(request, code)
    access_log.record_reading(request.user, review, "wall")
    return render(request, "reports/wall.html", {"review": review, "wall": wall_of(review)})


@require_safe
def wall_pdf(request: SignedInRequest, code: object) -> HttpResponse:
    """Send the result for the wall as a PDF of one page. It is rendered now, because the action plan changes."""
    review = result_to_show(request, code)
    access_log.record(AccessAction.PRINTED, request.user, review=review, page="wall_pdf")
    wall = wall_of(review)
    return send_file(printing.wall_as_pdf(wall), PDF_TYPE, wall.file_name)


@require_http_methods(["GET", "HEAD", "POST"])
def report_text(request: SignedInRequest, code: object) -> HttpResponse:
    """Edit summary and strengths. The page also lists the items that narrowly miss a better anchor."""
    review = review_to_save(request, code)
    stored = ReportText.objects.select_related("saved_by").get(review=review)
    if request.method != "POST":
        text_saving.must_be_open(review)
        access_log.record_reading(request.user, review, "report_text")
        return _render_text(request, review, ReportTextForm(initial=text_saving.fields_of(stored)), stored)
    form = ReportTextForm(request.POST)
    if not form.is_valid():
        text_saving.must_be_open(review)
        return autosave.invalid(form) if wants_json(request) else _render_text(request, review, form, stored, 422)
    form.check_author(request.user)
    return _save(request, review, form)


def _actions(review: Review) -> ActionBar:
    """Return the actions of the report: writing its text as long as that is open, else saving it."""
    pdf, docx, text = (reverse(name, args=[review.code]) for name in ("report_pdf", "report_docx", "report_text"))
    if review.takes_part and text_saving.is_open(review):
        downloads = (Download("PDF", _("Report"), pdf), Download("Word", _("Report to write on in"), docx))
        return ActionBar((Action(_("Write the text"), text, is_primary=True),), downloads)
    return ActionBar((Action(_("Download as PDF"), pdf, is_primary=True), Action("Word", docx)))


def _save(request: SignedInRequest, review: Review, form: ReportTextForm) -> HttpResponse:
    fields = form.fields_to_save()
    if request.POST.get("go") == "keep":
        return redirect(request.path)
    try:
        version = text_saving.save_text(
            review=review,
            by=request.user,
            change=form.change_id(),
            based_on=form.cleaned_data["version"],
            fields=fields,
        )
    except Stale as stale:
        if wants_json(request):
            return autosave.conflict(request, stale.stored.saved_by)
        return _render_text(request, review, form, stale.stored, 409)
    if wants_json(request):
        warning = warning_about(" ".join(fields.values()))
        return autosave.saved({"version": version}, _progress(review), warning)
    return redirect(request.path) if request.POST.get("go") == "stay" else redirect("report", code=review.code)


def _progress(review: Review) -> Progress:
    return Progress.of(sheet_of(review).result)


def _render_text(
    request: SignedInRequest, review: Review, form: ReportTextForm, stored: ReportText, status: int = 200
) -> HttpResponse:
    sheet = sheet_of(review)
    near_misses = near_misses_of(review, sheet)
    context = {
        "review": review,
        "form": form,
        "stored": stored,
        "behind": status == 409,  # noqa: PLR2004
        "version": str(stored.version if status in (200, 409) else form.data.get("version", "")),
        "saved": saved_words(stored.saved_at) if stored.saved_at else "",
        "progress": Progress.of(sheet.result),
        "near_misses": near_misses,
        "largest_gain": largest_gain_of(near_misses),
        "scored": sheet.result.scored,
    }
    return render(request, "reports/text.html", context | autosave.new_page_fields(request), status=status)


def _send_report(content: bytes, content_type: str, report: Report, extension: str) -> HttpResponse:
    name = f"{report.sheet.organisation} {report.sheet.visit_start:%Y-%m-%d} {_('report')}.{extension}"
    return send_file(content, content_type, name)
