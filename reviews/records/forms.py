"""The form of the history's filters. It validates and never writes."""

from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from reviews.components.list_form import ListForm
from reviews.fields import InstrumentSelect
from reviews.records.history import FilterChoices, HistoryFilter


class HistoryFilterForm(ListForm):
    """Who, which item, what kind of event. All are optional. An invalid form shows errors and filters nothing."""

    person = forms.ChoiceField(label=_("Person"), required=False)
    item = forms.ChoiceField(label=_("Item"), required=False)
    kind = forms.ChoiceField(label=_("Event"), required=False)

    def __init__(self, choices: FilterChoices, language: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language = language
        kinds = sorted((str(capfirst(label)), kind) for kind, label in choices.kinds)
        self.fields["person"].choices = [("", _("All")), *choices.people]
        self.fields["item"].widget = InstrumentSelect(language)
        self.fields["item"].choices = [("", _("All")), *choices.items]
        self.fields["kind"].choices = [("", _("All")), *((kind, label) for label, kind in kinds)]
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select"

    @property
    def chosen(self) -> HistoryFilter:
        """The filter that is asked for; none while the form is invalid."""
        return HistoryFilter(**self.cleaned_data) if self.is_valid() else HistoryFilter()

    @property
    def is_filtered(self) -> bool:
        return self.chosen != HistoryFilter()

    @property
    def state(self) -> str:
        """The language of the items too."""
        return f"{self.language} {super().state}"

    def render_once(self) -> str:
        return render_to_string("records/_filters.html", {"form": self})
