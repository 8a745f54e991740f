"""Pages of lists and figures: my work, organisations, reviews, the overview of a network, comparisons."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from reviews.access import (
    SignedInRequest,
    may_join,
    may_plan,
    networks_belonged_to,
    networks_overseen,
    organisation_to_read,
    organisations_led,
)
from reviews.components.empty_pages import no_organisations, no_reviews
from reviews.components.paging import SearchForm, page_of
from reviews.fields import with_current_organisations
from reviews.models import Organisation, Review
from reviews.overview.benchmarks import network_figures, published_figures
from reviews.overview.figure_tabs import figure_tabs, overview_bar
from reviews.overview.forms import CompareForm, FilterForm, HeatMapForm, OverviewForm
from reviews.overview.heat_map import heat_map_of
from reviews.overview.home import home_page
from reviews.overview.lists import page_after
from reviews.overview.organisation_page import organisation_page, organisation_tabs
from reviews.overview.organisation_table import network_summary, page_of_organisations
from reviews.overview.side_by_side import compare_reviews
from reviews.people.first_steps import first_steps_of
from reviews.queue.page import queue_notice
from reviews.records.access_log import record_reading, record_reading_across

MOST_COMPARED = 100  # reviews that can be chosen to compare, the newest


@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    """Show what waits for the reader, what the reader waits for, and what was finished last.

    An administrator of an installation without networks is led to the first one.
    """
    steps = first_steps_of(request.user)
    if steps and not steps.network:
        return redirect("new_network")
    notice = queue_notice() if request.user.is_superuser else None
    context = {"page": home_page(request.user), "steps": steps, "notices": [notice] if notice else []}
    return render(request, "overview/home.html", context)


@require_safe
def organisations(request: SignedInRequest) -> HttpResponse:
    """List the organisations that a person may know of, a page at a time."""
    form = SearchForm(request.GET)
    visible = Organisation.objects.visible_to(request.user).select_related("network")
    page = page_of(form.apply(visible), form.chosen_page)
    empty = None if page.rows or request.GET else no_organisations(request.user)
    context = {"form": form, "page": page, "is_asked": bool(request.GET), "empty": empty}
    return render(request, "overview/organisations.html", context, status=200 if form.is_valid() else 422)


@require_safe
def organisation(request: SignedInRequest, code: object) -> HttpResponse:
    """Show one organisation: its last result, its totals and items over time, when it is due, and its reviews."""
    organisation = organisation_to_read(request, code)
    page = organisation_page(
        organisation,
        request.user,
        kind=request.GET.get("kind", ""),
        may_plan=may_plan(request, organisation),
        may_join=may_join(request, organisation),
    )
    if page.development:
        record_reading_across(request.user, organisation, "organisation")
    is_refused = page.development is not None and bool(page.development.kinds.refused)
    return render(request, "overview/organisation.html", {"page": page}, status=422 if is_refused else 200)


@require_safe
def compare(request: SignedInRequest, code: object) -> HttpResponse:
    """Show two finished reviews of an organisation side by side: the chosen ones, or the last two."""
    organisation = organisation_to_read(request, code)
    visible = Review.objects.visible_to(request.user).of(organisation).finished().newest_first()
    finished = list(visible[: MOST_COMPARED + 1])
    if len(finished) < 2:  # noqa: PLR2004 - a comparison needs two
        return render(request, "overview/compare.html", {"organisation": organisation})
    last_two = {"a": str(finished[1].code), "b": str(finished[0].code)}
    form = CompareForm(finished[:MOST_COMPARED], last_two | request.GET.dict())
    comparison = compare_reviews(*form.chosen) if form.is_valid() else None
    for review in (comparison.a, comparison.b) if comparison else ():
        record_reading(request.user, review, "compare")
    context = {
        "organisation": organisation,
        "form": form,
        "comparison": comparison,
        "only_newest": MOST_COMPARED if len(finished) > MOST_COMPARED else "",
        "tabs": organisation_tabs(organisation, "compare"),
    }
    return render(request, "overview/compare.html", context, status=200 if comparison else 422)


@require_safe
def overview(request: SignedInRequest) -> HttpResponse:
    """Show the results and due dates of every organisation of a network, for its coordinator."""
    network, networks = networks_overseen(request)
    summary = network_summary(network)
    form = OverviewForm(summary, request.GET)
    page = page_of_organisations(network, request.user, form.asked, form.chosen_page, summary.editions)
    context = {
        "network": network,
        "networks": networks,
        "tabs": figure_tabs(network, networks, "overview", oversees=True),
        "bar": overview_bar(network),
        "summary": summary,
        "strips": [(scale, scale.drawing(page.rows)) for scale in summary.scales],
        "form": form,
        "page": page,
    }
    return render(request, "overview/overview.html", context, status=200 if form.is_valid() else 422)


@require_safe
def heat_map(request: SignedInRequest) -> HttpResponse:
    """Show the last scores of each organisation, item by item, for the network's coordinator."""
    network, networks = networks_overseen(request)
    form = HeatMapForm(request.GET)
    heat = heat_map_of(
        network,
        edition=request.GET.get("scale", ""),
        kind=request.GET.get("kind", ""),
        sort=form.chosen_sort,
        page=form.chosen_page,
        text=form.text,
    )
    record_reading_across(request.user, network, "heat_map")
    is_refused = not form.is_valid() or heat.editions.refused or heat.kinds.refused
    tabs = figure_tabs(network, networks, "heat_map", oversees=True)
    context = {"network": network, "networks": networks, "tabs": tabs, "heat": heat, "form": form}
    return render(request, "overview/heat_map.html", context, status=422 if is_refused else 200)


@require_safe
def benchmarks(request: SignedInRequest) -> HttpResponse:
    """Show how scores are distributed over a network, without naming organisations, and published figures."""
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
        "tabs": figure_tabs(
            network, networks, "benchmarks", oversees=getattr(request.user, "coordinates_somewhere", False)
        ),
    }
    is_refused = figures.editions.refused or figures.kinds.refused
    return render(request, "overview/benchmarks.html", context, status=422 if is_refused else 200)


@require_safe
def reviews(request: SignedInRequest) -> HttpResponse:
    """List the reviews that a person may know of, filtered."""
    asked = with_current_organisations(request.GET)
    form = FilterForm(request.user, asked or None)
    query = asked.copy()
    query.pop("after", None)
    page = page_after(form.filter, _after(request), request.user)
    empty = None if page.rows or request.GET else no_reviews(request.user)
    context = {"form": form, "page": page, "query": query.urlencode(), "empty": empty}
    return render(request, "overview/reviews.html", context, status=422 if form.errors else 200)


def _after(request: SignedInRequest) -> Review | None:
    """Return the review that the page continues after. Raise Http404 for an invalid code or an invisible review."""
    code = request.GET.get("after", "")
    if not code:
        return None
    try:
        return get_object_or_404(Review.objects.visible_to(request.user), code=UUID(code))
    except ValueError:
        raise Http404 from None
