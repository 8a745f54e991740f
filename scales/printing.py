"""Blank forms of instruments as PDF, and the language of the words around an instrument. Knows no review and no user.

A blank form is the same for everybody, and is kept in the cache of documents.
"""

from collections.abc import Mapping

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from ipsfidelity.pdf import kept_pdf
from scales.definition import Guide, Scale
from scales.models import GuideEdition, ScaleEdition


def blank_scale(checksum: str) -> bytes:
    """Return a scale as PDF, with boxes to tick and lines to write on. The edition is given by its checksum."""
    scale = ScaleEdition.definition_of(checksum)
    return print_blank("scales/scale_pdf.html", scale, {"scale": scale})


def blank_guide(checksum: str) -> bytes:
    """Return an interview guide as PDF, with lines after each question. The edition is given by its checksum."""
    guide = GuideEdition.definition_of(checksum)
    return print_blank("scales/guide_pdf.html", guide, {"guide": guide})


def print_blank(template: str, definition: Scale | Guide, context: Mapping[str, object]) -> bytes:
    """Return a template as PDF, in the language around the instrument. Rendered if it is not kept."""
    with translation.override(language_around(definition)):
        return kept_pdf(render_to_string(template, context), None)


def language_around(definition: Scale | Guide) -> str:
    """Return the language of an instrument if the interface has it, else the default language of the interface."""
    return definition.language if definition.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
