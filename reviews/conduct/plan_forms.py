"""Forms of planning a review and of changing its plan. Forms validate; services write.

Both ask back about odd dates: the form is refused until each question is ticked, and nothing that was typed is lost.
Both can be shown again as typed, filled in further and not yet checked: such a form is not bound.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any, ClassVar
from uuid import uuid4

from crispy_forms.bootstrap import StrictButton
from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Column, Div, Field, Layout, Row, Submit
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from reviews.components.organisation_choice import organisation_options
from reviews.conduct.changing_plans import ReviewPlan, plan_version, why_scale_stays
from reviews.conduct.evaluator_choice import EvaluatorChoice, PlannedVisit, evaluator_choice
from reviews.conduct.forms import possible_evaluators
from reviews.conduct.last_plan import LastPlan, last_plan
from reviews.conduct.plan_questions import PlanQuestion, Visit, questions_about
from reviews.conduct.planning import NotIndependent, check_independence
from reviews.fields import EARLIEST, LATEST, DateInput, InstrumentSelect, PastStepsField, PeopleField, parse_key
from reviews.models import Organisation, Review, User
from reviews.models.organisations import OrganisationQuerySet
from reviews.records.writing import LONGEST_VERSION
from reviews.schedule.preparation import past_steps
from reviews.workflow import Kind, Method
from scales.models import ScaleEdition

DAYS = ("visit_start", "visit_end", "period_start", "period_end")
FIELDS = ("organisation", *DAYS, "evaluators", "kind", "edition", "method")
SHOW, SUGGESTED, AGAIN = "show", "suggested", "again"  # buttons that show the form again and save nothing
ACTS = frozenset({SHOW, SUGGESTED, AGAIN})


def typed_in(post: QueryDict) -> dict[str, Any]:
    """Return what a POST holds, unchecked, by name of the field."""
    return {**post.dict(), "evaluators": post.getlist("evaluators")}


def _day(value: Any) -> date | None:
    """Return a typed value as a day of the fields' range, None if it is none."""
    try:
        day: date | None = forms.DateField(required=False).clean(value)
    except forms.ValidationError:
        return None
    return day if day and EARLIEST <= day <= LATEST else None


def _two(first: str, second: str) -> Row:
    return Row(Column(first, css_class="col-sm-6"), Column(second, css_class="col-sm-6"))


def _act(act: str, label: Any) -> StrictButton:
    """Return a button that shows the form again."""
    return StrictButton(
        label, type="submit", name="act", value=act, formnovalidate="formnovalidate", css_class="btn-outline-primary"
    )


DATES = _two("visit_start", "visit_end")
PERIOD = _two("period_start", "period_end")
EVALUATORS = Div(Field("evaluators", template="conduct/_evaluators.html"), data_part="evaluators")
NOT_NOW = HTML('{% include "conduct/_not_now.html" %}')
PAST_STEPS = Div("past_steps", data_part="past-steps")


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


class FilledSelect(InstrumentSelect):
    """A select of editions without an empty choice, so that something is always chosen."""

    def use_required_attribute(self, initial: Any) -> bool:
        """Return what Django would, which runs the query of the choices once more to look at the first."""
        return False


class _FieldsOfPlan(forms.ModelForm):
    """The fields that plan a review, for `user`. `stored` is the review whose plan they change.

    `values` is what was typed or, without a POST, what the form begins with: they decide `of`, the chosen organisation,
    from which the evaluators and the steps of the preparation follow.
    """

    stored: Review | None = None
    organisation_name = forms.CharField(label=_("Find an organisation"), required=False, max_length=150)
    organisation = forms.ModelChoiceField(
        label=_("Organisation"), queryset=Organisation.objects.none(), empty_label=None
    )
    edition = forms.ModelChoiceField(
        label=_("Scale"),
        queryset=ScaleEdition.objects.none(),
        empty_label=None,
        widget=FilledSelect,
        error_messages={"invalid_choice": _("A newer edition has replaced this scale. Choose from the list.")},
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("Choose …")), *Kind.choices])
    evaluators = PeopleField(label=_("Evaluators"), queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple)
    past_steps = PastStepsField()
    confirmed = ConfirmationField()

    class Meta:
        model = Review
        fields = FIELDS
        widgets: ClassVar = {"method": forms.RadioSelect}

    def __init__(
        self,
        user: User,
        organisations: OrganisationQuerySet,
        values: Mapping[str, Any],
        data: QueryDict | None,
        **kwargs: Any,
    ) -> None:
        self.user = user
        key = parse_key(str(values.get("organisation", "")))
        chosen = organisations.select_related("network", "joined_to").filter(pk=key).first() if key else None
        self.options = organisation_options(organisations, str(values.get("organisation_name", "")), chosen)
        self.of: Organisation | None = chosen or self.options.only
        initial = self.initial_from(values) if data is None else {}
        super().__init__(data, initial=initial | kwargs.pop("initial", {}), **kwargs)
        for name in DAYS:
            field = self.fields[name]
            field.widget = DateInput()
            field.validators += [MinValueValidator(EARLIEST), MaxValueValidator(LATEST)]
        self._offer(organisations)
        self.fields["edition"].queryset = ScaleEdition.objects.current()
        if self.of:
            self.fields["evaluators"].queryset = User.objects.evaluators_of(self.of.network_id)
        self.fields["evaluators"].label_from_instance = str
        self.fields["method"].choices = Method.choices
        self.fields["method"].initial = Method.APART
        self.fields["method"].help_text = _(
            "With one evaluator there is one common scoring. Choose it too for a finished paper sheet."
        )
        self.fields["period_start"].help_text = _("May be left empty. The months that numbers and records cover.")
        self.has_past_steps = self._ask_about_steps()
        self.helper = FormHelper()
        self.helper.layout = self.layout()

    def initial_from(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values that the form shows before it is checked."""
        return dict(values)

    def layout(self) -> Layout:
        """Return the fields in the order of the page."""
        raise NotImplementedError

    def _offer(self, organisations: OrganisationQuerySet) -> None:
        field = self.fields["organisation"]
        field.queryset = organisations
        if self.options.is_searched:
            field.widget, field.required, field.help_text = forms.RadioSelect(), False, self.options.sentence
        else:
            del self.fields["organisation_name"]
        empty = [] if self.options.is_searched or self.stored else [("", _("Choose …"))]
        field.choices = [*empty, *self.options.choices]

    @property
    def organisation_layout(self) -> Any:
        """The choice of the organisation: a list or, where it would be too long, a search."""
        if not self.options.is_searched:
            return "organisation"
        return Div("organisation_name", _act(SHOW, _("Search")), Div("organisation", data_part="organisation"))

    @cached_property
    def ranking(self) -> EvaluatorChoice | None:
        """The evaluators in the order of suggestion, None until an organisation is chosen. Five queries at most."""
        if self.of is None:
            return None
        visit = PlannedVisit(self.of, str(self["kind"].value() or ""), *self._days())
        without = self.stored.lineage() if self.stored else ()
        return evaluator_choice(self.fields["evaluators"].queryset, visit, self.user, without)

    @property
    def choice(self) -> EvaluatorChoice | None:
        """The same, with those who are ticked."""
        ticked = {str(getattr(one, "pk", one)) for one in self["evaluators"].value() or ()}
        return self.ranking.choosing(ticked) if self.ranking else None

    def clean_organisation(self) -> Organisation:
        """Take the only organisation that was found, if none was chosen among those found."""
        chosen: Organisation | None = self.cleaned_data["organisation"] or self.options.only
        if chosen is None:
            raise forms.ValidationError(_("Choose the organisation among those that were found."), code="required")
        return chosen

    def clean(self) -> dict[str, Any]:
        """Reject evaluators who belong to the organisation if the kind requires people from elsewhere; ask back."""
        data = super().clean() or {}
        confirmed, organisation = data.pop("confirmed", ()), data.get("organisation", self.of)
        data.pop("organisation_name", None)
        past, data["past_steps"] = data.get("past_steps", ""), ""
        if organisation is None:
            return data
        try:
            self.check_independence(organisation, data)
        except NotIndependent as conflict:
            self.add_error("evaluators", forms.ValidationError(conflict.sentence, code="not_independent"))
        start, end, kind = data.get("visit_start"), data.get("visit_end"), data.get("kind")
        if start and end and kind and start <= end:
            visit = Visit(organisation, kind, start, end)
            self._ask(questions_about(visit, self.user, self.stored, data.get("code")), confirmed)
        if self.has_past_steps:
            data["past_steps"] = past
            if not past:
                sentence = self.fields["past_steps"].error_messages["required"]
                self.add_error("past_steps", forms.ValidationError(sentence, code="required"))
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

    def _days(self) -> tuple[date | None, date | None]:
        """Return the first and the last day of the visit as typed, None for what is not a day."""
        return _day(self["visit_start"].value()), _day(self["visit_end"].value())

    def _ask_about_steps(self) -> bool:
        """Show the question about steps whose dates have passed, and return whether there are any."""
        start, end = self._days()
        if not (self.of and start and end and start <= end):
            return False
        if self.stored and (start, end) == (self.stored.visit_start, self.stored.visit_end):
            return False  # no step moves
        if count := past_steps(self.of, self.stored, start, end):
            self.fields["past_steps"].ask(count)
        return count > 0


class ReviewForm(_FieldsOfPlan):
    """A new review. Status and author are not fields.

    `code` is the code of the new review. It is generated with the page, so that a repeated POST creates one review.
    `filled_for` is the organisation from whose last review kind, method and scale were taken.
    """

    code = forms.UUIDField(widget=forms.HiddenInput)
    filled_for = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        organisations: OrganisationQuerySet,
        user: User,
        data: QueryDict | None = None,
        typed: Mapping[str, Any] | None = None,
    ) -> None:
        values = typed_in(data) if data is not None else {"code": uuid4(), **(typed or {})}
        super().__init__(user, organisations, values, data)
        if values.get("act") == SUGGESTED and self.ranking and self.last:
            self.initial["evaluators"] = self.ranking.suggested(self.last.count)

    @cached_property
    def last(self) -> LastPlan | None:
        """The last review of the chosen organisation, from which the plan is filled in."""
        return last_plan(self.of, self.user) if self.of else None

    def initial_from(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return what was typed, with what follows from the organisation, the first day and the pressed button."""
        filled = dict(values)
        if self.of is None or self.last is None:
            return filled
        if str(filled.get("filled_for")) != str(self.of.pk):
            filled |= self.last.defaults() | {"organisation": self.of.pk, "filled_for": self.of.pk}
        start = _day(filled.get("visit_start"))
        if filled.get("act") == AGAIN:
            filled |= self.last.again(start, self.of.next_due)
        elif start and not filled.get("visit_end"):
            filled["visit_end"] = start + self.last.length
        return filled

    def clean(self) -> dict[str, Any]:
        """Ask nothing about a review that the person has created with this page already."""
        if code := self.cleaned_data.get("code"):
            self.stored = Review.objects.filter(code=code, created_by=self.user).first()
        data = super().clean()
        data.pop("filled_for", None)
        return data

    def layout(self) -> Layout:
        """Return the fields in the order of the page."""
        self.helper.form_action = reverse("plan_review")
        return Layout(
            self.organisation_layout,
            DATES,
            Div(HTML('{% include "conduct/_last_time.html" %}'), data_part="last"),
            EVALUATORS,
            Row(Column("kind", css_class="col-md-5"), Column("edition", css_class="col-md-7")),
            "method",
            PERIOD,
            PAST_STEPS,
            "code",
            "filled_for",
            "confirmed",
            Submit("", _("Create review")),
        )


class PlanForm(_FieldsOfPlan):
    """The plan of an existing review.

    What the person cannot change now is shown and disabled, with the reason: method and scale once somebody has begun
    to score, and the evaluators for everybody but the coordinator. `seen` is the version of the plan on the page.
    """

    seen = forms.CharField(max_length=LONGEST_VERSION, widget=forms.HiddenInput)

    def __init__(
        self, review: Review, user: User, data: QueryDict | None = None, typed: Mapping[str, Any] | None = None
    ) -> None:
        self.stored, of = review, review.organisation
        instance = Review.objects.select_related("organisation").get(pk=review.pk)  # validation alters it
        evaluators_stay = "" if review.coordinated else _("The evaluators of a review are changed by the coordinator.")
        why = {"method": why_scale_stays(review), "edition": why_scale_stays(review), "evaluators": evaluators_stay}
        self.locked = {name: reason for name, reason in why.items() if reason}
        possible = Q(joined_to__isnull=True) & ~Q(pk=of.current_id) | Q(pk=of.pk)
        organisations = Organisation.objects.filter(possible, network=of.network_id)
        values = typed_in(data) if data is not None else {"organisation": of.pk, "seen": plan_version(instance)}
        super().__init__(user, organisations, values | dict(typed or {}), data, instance=instance)
        self.fields["edition"].queryset |= ScaleEdition.objects.filter(pk=review.edition_id)
        self.fields["evaluators"].queryset = possible_evaluators(review)
        current = list(review.participations.values_list("user", flat=True))
        if typed is None or "evaluators" in self.locked:
            self.initial["evaluators"] = current
        elif typed.get("act") == SUGGESTED and self.ranking:
            self.initial["evaluators"] = self.ranking.suggested(len(current))
        for name, reason in self.locked.items():
            self.fields[name].disabled, self.fields[name].help_text = True, reason

    def initial_from(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return what was typed, except in fields that the person cannot change."""
        return {name: value for name, value in values.items() if name not in self.locked}

    def layout(self) -> Layout:
        """Return the fields in the order of the page."""
        return Layout(
            self.organisation_layout,
            "kind",
            DATES,
            EVALUATORS,
            PERIOD,
            "edition",
            "method",
            PAST_STEPS,
            "seen",
            "confirmed",
            Div(Submit("", _("Save the plan")), NOT_NOW, css_class="moves"),
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
        fields = {name: self.cleaned_data[name] for name in FIELDS}
        return ReviewPlan(**fields | {"evaluators": frozenset(fields["evaluators"])})
