"""Read what is on record about a review."""

from collections.abc import Iterator

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from ipsfidelity.errors import WrongMoment
from ipsfidelity.tables import as_csv, as_xlsx
from reviews.access import SignedInRequest, may_read_log, review_log_to_read, review_to_read
from reviews.models import Act, FinalRecord, Review
from reviews.records import access_log
from reviews.records.history import accesses_of, history_of
from reviews.sheets import archive

SHOWN = 200  # lines of the access log on the page; the files hold all
LONGEST_NUMBER = 18


class PdfForm(forms.Form):
    """A file to be compared with the stored one."""

    pdf = forms.FileField(
        label=gettext_lazy("PDF file"),
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
        allow_empty_file=True,
    )


@require_safe
def history(request: SignedInRequest, code: object) -> HttpResponse:
    """Tell what happened to a review, newest first."""
    review = review_to_read(request, code)
    access_log.record_reading(request.user, review, "history")
    before = request.GET.get("before", "")
    if before and not (before.isascii() and before.isdigit() and len(before) <= LONGEST_NUMBER):
        raise Http404
    context = {
        "review": review,
        "history": history_of(review, int(before) if before else None),
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
    access_log.record(Act.EXPORTED, request.user, review=review, page="access_csv")
    return _file(as_csv(_head(), _rows(review)), "text/csv; charset=utf-8", review, "csv")


@require_safe
def access_xlsx(request: SignedInRequest, code: object) -> HttpResponse:
    review = review_log_to_read(request, code)
    access_log.record(Act.EXPORTED, request.user, review=review, page="access_xlsx")
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _file(as_xlsx(_head(), _rows(review)), kind, review, "xlsx")


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: SignedInRequest, code: object) -> HttpResponse:
    """Say whether a PDF is the stored one of a final review. The file is not kept."""
    review = review_to_read(request, code)
    if request.method != "POST":
        access_log.record_reading(request.user, review, "verify")
    if not review.is_final:
        raise WrongMoment(
            _("Only a final review has a stored PDF to compare with. This one is still open."),
            review.get_absolute_url(),
        )
    form = PdfForm(*(request.POST, request.FILES) if request.method == "POST" else ())
    is_stored = archive.is_stored_pdf(review, form.cleaned_data["pdf"].read()) if form.is_valid() else None
    record = FinalRecord.objects.defer("pdf", "content").get(review=review)
    context = {"review": review, "form": form, "record": record, "is_stored": is_stored}
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "records/verify.html", context, status=status)


def _head() -> list[str]:
    return [_("When (UTC)"), _("Who"), _("What"), _("Page")]


def _rows(review: Review) -> Iterator[list[str]]:
    for line, told, page in accesses_of(review):
        yield [line.at.isoformat(timespec="seconds"), str(line.by or "–"), told, page]


def _file(data: bytes, kind: str, review: Review, ending: str) -> HttpResponse:
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="access-{review.code}-{timezone.localdate()}.{ending}"'
    return response
