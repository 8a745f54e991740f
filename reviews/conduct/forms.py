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

LONGEST_KEY = 18  # digits that every database holds
MOST_LINES = 200  # of a note
EARLIEST, LATEST = date(1995, 1, 1), date(2100, 12, 31)


INCOMPLETE = _("This form is incomplete. Copy what you have written, then open the page anew.")


class DateInput(forms.DateInput):
    """The browser's own date field, which sends and wants ISO dates in every language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class PeopleField(forms.ModelMultipleChoiceField):
    """Some people, by number; a number that no database holds is refused like any unknown one."""

    def clean(self, value: Any) -> Any:
        if any(
            not (str(number).isascii() and str(number).isdigit()) or len(str(number)) > LONGEST_KEY
            for number in value or ()
        ):
            raise forms.ValidationError(_("Choose among the evaluators of the network."), code="invalid_pk_value")
        return super().clean(value)


class ReviewForm(forms.ModelForm):
    """A new review of one organisation. Status, organisation and author are not for the form to say.

    `code` is the new review's own, made with the page: sending it twice makes one review.
    """

    code = forms.UUIDField(widget=forms.HiddenInput)

    edition = forms.ModelChoiceField(
        label=_("Scale"), queryset=ScaleEdition.objects.defer("document"), empty_label=None
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("Choose …")), *Kind.choices])
    evaluators = PeopleField(label=_("Evaluators"), queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple)

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
            User.objects.filter(is_active=True)
            .filter(memberships__network=organisation.network_id, memberships__role=Role.EVALUATOR)
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
            "code",
            Submit("", _("Create review")),
        )


class NoteField(forms.CharField):
    """A long text. Line ends count as one character, as they do in the browser; many lines make
    a sheet of hundreds of pages, so they have a limit too."""

    def __init__(self, label: Any) -> None:
        super().__init__(
            label=label,
            required=False,
            max_length=LONGEST_NOTE,
            widget=forms.Textarea,
            error_messages={
                "max_length": _("The text has %(show_value)s characters; at most %(limit_value)s can be saved."),
            },
        )

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")

    def validate(self, value: str) -> None:
        super().validate(value)
        if value.count("\n") >= MOST_LINES:
            raise forms.ValidationError(
                _("The text has too many lines; at most %(most)s can be saved.") % {"most": MOST_LINES}
            )


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
            error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), INCOMPLETE),
        )


class ChangeForm(forms.Form):
    """A change carries an id made where it was written, so that sending it twice is harmless, and
    the number of the person for whom the page was made."""

    change = forms.UUIDField(required=False, error_messages={"invalid": INCOMPLETE})
    author = forms.IntegerField(required=False, error_messages={"invalid": INCOMPLETE})

    def change_id(self) -> uuid.UUID:
        """Return the client's id of this change, or a new one for a client without."""
        return self.cleaned_data["change"] or uuid.uuid4()

    def sentence(self, name: str, error: str) -> str:
        """Return an error of a field as it is told without the page around it."""
        return error


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
    """All scores of a sheet at once. For every item `score-<n>` is what stands in the row, `was-<n>`
    what stood there when the page was made, `version-<n>` the version that was."""

    def __init__(self, scale: Scale, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = scale.by_number
        for number in self.items:
            self.fields[f"score-{number}"] = ScoreField()
            self.fields[f"was-{number}"] = ScoreField()
            self.fields[f"version-{number}"] = VersionField()

    def touched(self) -> set[int]:
        """Return the items whose row the writer has changed."""
        sent = self.data
        return {n for n in self.items if sent.get(f"score-{n}", "") != sent.get(f"was-{n}", "")}

    def typed_scores(self) -> list[tuple[int, int, int | None]]:
        """Return item number, version based on and score of every row that the writer has changed."""
        data, touched = self.cleaned_data, self.touched()
        return [(n, data[f"version-{n}"], data[f"score-{n}"]) for n in self.items if n in touched]

    def sentence(self, name: str, error: str) -> str:
        """Name the row: the page may be longer than the window."""
        item = self.items.get(int(name.rpartition("-")[2])) if "-" in name else None
        return f"{item.section_number} {item.sheet_title}: {error}" if item else error
