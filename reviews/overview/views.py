"""Find things: my work, the organisations, the reviews."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from reviews.access import SignedInRequest, may_plan, organisation_to_read
from reviews.charts.trend import Total, trend
from reviews.models import Organisation, Review
from reviews.overview.forms import FilterForm
from reviews.overview.lists import page_of, rows_of

RECENT = 10


@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    """My work: what is open, and what was finished last."""
    reviews = Review.objects.visible_to(request.user).for_page(request.user)
    context = {
        "open": rows_of(reviews.open().order_by("visit_start", "pk")[:RECENT], request.user),
        "finished": rows_of(reviews.finished().newest_first()[:RECENT], request.user),
        "organisations": Organisation.objects.plannable_by(request.user)[:RECENT],
    }
    return render(request, "overview/home.html", context)


@require_safe
def organisations(request: SignedInRequest) -> HttpResponse:
    """List the organisations that a person knows of."""
    found = Organisation.objects.visible_to(request.user).select_related("network")
    return render(request, "overview/organisations.html", {"organisations": found})


@require_safe
def organisation(request: SignedInRequest, code: object) -> HttpResponse:
    """Show one organisation: its totals over time and its reviews, newest first."""
    organisation = organisation_to_read(request, code)
    reviews = Review.objects.visible_to(request.user).for_page(request.user).filter(organisation=organisation)
    page = page_of(reviews, _after(request), request.user)
    closed = list(reviews.finished().newest_first())
    finished = [review for review in closed if review.is_valid]
    newest = finished[0].scale if finished else None
    drawn = [
        Total(review.visit_start, review.total, review.kind, str(review.get_kind_display()))
        for review in finished
        if review.scale is newest and review.total is not None
    ]
    context = {
        "organisation": organisation,
        "page": page,
        "trend": newest and trend(newest, drawn),
        "scale": newest,
        "left_out": len(finished) - len(drawn),
        "superseded": len(closed) - len(finished),
        "may_plan": may_plan(request, organisation),
    }
    return render(request, "overview/organisation.html", context)


@require_safe
def reviews(request: SignedInRequest) -> HttpResponse:
    """List the reviews that a person knows of, filtered."""
    form = FilterForm(Organisation.objects.visible_to(request.user), request.GET or None)
    found = form.apply(Review.objects.visible_to(request.user).for_page(request.user))
    query = request.GET.copy()
    query.pop("after", None)
    context = {"form": form, "page": page_of(found, _after(request), request.user), "query": query.urlencode()}
    return render(request, "overview/reviews.html", context, status=422 if form.errors else 200)


def _after(request: SignedInRequest) -> Review | None:
    """Return the review that the page goes on from. A code that is no code, or not yours, is 404."""
    code = request.GET.get("after", "")
    if not code:
        return None
    try:
        return get_object_or_404(Review.objects.visible_to(request.user), code=UUID(code))
    except ValueError:
        raise Http404 from None
