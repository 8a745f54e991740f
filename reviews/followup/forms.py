"""What may come in about the action plan and about when reviews are due. Forms check and never write."""

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from reviews.fields import (
    INCOMPLETE,
    CommentField,
    DayField,
    DayToComeField,
    NoteField,
    TextField,
    VersionField,
    WholeForm,
)
from reviews.followup.acting import Step, step_of
from reviews.followup.setting import RHYTHM, mark_of
from reviews.models import Action, Network, Review
from reviews.models.improvement import LONGEST_ACTION
from reviews.models.organisations import LEAST_TOTAL, LONGEST_BETWEEN, MOST_TOTAL
from reviews.models.scores import LONGEST_ROLE


class StepForm(WholeForm):
    """What an action says: what will be done, by whom, by when."""

    what = NoteField(_("What will be done"), LONGEST_ACTION, required=True)
    who = TextField(_("Who"), LONGEST_ROLE)
    due = DayField(_("By when"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["what"].widget.attrs["rows"] = 4
        self.fields["what"].error_messages["required"] = _("Say what will be done, in a sentence or two.")
        self.fields["who"].help_text = _("A role, never a name: team leader, employment specialists, management …")
        self.fields["due"].help_text = _("May be left empty.")

    def step(self) -> Step:
        """Return what was checked."""
        return Step(**{name: self.cleaned_data[name] for name in Step.__dataclass_fields__ if name in self.fields})


class NewActionForm(StepForm):
    """A new action. `code` is its own, made with the page: sending it twice adds one."""

    code = forms.UUIDField(widget=forms.HiddenInput)

    def refuse_more(self) -> None:
        """Say that the plan is full: only the service, which holds the review, knows."""
        self.add_error(None, _("The plan has as many actions as it can hold. Nothing was saved; the text is here."))


def version_in(text: str) -> int:
    """Return the version that a page without a form of ours sent, -1 (which nothing has) when it is none."""
    try:
        return int(VersionField().clean(text))
    except forms.ValidationError:
        return -1


class ActionForm(StepForm):
    """What an action says, how far it is, and what there is to note. `version` is the one the writer began from.

    `item` says of which item it is ("" of none), for an action that somebody removes meanwhile.
    """

    state = forms.ChoiceField(label=_("State"), choices=Action.State.choices)
    note = NoteField(_("New note"), LONGEST_ACTION)
    version = VersionField()
    item = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].widget = forms.HiddenInput()
        self.fields["note"].widget.attrs["rows"] = 3
        self.fields["note"].help_text = _("How it goes, what stands in the way. It stays with your name and the date.")

    @classmethod
    def of(cls, action: Action, data: Any = None) -> "ActionForm":
        """Return the form of an action as it stands, or with what was sent."""
        step = step_of(action)
        held = {name: getattr(step, name) for name in Step.__dataclass_fields__}
        return cls(data, initial=held | {"version": action.version, "item": action.item_number})


class DueForm(WholeForm):
    """Another date for the next review, and why. `seen` is the date that stood on the page."""

    on = DayToComeField(_("Next review due"))
    reason = CommentField(_("Reason"))
    seen = forms.DateField(widget=forms.HiddenInput, error_messages=dict.fromkeys(("required", "invalid"), INCOMPLETE))

    def __init__(self, review: Review, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.visit_end = review.visit_end

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on <= self.visit_end:
            raise forms.ValidationError(_("The next review comes after this one. Choose a later date."), code="later")
        return on


class BackForm(forms.Form):
    """Back to the rule: only what stood on the page is sent."""

    seen = forms.DateField(error_messages=dict.fromkeys(("required", "invalid"), INCOMPLETE))


class RhythmForm(WholeForm):
    """How long after a visit the next is due in a network, and after which total later.

    `seen` is the mark of what stood on the page.
    """

    months_between = forms.IntegerField()
    months_when_good = forms.IntegerField()
    good_total = forms.IntegerField()
    seen = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, network: Network, data: Any = None) -> None:
        stands = {name: getattr(network, name) for name in RHYTHM}
        super().__init__(data, initial=stands | {"seen": mark_of(network)})
        self._limit("months_between", _("Months from one visit to the next"), 1, LONGEST_BETWEEN)
        self._limit("months_when_good", _("Months after a visit with a high total"), 1, LONGEST_BETWEEN)
        self._limit("good_total", _("A total is high from"), LEAST_TOTAL, MOST_TOTAL)
        self.helper = FormHelper()
        self.helper.add_input(Submit("", _("Save")))

    def rhythm(self) -> dict[str, int]:
        """Return what was checked, by the names of the network's fields."""
        return {name: self.cleaned_data[name] for name in RHYTHM}

    def _limit(self, name: str, label: Any, least: int, most: int) -> None:
        field = self.fields[name]
        field.label = label
        field.help_text = _("From %(least)s to %(most)s.") % {"least": least, "most": most}
        field.validators += [MinValueValidator(least), MaxValueValidator(most)]
        field.widget.attrs |= {"min": str(least), "max": str(most)}
