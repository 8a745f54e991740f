"""Blank forms, made by the queue after `load_scales` and every day, so that no request renders one."""

from django.tasks import task

from reviews.sheets.sheet import blank_sheet
from scales import printing
from scales.models import GuideEdition, ScaleEdition


@task
def make_blank_forms() -> None:
    """Make the blank forms of all instruments. Those that are kept already are not made again."""
    for checksum in ScaleEdition.objects.values_list("checksum", flat=True):
        printing.blank_scale(checksum)
        blank_sheet_pdf(checksum)
    for checksum in GuideEdition.objects.values_list("checksum", flat=True):
        printing.blank_guide(checksum)


def blank_sheet_pdf(checksum: str) -> bytes:
    """Return the empty score sheet of a scale as PDF. The edition is given by its checksum."""
    scale = ScaleEdition.definition_of(checksum)
    return printing.print_blank("sheets/blank_pdf.html", scale, {"sheet": blank_sheet(scale)})
