"""Forms of planning a review and of changing its plan. Forms validate; services write.

Both ask back about odd dates: the form is refused until each question is ticked, and nothing that was typed is lost.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row, Submit
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reviews.conduct.changing_plans import ReviewPlan, plan_version, why_scale_stays
from reviews.conduct.forms import possible_evaluators
from reviews.conduct.plan_questions import PlanQuestion, Visit, questions_about
from reviews.conduct.planning import NotIndependent, check_independence
from reviews.fields import EARLIEST, LATEST, DateInput, PeopleField
from reviews.models import Organisation, Review, User
from reviews.records.writing import LONGEST_VERSION
from reviews.workflow import Kind, Method
from scales.models import ScaleEdition

FIELDS = ("edition", "kind", "visit_start", "visit_end", "period_start", "period_end", "evaluators", "method")


def _two(first: str, second: str) -> Row:
    return Row(Column(first, css_class="col-sm-6"), Column(second, css_class="col-sm-6"))


DATES = (_two("visit_start", "visit_end"), _two("period_start", "period_end"))


class ConfirmationField(forms.MultipleChoiceField):
    """Questions to confirm by a check box each. It is hidden until something is asked."""

    def __init__(self) -> None:
        super().__init__(label=_("Is this right? Tick it, or change it above."), required=False)
        self.widget = forms.MultipleHiddenInput()

    def valid_value(self, value: str) -> bool:
        """Accept every key: one that is not asked about has no effect."""
        return True

    def ask(self, questions: Sequence[PlanQuestion]) -> None:
        """Show the questions."""
        self.widget = forms.CheckboxSelectMultiple()
        self.choices = [(question.key, question.sentence) for question in questions]


class _FieldsOfPlan(forms.ModelForm):
    """The fields that plan a review of `organisation`, for `user`. `stored` is the review whose plan they change."""

    stored: Review | None = None
    edition = forms.ModelChoiceField(
        label=_("Scale"),
        queryset=ScaleEdition.objects.none(),
        empty_label=None,
        error_messages={"invalid_choice": _("A newer edition has replaced this scale. Choose from the list.")},
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("Choose …")), *Kind.choices])
    evaluators = PeopleField(label=_("Evaluators"), queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple)
    confirmed = ConfirmationField()

    class Meta:
        model = Review
        fields = FIELDS
        widgets: ClassVar = {"method": forms.RadioSelect}

    def __init__(self, organisation: Organisation, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.of, self.user = organisation, user
        for name in ("visit_start", "visit_end", "period_start", "period_end"):
            field = self.fields[name]
            field.widget = DateInput()
            field.validators += [MinValueValidator(EARLIEST), MaxValueValidator(LATEST)]
        self.fields["edition"].queryset = ScaleEdition.objects.current()
        self.fields["evaluators"].queryset = User.objects.evaluators_of(organisation.network_id)
        self.fields["evaluators"].label_from_instance = str
        self.fields["method"].choices = Method.choices
        self.fields["method"].initial = Method.APART
        self.fields["method"].help_text = _(
            "With one evaluator there is one common scoring. Choose it too for a finished paper sheet."
        )
        self.fields["period_start"].help_text = _("May be left empty. The months that numbers and records cover.")
        self.helper = FormHelper()
        self.helper.layout = self.layout()

    def layout(self) -> Layout:
        """Return the fields in the order of the page."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        """Reject evaluators who belong to the organisation if the kind requires people from elsewhere; ask back."""
        data = super().clean() or {}
        confirmed, organisation = data.pop("confirmed", ()), data.get("organisation", self.of)
        try:
            self.check_independence(organisation, data)
        except NotIndependent as conflict:
            self.add_error("evaluators", forms.ValidationError(conflict.sentence, code="not_independent"))
        start, end, kind = data.get("visit_start"), data.get("visit_end"), data.get("kind")
        if start and end and kind and start <= end:
            visit = Visit(organisation, kind, start, end)
            self._ask(questions_about(visit, self.user, self.stored, data.get("code")), confirmed)
        return data

    def check_independence(self, organisation: Organisation, data: Mapping[str, Any]) -> None:
        """Raise NotIndependent if one of the chosen evaluators belongs to the organisation."""
        check_independence(organisation, data.get("kind", ""), data.get("evaluators", ()))

    def _ask(self, questions: Sequence[PlanQuestion], confirmed: Collection[str]) -> None:
        """Reject the form until all questions are confirmed."""
        if any(question.key not in confirmed for question in questions):
            self.fields["confirmed"].ask(questions)
            sentence = _("This is unusual, so nothing was saved yet. Tick what is right, and send the form again.")
            self.add_error("confirmed", forms.ValidationError(sentence, code="unusual"))


class ReviewForm(_FieldsOfPlan):
    """A new review of one organisation. Status, organisation and author are not fields.

    `code` is the code of the new review. It is generated with the page, so that a repeated POST creates one review.
    """

    code = forms.UUIDField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Ask nothing about a review that the person has created with this page already."""
        if code := self.cleaned_data.get("code"):
            self.stored = Review.objects.filter(code=code, created_by=self.user).first()
        return super().clean()

    def layout(self) -> Layout:
        """Return the fields in the order of the page."""
        return Layout(
            Row(Column("edition", css_class="col-md-7"), Column("kind", css_class="col-md-5")),
            *DATES,
            "evaluators",
            "method",
            "code",
            "confirmed",
            Submit("", _("Create review")),
        )


class PlanForm(_FieldsOfPlan):
    """The plan of an existing review.

    What the person cannot change now is shown and disabled, with the reason: method and scale once somebody has begun
    to score, and the evaluators for everybody but the coordinator. `seen` is the version of the plan on the page.
    """

    organisation = forms.ModelChoiceField(
        label=_("Organisation"), queryset=Organisation.objects.none(), empty_label=None
    )
    seen = forms.CharField(max_length=LONGEST_VERSION, widget=forms.HiddenInput)

    class Meta:
        model = Review
        fields = ("organisation", *FIELDS)
        widgets: ClassVar = {"method": forms.RadioSelect}

    def __init__(self, review: Review, user: User, data: Any = None) -> None:
        instance = Review.objects.select_related("organisation").get(pk=review.pk)  # validation alters it
        super().__init__(review.organisation, user, data, instance=instance, initial={"seen": plan_version(instance)})
        self.stored, self.locked, of = review, list[str](), review.organisation
        self.fields["organisation"].queryset = Organisation.objects.filter(
            Q(joined_to__isnull=True) & ~Q(pk=of.current_id) | Q(pk=of.pk), network=of.network_id
        ).select_related("joined_to")
        self.fields["edition"].queryset |= ScaleEdition.objects.filter(pk=review.edition_id)
        self.fields["evaluators"].queryset = possible_evaluators(review)
        self.initial["evaluators"] = list(review.participations.values_list("user", flat=True))
        self._lock("method", "edition", why=why_scale_stays(review))
        if not review.coordinated:
            self._lock("evaluators", why=_("The evaluators of a review are changed by the coordinator."))

    def layout(self) -> Layout:
        """Return the fields in the order of the page."""
        return Layout(
            Row(Column("organisation", css_class="col-md-7"), Column("kind", css_class="col-md-5")),
            *DATES,
            "evaluators",
            "edition",
            "method",
            "seen",
            "confirmed",
            Submit("", _("Save the plan")),
        )

    def check_independence(self, organisation: Organisation, data: Mapping[str, Any]) -> None:
        """Raise NotIndependent as `change_plan` does: those who stay are checked if organisation or kind changes."""
        people, review = data.get("evaluators", ()), self.stored
        if review and (organisation, data.get("kind")) == (review.organisation, review.kind):
            people = people.exclude(participations__review=review) if people else ()
        check_independence(organisation, data.get("kind", ""), people)

    @property
    def ignores_a_choice(self) -> bool:
        """Whether a locked field was sent with another value: the page was made before the field was locked."""
        return any(self._sent(name) not in (set(), self._stored(name)) for name in self.locked)

    def _sent(self, name: str) -> set[str]:
        return set(self.data.getlist(name)) if name in self.data else set()

    def _stored(self, name: str) -> set[str]:
        value = self.initial[name]
        return {str(part) for part in (value if isinstance(value, list) else [value])}

    def plan(self) -> ReviewPlan:
        """Return the plan of a valid form."""
        fields = {name: value for name, value in self.cleaned_data.items() if name != "seen"}
        return ReviewPlan(**fields | {"evaluators": frozenset(fields["evaluators"])})

    def _lock(self, *names: str, why: Any) -> None:
        """Show fields that the person cannot change now, with the reason. Nothing is locked without one."""
        for name in names if why else ():
            self.fields[name].disabled, self.fields[name].help_text = True, why
            self.locked.append(name)
