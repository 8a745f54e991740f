"""What may come in about interviews. Forms check and never write."""

from collections.abc import Mapping, Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row, Submit
from django import forms
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext_lazy as _

from reviews.autosave import ChangeForm
from reviews.fields import INCOMPLETE, DayField, NoteField, VersionField
from reviews.interviews.note_saving import NoteEdit
from reviews.interviews.services import HEAD, Head
from reviews.models import Interview, Network
from reviews.models.organisations import LONGEST_KEPT
from reviews.records.writing import LONGEST_VERSION, version_of
from scales.models import GuideEdition


class HeadForm(forms.ModelForm):
    """What an interview's head says: the role and label of who is asked, the day, the place."""

    held_on = DayField(_("Date"))

    class Meta:
        model = Interview
        fields: tuple[str, ...] = HEAD

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["label"].help_text = _("Tells apart who was asked: A, B … A role, never a name.")
        self.fields["informant_role"].help_text = _("What the person works as, never who it is.")
        self.fields["place"].help_text = _("May be left empty.")
        self.helper = FormHelper()
        self.helper.layout = Layout(*self.rows(), Submit("", self.said_on_the_button()))

    def rows(self) -> tuple[Any, ...]:
        return (
            Row(Column("label", css_class="col-sm-4"), Column("informant_role", css_class="col-sm-8")),
            Row(Column("held_on", css_class="col-sm-4"), Column("place", css_class="col-sm-8")),
        )

    def said_on_the_button(self) -> Any:
        return _("Save")

    def head(self) -> Head:
        """Return what was checked."""
        return Head(**{name: self.cleaned_data[name] for name in HEAD})


class StartForm(HeadForm):
    """A new interview, by one of the guides to the review's scale.

    `code` is the new interview's own, made with the page: sending it twice starts one.
    """

    code = forms.UUIDField(widget=forms.HiddenInput)
    guide = forms.ModelChoiceField(
        label=_("Interview guide"), queryset=GuideEdition.objects.none(), to_field_name="slug", empty_label=None
    )

    class Meta(HeadForm.Meta):
        fields = ("guide", *HEAD)

    def __init__(self, guides: Sequence[GuideEdition], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = GuideEdition.objects.filter(pk__in=[guide.pk for guide in guides])
        self.fields["guide"].queryset = choices.defer("document")
        self.fields["informant_role"].required = False
        self.fields["informant_role"].help_text = _("Left empty, it is the guide’s. Never a name.")

    def clean(self) -> dict[str, Any]:
        """Say of a hidden field, too, that the form is of no use."""
        if "code" in self.errors:
            self.add_error(None, INCOMPLETE)
        return super().clean() or {}

    def rows(self) -> tuple[Any, ...]:
        return "guide", *super().rows(), "code"

    def said_on_the_button(self) -> Any:
        return _("Start the interview")


class StepForm(ChangeForm):
    """The notes of one step. For every key `note-<key>` is what stands in the field, `was-<key>` the mark
    of what stood there when the page was made, `version-<key>` the version that was.

    After a conflict `behind` names the notes that somebody else saved first.
    """

    def __init__(self, keys: Sequence[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keys = keys
        for key in keys:
            self.fields[f"note-{key}"] = NoteField(key)
            self.fields[f"was-{key}"] = forms.CharField(
                required=False, max_length=LONGEST_VERSION, error_messages={"max_length": INCOMPLETE}
            )
            self.fields[f"version-{key}"] = VersionField()

    def edits(self) -> list[NoteEdit]:
        """Return the notes that the writer has changed, but for those that are given up after a conflict."""
        given_up = self.data.getlist("behind") if self.data.get("go") == "keep" else ()
        return [
            NoteEdit(key, self.cleaned_data[f"version-{key}"], self.cleaned_data[f"note-{key}"])
            for key in self.keys
            if self.is_touched(key) and key not in given_up
        ]

    def is_touched(self, key: str) -> bool:
        """Return whether the writer has changed a note, well or badly. What was not sent was not changed."""
        name = f"note-{key}"
        mark = text_version(self.cleaned_data.get(name))
        return name in self.data and (name in self.errors or mark != self.data.get(f"was-{key}", ""))

    def typed(self, key: str) -> str:
        """Return what was typed, as it was typed."""
        return str(self.data.get(f"note-{key}", ""))

    def begun(self, key: str) -> tuple[str, str]:
        """Return the version and the mark from which the writer began."""
        return str(self.data.get(f"version-{key}", "")), str(self.data.get(f"was-{key}", ""))

    def hidden_after(self, versions: Mapping[str, int]) -> dict[str, int | str]:
        """Return the hidden fields as they are once the notes have these versions."""
        marks = {f"was-{key}": text_version(self.cleaned_data[f"note-{key}"]) for key in versions}
        return {f"version-{key}": version for key, version in versions.items()} | marks

    def sentence(self, name: str, error: str) -> str:
        """Name the question: the page may be longer than the window."""
        kind, _dash, key = name.partition("-")
        return f"{key}: {error}" if kind == "note" else error


def text_version(text: str | None) -> str:
    """Return the version of a text, "" of an empty one. The page carries it instead of the text itself."""
    return version_of(text) if text else ""


class WeeksForm(forms.ModelForm):
    """How many weeks a network keeps interview notes after a review became final."""

    class Meta:
        model = Network
        fields = ("keep_notes_weeks",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["keep_notes_weeks"]
        field.label = _("Weeks after a review became final")
        field.help_text = _("From 0, which is at the next clearing, to %(most)s.") % {"most": LONGEST_KEPT}
        field.validators += [MaxValueValidator(LONGEST_KEPT)]
        field.widget.attrs["max"] = str(LONGEST_KEPT)
        self.helper = FormHelper()
        self.helper.add_input(Submit("", _("Save")))
