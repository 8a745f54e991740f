"""Long lists a page at a time: the search by name above them, and the rows of one page."""

from dataclasses import dataclass
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row, Submit
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from reviews.components.list_form import ListForm

PAGE = 100  # rows
MOST_PAGES = 10_000


@dataclass(frozen=True)
class Page[Row]:
    """The rows of one page. `previous` and `next` are page numbers, "" if there is none."""

    rows: tuple[Row, ...]
    previous: str
    next: str


def page_of(rows: QuerySet[Any], number: int) -> Page[Any]:
    """Return one page of ordered rows; the first page is 1. One query."""
    start = (number - 1) * PAGE
    shown = tuple(rows[start : start + PAGE + 1])
    return Page(
        shown[:PAGE],
        previous=str(number - 1) if number > 1 else "",
        next=str(number + 1) if len(shown) > PAGE else "",
    )


class SortedPageForm(ListForm):
    """The order and the page that the links of a table ask for."""

    sort = forms.ChoiceField(required=False, widget=forms.HiddenInput)
    page = forms.IntegerField(min_value=1, max_value=MOST_PAGES, required=False, widget=forms.HiddenInput)

    def __init__(self, sorts: Any, default: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.default = default
        self.fields["sort"].choices = [(order, order) for key in sorts for order in (key, f"-{key}")]

    def clean(self) -> dict[str, Any] | None:
        """Move errors of the hidden fields to the top of the form: the page shows no field of their own."""
        for name, sentence in (
            ("sort", _("The table cannot be sorted like that. Choose one of the columns.")),
            ("page", _("There is no such page. Begin with the first one.")),
        ):
            if self.errors.pop(name, None):
                self.add_error(None, sentence)
        return super().clean()

    @property
    def chosen_sort(self) -> str:
        """The key to sort by, with a leading hyphen for descending order."""
        return (self.is_valid() and self.cleaned_data["sort"]) or self.default

    @property
    def chosen_page(self) -> int:
        """The number of the page; the first one is 1."""
        return (self.is_valid() and self.cleaned_data["page"]) or 1


class SearchForm(SortedPageForm):
    """The search above a list of names."""

    sorts: tuple[str, ...] = ("name",)
    kept: tuple[str, ...] = ()  # hidden fields that keep the page's other parameters

    q = forms.CharField(label=_("Search by name"), max_length=150, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(self.sorts, "name", *args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_method = "get"
        self.helper.form_class = "filters standings-filters"
        go = Submit("", _("Search"), css_class="btn-secondary w-100")
        self.helper.layout = Layout(
            *self.kept,
            Row(Column("q", css_class="col-8 col-md-4"), Column(go, css_class="col-4 col-md-2 filters-go")),
        )

    def apply(self, rows: Any) -> Any:
        """Return the rows of a NamedQuerySet whose name contains the search text."""
        return rows.named(self.text) if self.text else rows

    @property
    def text(self) -> str:
        """The search text, "" without one."""
        return (self.is_valid() and self.cleaned_data["q"]) or ""
