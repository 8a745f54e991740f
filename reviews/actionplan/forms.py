"""What may come in about the action plan and about when reviews are due. Forms check and never write."""

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

    def action_fields(self) -> ActionFields:
        """Return what was checked."""
        return ActionFields(
            **{name: self.cleaned_data[name] for name in ActionFields.__dataclass_fields__ if name in self.fields}
        )


class NewActionForm(ActionFieldsForm):
    """A new action. `code` is its own, made with the page: sending it twice adds one."""

    code = forms.UUIDField(widget=forms.HiddenInput)


def version_in(text: str) -> int:
    """Return the version that a page without a form of ours sent, -1 (which nothing has) when it is none."""
    try:
        return int(VersionField().clean(text))
    except forms.ValidationError:
        return -1


class ActionForm(ActionFieldsForm):
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
        fields = fields_of(action)
        held = {name: getattr(fields, name) for name in ActionFields.__dataclass_fields__}
        return cls(data, initial=held | {"version": action.version, "item": action.item_number})
