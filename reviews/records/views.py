"""Read what is on record about a review: its history, and who has looked."""

from collections.abc import Iterator

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ipsfidelity.downloads import CSV_TYPE, XLSX_TYPE, send_file
from ipsfidelity.tables import as_csv, as_xlsx
from reviews.access import SignedInRequest, may_read_log, review_log_to_read, review_to_read
from reviews.fields import parse_key
from reviews.models import AccessAction, Review
from reviews.records import access_log
from reviews.records.history import accesses_of, history_of

SHOWN = 200  # lines of the access log on the page; the files hold all


@require_safe
def history(request: SignedInRequest, code: object) -> HttpResponse:
    """Tell what happened to a review, newest first."""
    review = review_to_read(request, code)
    access_log.record_reading(request.user, review, "history")
    before = request.GET.get("before", "")
    if before and parse_key(before) is None:
        raise Http404
    context = {
        "review": review,
        "history": history_of(review, request.user, parse_key(before)),
        "may_read_log": may_read_log(request.user, review),
    }
    return render(request, "records/history.html", context)


@require_safe
def access(request: SignedInRequest, code: object) -> HttpResponse:
    """Tell who has looked at a review."""
    review = review_log_to_read(request, code)
    context = {"review": review, "lines": list(accesses_of(review, SHOWN)), "shown": SHOWN}
    return render(request, "records/access.html", context)


@require_safe
def access_csv(request: SignedInRequest, code: object) -> HttpResponse:
    review = review_log_to_read(request, code)
    access_log.record(AccessAction.EXPORTED, request.user, review=review, page="access_csv")
    return _file(as_csv(_head(), _rows(review)), CSV_TYPE, review, "csv")


@require_safe
def access_xlsx(request: SignedInRequest, code: object) -> HttpResponse:
    review = review_log_to_read(request, code)
    access_log.record(AccessAction.EXPORTED, request.user, review=review, page="access_xlsx")
    return _file(as_xlsx(_head(), _rows(review)), XLSX_TYPE, review, "xlsx")


def _head() -> list[str]:
    return [_("When (UTC)"), _("Who"), _("What"), _("Page")]


def _rows(review: Review) -> Iterator[list[str]]:
    for line, told, page in accesses_of(review):
        yield [line.at.isoformat(timespec="seconds"), str(line.by or "–"), told, page]


def _file(data: bytes, kind: str, review: Review, ending: str) -> HttpResponse:
    return send_file(data, kind, f"access-{review.code}-{timezone.localdate()}.{ending}")
