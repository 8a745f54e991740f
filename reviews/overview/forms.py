"""The filters above the list of reviews."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row, Submit
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from reviews.models import Organisation
from reviews.models.reviews import ReviewQuerySet
from reviews.workflow import Kind, Status


class FilterForm(forms.Form):
    """Every filter may be left open; what is unknown is refused in words and filters nothing."""

    organisation = forms.ModelChoiceField(
        label=_("Organisation"), queryset=Organisation.objects.none(), to_field_name="code", required=False
    )
    status = forms.ChoiceField(label=_("Status"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    year = forms.IntegerField(
        label=_("Year of the visit"),
        min_value=1995,
        max_value=2100,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 4}),
    )

    def __init__(self, organisations: QuerySet[Organisation], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = ("", _("All"))
        self.fields["organisation"].queryset = organisations
        self.fields["organisation"].empty_label = everything[1]
        self.fields["status"].choices = [everything, *Status.choices]
        self.fields["kind"].choices = [everything, *Kind.choices]
        self.helper = FormHelper()
        self.helper.form_method = "get"
        self.helper.form_class = "filters"
        columns = (("organisation", "col-md-4"), ("status", "col-md-2"), ("kind", "col-md-2"), ("year", "col-md-2"))
        self.helper.layout = Layout(
            Row(
                *(Column(name, css_class=f"col-6 {width}") for name, width in columns),
                Column(Submit("", _("Show"), css_class="btn-secondary w-100"), css_class="col-md-2 filters-go"),
            )
        )

    def apply(self, reviews: ReviewQuerySet) -> ReviewQuerySet:
        """Return those of `reviews` that pass every valid filter."""
        chosen = self.cleaned_data if self.is_valid() else {}
        for name in ("organisation", "status", "kind"):
            if chosen.get(name):
                reviews = reviews.filter(**{name: chosen[name]})
        if chosen.get("year"):
            reviews = reviews.filter(visit_start__year=chosen["year"])
        return reviews
