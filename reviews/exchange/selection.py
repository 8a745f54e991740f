"""Which reviews are taken out of the house: the filters, and the reviews that they leave.

Only finished reviews, ever, in the order of their visits. Many come in parts, numbered from 1.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reviews.fields import DateInput
from reviews.models import Network, Organisation, Review
from reviews.models.reviews import ReviewQuerySet
from reviews.workflow import Kind
from scales.models import ScaleEdition

PART = 200  # reviews in one archive: what a server sends well within the two minutes it takes for one answer


@dataclass(frozen=True)
class Selection:
    """Some finished reviews of a network. An empty filter leaves all."""

    network: Network
    organisations: tuple[Organisation, ...] = ()
    kind: str = ""
    edition: ScaleEdition | None = None
    since: date | None = None
    until: date | None = None
    superseded: bool = False

    def reviews(self) -> ReviewQuerySet:
        """Return the reviews in the order of their visits."""
        every = Review.objects.finished() if self.superseded else Review.objects.valid()
        found = every.filter(organisation__network=self.network)
        if self.organisations:
            found = found.filter(organisation__in=self.organisations)
        if self.kind:
            found = found.filter(kind=self.kind)
        if self.edition:
            found = found.filter(edition=self.edition)
        if self.since:
            found = found.filter(visit_start__gte=self.since)
        if self.until:
            found = found.filter(visit_start__lte=self.until)
        return found.order_by("visit_start", "pk")

    def keys(self) -> list[int]:
        """Return the keys of the reviews in the order of their visits. One query."""
        return list(self.reviews().values_list("pk", flat=True))

    @property
    def query(self) -> str:
        """The filters as the query of an address."""
        plain = self.as_plain()
        chosen = {"organisation": plain.pop("organisations"), "superseded": "on" if plain.pop("superseded") else ""}
        return urlencode({name: value for name, value in (chosen | plain).items() if value}, doseq=True)

    @property
    def url(self) -> str:
        """The address of the page on which these reviews are chosen."""
        url = reverse("exports", args=[self.network.code])
        return f"{url}?{self.query}" if self.query else url

    def as_plain(self) -> dict[str, Any]:
        """Return the filters as they are kept with an export."""
        return {
            "organisations": [str(organisation.code) for organisation in self.organisations],
            "kind": self.kind,
            "edition": self.edition.slug if self.edition else "",
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
            "superseded": self.superseded,
        }


class SelectionForm(forms.Form):
    """The filters of a network's reviews. All may be left open; what is unknown is refused in words."""

    organisation = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Organisations"),
        queryset=Organisation.objects.none(),
        to_field_name="code",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    edition = forms.ModelChoiceField(
        label=gettext_lazy("Scale"), queryset=ScaleEdition.objects.none(), to_field_name="slug", required=False
    )
    since = forms.DateField(label=gettext_lazy("Visit from"), required=False, widget=DateInput())
    until = forms.DateField(label=gettext_lazy("Visit until"), required=False, widget=DateInput())
    superseded = forms.BooleanField(label=gettext_lazy("Also reviews that a correction has replaced"), required=False)

    def __init__(self, network: Network, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.network = network
        finished = Review.objects.finished().filter(organisation__network=network)
        everything = _("All")
        cast(forms.ModelMultipleChoiceField, self.fields["organisation"]).queryset = network.organisations.all()
        cast(forms.ChoiceField, self.fields["kind"]).choices = [("", everything), *Kind.choices]
        edition = cast(forms.ModelChoiceField, self.fields["edition"])
        edition.queryset = ScaleEdition.objects.filter(pk__in=finished.values("edition")).defer("document")
        edition.empty_label = everything

    def clean(self) -> dict[str, Any]:
        """Refuse a last day before the first."""
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day cannot be before the first day."))
        return cleaned

    def selection(self) -> Selection:
        """Return what a valid form chooses."""
        chosen = self.cleaned_data
        return Selection(
            network=self.network,
            organisations=tuple(chosen["organisation"]),
            kind=chosen["kind"],
            edition=chosen["edition"],
            since=chosen["since"],
            until=chosen["until"],
            superseded=chosen["superseded"],
        )


def mark_of(keys: Sequence[int]) -> str:
    """Return a short text that stands for these reviews in this order."""
    return hashlib.sha256(",".join(map(str, keys)).encode()).hexdigest()[:16]


def parts_of(keys: Sequence[int]) -> list[Sequence[int]]:
    """Return the reviews part by part; no review is one empty part."""
    return [keys[begin : begin + PART] for begin in range(0, len(keys), PART)] or [keys]
