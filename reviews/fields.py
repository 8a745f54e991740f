"""Form fields and base classes that several rooms use. They validate and never write."""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ipsfidelity.names import cleaned_name
from ipsfidelity.pdf_fonts import refuse_undrawable
from ipsfidelity.privacy import refuse_identity_numbers
from reviews.models import Organisation, PreparationStep
from reviews.models.events import LONGEST_COMMENT
from reviews.models.names import refuse_line_ends, refuse_mixed_alphabets
from reviews.models.scores import LONGEST_NOTE
from reviews.typed_text import cleaned_line, cleaned_note
from scales.rules import SCORES

EARLIEST, LATEST = date(1995, 1, 1), date(2100, 12, 31)
LONGEST_KEY = 18  # digits, which a 64-bit integer can hold
UUID_TEXT = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MOST_LINES = 200  # of a note
AWAITING = "awaiting"  # the choice "not enough data yet", in place of a score

INCOMPLETE = _("This form is incomplete. Copy what you have written, then open the page again.")


def parse_key(text: str) -> int | None:
    """Return a primary key or another whole number that was sent as text, or None for other text and large numbers."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_KEY else None


def with_current_organisations(data: QueryDict) -> QueryDict:
    """Return the query of an address with the organisations that are current now, in place of joined ones.

    Links and bookmarks from before two organisations were joined stay usable. One query if the address names one.
    """
    asked = data.getlist("organisation")
    codes = [code for code in asked if UUID_TEXT.fullmatch(code)]
    joined = Organisation.objects.filter(code__in=codes, joined_to__isnull=False).select_related("joined_to")
    current = {str(each.code): str(each.current.code) for each in joined} if codes else {}
    if not current:
        return data
    followed = data.copy()
    followed.setlist("organisation", list(dict.fromkeys(current.get(code, code) for code in asked)))
    return followed


class InstrumentSelect(forms.Select):
    """A drop-down list of editions, or of what is in the instrument, whose options are marked with their language.

    An edition has its own language; everything else is in `language`, except the empty option.
    """

    def __init__(self, language: str = "", **kwargs: Any) -> None:
        self.language = language
        super().__init__(**kwargs)

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if value and (language := getattr(getattr(value, "instance", None), "language", self.language)):
            option["attrs"]["lang"] = language
        return option


class DateInput(forms.DateInput):
    """The date input of the browser. Its value is an ISO date in every language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day between 1995 and 2100."""

    def __init__(self, label: Any, *, required: bool = True) -> None:
        super().__init__(
            label=label,
            required=required,
            widget=DateInput(),
            validators=[MinValueValidator(EARLIEST), MaxValueValidator(LATEST)],
        )


class NameField(forms.CharField):
    """A name, cleaned as it is stored."""

    default_validators = [refuse_identity_numbers, refuse_mixed_alphabets]  # noqa: RUF012 - as in Django

    def clean(self, value: Any) -> str:
        """Refuse a name of several lines, which `to_python` would join."""
        refuse_line_ends(value)
        return str(super().clean(value))

    def to_python(self, value: Any) -> str:
        """Return the name without invisible characters and superfluous spaces."""
        return cleaned_name(super().to_python(value) or "")


class OwnNameField(NameField):
    """The name of the person who fills the form in. The browser may know it."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Name"),
            max_length=150,
            help_text=_("As it is to stand on score sheets."),
            widget=forms.TextInput(attrs={"autocomplete": "name"}),
        )


class PeopleField(forms.ModelMultipleChoiceField):
    """A choice of several people, by primary key."""

    def clean(self, value: Any) -> Any:
        """Refuse a key that is too large for the database in the same way as an unknown key."""
        if any(parse_key(str(number)) is None for number in value or ()):
            raise forms.ValidationError(_("Choose among the evaluators of the network."), code="invalid_pk_value")
        return super().clean(value)


class PastStepsField(forms.ChoiceField):
    """What becomes of steps of the preparation whose dates have passed. It is hidden until there are such steps."""

    def __init__(self) -> None:
        super().__init__(
            required=False,
            choices=PreparationStep.WhenPast.choices,
            widget=forms.HiddenInput,
            error_messages={"required": _("The visit is near. Say what becomes of these steps.")},
        )

    def ask(self, count: int) -> None:
        """Show the choice, with the number of these steps."""
        self.widget = forms.RadioSelect()
        self.widget.choices = self.choices
        label = ngettext(
            "%(count)s step of the preparation should have been done before today. What becomes of it?",
            "%(count)s steps of the preparation should have been done before today. What becomes of them?",
            count,
        )
        self.label = label % {"count": str(count)}


class NoteField(forms.CharField):
    """A long text, cleaned. Line ends become one character, as browsers count them.

    The number of lines is limited too, because many short lines would fill hundreds of printed pages.
    """

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
        """Return the text as it is stored."""
        return cleaned_note(super().to_python(value) or "")

    def validate(self, value: str) -> None:
        """Refuse too many lines."""
        super().validate(value)
        if value.count("\n") >= MOST_LINES:
            raise forms.ValidationError(
                _("The text has too many lines; at most %(most)s can be saved.") % {"most": MOST_LINES}
            )


class CommentField(forms.CharField):
    """A reason, for example for sending a review back or correcting it."""

    def __init__(self, label: Any, *, required: bool = True) -> None:
        super().__init__(
            label=label,
            required=required,
            max_length=LONGEST_COMMENT,
            widget=forms.Textarea(attrs={"rows": 3}),
            validators=[refuse_identity_numbers],
            error_messages={"required": _("Say why, in a sentence: it stays with the review.")},
        )

    def to_python(self, value: Any) -> str:
        """Return the text as it is stored."""
        return cleaned_note(super().to_python(value) or "")


class PrintedReasonField(CommentField):
    """A reason that the report prints, so that it holds only signs that its PDF can draw."""

    default_validators = [refuse_undrawable]  # noqa: RUF012 - as in Django


class OwnPasswordField(forms.CharField):
    """The password of the person who is signed in, asked for once more."""

    def __init__(self, label: Any, *, required: bool = True) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": "current-password"})
        super().__init__(label=label, required=required, strip=False, max_length=200, widget=widget)


class TextField(forms.CharField):
    """A short, optional text, cleaned and on one line."""

    def __init__(self, label: Any, longest: int) -> None:
        super().__init__(label=label, required=False, max_length=longest, validators=[refuse_identity_numbers])

    def to_python(self, value: Any) -> str:
        """Return the text as it is stored."""
        return cleaned_line(super().to_python(value) or "")


class ScoreField(forms.TypedChoiceField):
    """A score from 1 to 5, or None if it is empty. `with_awaiting` also accepts AWAITING, which is no score."""

    def __init__(self, *, with_awaiting: bool = False) -> None:
        more_choices = [(AWAITING, AWAITING)] if with_awaiting else []
        super().__init__(
            label=_("Score"),
            choices=[(str(score), str(score)) for score in SCORES] + more_choices,
            coerce=lambda value: value if value == AWAITING else int(value),
            empty_value=None,
            required=False,
            error_messages={"invalid_choice": _("Give a whole score from 1 to 5, or leave it empty.")},
        )


class VersionField(forms.IntegerField):
    """The version of the row that the page showed."""

    def __init__(self) -> None:
        super().__init__(
            widget=forms.HiddenInput,
            min_value=0,
            max_value=2**31 - 2,
            error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), INCOMPLETE),
        )


class HiddenFieldsForm(forms.Form):
    """A form that reports missing or invalid hidden fields as an error of the form, above those of the fields."""

    def clean(self) -> dict[str, Any]:
        """Report invalid hidden fields."""
        if any(field.errors for field in self.hidden_fields()):
            self.add_error(None, INCOMPLETE)
        return super().clean() or {}


class UpcomingDayField(DayField):
    """Today or a later day."""

    def validate(self, value: date | None) -> None:
        """Refuse a day that has passed."""
        super().validate(value)
        if value and value < timezone.localdate():
            raise forms.ValidationError(_("This day has passed. Choose today or a later one."), code="passed")
