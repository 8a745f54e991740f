"""What may come in about timelines and steps. Forms check and never write."""

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row, Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from ipsfidelity.privacy import refuse_identity_numbers
from reviews.fields import INCOMPLETE, DayField, WholeForm
from reviews.models.dates import FARTHEST, LONGEST_STEP

BEFORE, AFTER = "before", "after"


class WhatToDoField(forms.CharField):
    """What is to be done: one line, however wide the field is in which it is written."""

    def __init__(self) -> None:
        super().__init__(
            label=_("What to do"),
            max_length=LONGEST_STEP,
            widget=forms.Textarea(attrs={"rows": 2}),
            validators=[refuse_identity_numbers],
        )

    def to_python(self, value: Any) -> str:
        return " ".join((super().to_python(value) or "").split())


class TimelineStepForm(WholeForm):
    """One row of a timeline: how many weeks, before or after the visit, and what is to be done.

    `seen` is the mark of what stood there when the page was made.
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
    def shown(weeks: int, text: str, seen: str) -> dict[str, Any]:
        """Return what the fields hold for a row as it is stored."""
        return {"weeks": abs(weeks), "side": AFTER if weeks > 0 else BEFORE, "text": text, "seen": seen}

    def row(self) -> dict[str, Any]:
        """Return what was checked, as a row stores it."""
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


class MoveForm(WholeForm):
    """Another date for a step; `seen` is the date that stood there when the page was made."""

    due = DayField(_("By when"))
    seen = forms.DateField(widget=forms.HiddenInput, error_messages=dict.fromkeys(("required", "invalid"), INCOMPLETE))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.layout = Layout("due", "seen", Submit("", _("Save")))

    @staticmethod
    def shown(due: date) -> dict[str, Any]:
        return {"due": due, "seen": due.isoformat()}
