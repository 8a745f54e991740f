"""The forms for the report's text and for a network's year. They validate and never write."""

from collections.abc import Iterator
from datetime import MINYEAR
from typing import Any, cast

from django import forms
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from reviews.autosave import ChangeForm
from reviews.fields import NoteField, VersionField
from reviews.models import Network, Review
from reviews.reports.text_saving import FIELDS


class ReportTextForm(ChangeForm):
    """The summary and strengths of the report. `version` is the version that the page showed."""

    summary = NoteField(_("Summary"))
    strengths = NoteField(_("Strengths"))
    version = VersionField()

    def fields_to_save(self) -> dict[str, str]:
        """Return the validated texts by field."""
        return {name: self.cleaned_data[name] for name in FIELDS}


class YearForm(forms.Form):
    """The year, one of those in which visits of the network's valid reviews began, the last one first."""

    year = forms.TypedChoiceField(label=_("Year"), coerce=int)

    def __init__(self, network: Network, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["year"]).choices = [(str(year), str(year)) for year in _years_of(network)]


def _years_of(network: Network) -> Iterator[int]:
    """Yield the years in which visits of valid reviews began, the last one first. One query for each, and two."""
    visits = Review.objects.valid().filter(organisation__network=network)
    last = network.organisations.aggregate(day=Max("last_visit"))["day"]
    for year in range(last.year if last else MINYEAR, MINYEAR, -1):
        if visits.filter(visit_start__year=year).exists():
            yield year
        elif not visits.filter(visit_start__year__lt=year).exists():
            return
