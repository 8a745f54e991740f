"""Forms of timelines, preparation and due dates. They validate and never write."""

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row, Submit
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from ipsfidelity.privacy import refuse_identity_numbers
from reviews.fields import INCOMPLETE, CommentField, DayField, HiddenFieldsForm, UpcomingDayField
from reviews.models import Network, Review
from reviews.models.organisations import LEAST_TOTAL, LONGEST_BETWEEN, MOST_TOTAL
from reviews.models.schedule import FARTHEST, LONGEST_STEP
from reviews.schedule.services import RHYTHM_FIELDS, rhythm_version
from reviews.typed_text import cleaned_line

BEFORE, AFTER = "before", "after"


class WhatToDoField(forms.CharField):
    """What is to be done. The widget has two rows; the value is a single line."""

    def __init__(self) -> None:
        super().__init__(
            label=_("What to do"),
            max_length=LONGEST_STEP,
            widget=forms.Textarea(attrs={"rows": 2}),
            validators=[refuse_identity_numbers],
        )

    def to_python(self, value: Any) -> str:
        """Return the text as a single line."""
        return cleaned_line(super().to_python(value) or "")


class TimelineStepForm(HiddenFieldsForm):
    """A row of a timeline: the number of weeks, before or after the visit, and what is to be done.

    `seen` is the version that the page showed, "" for a new row.
    """

    weeks = forms.IntegerField(label=_("Weeks"), min_value=0, max_value=FARTHEST)
    side = forms.ChoiceField(
        label=_("Before or after"), choices=[(BEFORE, _("before the visit")), (AFTER, _("after the visit"))]
    )
    text = WhatToDoField()
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=16)

    def __init__(self, button: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["weeks"].help_text = _("0 is the visit itself.")
        self.helper = FormHelper()
        self.helper.layout = Layout(
            Row(Column("weeks", css_class="col-4 col-sm-2"), Column("side", css_class="col-8 col-sm-4")),
            "text",
            "seen",
            Submit("", button),
        )

    @staticmethod
    def initial_for(weeks: int, text: str, seen: str) -> dict[str, Any]:
        """Return the initial values of the form for a stored row."""
        return {"weeks": abs(weeks), "side": AFTER if weeks > 0 else BEFORE, "text": text, "seen": seen}

    def row(self) -> dict[str, Any]:
        """Return the validated values by field of TimelineStep."""
        weeks = self.cleaned_data["weeks"]
        return {"weeks": -weeks if self.cleaned_data["side"] == BEFORE else weeks, "text": self.cleaned_data["text"]}


class OwnStepForm(forms.Form):
    """A step that the timeline does not have."""

    due = DayField(_("By when"))
    text = WhatToDoField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.layout = Layout(
            Row(Column("due", css_class="col-sm-4"), Column("text", css_class="col-sm-8")), Submit("", _("Add step"))
        )


class StepDateForm(HiddenFieldsForm):
    """Another date for a step. `seen` is the date that the page showed."""

    due = DayField(_("By when"))
    seen = forms.DateField(widget=forms.HiddenInput, error_messages=dict.fromkeys(("required", "invalid"), INCOMPLETE))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.layout = Layout("due", "seen", Submit("", _("Save")))

    @staticmethod
    def initial_for(due: date) -> dict[str, Any]:
        """Return the initial values of the form for a stored step."""
        return {"due": due, "seen": due.isoformat()}


class DueForm(HiddenFieldsForm):
    """A date for the next review that is set by hand, with the reason. `seen` is the date that the page showed."""

    on = UpcomingDayField(_("Next review due"))
    reason = CommentField(_("Reason"))
    seen = forms.DateField(widget=forms.HiddenInput, error_messages=dict.fromkeys(("required", "invalid"), INCOMPLETE))

    def __init__(self, review: Review, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.visit_end = review.visit_end

    def clean_on(self) -> date:
        """Refuse a day that is not after the visit."""
        on: date = self.cleaned_data["on"]
        if on <= self.visit_end:
            raise forms.ValidationError(_("The next review comes after this one. Choose a later date."), code="later")
        return on


class ReturnToRuleForm(forms.Form):
    """Return to the network's rule. `seen` is the date that the page showed."""

    seen = forms.DateField(error_messages=dict.fromkeys(("required", "invalid"), INCOMPLETE))


class RhythmForm(HiddenFieldsForm):
    """The rule of a network: months to the next review, months after a high total, and which totals are high.

    `seen` is the version that the page showed.
    """

    months_between = forms.IntegerField()
    months_when_good = forms.IntegerField()
    good_total = forms.IntegerField()
    seen = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, network: Network, data: Any = None) -> None:
        initial = {name: getattr(network, name) for name in RHYTHM_FIELDS}
        super().__init__(data, initial=initial | {"seen": rhythm_version(network)})
        self._limit("months_between", _("Months from one visit to the next"), 1, LONGEST_BETWEEN)
        self._limit("months_when_good", _("Months after a visit with a high total"), 1, LONGEST_BETWEEN)
        self._limit("good_total", _("A total is high from"), LEAST_TOTAL, MOST_TOTAL)
        self.helper = FormHelper()
        self.helper.add_input(Submit("", _("Save")))

    def rhythm(self) -> dict[str, int]:
        """Return the validated values by field of Network."""
        return {name: self.cleaned_data[name] for name in RHYTHM_FIELDS}

    def _limit(self, name: str, label: Any, least: int, most: int) -> None:
        field = self.fields[name]
        field.label = label
        field.help_text = _("From %(least)s to %(most)s.") % {"least": least, "most": most}
        field.validators += [MinValueValidator(least), MaxValueValidator(most)]
        field.widget.attrs |= {"min": str(least), "max": str(most)}
