"""Views of a review's history and access log."""

from collections.abc import Iterator

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ipsfidelity.downloads import CSV_TYPE, XLSX_TYPE, send_file
from ipsfidelity.tables import as_csv, as_xlsx
from reviews.access import SignedInRequest, may_read_log, review_log_to_read, review_to_read
from reviews.components.links import Action, ActionBar, Download, Empty
from reviews.fields import parse_key
from reviews.models import AccessAction, Review
from reviews.records import access_log
from reviews.records.access_page import access_days, accesses_of
from reviews.records.forms import HistoryFilterForm
from reviews.records.history import filter_choices, history_of

SHOWN = 200  # events of the access log on the page; the files contain all


@require_safe
def history(request: SignedInRequest, code: object) -> HttpResponse:
    """Show the history of a review, newest first."""
    review = review_to_read(request, code)
    access_log.record_reading(request.user, review, "history")
    before = request.GET.get("before", "")
    if before and parse_key(before) is None:
        raise Http404
    form = HistoryFilterForm(filter_choices(review, request.user), review.scale.language, request.GET)
    log = Action(_("Who has read it"), reverse("access", args=[review.code]))
    context = {
        "review": review,
        "form": form,
        "history": history_of(review, request.user, form.chosen, parse_key(before)),
        "bar": ActionBar((log,) if may_read_log(request.user, review) else ()),
    }
    return render(request, "records/history.html", context)


@require_safe
def access(request: SignedInRequest, code: object) -> HttpResponse:
    """Show who has opened a review."""
    review = review_log_to_read(request, code)
    files = (
        Download("Excel", _("The whole list"), reverse("access_xlsx", args=[review.code])),
        Download("CSV", _("The same as text"), reverse("access_csv", args=[review.code])),
    )
    context = {
        "review": review,
        "days": access_days(review, SHOWN),
        "bar": ActionBar(downloads=files),
        "empty": Empty(_("Nobody has opened this review yet.")),
    }
    return render(request, "records/access.html", context)


@require_safe
def access_csv(request: SignedInRequest, code: object) -> HttpResponse:
    """Return the whole access log of a review as CSV."""
    review = review_log_to_read(request, code)
    access_log.record(AccessAction.EXPORTED, request.user, review=review, page="access_csv")
    return _file(as_csv(_column_names(), _rows(review)), CSV_TYPE, review, "csv")


@require_safe
def access_xlsx(request: SignedInRequest, code: object) -> HttpResponse:
    """Return the whole access log of a review as a spreadsheet."""
    review = review_log_to_read(request, code)
    access_log.record(AccessAction.EXPORTED, request.user, review=review, page="access_xlsx")
    return _file(as_xlsx(_column_names(), _rows(review)), XLSX_TYPE, review, "xlsx")


def _column_names() -> list[str]:
    return [_("When (UTC)"), _("Who"), _("What"), _("Page")]


def _rows(review: Review) -> Iterator[list[str]]:
    for event, action, page in accesses_of(review):
        yield [event.at.isoformat(timespec="seconds"), str(event.by or "–"), action, page]


def _file(data: bytes, content_type: str, review: Review, extension: str) -> HttpResponse:
    return send_file(data, content_type, f"access-{review.code}-{timezone.localdate()}.{extension}")
