"""Forms of the interviews: details, notes and their retention. They validate and never write."""

import json
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
from reviews.interviews.services import DETAIL_FIELDS, InterviewDetails
from reviews.models import Interview, Network
from reviews.models.organisations import LONGEST_KEPT
from reviews.records.writing import LONGEST_VERSION, version_of
from scales.models import GuideEdition


class InterviewForm(forms.ModelForm):
    """The details of an interview: label and role of the informant, day and place."""

    held_on = DayField(_("Date"))

    class Meta:
        model = Interview
        fields: tuple[str, ...] = DETAIL_FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["label"].help_text = _("Tells apart who was asked: A, B … A role, never a name.")
        self.fields["informant_role"].help_text = _("What the person works as, never who it is.")
        self.fields["place"].help_text = _("May be left empty.")
        self.helper = FormHelper()
        self.helper.layout = Layout(*self.form_rows(), Submit("", self.submit_label()))

    def form_rows(self) -> tuple[Any, ...]:
        """Return the crispy-forms layout of the fields."""
        return (
            Row(Column("label", css_class="col-sm-4"), Column("informant_role", css_class="col-sm-8")),
            Row(Column("held_on", css_class="col-sm-4"), Column("place", css_class="col-sm-8")),
        )

    def submit_label(self) -> Any:
        """Return the label of the submit button."""
        return _("Save")

    def details(self) -> InterviewDetails:
        """Return the validated details."""
        return InterviewDetails(**{name: self.cleaned_data[name] for name in DETAIL_FIELDS})


class GuideSelect(forms.Select):
    """A select whose options have the language of their guides, and the roles that they fit (guide-choice.js)."""

    guides: Mapping[str, GuideEdition] = {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return the context of an option."""
        option = super().create_option(name, value, *args, **kwargs)
        guide = self.guides.get(value)
        option["attrs"]["data-roles"] = json.dumps(guide.guide.roles if guide else [], ensure_ascii=False)
        if guide:
            option["attrs"]["lang"] = guide.language
        return option


class NewInterviewForm(InterviewForm):
    """A new interview, by one of the guides to the review's scale or item by item.

    `code` becomes the code of the new interview. It is generated with the page, so that sending the form twice starts
    one interview.
    """

    code = forms.UUIDField(widget=forms.HiddenInput)
    guide = forms.ChoiceField(label=_("Interview guide"), required=False, widget=GuideSelect)

    class Meta(InterviewForm.Meta):
        fields = ("guide", *DETAIL_FIELDS)

    def __init__(self, guides: Sequence[GuideEdition], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.guides = {guide.slug: guide for guide in guides}
        field, role = self.fields["guide"], self.fields["informant_role"]
        field.choices = [*((guide.slug, guide.title) for guide in guides), ("", _("No guide: item by item"))]
        field.widget.guides = self.guides
        role.required = False
        role.widget.attrs["list"] = "known-roles"
        role.help_text = _("Left empty, it is the guide’s. Never a name.") if guides else _("Never a name.")

    def clean_guide(self) -> GuideEdition | None:
        """Return the chosen guide, None for none."""
        return self.guides.get(self.cleaned_data["guide"])

    def clean(self) -> dict[str, Any]:
        """Require a role if no guide has one. Show an error in the hidden field `code` as an error of the form."""
        if "code" in self.errors:
            self.add_error(None, INCOMPLETE)
        if self.cleaned_data.get("informant_role") == "" and not self.cleaned_data.get("guide", True):
            self.add_error("informant_role", _("Without a guide, say what the person works as."))
        return super().clean() or {}

    def form_rows(self) -> tuple[Any, ...]:
        label_and_role, day_and_place = super().form_rows()
        return label_and_role, "guide", day_and_place, "code"

    def submit_label(self) -> Any:
        return _("Start the interview")


class NotesForm(ChangeForm):
    """The notes on one step of the guide, with three fields for each question key.

    `note-<key>` is the text, `was-<key>` the text version (`text_version`) that the page began with, and
    `version-<key>` the version of the stored note at that time. After a conflict, `behind` lists the keys of the notes
    that somebody else saved first.
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
        """Return the changed notes, without those that the writer gives up after a conflict ("keep what is stored")."""
        given_up = self.data.getlist("behind") if self.data.get("go") == "keep" else ()
        return [
            NoteEdit(key, self.cleaned_data[f"version-{key}"], self.cleaned_data[f"note-{key}"])
            for key in self.keys
            if self.is_changed(key) and key not in given_up
        ]

    def is_changed(self, key: str) -> bool:
        """Return whether the writer changed a note, validly or not. A note that was not sent is unchanged."""
        name = f"note-{key}"
        version = text_version(self.cleaned_data.get(name))
        return name in self.data and (name in self.errors or version != self.data.get(f"was-{key}", ""))

    def sent_text(self, key: str) -> str:
        """Return the text of a note exactly as it was sent."""
        return str(self.data.get(f"note-{key}", ""))

    def starting_versions(self, key: str) -> tuple[str, str]:
        """Return the version of the note and the text version that the writer started from."""
        return str(self.data.get(f"version-{key}", "")), str(self.data.get(f"was-{key}", ""))

    def updated_hidden_fields(self, versions: Mapping[str, int]) -> dict[str, int | str]:
        """Return the new values of the hidden fields, once the notes are saved with these versions."""
        text_versions = {f"was-{key}": text_version(self.cleaned_data[f"note-{key}"]) for key in versions}
        return {f"version-{key}": version for key, version in versions.items()} | text_versions

    def sentence(self, name: str, error: str) -> str:
        """Prefix an error with the key of its question, because the field may be scrolled out of view."""
        kind, _dash, key = name.partition("-")
        return f"{key}: {error}" if kind == "note" else error


def text_version(text: str | None) -> str:
    """Return the version of a text, "" for an empty one. Pages carry this short version instead of the text."""
    return version_of(text) if text else ""


class RetentionForm(forms.ModelForm):
    """How many weeks a network keeps interview notes after finalisation."""

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
