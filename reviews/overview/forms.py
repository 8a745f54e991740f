"""The filters above the lists, and the choice of two reviews to compare."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row, Submit
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from ipsfidelity.prepared import prepared
from reviews.components.list_form import ListForm
from reviews.components.paging import SearchForm, SortedPageForm
from reviews.fields import UUID_TEXT
from reviews.models import Organisation, Review, User
from reviews.overview.heat_map import SORTS as HEAT_MAP_SORTS
from reviews.overview.lists import ReviewFilter
from reviews.overview.organisation_filter import DEFAULT_SORT, SORTS, OrganisationFilter
from reviews.overview.organisation_table import NetworkSummary
from reviews.workflow import Kind, Status


class FilterForm(ListForm):
    """The filters of the list of reviews. All are optional. An invalid form shows errors and filters nothing."""

    organisation = forms.ChoiceField(label=_("Organisation"), required=False)
    status = forms.ChoiceField(label=_("Status"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    year = forms.IntegerField(
        label=_("Year of the visit"),
        min_value=1995,
        max_value=2100,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 4}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = ("", _("All"))
        self.organisations = _offered_organisations(user, self.data.get("organisation", ""))
        of_person = [(code, name) for code, (_pk, name) in self.organisations.items()]
        self.fields["organisation"].choices = [everything, *of_person]
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

    @property
    def filter(self) -> ReviewFilter:
        """What was chosen; nothing while the form is invalid."""
        chosen = self.cleaned_data if self.is_valid() else {}
        organisation, year = self.organisations.get(chosen.get("organisation", "")), chosen.get("year")
        return ReviewFilter(
            organisation=organisation[0] if organisation else None,
            status=chosen.get("status") or None,
            kind=chosen.get("kind") or None,
            first=date(year, 1, 1) if year else None,
            last=date(year, 12, 31) if year else None,
        )


MOST_OFFERED = 200  # organisations in one list


def _offered_organisations(user: User, chosen: str) -> dict[str, tuple[int, str]]:
    """Return key and name of the organisations that a person can filter by, by code.

    All of them, or only the chosen one above MOST_OFFERED. The reviews of each are on its own page too.
    """
    rows = _organisations(user.pk, None)
    if len(rows) > MOST_OFFERED:
        rows = _organisations(user.pk, UUID(chosen)) if UUID_TEXT.fullmatch(chosen) else []
    return {str(code): (pk, name) for pk, code, name in rows}


@prepared
def _organisations(user: int, code: UUID | None) -> QuerySet[Organisation, Any]:
    visible = Organisation.objects.visible_to(User(pk=user))
    visible = visible.filter(code=code) if code else visible
    return visible.values_list("pk", "code", "name")[: MOST_OFFERED + 1]


class OverviewForm(SortedPageForm):
    """The filters of the overview. All are optional."""

    q = forms.CharField(label=_("Search by name"), max_length=150, required=False)
    due = forms.ChoiceField(label=_("Next review due"), required=False)
    band = forms.ChoiceField(label=_("Quality band"), required=False)
    kind = forms.ChoiceField(label=_("Kind of the last review"), required=False)
    actions = forms.BooleanField(label=_("Only with open actions"), required=False)
    network = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def __init__(self, summary: NetworkSummary, *args: Any, **kwargs: Any) -> None:
        super().__init__(SORTS, DEFAULT_SORT, *args, **kwargs)
        everything = ("", _("All"))
        self.summary = summary
        self.fields["band"].choices = [everything, *_band_choices(summary)]
        self.fields["kind"].choices = [everything, *Kind.choices]
        self.fields["due"].choices = [
            everything,
            ("overdue", _("overdue")),
            ("soon", _("within three months")),
            ("later", _("later")),
            ("never", _("never reviewed")),
        ]
        self.helper = FormHelper()
        self.helper.form_method = "get"
        self.helper.form_class = "filters standings-filters"
        columns = (
            ("q", "col-12 col-md-3"),
            ("due", "col-6 col-md-2"),
            ("band", "col-6 col-md-3"),
            ("kind", "col-md-2"),
        )
        self.helper.layout = Layout(
            "sort",
            "network",
            Row(
                *(Column(name, css_class=width) for name, width in columns),
                Column(Submit("", _("Show"), css_class="btn-secondary w-100"), css_class="col-md-2 filters-go"),
            ),
            "actions",
        )

    @property
    def asked(self) -> OrganisationFilter:
        """What is asked for; all organisations while the form is invalid."""
        chosen = self.cleaned_data if self.is_valid() else {}
        editions, rank = self.summary.band(chosen["band"]) if chosen.get("band") else ((), 0)
        return OrganisationFilter(
            name=chosen.get("q", ""),
            editions=editions,
            band_rank=rank,
            kind=chosen.get("kind", ""),
            due=chosen.get("due", ""),
            has_actions=chosen.get("actions", False),
            sort=self.chosen_sort,
        )


def _band_choices(summary: NetworkSummary) -> list[Any]:
    """Return the choices of the filter: the bands in use, grouped by scale if there are several."""
    groups = [(scale.title, [(band.value, band.label) for band in scale.bands]) for scale in summary.scales]
    return groups if len(groups) > 1 else [choice for _title, choices in groups for choice in choices]


class CompareForm(ListForm):
    """The choice of two finished reviews of an organisation. `chosen` holds them once the form is valid."""

    a = forms.ChoiceField(label=_("First review"))
    b = forms.ChoiceField(label=_("Second review"))

    def __init__(self, reviews: Iterable[Review], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reviews = {str(review.code): review for review in reviews}
        for name in ("a", "b"):
            self.fields[name].choices = [(code, _label(review)) for code, review in self.reviews.items()]
        self.helper = FormHelper()
        self.helper.form_method = "get"
        self.helper.form_class = "filters"
        self.helper.layout = Layout(
            Row(
                Column("a", css_class="col-md-5"),
                Column("b", css_class="col-md-5"),
                Column(Submit("", _("Compare"), css_class="btn-secondary w-100"), css_class="col-md-2 filters-go"),
            )
        )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if cleaned and cleaned.get("a") and cleaned.get("a") == cleaned.get("b"):
            raise ValidationError(_("These are the same review. Choose two different ones."), code="same_review")
        return cleaned

    @property
    def chosen(self) -> tuple[Review, Review]:
        """The first and the second review. Only for a valid form."""
        return self.reviews[self.cleaned_data["a"]], self.reviews[self.cleaned_data["b"]]


def _label(review: Review) -> str:
    """Return what distinguishes a finished review from others: visit, kind, total, and "superseded" if it is."""
    parts = [review.visit, str(review.get_kind_display()), str(review.total)]
    return ", ".join(parts if review.is_valid else [*parts, str(review.get_status_display())])


class HeatMapForm(SearchForm):
    """The search above the heat map. It keeps the network, edition, kind and order of the page."""

    sorts = tuple(HEAT_MAP_SORTS)
    kept = ("network", "scale", "kind", "sort")

    network = forms.CharField(required=False, widget=forms.HiddenInput)
    scale = forms.CharField(required=False, widget=forms.HiddenInput)
    kind = forms.CharField(required=False, widget=forms.HiddenInput)
