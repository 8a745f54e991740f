"""The selection of reviews for an export: filters, the reviews that match them, and the parts of an archive.

Only finished reviews can be exported, in the order of their visits. Parts are numbered from 1.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.db.models import Count, Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ipsfidelity.tables import CsvStyle
from reviews.fields import DateInput, InstrumentSelect
from reviews.models import Network, Organisation, Review
from reviews.models.review_querysets import ReviewQuerySet, is_superseded
from reviews.records.writing import version_of
from reviews.workflow import Kind
from scales.models import ScaleEdition

MOST_TICKED = 50  # organisations: more would make the URL longer than servers accept (gunicorn: 4,094 bytes)
LONGEST_NAME = 60  # characters of the search text
PART = 200  # reviews in one archive, which is sent well within the time limit of a request (two minutes)


@dataclass(frozen=True)
class Selection:
    """The filters of finished reviews of a network. An empty filter matches all reviews.

    `name` is a part of the organisations' names. It is "" if `organisations` lists the organisations. `csv` is the
    style of tables as CSV, so that a file of the worker is the same as a download.
    """

    network: Network
    organisations: tuple[Organisation, ...] = ()
    name: str = ""
    kind: str = ""
    edition: ScaleEdition | None = None
    since: date | None = None
    until: date | None = None
    superseded: bool = False
    csv: CsvStyle = field(default_factory=CsvStyle.of_reader)

    def reviews(self) -> ReviewQuerySet:
        """Return the reviews in the order of their visits."""
        reviews = Review.objects.finished() if self.superseded else Review.objects.valid()
        reviews = reviews.filter(organisation__network=self.network)
        if self.organisations or self.name:
            parts = Organisation.objects.parts_of(self._keys_of_organisations())
            reviews = reviews.filter(organisation__in=parts.values("pk"))
        if self.kind:
            reviews = reviews.filter(kind=self.kind)
        if self.edition:
            reviews = reviews.filter(edition=self.edition)
        if self.since:
            reviews = reviews.filter(visit_start__gte=self.since)
        if self.until:
            reviews = reviews.filter(visit_start__lte=self.until)
        return reviews.order_by("visit_start", "pk")

    def _keys_of_organisations(self) -> Iterable[Any]:
        if self.organisations:
            return [organisation.pk for organisation in self.organisations]
        return self.network.organisations.current().named(self.name).values("pk")

    def keys(self, start: int = 0, stop: int | None = None) -> list[int]:
        """Return the keys of the reviews from place `start` to `stop`, in the order of their visits. One query."""
        return list(self.reviews().values_list("pk", flat=True)[start:stop])

    def keys_in_part(self, number: int) -> list[int]:
        """Return the keys of the reviews in one part of an archive. One query."""
        return self.keys((number - 1) * PART, number * PART)

    def counts(self, most: int) -> dict[str, int]:
        """Return the `number` of reviews, `of_` each kind, `superseded` and `imported`, among any `most`. One query.

        The index of the reviews of an organisation has all that is counted.
        """
        return (
            self.reviews()
            .order_by()[:most]
            .aggregate(
                number=Count("*"),
                superseded=Count("pk", filter=is_superseded()),
                imported=Count("pk", filter=Q(is_imported=True)),
                **{f"of_{kind}": Count("pk", filter=Q(kind=kind)) for kind in Kind},
            )
        )

    def statuses(self) -> dict[int, str]:
        """Return the status of each review by its key, in the order of their visits. One query."""
        return dict(self.reviews().values_list("pk", "status"))

    @property
    def query(self) -> str:
        """The filters as the query string of a URL."""
        return query_of(self.as_plain())

    @property
    def url(self) -> str:
        """The URL of the page of exports with these filters."""
        url = reverse("exports", args=[self.network.code])
        return f"{url}?{self.query}" if self.query else url

    def as_plain(self) -> dict[str, Any]:
        """Return the filters as they are stored with an export."""
        return {
            "organisations": [str(organisation.code) for organisation in self.organisations],
            "name": self.name,
            "kind": self.kind,
            "edition": self.edition.slug if self.edition else "",
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
            "superseded": self.superseded,
            "csv": self.csv.value,
        }


def query_of(stored: Mapping[str, Any]) -> str:
    """Return stored filters (Selection.as_plain) as the query string of a URL."""
    plain = dict(stored)
    chosen = {"organisation": plain.pop("organisations"), "superseded": "on" if plain.pop("superseded") else ""}
    return urlencode({name: value for name, value in (chosen | plain).items() if value}, doseq=True)


class SelectionForm(forms.Form):
    """The filters of a network's reviews. All are optional.

    At most MOST_TICKED organisations are offered: first those that are ticked, then those that match the name.
    `not_offered` is the number of further ones as text, "" for none.
    """

    name = forms.CharField(
        label=gettext_lazy("Search organisations by name"),
        max_length=LONGEST_NAME,
        required=False,
        help_text=gettext_lazy("All that are found are taken, unless some are ticked: then only these."),
    )
    organisation = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Organisations"),
        queryset=Organisation.objects.none(),
        to_field_name="code",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    edition = forms.ModelChoiceField(
        label=gettext_lazy("Scale"),
        queryset=ScaleEdition.objects.none(),
        to_field_name="slug",
        required=False,
        widget=InstrumentSelect,
    )
    since = forms.DateField(label=gettext_lazy("Visit from"), required=False, widget=DateInput())
    until = forms.DateField(label=gettext_lazy("Visit until"), required=False, widget=DateInput())
    superseded = forms.BooleanField(label=gettext_lazy("Also reviews that a correction has replaced"), required=False)
    csv = forms.ChoiceField(
        label=gettext_lazy("Signs in CSV"),
        choices=CsvStyle.choices,
        required=False,
        help_text=gettext_lazy("Between values, and in decimal numbers. Excel expects those of its own language."),
    )

    def __init__(self, network: Network, data: QueryDict) -> None:
        filled = data.copy()
        filled.setdefault("csv", CsvStyle.of_reader().value)
        super().__init__(filled)
        self.network = network
        finished = Review.objects.finished().filter(organisation__network=network)
        everything = _("All")
        organisation = cast(forms.ModelMultipleChoiceField, self.fields["organisation"])
        organisation.queryset = network.organisations.current()
        organisation.choices, self.not_offered = self._offered()
        cast(forms.ChoiceField, self.fields["kind"]).choices = [("", everything), *Kind.choices]
        edition = cast(forms.ModelChoiceField, self.fields["edition"])
        edition.queryset = ScaleEdition.objects.filter(pk__in=finished.values("edition")).defer("document")
        edition.empty_label = everything

    def clean_organisation(self) -> QuerySet[Organisation]:
        """Reject more organisations than fit into a URL."""
        chosen: QuerySet[Organisation] = self.cleaned_data["organisation"]
        if (count := len(chosen)) > MOST_TICKED:
            raise forms.ValidationError(
                _(
                    "At most %(most)s organisations can be ticked, these are %(count)s. Tick fewer, search for what "
                    "their names have in common, or tick none to take all."
                ),
                code="too_many",
                params={"most": str(MOST_TICKED), "count": str(count)},
            )
        return chosen

    def clean_csv(self) -> CsvStyle:
        """Return the style of CSV that is chosen, else the reader's."""
        return CsvStyle(self.cleaned_data["csv"] or CsvStyle.of_reader())

    def clean(self) -> dict[str, Any]:
        """Reject a last day before the first day."""
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day cannot be before the first day."))
        return cleaned

    def _offered(self) -> tuple[list[tuple[str, str]], str]:
        """Return the choices of organisations, and the number of further ones as text. Three queries at most."""
        organisations = self.network.organisations.current()
        codes = [code for text in self._raw("organisation") if (code := _code(text))][:MOST_TICKED]
        ticked = list(organisations.filter(code__in=codes).values_list("code", "name")) if codes else []
        name = " ".join(self._raw("name")).strip()[:LONGEST_NAME]
        matching = (organisations.named(name) if name else organisations).exclude(code__in=codes)
        room = MOST_TICKED - len(ticked)
        further = list(matching.values_list("code", "name")[: room + 1])
        left_out = matching.count() - room if len(further) > room else 0
        return [(str(code), text) for code, text in (*ticked, *further[:room])], str(left_out or "")

    def _raw(self, name: str) -> list[str]:
        """Return the raw values of a field before validation, without NUL characters, which PostgreSQL rejects."""
        values = self.data.getlist(name) if isinstance(self.data, QueryDict) else []
        return [text.replace("\0", "") for text in values]

    def selection(self) -> Selection:
        """Return the selection of a valid form."""
        chosen = self.cleaned_data
        return Selection(
            network=self.network,
            organisations=tuple(chosen["organisation"]),
            name="" if chosen["organisation"] else chosen["name"],
            kind=chosen["kind"],
            edition=chosen["edition"],
            since=chosen["since"],
            until=chosen["until"],
            superseded=chosen["superseded"],
            csv=chosen["csv"],
        )


def _code(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def part_version(keys: Sequence[int]) -> str:
    """Return the version of a part. It changes with its reviews and their order, and if a review comes before them."""
    return version_of(*keys)


def number_of_parts(count: int) -> int:
    """Return the number of parts of PART reviews each; one if there are no reviews."""
    return -(-count // PART) or 1
