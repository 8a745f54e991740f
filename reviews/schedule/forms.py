"""Forms of timelines, preparation and due dates. They validate and never write."""

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row, Submit
from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from ipsfidelity.privacy import refuse_identity_numbers
from reviews.fields import INCOMPLETE, CommentField, DayField, HiddenFieldsForm, PastStepsField, UpcomingDayField
from reviews.models import Review
from reviews.models.schedule import FARTHEST, LONGEST_STEP
from reviews.records.writing import LONGEST_VERSION
from reviews.schedule.preparation import past_steps_of
from reviews.schedule.services import rhythm_version
from reviews.typed_text import cleaned_line
from scales.definition import Band
from scales.models import ScaleEdition
from scales.parsing import MOST_MONTHS

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


class LayOutForm(forms.Form):
    """Lay out the timeline for a review without steps. Asks what becomes of steps whose dates have passed, if any."""

    past_steps = PastStepsField()

    def __init__(self, review: Review, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if past := past_steps_of(review):
            self.fields["past_steps"].ask(past)
            self.fields["past_steps"].required = True
        self.helper = FormHelper()
        self.helper.form_action = reverse("lay_out", args=[review.code])
        self.helper.layout = Layout("past_steps", Submit("lay_out", _("Lay out the timeline")))

    def clean_past_steps(self) -> str:
        """Ignore an answer that nobody asked for."""
        field = self.fields["past_steps"]
        return str(self.cleaned_data["past_steps"]) if field.required else ""


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
    """The rule of a network for one edition: months to the next review for each band. `seen` is the page's version."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=LONGEST_VERSION)

    def __init__(self, edition: ScaleEdition, stored: dict[int, int], data: Any = None) -> None:
        super().__init__(data, prefix=edition.slug, initial={"seen": rhythm_version(stored)})
        self.edition, self.scale = edition, edition.scale
        for rank, months in stored.items():
            self.fields[f"band_{rank}"] = forms.IntegerField(
                label=self._label(self.scale.ranked(rank)),
                initial=months,
                min_value=1,
                max_value=MOST_MONTHS,
                widget=forms.NumberInput(attrs={"class": "months"}),
            )
        self.helper = FormHelper()
        self.helper.add_input(Submit("", _("Save")))
        self.helper.attrs = {"aria-labelledby": f"{edition.slug}-title"}

    def months(self) -> dict[int, int]:
        """Return the validated months by rank of the band, the best band first."""
        return {rank: self.cleaned_data[f"band_{rank}"] for rank in range(len(self.scale.bands), 0, -1)}

    def months_words(self, months: dict[int, int]) -> str:
        """Return months by rank in words: "good: 12, fair: 6"."""
        return ", ".join(f"{self.scale.ranked(rank).label}: {count}" for rank, count in months.items())

    def _label(self, band: Band) -> SafeString:
        label = '<span lang="{}">{}</span>, {}–{}'
        return format_html(label, self.scale.language, band.label, str(band.min), str(band.max))
