"""The views of the user guide. It contains no data, so it is open to people who cannot sign in yet."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reviews.help.guide import PAGES, groups_for
from reviews.help.keys import places_for


@login_not_required
@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """List the pages of the guide, those for the reader's roles first."""
    user = request.user if request.user.is_authenticated else None
    return render(request, "help/guide.html", {"groups": groups_for(user)})


@login_not_required
@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one page of the guide."""
    if slug not in PAGES:
        raise Http404
    shown = PAGES[slug]
    return render(request, "help/page.html", {"page": shown, "see": [PAGES[other] for other in shown.see]})


@login_not_required
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """List all keys, first those of the page whose URL name is `at`."""
    here, elsewhere = places_for(request.GET.get("at", ""))
    return render(request, "help/keys.html", {"here": here, "elsewhere": elsewhere})
