"""The views of the statements. They are open to people who cannot sign in."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reviews.statements.accessibility import statement
from reviews.statements.privacy import notice


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Show how accessible the program is, and how to report a barrier."""
    return render(request, "statements/accessibility.html", {"statement": statement()})


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Show which personal data are processed, and why."""
    return render(request, "statements/privacy.html", {"notice": notice()})
