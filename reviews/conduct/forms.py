"""What may come in from the scoring pages. Forms check and never write; they take what they need."""

from collections.abc import Mapping
from typing import Any, ClassVar

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row, Submit
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reviews.autosave import ChangeForm
from reviews.conduct.observation_fields import fields_of, initial_of, inputs_of, observation_in
from reviews.conduct.planning import NotIndependent, check_independence
from reviews.factcheck.deadline import proposed_day
from reviews.fields import (
    AWAITING,
    EARLIEST,
    LATEST,
    CommentField,
    DateInput,
    DayField,
    DayToComeField,
    NoteField,
    PeopleField,
    ScoreField,
    TextField,
    VersionField,
)
from reviews.models import Organisation, Review, User
from reviews.models.scores import LONGEST_REASON, LONGEST_ROLE, LONGEST_TASK
from reviews.workflow import DRAFT, Kind, Method, Need, Transition
from scales.definition import Item, Scale
from scales.models import ScaleEdition
from scales.rules import SCORES

AWAITED_FIELDS = ("awaited", "awaited_from", "awaited_by")
NOT_AWAITING: dict[str, Any] = {"awaiting": False, "awaited": "", "awaited_from": "", "awaited_by": None}


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
        fields = ("edition", "kind", "visit_start", "visit_end", "period_start", "period_end", "evaluators", "method")
        widgets: ClassVar = {"method": forms.RadioSelect}

    def __init__(self, organisation: Organisation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("visit_start", "visit_end", "period_start", "period_end"):
            field = self.fields[name]
            field.widget = DateInput()
            field.validators += [MinValueValidator(EARLIEST), MaxValueValidator(LATEST)]
        self.organisation = organisation
        self.fields["evaluators"].queryset = User.objects.evaluators_of(organisation.network_id)
        self.fields["evaluators"].label_from_instance = str
        self.fields["method"].choices = Method.choices
        self.fields["method"].initial = Method.APART
        self.fields["method"].help_text = _(
            "With one evaluator there is one common scoring. Choose it too for a finished paper sheet."
        )
        self.fields["period_start"].help_text = _("May be left empty. The months that numbers and records cover.")
        self.helper = FormHelper()
        self.helper.layout = Layout(
            Row(Column("edition", css_class="col-md-7"), Column("kind", css_class="col-md-5")),
            Row(Column("visit_start", css_class="col-sm-6"), Column("visit_end", css_class="col-sm-6")),
            Row(Column("period_start", css_class="col-sm-6"), Column("period_end", css_class="col-sm-6")),
            "evaluators",
            "method",
            "code",
            Submit("", _("Create review")),
        )

    def clean(self) -> dict[str, Any]:
        """Refuse evaluators who belong to the organisation where the kind asks for people from elsewhere."""
        data = super().clean() or {}
        try:
            check_independence(self.organisation, data.get("kind", ""), data.get("evaluators", ()))
        except NotIndependent as refused:
            self.add_error("evaluators", forms.ValidationError(refused.sentence, code="not_independent"))
        return data


class TransitionForm(forms.Form):
    """What a move asks a person for: the reason, until when the service remarks, the password of who signs."""

    comment = CommentField(_("Reason"))
    facts_until = DayToComeField(_("Remarks of the service until"), required=False)
    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, transition: Transition, *args: Any, with_password: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if Need.COMMENT not in transition.needs:
            del self.fields["comment"]
        if transition == DRAFT:
            self.fields["facts_until"].initial = proposed_day()
            self.fields["facts_until"].help_text = _("This day included. Left empty, the service is not asked.")
        else:
            del self.fields["facts_until"]
        if not with_password:
            del self.fields["password"]


class ReasonForm(forms.Form):
    """Why a final review is corrected."""

    comment = CommentField(_("Reason"))


class EvaluatorsForm(forms.Form):
    """Who the evaluators of a review are from now on."""

    evaluators = PeopleField(label=_("Evaluators"), queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple)

    def __init__(self, review: Review, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        network = review.organisation.network_id
        now = review.participations.values("user")
        self.fields["evaluators"].queryset = User.objects.filter(
            Q(pk__in=User.objects.evaluators_of(network).values("pk")) | Q(pk__in=now)
        ).order_by("name", "pk")
        self.fields["evaluators"].initial = list(review.participations.values_list("user", flat=True))
        self.fields["evaluators"].label_from_instance = str
        self.helper = FormHelper()
        self.helper.add_input(Submit("", _("Save evaluators")))


class ItemForm(ChangeForm):
    """One item's score, or that it waits for data; what was observed, sources, evidence, recommendation."""

    value = ScoreField(with_awaiting=True)
    awaited = TextField(_("What is missing"), LONGEST_TASK)
    awaited_from = TextField(_("Who gets it"), LONGEST_ROLE)
    awaited_by = DayField(_("By when"), required=False)
    departure = TextField(_("Why not the suggestion?"), LONGEST_REASON)
    sources = forms.MultipleChoiceField(
        label=_("Data sources"),
        required=False,
        error_messages={"invalid_choice": _("The scale does not know the data source %(value)s.")},
    )
    evidence = NoteField(_("Evidence"))
    recommendation = NoteField(_("Recommendation"))
    decision = TextField(_("Reason for the decision"), LONGEST_REASON)
    version = VersionField()

    def __init__(
        self, review: Review, item: Item, sent: Any = None, *, stored: Mapping[str, Any] | None = None
    ) -> None:
        """`sent` is what the page sends; `stored` holds the row's values, shown before anything is sent."""
        shown = dict(stored or {"observation": {}})
        if shown.get("awaiting"):
            shown["value"] = AWAITING
        self.item, self.labels = item, review.all_labels
        super().__init__(sent, initial=shown | initial_of(shown["observation"], item, self.labels))
        self.codes = [source.code for source in review.scale.sources]
        self.fields["sources"].choices = [(code, code) for code in self.codes]
        self.fields |= fields_of(item, self.labels)
        # A correction of a review that was agreed upon has its reasons too.
        was_decided = not review.is_blind and bool(shown.get("decision") or "decision" in (sent or {}))
        if not (review.is_in_consensus or was_decided):
            del self.fields["decision"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for inputs in inputs_of(self.item, self.labels):
            if inputs.is_more_than_all(data):
                self.add_error(inputs.name("part"), _("The part cannot be larger than the whole."))
        return data

    def clean_sources(self) -> list[str]:
        chosen = self.cleaned_data["sources"]
        return [code for code in self.codes if code in chosen]

    def shown_score(self) -> int | str | None:
        """Return the score to show as chosen: a typed one that is none shows as no score."""
        shown = str(self["value"].value() or "")
        if shown == AWAITING:
            return AWAITING
        return int(shown) if shown in {str(score) for score in SCORES} else None

    def shown_sources(self) -> tuple[str, ...]:
        """Return the sources to show as ticked, in the scale's order."""
        ticked = self["sources"].value() or []
        return tuple(code for code in self.codes if code in ticked)

    def observation(self) -> dict[str, Any]:
        """Return the observation that the checked form holds."""
        return observation_in(self.cleaned_data, self.item, self.labels)

    def fields_to_save(self) -> dict[str, Any]:
        """Return the checked values by field of a rating or score."""
        data = self.cleaned_data
        waits = data["value"] == AWAITING
        told = {name: data[name] for name in ("sources", "evidence", "recommendation", "departure")}
        told |= {"value": None if waits else data["value"], "observation": self.observation(), "awaiting": waits}
        told |= {name: data[name] for name in AWAITED_FIELDS} if waits else NOT_AWAITING
        return told | ({"decision": data["decision"]} if "decision" in self.fields else {})


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

    def fields_to_save(self, score: int | None) -> dict[str, Any]:
        """Return what a typed score changes: an item that has one no longer waits for data."""
        return {"value": score} if score is None else {"value": score} | NOT_AWAITING

    def sentence(self, name: str, error: str) -> str:
        """Name the row: the page may be longer than the window."""
        item = self.items.get(int(name.rpartition("-")[2])) if "-" in name else None
        return f"{item.section_number} {item.sheet_title}: {error}" if item else error
