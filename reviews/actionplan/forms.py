"""Forms of the action plan. They validate and never write."""

from dataclasses import asdict
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.actionplan.services import ActionFields, fields_of
from reviews.fields import (
    DayField,
    HiddenFieldsForm,
    NoteField,
    TextField,
    VersionField,
)
from reviews.models import Action
from reviews.models.actionplan import LONGEST_ACTION
from reviews.models.scores import LONGEST_ROLE


class ActionFieldsForm(HiddenFieldsForm):
    """What will be done, by whom and by when."""

    what = NoteField(_("What will be done"), LONGEST_ACTION, required=True)
    who = TextField(_("Who"), LONGEST_ROLE)
    due = DayField(_("By when"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["what"].widget.attrs["rows"] = 4
        self.fields["what"].error_messages["required"] = _("Say what will be done, in a sentence or two.")
        self.fields["who"].help_text = _("A role, never a name: team leader, employment specialists, management …")
        self.fields["due"].help_text = _("May be left empty.")

    def action_fields(self) -> ActionFields:
        """Return the validated fields. `state` has its default on a form without that field."""
        return ActionFields(
            **{name: self.cleaned_data[name] for name in ActionFields.__dataclass_fields__ if name in self.fields}
        )


class NewActionForm(ActionFieldsForm):
    """A new action. `code` is generated with the page, so that a form that is sent twice adds one action."""

    code = forms.UUIDField(widget=forms.HiddenInput)


def parse_version(text: str) -> int:
    """Return the version that was sent outside a form, or -1, which no row has, if it is invalid."""
    try:
        return int(VersionField().clean(text))
    except forms.ValidationError:
        return -1


class ActionForm(ActionFieldsForm):
    """The fields and state of an action, and a new note. `version` is the version that the page showed.

    `item` is the number of its item, "" for the whole service. It is needed if somebody else removes the action.
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
        """Return the form for an action, bound if there is `data`."""
        initial = asdict(fields_of(action)) | {"version": action.version, "item": action.item_number}
        return cls(data, initial=initial)
