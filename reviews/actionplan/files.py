"""Downloads of the action plan: tagged PDF, CSV, XLSX. Views; every download is recorded in the access log."""

from collections.abc import Iterator
from datetime import date

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ipsfidelity.downloads import CSV_TYPE, PDF_TYPE, XLSX_TYPE, send_file
from ipsfidelity.pdf import render_pdf
from ipsfidelity.tables import as_csv, as_xlsx
from reviews.access import SignedInRequest, plan_to_read
from reviews.actionplan.plan import PlanAction, carried_over, plan_of
from reviews.models import AccessAction, Review
from reviews.records import access_log


@require_safe
def plan_pdf(request: SignedInRequest, code: object) -> HttpResponse:
    """Return the plan and the open actions of earlier plans as a PDF."""
    review = plan_to_read(request, code)
    access_log.record(AccessAction.PRINTED, request.user, review=review, page="plan_pdf")
    context = {"review": review, "plan": plan_of(review), "carried_over": carried_over(review)}
    pdf = render_pdf(render_to_string("actionplan/plan_pdf.html", context))
    return _file(pdf, PDF_TYPE, review, "pdf")


@require_safe
def plan_csv(request: SignedInRequest, code: object) -> HttpResponse:
    """Return the same actions as CSV, one row each."""
    review = plan_to_read(request, code)
    access_log.record(AccessAction.EXPORTED, request.user, review=review, page="plan_csv")
    return _file(as_csv(_column_names(), _rows(review)), CSV_TYPE, review, "csv")


@require_safe
def plan_xlsx(request: SignedInRequest, code: object) -> HttpResponse:
    """Return the same rows as a spreadsheet."""
    review = plan_to_read(request, code)
    access_log.record(AccessAction.EXPORTED, request.user, review=review, page="plan_xlsx")
    return _file(as_xlsx(_column_names(), _rows(review)), XLSX_TYPE, review, "xlsx")


def _column_names() -> list[str]:
    return [_("No."), _("Item"), _("What"), _("Who"), _("By when"), _("State"), _("Overdue"), _("Notes"), _("Visit")]


def _rows(review: Review) -> Iterator[list[str | int]]:
    """Yield a row for each action of the plan, then for each open action of earlier plans."""
    for action in plan_of(review).actions:
        yield _row(action, review.visit_start)
    for carried in carried_over(review):
        yield _row(carried.action, carried.visit_on)


def _row(action: PlanAction, visit: date) -> list[str | int]:
    """Return an action as a row. Dates are in ISO format; each note is a line of its cell."""
    return [
        int(action.number) if action.number else "",
        action.title or _("The whole service"),
        action.what,
        action.who,
        action.due_on.isoformat() if action.due_on else "",
        action.state_label,
        _("yes") if action.is_overdue else "",
        "\n".join(f"{note.day.isoformat()} {note.by}: {note.text}" for note in action.notes),
        visit.isoformat(),
    ]


def _file(data: bytes, content_type: str, review: Review, extension: str) -> HttpResponse:
    name = _("%(organisation)s %(date)s action plan") % {
        "organisation": review.organisation,
        "date": review.visit_start.isoformat(),
    }
    return send_file(data, content_type, f"{name}.{extension}")
