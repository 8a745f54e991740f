"""Pages of instruments, and their blank forms as PDF."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ipsfidelity.downloads import PDF_TYPE, send_file
from scales import printing
from scales.models import GuideEdition, ScaleEdition


@require_safe
def instruments(request: HttpRequest) -> HttpResponse:
    """List all scales and guides of this installation."""
    return render(
        request,
        "scales/instruments.html",
        {"scales": ScaleEdition.objects.current_first(), "guides": GuideEdition.objects.defer("document")},
    )


@require_safe
def scale(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a scale with its corrections, history and rights."""
    edition = get_object_or_404(ScaleEdition.objects.defer("document"), slug=slug)
    files = (
        {"format": "PDF", "label": _("The scale with room for notes"), "url": reverse("blank_scale", args=[slug])},
        {"format": "PDF", "label": _("The score sheet"), "url": reverse("blank_sheet", args=[slug])},
    )
    context = {
        "edition": edition,
        "scale": edition.scale,
        "others": edition.other_editions(),
        "bar": {"downloads": files},
    }
    return render(request, "scales/scale.html", context)


@require_safe
def guide(request: HttpRequest, slug: str) -> HttpResponse:
    """Show an interview guide with its corrections and rights."""
    edition = get_object_or_404(GuideEdition.objects.defer("document"), slug=slug)
    file = {
        "format": "PDF",
        "label": _("The questions with lines to write on"),
        "url": reverse("blank_guide", args=[slug]),
    }
    context = {"edition": edition, "guide": edition.guide, "bar": {"downloads": (file,)}}
    return render(request, "scales/guide.html", context)


@require_safe
def blank_scale(request: HttpRequest, slug: str) -> HttpResponse:
    """Send a scale as a blank form."""
    edition = get_object_or_404(ScaleEdition.objects.defer("document"), slug=slug)
    return send_file(printing.blank_scale(edition.checksum), PDF_TYPE, f"{slug}-blank.pdf")


@require_safe
def blank_guide(request: HttpRequest, slug: str) -> HttpResponse:
    """Send an interview guide as a blank form."""
    edition = get_object_or_404(GuideEdition.objects.defer("document"), slug=slug)
    return send_file(printing.blank_guide(edition.checksum), PDF_TYPE, f"{slug}-blank.pdf")
