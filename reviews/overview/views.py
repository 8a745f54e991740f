"""Find things: my work, the organisations, the reviews; see how a network and its organisations stand."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from reviews.access import (
    SignedInRequest,
    may_plan,
    networks_belonged_to,
    networks_overseen,
    organisation_to_read,
    organisations_led,
)
from reviews.charts.trend import Total, trend
from reviews.models import Organisation, Review
from reviews.overview.benchmarks import network_figures, published_figures
from reviews.overview.development import development_of
from reviews.overview.forms import CompareForm, FilterForm, HeatMapForm, OverviewForm, SearchForm
from reviews.overview.heat_map import heat_map_of
from reviews.overview.lists import page_of, rows_of
from reviews.overview.organisation_table import page_of_organisations, summary_of
from reviews.overview.paging import names_page
from reviews.overview.side_by_side import compare_reviews
from reviews.records.access_log import record_reading, record_reading_across
from reviews.wording import due_words

RECENT = 10


@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    """My work: what is open, and what was finished last."""
    reviews = Review.objects.listed_to(request.user).for_page(request.user)
    organisations = list(Organisation.objects.plannable_by(request.user)[: RECENT + 1])
    context = {
        "open": rows_of(reviews.open().order_by("visit_start", "pk")[:RECENT], request.user),
        "finished": rows_of(reviews.finished().newest_first()[:RECENT], request.user),
        "organisations": organisations[:RECENT],
        "are_more": len(organisations) > RECENT,
    }
    return render(request, "overview/home.html", context)


@require_safe
def organisations(request: SignedInRequest) -> HttpResponse:
    """List the organisations that a person knows of, a page at a time."""
    form = SearchForm(request.GET)
    known = Organisation.objects.visible_to(request.user).select_related("network")
    page = names_page(form.apply(known), form.chosen_page)
    context = {"form": form, "page": page, "is_asked": bool(request.GET)}
    return render(request, "overview/organisations.html", context, status=200 if form.is_valid() else 422)


@require_safe
def organisation(request: SignedInRequest, code: object) -> HttpResponse:
    """Show one organisation: its totals and items over time, what is due, and its reviews, newest first."""
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
    development = development_of(closed, request.GET.get("kind", ""))
    context = {
        "organisation": organisation,
        "development": development,
        # what follows from the last review is for those who may know of it
        "next_due": due_words(organisation.next_due),
        "last": next((review for review in finished if review.pk == organisation.last_review_id), None),
        "may_compare": len(closed) > 1,
        "page": page,
        "trend": newest and trend(newest, drawn),
        "scale": newest,
        "left_out": len(finished) - len(drawn),
        "superseded": len(closed) - len(finished),
        "may_plan": may_plan(request, organisation),
    }
    if development:
        record_reading_across(request.user, organisation, "organisation")
    refused = development is not None and bool(development.kinds.refused)
    return render(request, "overview/organisation.html", context, status=422 if refused else 200)


@require_safe
def compare(request: SignedInRequest, code: object) -> HttpResponse:
    """Show two finished reviews of an organisation side by side: the last and the one before, or those chosen."""
    organisation = organisation_to_read(request, code)
    known = Review.objects.visible_to(request.user).filter(organisation=organisation)
    finished = list(known.finished().newest_first())
    if len(finished) < 2:  # noqa: PLR2004  it takes two
        return render(request, "overview/compare.html", {"organisation": organisation})
    given = {"a": str(finished[1].code), "b": str(finished[0].code)} | {name: request.GET[name] for name in request.GET}
    form = CompareForm(finished, given)
    comparison = compare_reviews(*form.chosen) if form.is_valid() else None
    for review in (comparison.a, comparison.b) if comparison else ():
        record_reading(request.user, review, "compare")
    context = {"organisation": organisation, "form": form, "comparison": comparison}
    return render(request, "overview/compare.html", context, status=200 if comparison else 422)


@require_safe
def overview(request: SignedInRequest) -> HttpResponse:
    """Show where every organisation of a network stands, for its coordinator."""
    network, networks = networks_overseen(request)
    summary = summary_of(network)
    form = OverviewForm(summary, request.GET)
    found = form.apply(Organisation.objects.filter(network=network))
    context = {
        "network": network,
        "networks": networks,
        "summary": summary,
        "form": form,
        "page": page_of_organisations(found, form.chosen_sort, form.chosen_page, summary.editions),
    }
    return render(request, "overview/overview.html", context, status=200 if form.is_valid() else 422)


@require_safe
def heat_map(request: SignedInRequest) -> HttpResponse:
    """Show each organisation's last scores, item by item, for the network's coordinator."""
    network, networks = networks_overseen(request)
    form = HeatMapForm(request.GET)
    heat = heat_map_of(
        network,
        edition=request.GET.get("scale", ""),
        kind=request.GET.get("kind", ""),
        sort=form.chosen_sort,
        page=form.chosen_page,
        search=form.apply,
    )
    record_reading_across(request.user, network, "heat_map")
    is_refused = not form.is_valid() or heat.editions.refused or heat.kinds.refused
    context = {"network": network, "networks": networks, "heat": heat, "form": form}
    return render(request, "overview/heat_map.html", context, status=422 if is_refused else 200)


@require_safe
def benchmarks(request: SignedInRequest) -> HttpResponse:
    """Show how scores are spread over a network, naming nobody, and what others have published."""
    network, networks = networks_belonged_to(request)
    figures = network_figures(
        network,
        led=organisations_led(request, network),
        edition=request.GET.get("scale", ""),
        kind=request.GET.get("kind", ""),
    )
    context = {
        "network": network,
        "networks": networks,
        "figures": figures,
        "published": published_figures(),
        "oversees": getattr(request.user, "coordinates_somewhere", False),
    }
    is_refused = figures.editions.refused or figures.kinds.refused
    return render(request, "overview/benchmarks.html", context, status=422 if is_refused else 200)


@require_safe
def reviews(request: SignedInRequest) -> HttpResponse:
    """List the reviews that a person knows of, filtered."""
    form = FilterForm(Organisation.objects.visible_to(request.user), request.GET or None)
    found = form.apply(Review.objects.listed_to(request.user).for_page(request.user))
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
