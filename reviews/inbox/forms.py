"""The form with which a person says that they have seen their inbox."""

from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from reviews.fields import INCOMPLETE


class SeenForm(forms.Form):
    """The time of the newest line on the page."""

    until = forms.CharField(max_length=40, widget=forms.HiddenInput)

    def clean_until(self) -> datetime:
        """Return the time, which has a time zone."""
        try:
            until = datetime.fromisoformat(self.cleaned_data["until"])
        except ValueError:
            raise ValidationError(INCOMPLETE) from None
        if timezone.is_naive(until):
            raise ValidationError(INCOMPLETE)
        return until
