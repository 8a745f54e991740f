"""The search above the heat map."""

from typing import Any

from django import forms

from reviews.overview.forms import SearchForm
from reviews.overview.heat_map import SORTS


class HeatMapForm(SearchForm):
    """It keeps the network, edition, kind and order that are shown."""

    sorts = tuple(SORTS)
    kept = ("network", "scale", "kind", "sort")

    network = forms.CharField(required=False, widget=forms.HiddenInput)
    scale = forms.CharField(required=False, widget=forms.HiddenInput)
    kind = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What a link asked for in vain is said at the top of the page, not a second time in the form.
        self.helper.form_show_errors = not self.non_field_errors()
