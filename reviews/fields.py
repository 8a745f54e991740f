"""The kinds of fields that our forms are made of. They check and never write."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ipsfidelity.privacy import refuse_identity_numbers
from reviews.models.events import LONGEST_COMMENT
from reviews.models.scores import LONGEST_NOTE
from scales.rules import SCORES

EARLIEST, LATEST = date(1995, 1, 1), date(2100, 12, 31)
LONGEST_KEY = 18  # digits: every database holds them
MOST_LINES = 200  # of a note
AWAITING = "awaiting"  # for data: chosen in the place of a score

INCOMPLETE = _("This form is incomplete. Copy what you have written, then open the page anew.")


def parse_key(text: str) -> int | None:
    """Return a key or another whole number that was sent; None for other text and for more than LONGEST_KEY digits."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_KEY else None


class DateInput(forms.DateInput):
    """The browser's own date field, which sends and wants ISO dates in every language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day on which something of a review happens."""

    def __init__(self, label: Any, *, required: bool = True) -> None:
        super().__init__(
            label=label,
            required=required,
            widget=DateInput(),
            validators=[MinValueValidator(EARLIEST), MaxValueValidator(LATEST)],
        )


class PeopleField(forms.ModelMultipleChoiceField):
    """Some people, by number; a number that no database holds is refused like any unknown one."""

    def clean(self, value: Any) -> Any:
        if any(parse_key(str(number)) is None for number in value or ()):
            raise forms.ValidationError(_("Choose among the evaluators of the network."), code="invalid_pk_value")
        return super().clean(value)


class NoteField(forms.CharField):
    """A long text. Line ends count as one character, as they do in the browser; many lines make
    a sheet of hundreds of pages, so they have a limit too."""

    def __init__(self, label: Any, longest: int = LONGEST_NOTE, *, required: bool = False) -> None:
        super().__init__(
            label=label,
            required=required,
            max_length=longest,
            widget=forms.Textarea,
            validators=[refuse_identity_numbers],
            error_messages={
                "max_length": _("The text has %(show_value)s characters; at most %(limit_value)s can be saved."),
            },
        )

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")

    def validate(self, value: str) -> None:
        super().validate(value)
        if value.count("\n") >= MOST_LINES:
            raise forms.ValidationError(
                _("The text has too many lines; at most %(most)s can be saved.") % {"most": MOST_LINES}
            )


class CommentField(forms.CharField):
    """A reason, asked for where something is sent back or corrected."""

    def __init__(self, label: Any) -> None:
        super().__init__(
            label=label,
            max_length=LONGEST_COMMENT,
            widget=forms.Textarea(attrs={"rows": 3}),
            validators=[refuse_identity_numbers],
            error_messages={"required": _("Say why, in a sentence: it stays with the review.")},
        )


class TextField(forms.CharField):
    """A short free text that may be left out."""

    def __init__(self, label: Any, longest: int) -> None:
        super().__init__(label=label, required=False, max_length=longest, validators=[refuse_identity_numbers])


class ScoreField(forms.TypedChoiceField):
    """A whole score from 1 to 5, or nothing yet; `with_awaiting` also takes WAITING, which is no score."""

    def __init__(self, *, with_awaiting: bool = False) -> None:
        marks = [(AWAITING, AWAITING)] if with_awaiting else []
        super().__init__(
            label=_("Score"),
            choices=[(str(score), str(score)) for score in SCORES] + marks,
            coerce=lambda value: value if value == AWAITING else int(value),
            empty_value=None,
            required=False,
            error_messages={"invalid_choice": _("Give a whole score from 1 to 5, or leave it empty.")},
        )


class VersionField(forms.IntegerField):
    """The version an edit is based on."""

    def __init__(self) -> None:
        super().__init__(
            min_value=0,
            max_value=2**31 - 2,
            error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), INCOMPLETE),
        )


class HiddenFieldsForm(forms.Form):
    """A form whose hidden fields came with the page: one that is missing or wrong is told above all others."""

    def clean(self) -> dict[str, Any]:
        if any(field.errors for field in self.hidden_fields()):
            self.add_error(None, INCOMPLETE)
        return super().clean() or {}


class UpcomingDayField(DayField):
    """A day that has not passed yet; today counts."""

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value and value < timezone.localdate():
            raise forms.ValidationError(_("This day has passed. Choose today or a later one."), code="passed")
