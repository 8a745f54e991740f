"""What may come in from the scoring pages. Forms check and never write; they take what they need."""

import uuid
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row, Submit
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from reviews.models import Organisation, Review, User
from reviews.models.scores import LONGEST_NOTE
from reviews.workflow import Kind, Role
from scales.definition import Scale
from scales.models import ScaleEdition
from scales.rules import SCORES

EARLIEST, LATEST = date(1995, 1, 1), date(2100, 12, 31)


class DateInput(forms.DateInput):
    """The browser's own date field, which sends and wants ISO dates in every language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ReviewForm(forms.ModelForm):
    """A new review of one organisation. Status, organisation and author are not for the form to say."""

    edition = forms.ModelChoiceField(
        label=_("Scale"), queryset=ScaleEdition.objects.defer("document"), empty_label=None
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("Choose …")), *Kind.choices])
    evaluators = forms.ModelMultipleChoiceField(
        label=_("Evaluators"), queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Review
        fields = ("edition", "kind", "visit_start", "visit_end", "period_start", "period_end", "evaluators")

    def __init__(self, organisation: Organisation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("visit_start", "visit_end", "period_start", "period_end"):
            field = self.fields[name]
            field.widget = DateInput()
            field.validators += [MinValueValidator(EARLIEST), MaxValueValidator(LATEST)]
        self.fields["evaluators"].queryset = (
            User.objects.filter(memberships__network=organisation.network_id, memberships__role=Role.EVALUATOR)
            .distinct()
            .order_by("name")
        )
        self.fields["evaluators"].label_from_instance = str
        self.fields["period_start"].help_text = _("May be left empty. The months that numbers and records cover.")
        self.helper = FormHelper()
        self.helper.layout = Layout(
            Row(Column("edition", css_class="col-md-7"), Column("kind", css_class="col-md-5")),
            Row(Column("visit_start", css_class="col-sm-6"), Column("visit_end", css_class="col-sm-6")),
            Row(Column("period_start", css_class="col-sm-6"), Column("period_end", css_class="col-sm-6")),
            "evaluators",
            Submit("", _("Create review")),
        )


class NoteField(forms.CharField):
    """A long text. Line ends count as one character, as they do in the browser."""

    def __init__(self, label: Any) -> None:
        super().__init__(label=label, required=False, max_length=LONGEST_NOTE, widget=forms.Textarea)

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")


class ScoreField(forms.TypedChoiceField):
    """A whole score from 1 to 5, or nothing yet."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Score"),
            choices=[(str(score), str(score)) for score in SCORES],
            coerce=int,
            empty_value=None,
            required=False,
            error_messages={"invalid_choice": _("Give a whole score from 1 to 5, or leave it empty.")},
        )


class VersionField(forms.IntegerField):
    """The version an edit is based on."""

    def __init__(self) -> None:
        super().__init__(
            min_value=0,
            max_value=2**31 - 2,
            error_messages=dict.fromkeys(
                ("required", "invalid", "min_value", "max_value"),
                _("This form is incomplete. Reload the page; what is saved is kept."),
            ),
        )


class ChangeForm(forms.Form):
    """A change carries an id made where it was written, so that sending it twice is harmless."""

    change = forms.UUIDField(required=False)

    def change_id(self) -> uuid.UUID:
        """Return the client's id of this change, or a new one for a client without."""
        return self.cleaned_data["change"] or uuid.uuid4()


class ItemForm(ChangeForm):
    """One item's score, sources, evidence and recommendation."""

    value = ScoreField()
    sources = forms.MultipleChoiceField(
        label=_("Data sources"),
        required=False,
        error_messages={"invalid_choice": _("The scale does not know the data source %(value)s.")},
    )
    evidence = NoteField(_("Evidence"))
    recommendation = NoteField(_("Recommendation"))
    version = VersionField()

    def __init__(self, scale: Scale, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes = [source.code for source in scale.sources]
        self.fields["sources"].choices = [(code, code) for code in self.codes]

    def clean_sources(self) -> list[str]:
        chosen = self.cleaned_data["sources"]
        return [code for code in self.codes if code in chosen]

    def shown_score(self) -> int | None:
        """Return the score to show as chosen: a typed one that is none shows as no score."""
        shown = str(self["value"].value() or "")
        return int(shown) if shown in {str(score) for score in SCORES} else None

    def shown_sources(self) -> tuple[str, ...]:
        """Return the sources to show as ticked, in the scale's order."""
        ticked = self["sources"].value() or []
        return tuple(code for code in self.codes if code in ticked)

    def fields_to_save(self) -> dict[str, Any]:
        """Return the checked values by field of ItemScore."""
        return {name: self.cleaned_data[name] for name in ("value", "sources", "evidence", "recommendation")}


class EntryForm(ChangeForm):
    """All scores of a sheet at once: `score-<n>` based on `version-<n>` for every item."""

    def __init__(self, scale: Scale, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.numbers = [item.number for item in scale.items]
        for number in self.numbers:
            self.fields[f"score-{number}"] = ScoreField()
            self.fields[f"version-{number}"] = VersionField()

    def scores(self) -> list[tuple[int, int, int | None]]:
        """Return item number, version based on and score of every row."""
        data = self.cleaned_data
        return [(number, data[f"version-{number}"], data[f"score-{number}"]) for number in self.numbers]
