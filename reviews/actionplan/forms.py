"""Forms of the action plan. They validate and never write."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from reviews.actionplan.plan import PlanAction
from reviews.actionplan.services import ActionFields, RowChange, fields_of
from reviews.components.rendered import Rendered
from reviews.fields import UUID_TEXT, DayField, HiddenFieldsForm, NoteField, TextField, VersionField
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


class RowForm(HiddenFieldsForm):
    """The state and the date of one action that was touched in the table of the plan."""

    state = forms.ChoiceField(choices=Action.State.choices)
    due = DayField(_("By when"), required=False)
    version = VersionField()

    def __init__(self, code: str, data: QueryDict) -> None:
        super().__init__(data, prefix=code)
        self.fields["version"].widget = forms.HiddenInput()


@dataclass(frozen=True)
class StateOptions(Rendered):
    """The states of an action as options of a field, with one chosen."""

    template: ClassVar[str] = "actionplan/_state_options.html"
    states: ClassVar = Action.State.choices

    chosen: str


@dataclass(frozen=True)
class RowFields:
    """What the fields of an action contain, as text: what was sent or, for an untouched action, what is stored.

    `shown_state` and `shown_due` are what the page showed first, so that an untouched action is left alone.
    """

    state: str
    due: str
    version: str
    shown_state: str
    shown_due: str
    state_errors: Iterable[object] = ()
    due_errors: Iterable[object] = ()

    @property
    def state_options(self) -> StateOptions:
        return StateOptions(self.state)


class ChosenForm(forms.Form):
    """The state and the date for all chosen actions, instead of those in their rows."""

    chosen = forms.MultipleChoiceField(required=False)
    chosen_state = forms.ChoiceField(label=_("State"), required=False)
    chosen_due = DayField(_("By when"), required=False)

    def __init__(self, codes: Collection[str], data: QueryDict | None) -> None:
        super().__init__(data)
        self.fields["chosen"].choices = [(code, code) for code in codes]
        self.fields["chosen_state"].choices = [("", _("as it is")), *Action.State.choices]
        self.fields["chosen_state"].widget.attrs["class"] = "form-select"
        self.fields["chosen_due"].widget.attrs["class"] = "form-control"

    def clean(self) -> dict[str, Any]:
        """Refuse a state or a date without a chosen action."""
        given = super().clean() or {}
        if (given.get("chosen_state") or given.get("chosen_due")) and not given.get("chosen"):
            raise forms.ValidationError(_("Choose the actions that get this state or date."), code="none_chosen")
        return given


class TableForm:
    """The table of a plan as one form: a row for each action that was touched, and the bar for the chosen ones."""

    def __init__(self, actions: Sequence[PlanAction], data: QueryDict | None = None) -> None:
        codes = [action.code for action in actions]
        touched = _touched(data) if data else []
        self.chosen = ChosenForm(codes, data)
        self.picked = frozenset(data.getlist("chosen") if data else ())
        self.rows = {code: RowForm(code, data) for code in codes if code in {*touched, *self.picked}} if data else {}
        self.removed = [code for code in touched if code not in codes]

    def fields_of(self, action: PlanAction) -> RowFields:
        """Return the fields of an action of the plan."""
        code, form, due = action.code, self.rows.get(action.code), _iso(action.due_on)
        sent: Mapping[str, str] = form.data if form else {}
        return RowFields(
            state=sent.get(f"{code}-state", action.state),
            due=sent.get(f"{code}-due", due),
            version=sent.get(f"{code}-version", str(action.version)),
            shown_state=sent.get(f"initial-{code}-state", action.state),
            shown_due=sent.get(f"initial-{code}-due", due),
            state_errors=(*form.errors.get("state", ()), *form.non_field_errors()) if form else (),
            due_errors=form.errors.get("due", ()) if form else (),
        )

    def lines(self) -> list[dict[str, str]]:
        """Return each error with the id of its field. Empty for a form that was not sent."""
        fields = self.chosen["chosen_state"], self.chosen["chosen_due"]
        by_field = [(field.auto_id, field.errors) for field in fields]
        by_field.append((fields[0].auto_id, self.chosen.non_field_errors()))
        for code, row in self.rows.items():
            by_field += [(f"{code}-{name}", row[name].errors) for name in ("state", "due")]
            by_field.append((f"{code}-state", row.non_field_errors()))
        return [{"id": id_, "text": str(error)} for id_, errors in by_field for error in errors]

    def is_valid(self) -> bool:
        """Return whether everything that was sent can be saved."""
        return all([self.chosen.is_valid(), *(row.is_valid() for row in self.rows.values())])

    def changes(self) -> list[RowChange]:
        """Return the rows to write. They include removed actions, which the service refuses. The form must be valid."""
        changes = [self._change(code, row.cleaned_data) for code, row in self.rows.items()]
        return changes + [RowChange(UUID(code), 0, Action.State.PLANNED, None) for code in self.removed]

    def _change(self, code: str, row: dict[str, Any]) -> RowChange:
        bar = self.chosen.cleaned_data if code in self.picked else {}
        state, due = bar.get("chosen_state") or row["state"], bar.get("chosen_due") or row["due"]
        return RowChange(UUID(code), row["version"], state, due)


def with_stored(data: QueryDict, actions: Sequence[PlanAction]) -> QueryDict:
    """Return what was sent, as if it had been typed on a page that showed the actions as they are stored now."""
    sent = data.copy()
    for action in actions:
        sent[f"{action.code}-version"] = str(action.version)
        sent[f"initial-{action.code}-state"] = action.state
        sent[f"initial-{action.code}-due"] = _iso(action.due_on)
    return sent


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _touched(data: QueryDict) -> list[str]:
    """Return the codes of the actions whose state or date is not what the page showed."""
    codes = [code for name in data if (code := name.removesuffix("-version")) != name and UUID_TEXT.fullmatch(code)]
    return [
        code
        for code in codes
        if any(data.get(f"{code}-{name}") != data.get(f"initial-{code}-{name}") for name in ("state", "due"))
    ]
