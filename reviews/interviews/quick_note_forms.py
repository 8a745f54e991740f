"""Forms of the quick notes: one note that saves itself, and the places of several notes. They never write."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from reviews.autosave import ChangeForm
from reviews.fields import INCOMPLETE, NoteField, VersionField
from reviews.interviews.quick_notes import Place
from reviews.models import Interview, QuickNote, Review

LONGEST_PLACE_KEY = 30  # characters, such as "interview-12"


class QuickNoteForm(ChangeForm):
    """One quick note: its code, its text and the version that the page began with."""

    code = forms.UUIDField(error_messages=dict.fromkeys(("required", "invalid"), INCOMPLETE))
    version = VersionField()
    text = NoteField("")


class SortingForm(forms.Form):
    """The places of several quick notes. `place-<pk>` is the chosen place, `was-<pk>` the one that the page showed.

    Places are "", "item-<number>" and "interview-<pk>".
    """

    def __init__(self, review: Review, notes: Sequence[QuickNote], interviews: Sequence[Interview], *args: Any) -> None:
        super().__init__(*args)
        self.notes = notes
        self.places = {"": Place()}
        self.places |= {f"item-{item.number}": Place(item_number=item.number) for item in review.scale.items}
        self.places |= {f"interview-{interview.pk}": Place(interview=interview.pk) for interview in interviews}
        for note in notes:
            for name in (f"place-{note.pk}", f"was-{note.pk}"):
                self.fields[name] = forms.CharField(required=False, max_length=LONGEST_PLACE_KEY)

    def clean(self) -> dict[str, Any]:
        """Refuse places that do not exist."""
        if any(place not in self.places for place in self.cleaned_data.values()):
            raise forms.ValidationError(_("An interview or item that you chose is gone. Choose another one."))
        return self.cleaned_data

    def moves(self) -> dict[int, tuple[Place, Place]]:
        """Return the place that the page showed and the chosen one of each note that was sent."""
        return {
            note.pk: (self.places[self.cleaned_data[f"was-{note.pk}"]], self.places[self.cleaned_data[name]])
            for note in self.notes
            if (name := f"place-{note.pk}") in self.data
        }

    def chosen(self, note: QuickNote) -> str:
        """Return the place that the select of a note shows."""
        return str(self.data.get(f"place-{note.pk}", "")) if self.is_bound else place_key(note)


def place_key(note: QuickNote) -> str:
    """Return where a note is sorted, as the value of its select."""
    if note.item_number:
        return f"item-{note.item_number}"
    return f"interview-{note.interview_id}" if note.interview_id else ""
